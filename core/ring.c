#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* Up to this many nodes, find_n compares with all nodes found so far: that costs less than
 * allocating marks. */
#define FIND_N_SCAN_MAX 16
/* How many keys ring_find_many() digests before it looks them up together. */
#define FIND_MANY_STEP 64

const char *ring_strerror(enum ring_error error)
{
    switch (error) {
    case RING_OK:
        return "success";
    case RING_BAD_ARGUMENT:
        return "bad argument: a pointer is NULL, a name is empty, replicas are not 1 to 2^20, the "
               "rule is unknown, or a custom rule or allocator lacks a function; correct the call";
    case RING_NODE_EXISTS:
        return "node exists: the name is in the ring already, or twice in one batch; to change its "
               "replicas, remove it first";
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
    struct ring fresh = {
        .store = store,
        .nodes = {.free = NODE_NONE, .sides = sides, .side = side},
        .allocation = {.allocator = {malloc_allocate, malloc_release, NULL}},
    };
    if (options != NULL) {
        const struct ring_allocator *allocator = &options->allocator;
        if ((allocator->allocate == NULL) != (allocator->release == NULL)) {
            return RING_BAD_ARGUMENT;
        }
        if (allocator->allocate != NULL) {
            fresh.allocation.allocator = *allocator;
        }
        fresh.placement.rule = options->rule;
        fresh.placement.custom = options->custom;
    }
    if (ring == NULL || !ring_placement_valid(&fresh.placement)) {
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
    if (store->create(created) != RING_OK) {
        ring_release(&fresh.allocation, created, store->ring_size);
        return RING_NO_MEMORY;
    }
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

enum ring_error ring_position(const struct ring *ring, const void *key, size_t size,
                              uint64_t *position)
{
    if (ring == NULL || (key == NULL && size > 0) || position == NULL) {
        return RING_BAD_ARGUMENT;
    }
    *position = ring_place_key(&ring->placement, key, size);
    return RING_OK;
}

enum ring_error ring_find_positions(const struct ring *ring, const uint64_t *positions,
                                    size_t count, struct ring_bytes *nodes)
{
    if (ring == NULL || (count > 0 && (positions == NULL || nodes == NULL))) {
        return RING_BAD_ARGUMENT;
    }
    if (ring->point_count > 0) {
        ring->store->find(ring, positions, count, nodes);
        return RING_OK;
    }
    for (size_t i = 0; i < count; i++) {
        nodes[i] = (struct ring_bytes){NULL, 0};
    }
    return RING_OK;
}

enum ring_error ring_find(const struct ring *ring, const void *key, size_t size,
                          struct ring_bytes *node)
{
    uint64_t position = 0;
    if (ring_position(ring, key, size, &position) != RING_OK) {
        return RING_BAD_ARGUMENT;
    }
    return ring_find_positions(ring, &position, 1, node);
}

enum ring_error ring_find_many(const struct ring *ring, const struct ring_bytes *keys, size_t count,
                               struct ring_bytes *nodes)
{
    uint64_t positions[FIND_MANY_STEP];
    if (ring == NULL || (count > 0 && (keys == NULL || nodes == NULL))) {
        return RING_BAD_ARGUMENT;
    }
    for (size_t i = 0; i < count; i++) {
        if (keys[i].data == NULL && keys[i].size > 0) {
            return RING_BAD_ARGUMENT;
        }
    }
    for (size_t done = 0; done < count;) {
        size_t step = count - done < FIND_MANY_STEP ? count - done : FIND_MANY_STEP;
        for (size_t i = 0; i < step; i++) {
            const struct ring_bytes *key = &keys[done + i];
            positions[i] = ring_place_key(&ring->placement, key->data, key->size);
        }
        (void)ring_find_positions(ring, positions, step, nodes + done);
        done += step;
    }
    return RING_OK;
}

/* Whether the node was found before; marks it as found. A ring hands out each name from one address
 * only, so addresses are compared instead of names. */
static bool met_before(struct ring_bytes node, const struct ring_bytes *nodes, size_t found,
                       bool *seen)
{
    if (seen != NULL) {
        uint32_t number = ring_node_of(node)->number;
        bool met = seen[number];
        seen[number] = true;
        return met;
    }
    for (size_t i = 0; i < found; i++) {
        if (nodes[i].data == node.data) {
            return true;
        }
    }
    return false;
}

enum ring_error ring_find_n(const struct ring *ring, const void *key, size_t size, size_t n,
                            struct ring_bytes *nodes, size_t *found)
{
    uint64_t position = 0;
    if (found == NULL || ring_position(ring, key, size, &position) != RING_OK) {
        return RING_BAD_ARGUMENT;
    }
    size_t wanted = n < ring->nodes.count ? n : ring->nodes.count;
    if (wanted == 0) {
        *found = 0;
        return RING_OK;
    }
    if (nodes == NULL) {
        return RING_BAD_ARGUMENT;
    }
    bool *seen = NULL;
    if (wanted > FIND_N_SCAN_MAX) {
        seen = ring_allocate(&ring->allocation, ring->nodes.used * sizeof *seen);
        if (seen == NULL) {
            return RING_NO_MEMORY;
        }
        memset(seen, 0, ring->nodes.used * sizeof *seen);
    }
    size_t met = 0;
    struct ring_cursor cursor;
    ring->store->seek(ring, position, &cursor);
    /* Every node owns a point, so one turn around the circle meets all nodes. */
    for (size_t passed = 0; met < wanted && passed < ring->point_count; passed++) {
        struct ring_bytes node;
        if (!ring->store->next(ring, &cursor, &node, NULL)) {
            cursor = (struct ring_cursor){{0}};
            (void)ring->store->next(ring, &cursor, &node, NULL);
        }
        if (!met_before(node, nodes, met, seen)) {
            nodes[met++] = node;
        }
    }
    ring_release(&ring->allocation, seen, ring->nodes.used * sizeof *seen);
    *found = met;
    return RING_OK;
}

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

bool ring_next_node(const struct ring *ring, struct ring_cursor *cursor, struct ring_node *node)
{
    if (ring == NULL || cursor == NULL || node == NULL || cursor->state[1] != 0) {
        return false;
    }
    /* The first word of the cursor holds the node before. In a zeroed cursor, it is NULL. */
    const struct node *at = NULL;
    memcpy((void *)&at, cursor->state, sizeof(void *));
    at = ring_nodes_next(&ring->nodes, at);
    if (at == NULL) {
        cursor->state[1] = 1;
        return false;
    }
    memcpy(cursor->state, (const void *)&at, sizeof(void *));
    *node = (struct ring_node){{at->name, at->size}, at->replicas};
    return true;
}

bool ring_next_point(const struct ring *ring, struct ring_cursor *cursor, struct ring_point *point)
{
    struct ring_point next;
    if (ring == NULL || cursor == NULL || point == NULL ||
        !ring->store->next(ring, cursor, &next.node, &next.position)) {
        return false;
    }
    *point = next;
    return true;
}
