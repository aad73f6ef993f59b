/* Owners in clockwise order from a place, each once.
 *
 * Nothing remembers which owners were handed out. A node has a sorted list of its positions, so its
 * first point after the start is known. The walk hands out a node at that point only. */
#include "internal.h"

/* Of a cursor that has no node left, all is 0. */
enum { START, LAST, LEFT }; /* a position, a node's number or NODE_NONE, a number of nodes */

enum ring_error ring_seek_position(const struct ring *ring, uint64_t position,
                                   struct ring_owner_cursor *cursor)
{
    if (ring == NULL || cursor == NULL) {
        return RING_BAD_ARGUMENT;
    }
    *cursor = (struct ring_owner_cursor){.state = {position, NODE_NONE, ring->nodes.count}};
    ring->store->seek(ring, position, &cursor->point);
    return RING_OK;
}

enum ring_error ring_seek(const struct ring *ring, const void *key, size_t size,
                          struct ring_owner_cursor *cursor)
{
    uint64_t position = 0;
    if (ring_position(ring, key, size, &position) != RING_OK) {
        return RING_BAD_ARGUMENT;
    }
    return ring_seek_position(ring, position, cursor);
}

/* The position of the node's first point after the start. */
static uint64_t first_position(const struct ring *ring, const struct node *node, uint64_t start)
{
    const unsigned scale = ring_placement_scale(&ring->placement);
    size_t index = start < UINT64_MAX ? ring_node_lower_bound(&ring->nodes, node, start + 1, scale)
                                      : node->replicas;
    return ring_node_positions(&ring->nodes, node)[index < node->replicas ? index : 0];
}

bool ring_next_owner(const struct ring *ring, struct ring_owner_cursor *cursor,
                     struct ring_bytes *node)
{
    if (ring == NULL || cursor == NULL || node == NULL || cursor->state[LEFT] == 0) {
        return false;
    }
    const struct node *owner = NULL;
    struct ring_bytes name;
    uint64_t position = 0;
    do {
        ring_next_around(ring, &cursor->point, &name, &position);
        owner = ring_node_of(name);
    } while (owner->number == cursor->state[LAST] || /* several points at one position */
             position != first_position(ring, owner, cursor->state[START]));
    cursor->state[LAST] = owner->number;
    cursor->state[LEFT]--;
    *node = name;
    return true;
}

enum ring_error ring_find_if(const struct ring *ring, const void *key, size_t size,
                             bool (*accept)(void *context, struct ring_bytes node), void *context,
                             struct ring_bytes *node)
{
    struct ring_owner_cursor cursor;
    struct ring_bytes owner;
    if (accept == NULL || node == NULL || ring_seek(ring, key, size, &cursor) != RING_OK) {
        return RING_BAD_ARGUMENT;
    }
    while (ring_next_owner(ring, &cursor, &owner)) {
        if (accept(context, owner)) {
            *node = owner;
            return RING_OK;
        }
    }
    *node = (struct ring_bytes){NULL, 0};
    return RING_OK;
}
