#include "internal.h"

#include <string.h>

size_t ring_node_count(const struct ring *ring)
{
    return ring != NULL ? ring->nodes.count : 0;
}

size_t ring_point_count(const struct ring *ring)
{
    return ring != NULL ? ring->point_count : 0;
}

size_t ring_bytes_used(const struct ring *ring)
{
    return ring != NULL ? atomic_load_explicit(ring->allocation.bytes, memory_order_relaxed) : 0;
}

enum ring_error ring_node_replicas(const struct ring *ring, const void *name, size_t size,
                                   uint32_t *replicas)
{
    struct ring_bytes own;
    enum ring_error error = ring_own_name(ring, name, size, &own);
    if (error == RING_OK && replicas != NULL) {
        *replicas = ring_node_of(own)->replicas;
    }
    return error;
}

bool ring_next_node(const struct ring *ring, struct ring_cursor *cursor, struct ring_node *node)
{
    if (ring == NULL || cursor == NULL || node == NULL) {
        return false;
    }
    /* The first word of the cursor holds the node before. In a zeroed cursor, it is NULL. At the end,
     * it stays the last node, which has no next one. */
    const struct node *at = NULL;
    memcpy((void *)&at, cursor->state, sizeof(void *));
    at = ring_nodes_next(&ring->nodes, at);
    if (at == NULL) {
        return false;
    }
    memcpy(cursor->state, (const void *)&at, sizeof(void *));
    *node = (struct ring_node){{at->name, at->size}, at->replicas};
    return true;
}

bool ring_next_point(const struct ring *ring, struct ring_cursor *cursor, struct ring_point *point)
{
    return ring != NULL && cursor != NULL && point != NULL &&
           ring->store->next(ring, cursor, point) != NODE_NONE;
}
