#include "ring_internal.h"

static bool names_ascend(const struct run *nodes)
{
    for (size_t i = 1; i < nodes->count; i++) {
        if (!ring_entry_before(&nodes->entries[i - 1], &nodes->entries[i])) {
            return false;
        }
    }
    return true;
}

static bool positions_ascend(const struct run *points)
{
    for (size_t i = 1; i < points->count; i++) {
        if (points->entries[i].position < points->entries[i - 1].position) {
            return false;
        }
    }
    return true;
}

static bool nodes_in_range(const struct run *nodes)
{
    for (size_t i = 0; i < nodes->count; i++) {
        const struct entry *entry = &nodes->entries[i];
        if (entry->position != 0 || entry->owner->size == 0 || entry->owner->replicas == 0 ||
            entry->owner->replicas > RING_REPLICAS_MAX) {
            return false;
        }
    }
    return true;
}

static uint64_t replica_sum(const struct run *nodes)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        sum += nodes->entries[i].owner->replicas;
    }
    return sum;
}

static size_t node_byte_sum(const struct run *nodes)
{
    size_t sum = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        sum += ring_node_block_size(nodes->entries[i].owner);
    }
    return sum;
}

static size_t longest_name(const struct run *nodes)
{
    size_t longest = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        size_t size = nodes->entries[i].owner->size;
        longest = size > longest ? size : longest;
    }
    return longest;
}

static bool same_entries(const struct entry *a, const struct entry *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (a[i].position != b[i].position || a[i].owner != b[i].owner) {
            return false;
        }
    }
    return true;
}

/* Places every node's points anew and compares: nothing is missing, moved, doubled, left over, or
 * out of order among equals. */
static enum ring_error compare_with_fresh(const struct ring *ring, bool *same)
{
    size_t count = ring->points.count;
    *same = true;
    if (count == 0) {
        return RING_OK;
    }
    size_t buffer_size = longest_name(&ring->nodes) + PLACEMENT_SUFFIX_MAX;
    unsigned char *buffer = ring_allocate(ring, buffer_size, 1);
    struct run fresh = {ring_allocate(ring, count + count / 2, sizeof(struct entry)), 0, count};
    bool memory = buffer != NULL && fresh.entries != NULL;
    if (memory) {
        for (size_t i = 0; i < ring->nodes.count; i++) {
            ring_place(ring, ring->nodes.entries[i].owner, buffer, &fresh);
        }
        ring_run_sort(fresh.entries, count, fresh.entries + count);
        *same = same_entries(ring->points.entries, fresh.entries, count);
    }
    ring_release(ring, fresh.entries, count + count / 2, sizeof(struct entry));
    ring_release(ring, buffer, buffer_size, 1);
    return memory ? RING_OK : RING_NO_MEMORY;
}

/* THE INVARIANTS, each one needed to look at the next. */
static enum ring_error find_broken(const struct ring *ring, const char **broken)
{
    const struct run *nodes = &ring->nodes;
    const struct run *points = &ring->points;
    *broken = NULL;
    if (nodes->count > nodes->capacity || points->count > points->capacity) {
        *broken = "counts are within the capacity of their arrays";
    } else if (points->count > RING_POINTS_MAX) {
        *broken = "a ring has at most 2^32 - 1 points";
    } else if (!nodes_in_range(nodes)) {
        *broken = "every node has a name and 1 to 2^20 replicas";
    } else if (!names_ascend(nodes)) {
        *broken = "nodes are ordered by name, and each stands once";
    } else if (replica_sum(nodes) != points->count) {
        *broken = "there are as many points as all nodes have replicas";
    } else if (node_byte_sum(nodes) != ring->node_bytes) {
        *broken = "the bytes counted for nodes are those of their blocks";
    } else if (!positions_ascend(points)) {
        *broken = "points are ordered by position";
    } else {
        /* Compares the owners' addresses: that of a corrupt point must not be followed. */
        bool same = false;
        enum ring_error error = compare_with_fresh(ring, &same);
        if (error != RING_OK) {
            return error;
        }
        if (!same) {
            *broken = "the points are those that the rule gives the nodes, and where positions are "
                      "equal they are ordered by owner's name";
        }
    }
    return *broken == NULL ? RING_OK : RING_CORRUPT;
}

enum ring_error ring_check(const struct ring *ring, const char **broken)
{
    const char *sentence = NULL;
    if (ring == NULL) {
        return RING_BAD_ARGUMENT;
    }
    enum ring_error error = find_broken(ring, &sentence);
    if (error == RING_CORRUPT && broken != NULL) {
        *broken = sentence;
    }
    return error;
}
