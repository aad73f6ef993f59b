#include "internal.h"

void ring_detach(struct ring *ring, struct node *node)
{
    ring->store->remove(ring, node);
    ring_nodes_remove(&ring->nodes, node);
    ring->point_count -= node->replicas;
}

enum ring_error ring_remove(struct ring *ring, const void *name, size_t size)
{
    if (ring == NULL || name == NULL || size == 0) {
        return RING_BAD_ARGUMENT;
    }
    struct node *node = ring_nodes_named(&ring->nodes, name, size);
    if (node == NULL) {
        return RING_NO_SUCH_NODE;
    }
    ring_detach(ring, node);
    ring_node_destroy(&ring->nodes, node);
    return RING_OK;
}
