#include "merge.h"

static struct merge *merge_of(struct ring *ring)
{
    return (struct merge *)ring;
}

static const struct run *run_of(const struct ring *ring)
{
    return &((const struct merge *)ring)->run;
}

static void create(struct ring *ring)
{
    merge_of(ring)->run = (struct run){.entries = NULL};
}

static void release(struct ring *ring, const struct run *run)
{
    ring_give(&ring->allocation, run->entries, run->capacity * sizeof *run->entries);
}

static void destroy(struct ring *ring)
{
    release(ring, run_of(ring));
}

/* If the array is too small, the next one is larger by an eighth or more. So a ring that is built node
 * by node copies each point a bounded number of times on average. */
static enum ring_error reserve(struct ring *ring, const struct run *fresh,
                               const struct node *leaving)
{
    struct merge *merge = merge_of(ring);
    const struct run *run = &merge->run;
    struct run room = *run;
    const size_t needed = run->count - (leaving != NULL ? leaving->replicas : 0) + fresh->count;
    if (needed > run->capacity) {
        const size_t grown = run->capacity + run->capacity / 8;
        room.capacity = needed > grown ? needed : grown;
        room.entries = room.capacity <= SIZE_MAX / sizeof *room.entries
                           ? ring_take(&ring->allocation, room.capacity * sizeof *room.entries)
                           : NULL;
        if (room.entries == NULL) {
            return RING_NO_MEMORY;
        }
    }
    merge->room = room;
    return RING_OK;
}

static void cancel(struct ring *ring, const struct run *fresh)
{
    struct merge *merge = merge_of(ring);
    (void)fresh;
    if (merge->room.entries != merge->run.entries) {
        release(ring, &merge->room);
    }
}

static void commit(struct ring *ring, const struct run *fresh, const struct node *leaving)
{
    struct merge *merge = merge_of(ring);
    struct run *run = &merge->run;
    if (leaving != NULL) {
        ring_run_drop(run, leaving);
    }
    if (fresh->count > 0) {
        ring_run_merge(merge->room.entries, run->entries, run->count, fresh->entries, fresh->count);
        merge->room.count = run->count + fresh->count;
        if (merge->room.entries != run->entries) {
            release(ring, run);
        }
        *run = merge->room;
    }
}

static size_t after(const struct ring *ring, uint64_t position)
{
    return ring_run_after(run_of(ring), position, ring_placement_scale(&ring->placement));
}

static struct ring_bytes name_of(const struct entry *entry)
{
    return (struct ring_bytes){entry->owner->name, entry->owner->size};
}

void ring_merge_find(const struct ring *ring, const uint64_t *positions, size_t count,
                     struct ring_bytes *nodes)
{
    const struct run *run = run_of(ring);
    for (size_t i = 0; i < count; i++) {
        size_t index = after(ring, positions[i]);
        nodes[i] = name_of(&run->entries[index < run->count ? index : 0]);
    }
}

void ring_merge_seek(const struct ring *ring, uint64_t position, struct ring_cursor *cursor)
{
    cursor->state[0] = after(ring, position);
}

uint32_t ring_merge_next(const struct ring *ring, struct ring_cursor *cursor,
                         struct ring_point *point)
{
    const struct run *run = run_of(ring);
    if (cursor->state[0] >= run->count) {
        return NODE_NONE;
    }
    const struct entry *entry = &run->entries[cursor->state[0]++];
    if (point != NULL) {
        *point = (struct ring_point){entry->position, name_of(entry)};
    }
    return entry->owner->number;
}

const char *ring_merge_check(const struct ring *ring)
{
    const struct run *run = run_of(ring);
    if (run->count > run->capacity) {
        return "merge: the points are within their array";
    }
    if (run->count != ring->point_count) {
        return "merge: the run has as many points as the ring";
    }
    for (size_t i = 1; i < run->count; i++) {
        if (run->entries[i].position < run->entries[i - 1].position) {
            return "merge: points are ordered by position";
        }
    }
    return NULL;
}

const struct point_store ring_merge = {
    .ring_size = sizeof(struct merge),
    .create = create,
    .destroy = destroy,
    .reserve = reserve,
    .cancel = cancel,
    .commit = commit,
    .find = ring_merge_find,
    .seek = ring_merge_seek,
    .next = ring_merge_next,
    .check = ring_merge_check,
};
