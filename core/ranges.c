/* Ranges of positions and their owners: what moves from one ring to another, and what each node
 * owns. */
#include "internal.h"

#include <string.h>

static uint64_t last_position(const struct ring *ring)
{
    return UINT64_MAX >> ring_placement_scale(&ring->placement);
}

/* WHAT MOVES */

/* A walk over a ring's points. All but the ring is zero before the first. */
struct walk {
    const struct ring *ring;
    struct ring_cursor cursor;
    /* Its node owns all positions from the one that was passed last up to this one, or, if the walk
     * has ended, up to the end of the circle. */
    struct ring_point point;
    bool ended;
};

/* Goes on to the first point behind the position. Returns the last position before that point. */
static uint64_t pass(struct walk *walk, uint64_t position)
{
    const struct ring *ring = walk->ring;
    const uint64_t last = last_position(ring);
    while (!walk->ended && walk->point.position <= position) {
        if (ring->store->next(ring, &walk->cursor, &walk->point) == NODE_NONE) {
            walk->ended = true;
            (void)ring_find_positions(ring, &last, 1, &walk->point.node); /* the first point's */
        }
    }
    return walk->ended ? last : walk->point.position - 1;
}

static bool moves(const struct ring_range *range)
{
    return range->before.size != range->after.size ||
           (range->before.data != NULL &&
            memcmp(range->before.data, range->after.data, range->before.size) != 0);
}

static bool place_keys_alike(const struct placement *a, const struct placement *b)
{
    return a->rule == b->rule &&
           (a->rule != RING_CUSTOM ||
            (a->custom.key == b->custom.key && a->custom.context == b->custom.context));
}

enum ring_error ring_moves(const struct ring *before, const struct ring *after,
                           bool (*moved)(void *context, const struct ring_range *range),
                           void *context)
{
    if (before == NULL || after == NULL || moved == NULL ||
        !place_keys_alike(&before->placement, &after->placement)) {
        return RING_BAD_ARGUMENT;
    }
    struct walk old = {.ring = before};
    struct walk fresh = {.ring = after};
    struct ring_range range = {.first = 0};
    uint64_t first = 0;
    do {
        const uint64_t old_last = pass(&old, first);
        const uint64_t fresh_last = pass(&fresh, first);
        const uint64_t last = old_last < fresh_last ? old_last : fresh_last;
        struct ring_range next = {first, last, old.point.node, fresh.point.node};
        /* Within one ring, each name has one address. */
        if (range.before.data == next.before.data && range.after.data == next.after.data) {
            next.first = range.first;
        } else if (moves(&range) && !moved(context, &range)) {
            return RING_OK;
        }
        range = next;
        first = last + 1;
    } while (range.last < last_position(before));
    if (moves(&range)) {
        (void)moved(context, &range);
    }
    return RING_OK;
}

/* SHARES */

enum ring_error ring_shares(const struct ring *ring, double *shares)
{
    if (ring == NULL || (shares == NULL && ring->nodes.count > 0)) {
        return RING_BAD_ARGUMENT;
    }
    if (ring->nodes.count == 0) {
        return RING_OK;
    }
    size_t size = ring->nodes.used * sizeof(uint64_t);
    uint64_t *owned = ring_allocate(&ring->allocation, size);
    if (owned == NULL) {
        return RING_NO_MEMORY;
    }
    memset(owned, 0, size);
    /* A point owns the positions between the point before it and itself. */
    const uint64_t last = last_position(ring);
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    const uint32_t first_owner = ring->store->next(ring, &cursor, &point);
    /* Around the circle, from the first point back to itself. */
    for (size_t passed = 0; passed < ring->point_count; passed++) {
        const uint64_t before = point.position;
        const uint32_t owner = ring_next_around(ring, &cursor, &point);
        owned[owner] += (point.position - before) & last;
    }
    const double circle = (double)last + 1;
    const struct node *node = NULL;
    while ((node = ring_nodes_next(&ring->nodes, node)) != NULL) {
        /* It owns at least one position. If its sum is 0, it owns the whole circle. */
        bool all = node->number == first_owner && owned[node->number] == 0;
        *shares++ = all ? 1 : (double)owned[node->number] / circle;
    }
    ring_release(&ring->allocation, owned, size);
    return RING_OK;
}
