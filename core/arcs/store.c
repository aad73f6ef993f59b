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
    arcs->fresh_run = (struct run){.entries = NULL};
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

/* Lists all points of the ring, in order, in a new run with this capacity (> 0). False if there is no
 * memory for it. */
static bool list_points(struct ring *ring, struct run *into, size_t capacity)
{
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    struct entry *entries = capacity <= SIZE_MAX / sizeof *entries
                                ? ring_take(&ring->allocation, capacity * sizeof *entries)
                                : NULL;
    if (entries == NULL) {
        return false;
    }
    *into = (struct run){entries, 0, capacity};
    while (ring->store->next(ring, &cursor, &point) != NODE_NONE) {
        entries[into->count++] = (struct entry){point.position, ring_node_of(point.node)};
    }
    return true;
}

static void give_run(struct ring *ring, struct run *run)
{
    ring_give(&ring->allocation, run->entries, run->capacity * sizeof *run->entries);
    *run = (struct run){.entries = NULL};
}

/* Builds what will replace the points of the ring: lines of the new points and of those that stay, or
 * a run if they are not spread evenly. */
static enum ring_error rebuild(struct ring *ring, const struct run *fresh,
                               const struct node *leaving)
{
    struct arcs *arcs = arcs_in(ring);
    struct run *all = &arcs->fresh_run;
    if (!list_points(ring, all, ring->point_count + fresh->count)) {
        return RING_NO_MEMORY;
    }
    if (leaving != NULL) {
        ring_run_drop(all, leaving);
    }
    ring_run_merge(all->entries, all->entries, all->count, fresh->entries, fresh->count);
    all->count += fresh->count;
    const enum ring_error error = ring_arcs_build(ring, &arcs->fresh, all);
    if (error == RING_TOO_MANY_POINTS) {
        return RING_OK;
    }
    give_run(ring, all);
    return error;
}

static enum ring_error reserve(struct ring *ring, const struct run *fresh,
                               const struct node *leaving)
{
    struct arcs *arcs = arcs_in(ring);
    const size_t stay = ring->point_count - (leaving != NULL ? leaving->replicas : 0);
    enum ring_error error = RING_TOO_MANY_POINTS;
    if (is_large(ring) && fresh->count <= ring->point_count) {
        error = ring_arcs_reserve(ring, fresh);
    } else if (!is_large(ring) && stay + fresh->count <= arcs->run_max) {
        error = ring_merge.reserve(ring, fresh, leaving);
    } else if (ring->point_count == 0) { /* usually needs no list of all points */
        error = ring_arcs_build(ring, &arcs->fresh, fresh);
    }
    return error != RING_TOO_MANY_POINTS ? error : rebuild(ring, fresh, leaving);
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

/* Gives back lines that so few points do not need. A ring with few points becomes small again, unless
 * there is no memory for that. */
static void shrink(struct ring *ring, size_t points)
{
    struct arcs *arcs = arcs_in(ring);
    struct run run = {.entries = NULL};
    if (points > arcs->run_max / 4 || (points > 0 && !list_points(ring, &run, points))) {
        ring_arcs_shrink(ring, points);
        return;
    }
    ring_lines_free(ring, &arcs->lines);
    arcs->small.run = run;
    ring->store = &ring_arcs;
}

static void commit(struct ring *ring, const struct run *fresh, const struct node *leaving)
{
    struct arcs *arcs = arcs_in(ring);
    if (is_rebuilt(arcs)) {
        destroy(ring);
        arcs->small.run = arcs->fresh_run;
        arcs->fresh_run = (struct run){.entries = NULL};
        arcs->lines = arcs->fresh;
        arcs->fresh = (struct lines){.count = 0};
        ring->store = is_large(ring) ? &large : &ring_arcs;
    } else if (!is_large(ring)) {
        ring_merge.commit(ring, fresh, leaving);
    } else {
        if (leaving != NULL) {
            ring_arcs_erase(ring, leaving);
        }
        if (fresh->count > 0) {
            ring_arcs_insert(ring, fresh);
            ring_arcs_grow(ring, ring->point_count + fresh->count);
        }
    }
    if (leaving != NULL && is_large(ring)) {
        shrink(ring, ring->point_count - leaving->replicas + fresh->count);
    }
}

/* A ring changes its store with its form, so that no lookup asks which form it has. */
#define STORE(form)                                                                                \
    {                                                                                              \
        .ring_size = sizeof(struct arcs), .create = create, .destroy = destroy,                    \
        .reserve = reserve, .cancel = cancel, .commit = commit, .find = form##_find,               \
        .seek = form##_seek, .next = form##_next, .check = form##_check                            \
    }

const struct point_store ring_arcs = STORE(ring_merge);
static const struct point_store large = STORE(ring_arcs);

enum ring_error ring_create(struct ring **ring, const struct ring_options *options)
{
    return ring_create_over(ring, options, &ring_arcs, 1, 0);
}
