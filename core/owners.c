/* Owners in clockwise order from a place, each once. */
#include "internal.h"

/* The first owners are compared with all that were met. Later ones need no memory: a node's sorted
 * positions tell where its first point after the start is, and the walk hands it out there. */
#define MET (sizeof((struct ring_owner_cursor *)NULL)->met / sizeof(uint32_t))

enum ring_error ring_seek_position(const struct ring *ring, uint64_t position,
                                   struct ring_owner_cursor *cursor)
{
    if (ring == NULL || cursor == NULL) {
        return RING_BAD_ARGUMENT;
    }
    *cursor = (struct ring_owner_cursor){.start = position, .left = ring->nodes.count};
    ring->store->seek(ring, position, &cursor->point);
    return RING_OK;
}

enum ring_error ring_seek(const struct ring *ring, const void *key, size_t size,
                          struct ring_owner_cursor *cursor)
{
    uint64_t position = 0;
    enum ring_error error = ring_position(ring, key, size, &position);
    return error == RING_OK ? ring_seek_position(ring, position, cursor) : error;
}

/* The position of the node's first point after the start. */
static uint64_t first_position(const struct ring *ring, const struct node *node, uint64_t start)
{
    const unsigned scale = ring_placement_scale(&ring->placement);
    /* From the last position, this wraps to 0. */
    const size_t index = ring_node_lower_bound(&ring->nodes, node, start + 1, scale);
    return ring_node_positions(&ring->nodes, node)[index < node->replicas ? index : 0];
}

bool ring_next_owner(const struct ring *ring, struct ring_owner_cursor *cursor,
                     struct ring_bytes *node)
{
    if (ring == NULL || cursor == NULL || node == NULL || cursor->left == 0) {
        return false;
    }
    const size_t met = ring->nodes.count - (size_t)cursor->left;
    uint32_t owner = NODE_NONE;
    struct ring_point point;
    bool again = false;
    do {
        owner = ring_next_around(ring, &cursor->point, met > MET ? &point : NULL);
        if (met <= MET) {
            again = ring_is_among(cursor->met, met, owner);
        } else { /* the last one, if it has several points at one position */
            again = owner == cursor->met[MET - 1] ||
                    point.position != first_position(ring, ring_node_of(point.node), cursor->start);
        }
    } while (again);
    cursor->met[met < MET ? met : MET - 1] = owner;
    cursor->left--;
    *node = *ring_nodes_numbered(&ring->nodes, owner);
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
