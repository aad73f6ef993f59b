#include "ring_internal.h"

#include <stdlib.h>
#include <string.h>

/* Up to here a look through those found costs less than asking the allocator. */
#define FIND_N_SCAN_MAX 16

const char *ring_strerror(enum ring_error error)
{
    switch (error) {
    case RING_OK:
        return "success";
    case RING_BAD_ARGUMENT:
        return "bad argument: a pointer is NULL, a name is empty, replicas are not 1 to 2^20, or "
               "the rule or allocator is incomplete; correct the call";
    case RING_NODE_EXISTS:
        return "node exists: the name is in the ring already, or twice in one batch; remove it "
               "first to change its replicas";
    case RING_NO_SUCH_NODE:
        return "no such node: the name is not in the ring; names are compared byte for byte";
    case RING_TOO_MANY_POINTS:
        return "too many points: the ring would exceed 2^32 - 1; use fewer replicas or nodes";
    case RING_NO_MEMORY:
        return "no memory: the allocator gave none and the ring is as it was; free some, and call "
               "again";
    case RING_CORRUPT:
        return "corrupt: an invariant is broken, by a defect or by a stray write; keep the steps "
               "that led here, and destroy the ring";
    }
    return "unknown error: not a value of enum ring_error";
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

void *ring_allocate(const struct ring *ring, size_t count, size_t size)
{
    if (count > SIZE_MAX / size) {
        return NULL;
    }
    return ring->allocator.allocate(ring->allocator.context, count * size);
}

void ring_release(const struct ring *ring, void *block, size_t count, size_t size)
{
    if (block != NULL) {
        ring->allocator.release(ring->allocator.context, block, count * size);
    }
}

size_t ring_node_block_size(const struct node *node)
{
    return sizeof *node + node->size;
}

void ring_release_node(const struct ring *ring, struct node *node)
{
    ring_release(ring, node, 1, ring_node_block_size(node));
}

enum ring_error ring_create(struct ring **ring, const struct ring_options *options)
{
    struct ring fresh = {.allocator = {malloc_allocate, malloc_release, NULL}};
    if (options != NULL) {
        const struct ring_allocator *allocator = &options->allocator;
        if ((allocator->allocate == NULL) != (allocator->release == NULL)) {
            return RING_BAD_ARGUMENT;
        }
        if (allocator->allocate != NULL) {
            fresh.allocator = *allocator;
        }
        fresh.placement.rule = options->rule;
        fresh.placement.custom = options->custom;
    }
    if (ring == NULL || !ring_placement_valid(&fresh.placement)) {
        return RING_BAD_ARGUMENT;
    }
    struct ring *created = ring_allocate(&fresh, 1, sizeof fresh);
    if (created == NULL) {
        return RING_NO_MEMORY;
    }
    *created = fresh;
    *ring = created;
    return RING_OK;
}

void ring_destroy(struct ring *ring)
{
    if (ring == NULL) {
        return;
    }
    for (size_t i = 0; i < ring->nodes.count; i++) {
        ring_release_node(ring, ring->nodes.entries[i].owner);
    }
    ring_release(ring, ring->nodes.entries, ring->nodes.capacity, sizeof *ring->nodes.entries);
    ring_release(ring, ring->points.entries, ring->points.capacity, sizeof *ring->points.entries);
    ring_release(ring, ring, 1, sizeof *ring);
}

enum ring_error ring_remove(struct ring *ring, const void *name, size_t size)
{
    if (ring == NULL || name == NULL || size == 0) {
        return RING_BAD_ARGUMENT;
    }
    size_t index = ring_run_find(&ring->nodes, name, size);
    if (index == ring->nodes.count) {
        return RING_NO_SUCH_NODE;
    }
    struct node *node = ring->nodes.entries[index].owner;
    if (ring_compare_names(node->name, node->size, name, size) != 0) {
        return RING_NO_SUCH_NODE;
    }
    ring_run_drop(&ring->points, node);
    ring_run_drop(&ring->nodes, node);
    ring->node_bytes -= ring_node_block_size(node);
    ring_release_node(ring, node);
    return RING_OK;
}

static struct ring_bytes node_name(const struct node *node)
{
    return (struct ring_bytes){node->name, node->size};
}

/* The index of the key's successor: there is one, the ring not being empty. */
static size_t successor(const struct ring *ring, const void *key, size_t size)
{
    size_t index = ring_run_after(&ring->points, ring_place_key(&ring->placement, key, size));
    return index < ring->points.count ? index : 0;
}

enum ring_error ring_find(const struct ring *ring, const void *key, size_t size,
                          struct ring_bytes *node)
{
    if (ring == NULL || (key == NULL && size > 0) || node == NULL) {
        return RING_BAD_ARGUMENT;
    }
    if (ring->points.count == 0) {
        *node = (struct ring_bytes){NULL, 0};
    } else {
        *node = node_name(ring->points.entries[successor(ring, key, size)].owner);
    }
    return RING_OK;
}

/* Whether `owner` is among those found, and marks it so. A ring hands out each name from one place
 * only, so that equal names are equal addresses. */
static bool met_before(const struct ring *ring, const struct node *owner,
                       const struct ring_bytes *nodes, size_t found, bool *seen)
{
    if (seen != NULL) {
        size_t index = ring_run_find(&ring->nodes, owner->name, owner->size);
        bool met = seen[index];
        seen[index] = true;
        return met;
    }
    for (size_t i = 0; i < found; i++) {
        if (nodes[i].data == owner->name) {
            return true;
        }
    }
    return false;
}

enum ring_error ring_find_n(const struct ring *ring, const void *key, size_t size, size_t n,
                            struct ring_bytes *nodes, size_t *found)
{
    if (ring == NULL || (key == NULL && size > 0) || found == NULL) {
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
        seen = ring_allocate(ring, ring->nodes.count, sizeof *seen);
        if (seen == NULL) {
            return RING_NO_MEMORY;
        }
        memset(seen, 0, ring->nodes.count * sizeof *seen);
    }
    size_t met = 0;
    size_t index = successor(ring, key, size);
    /* Every node owns a point, so that one turn meets them all. */
    for (size_t passed = 0; met < wanted && passed < ring->points.count; passed++) {
        const struct node *owner = ring->points.entries[index].owner;
        if (!met_before(ring, owner, nodes, met, seen)) {
            nodes[met++] = node_name(owner);
        }
        index = index + 1 < ring->points.count ? index + 1 : 0;
    }
    ring_release(ring, seen, ring->nodes.count, sizeof *seen);
    *found = met;
    return RING_OK;
}

size_t ring_node_count(const struct ring *ring)
{
    return ring != NULL ? ring->nodes.count : 0;
}

size_t ring_point_count(const struct ring *ring)
{
    return ring != NULL ? ring->points.count : 0;
}

size_t ring_bytes_used(const struct ring *ring)
{
    if (ring == NULL) {
        return 0;
    }
    return sizeof *ring + ring->node_bytes +
           (ring->nodes.capacity + ring->points.capacity) * sizeof(struct entry);
}

bool ring_next_node(const struct ring *ring, struct ring_cursor *cursor, struct ring_node *node)
{
    if (ring == NULL || cursor == NULL || node == NULL || cursor->state[0] >= ring->nodes.count) {
        return false;
    }
    const struct node *next = ring->nodes.entries[cursor->state[0]++].owner;
    *node = (struct ring_node){node_name(next), next->replicas};
    return true;
}

bool ring_next_point(const struct ring *ring, struct ring_cursor *cursor, struct ring_point *point)
{
    if (ring == NULL || cursor == NULL || point == NULL || cursor->state[0] >= ring->points.count) {
        return false;
    }
    const struct entry *next = &ring->points.entries[cursor->state[0]++];
    *point = (struct ring_point){next->position, node_name(next->owner)};
    return true;
}
