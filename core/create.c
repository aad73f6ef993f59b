#include "internal.h"

#include <stdlib.h>
#include <string.h>

uint32_t ring_version(void)
{
    return RING_VERSION;
}

const char *ring_strerror(enum ring_error error)
{
    switch (error) {
    case RING_OK:
        return "success";
    case RING_BAD_ARGUMENT:
        return "bad argument: a pointer is NULL, a name is empty, replicas are not 1 to 2^20, the "
               "rule is unknown, a custom rule or allocator lacks a function, a reserved option is "
               "not zero, or two rings place keys by different rules; correct the call";
    case RING_NODE_EXISTS:
        return "node exists: the name is in the ring already, or twice in one batch; to change its "
               "replicas, call ring_set_replicas()";
    case RING_NO_SUCH_NODE:
        return "no such node: the name is not in the ring; names are compared byte for byte";
    case RING_TOO_MANY_POINTS:
        return "too many points: the ring would have more than 2^32 - 1; use fewer replicas or "
               "nodes";
    case RING_NO_MEMORY:
        return "no memory: an allocation failed, and the ring is unchanged; free some memory and "
               "call again";
    case RING_CORRUPT:
        return "corrupt: an invariant is broken, by a bug or a stray write; keep the steps that "
               "led here, and destroy the ring";
    }
    return "unknown error: the number is not in enum ring_error; pass what a ring function "
           "returned";
}

static void *malloc_allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void malloc_release(void *context, void *block, size_t size)
{
    (void)context;
    (void)size;
    free(block);
}

enum ring_error ring_create_over(struct ring **ring, const struct ring_options *options,
                                 const struct point_store *store, uint32_t sides, uint32_t side)
{
    const struct ring_options none = {.rule = RING_XXH3};
    const struct ring_options *given = options != NULL ? options : &none;
    struct ring fresh = {
        .store = store,
        .nodes = {.free = NODE_NONE, .sides = sides, .side = side},
        .placement = {given->rule, given->custom},
        .allocation = {.allocator = given->allocator},
    };
    struct ring_allocator *allocator = &fresh.allocation.allocator;
    if (allocator->allocate == NULL && allocator->release == NULL) {
        *allocator = (struct ring_allocator){malloc_allocate, malloc_release, NULL};
    }
    if (ring == NULL || memcmp(given->reserved, none.reserved, sizeof none.reserved) != 0 ||
        allocator->allocate == NULL || allocator->release == NULL ||
        !ring_placement_valid(&fresh.placement)) {
        return RING_BAD_ARGUMENT;
    }
    struct ring *created = ring_allocate(&fresh.allocation, store->ring_size);
    if (created == NULL) {
        return RING_NO_MEMORY;
    }
    *created = fresh;
    created->nodes.allocation = &created->allocation;
    created->allocation.bytes = &created->allocation.own_bytes;
    atomic_init(created->allocation.bytes, store->ring_size);
    store->create(created);
    *ring = created;
    return RING_OK;
}

void ring_destroy(struct ring *ring)
{
    if (ring == NULL) {
        return;
    }
    for (struct node *node = ring_nodes_next(&ring->nodes, NULL); node != NULL;) {
        struct node *next = ring_nodes_next(&ring->nodes, node);
        ring_node_destroy(&ring->nodes, node);
        node = next;
    }
    ring_destroy_side(ring);
}

void ring_destroy_side(struct ring *ring)
{
    ring_nodes_trim(&ring->nodes, 0);
    ring->store->destroy(ring);
    ring_release(&ring->allocation, ring, ring->store->ring_size);
}
