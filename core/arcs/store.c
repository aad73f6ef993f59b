/* The point store of arcs as a whole, and ring_create(), which makes rings with it. */
#include "arcs.h"

static const struct point_store large;

static bool is_large(const struct ring *ring)
{
    return arcs_of(ring)->lines.count > 0;
}

static void create(struct ring *ring)
{
    struct arcs *arcs = arcs_in(ring);
    arcs->lines = arcs->fresh = (struct lines){.count = 0};
    arcs->fresh_run = (struct run){NULL, 0, 0};
    arcs->spares = NULL;
    arcs->scale = ring_placement_scale(&ring->placement);
    arcs->run_max = RUN_MAX;
    ring_merge.create(ring);
}

static void destroy(struct ring *ring)
{
    ring_lines_free(ring, &arcs_in(ring)->lines);
    ring_merge.destroy(ring);
}

/* ADDING */

/* Appends all points of the ring, in order. */
static void list_points(const struct ring *ring, struct run *into)
{
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    while (ring->store->next(ring, &cursor, &point) != NODE_NONE) {
        into->entries[into->count++] = (struct entry){point.position, ring_node_of(point.node)};
    }
}

static bool take_run(struct ring *ring, struct run *run, size_t count)
{
    struct entry *entries = count > 0 && count <= SIZE_MAX / sizeof *entries
                                ? ring_take(&ring->allocation, count * sizeof *entries)
                                : NULL;
    *run = (struct run){entries, 0, entries != NULL ? count : 0};
    return entries != NULL;
}

static void give_run(struct ring *ring, struct run *run)
{
    ring_give(&ring->allocation, run->entries, run->capacity * sizeof *run->entries);
    *run = (struct run){NULL, 0, 0};
}

/* Builds what will replace the points of the ring: lines of the new points and of those that stay, or
 * a run if they are not spread evenly. */
static enum ring_error rebuild(struct ring *ring, const struct run *fresh,
                               const struct node *leaving)
{
    struct arcs *arcs = arcs_in(ring);
    struct run *all = &arcs->fresh_run;
    enum ring_error error = RING_OK;
    if (ring->point_count == 0) { /* most often it takes no copy of the points */
        error = ring_arcs_build(ring, &arcs->fresh, fresh);
        if (error != RING_OK || arcs->fresh.count > 0) {
            return error;
        }
    }
    if (!take_run(ring, all, ring->point_count + fresh->count)) {
        return RING_NO_MEMORY;
    }
    list_points(ring, all);
    if (leaving != NULL) {
        ring_run_drop(all, leaving);
    }
    ring_run_merge(all->entries, all->entries, all->count, fresh->entries, fresh->count);
    all->count += fresh->count;
    error = ring_arcs_build(ring, &arcs->fresh, all);
    if (error != RING_OK || arcs->fresh.count > 0) {
        give_run(ring, all);
    }
    return error;
}

static enum ring_error reserve(struct ring *ring, const struct run *fresh,
                               const struct node *leaving)
{
    const struct arcs *arcs = arcs_of(ring);
    const size_t stay = ring->point_count - (leaving != NULL ? leaving->replicas : 0);
    if (!is_large(ring) && stay + fresh->count <= arcs->run_max) {
        return ring_merge.reserve(ring, fresh, leaving);
    }
    if (is_large(ring) && fresh->count <= ring->point_count) {
        bool even = true;
        enum ring_error error = ring_arcs_reserve(ring, fresh, &even);
        if (even) {
            return error;
        }
    }
    return rebuild(ring, fresh, leaving);
}

static bool is_rebuilt(const struct arcs *arcs)
{
    return arcs->fresh.count > 0 || arcs->fresh_run.entries != NULL;
}

static void cancel(struct ring *ring, const struct run *fresh)
{
    struct arcs *arcs = arcs_in(ring);
    if (is_rebuilt(arcs)) {
        ring_lines_free(ring, &arcs->fresh);
        give_run(ring, &arcs->fresh_run);
    } else if (!is_large(ring)) {
        ring_merge.cancel(ring, fresh);
    } else {
        ring_arcs_cancel(ring, fresh);
    }
}

static void add(struct ring *ring, const struct run *fresh)
{
    struct arcs *arcs = arcs_in(ring);
    if (is_rebuilt(arcs)) {
        destroy(ring);
        arcs->small.run = arcs->fresh_run;
        arcs->fresh_run = (struct run){NULL, 0, 0};
        arcs->lines = arcs->fresh;
        arcs->fresh = (struct lines){.count = 0};
        ring->store = is_large(ring) ? &large : &ring_arcs;
    } else if (is_large(ring)) {
        ring_arcs_insert(ring, fresh);
        ring_arcs_grow(ring, ring->point_count + fresh->count);
    } else {
        ring_merge.add(ring, fresh);
    }
}

/* REMOVING */

/* Makes a ring with few points small again, unless there is no memory for that. */
static void become_small(struct ring *ring, size_t points)
{
    struct arcs *arcs = arcs_in(ring);
    struct run run;
    if (!take_run(ring, &run, points) && points > 0) {
        ring_arcs_shrink(ring, points);
        return;
    }
    list_points(ring, &run);
    ring_lines_free(ring, &arcs->lines);
    arcs->small.run = run;
    ring->store = &ring_arcs;
}

/* Gives back lines that so few points do not need. */
static void shrink(struct ring *ring, size_t points)
{
    if (is_large(ring) && points <= arcs_of(ring)->run_max / 4) {
        become_small(ring, points);
    } else if (is_large(ring)) {
        ring_arcs_shrink(ring, points);
    }
}

static void erase(struct ring *ring, const struct node *node)
{
    if (is_large(ring)) {
        ring_arcs_erase(ring, node);
    } else {
        ring_merge.remove(ring, node);
    }
}

static void remove_node(struct ring *ring, const struct node *node)
{
    erase(ring, node);
    shrink(ring, ring->point_count - node->replicas);
}

static void replace(struct ring *ring, const struct node *leaving, const struct run *fresh)
{
    if (!is_rebuilt(arcs_of(ring))) {
        erase(ring, leaving);
    }
    add(ring, fresh);
    shrink(ring, ring->point_count - leaving->replicas + fresh->count);
}

/* A ring changes its store with its form, so that no lookup asks which form it has. */
#define STORE(form)                                                                                \
    {                                                                                              \
        .ring_size = sizeof(struct arcs), .create = create, .destroy = destroy,                    \
        .reserve = reserve, .cancel = cancel, .add = add, .replace = replace,                      \
        .remove = remove_node, .find = form##_find, .seek = form##_seek, .next = form##_next,      \
        .check = form##_check                                                                      \
    }

const struct point_store ring_arcs = STORE(ring_merge);
static const struct point_store large = STORE(ring_arcs);

enum ring_error ring_create(struct ring **ring, const struct ring_options *options)
{
    return ring_create_over(ring, options, &ring_arcs, 1, 0);
}
