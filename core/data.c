/* A caller's pointer for each node. */
#include "internal.h"

enum ring_error ring_own_name(const struct ring *ring, const void *name, size_t size,
                              struct ring_bytes *own)
{
    if (ring == NULL || name == NULL || size == 0 || own == NULL) {
        return RING_BAD_ARGUMENT;
    }
    const struct node *node = ring_nodes_named(&ring->nodes, name, size);
    if (node == NULL) {
        return RING_NO_SUCH_NODE;
    }
    *own = (struct ring_bytes){node->name, node->size};
    return RING_OK;
}

void *ring_node_data(struct ring_bytes node)
{
    return node.data != NULL ? ring_node_get(ring_node_of(node)) : NULL;
}

enum ring_error ring_set_node_data(struct ring *ring, const void *name, size_t size, void *data)
{
    struct ring_bytes own;
    enum ring_error error = ring_own_name(ring, name, size, &own);
    if (error == RING_OK) {
        ring_node_set(ring_node_of(own), data);
    }
    return error;
}
