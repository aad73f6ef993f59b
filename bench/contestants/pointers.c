#include "pointers.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "../../core/placement.h"
#include "../../fuzz/base/memory.h"
#include "../../fuzz/base/place.h"
#include "../base/bench.h"

struct node {
    size_t size;
    uint32_t replicas;
    unsigned char name[]; /* followed by room for the placement's suffix */
};

struct item {
    uint64_t position;
    const struct node *owner;
};

struct pointers {
    struct placement placement; /* the ring library's: benchmarks compare only the sorting */
    void *nodes;                /* a tree by name, so that finding a node costs next to nothing */
    struct item **items;        /* sorted by position */
    size_t count;
};

/* The points of a removed node are NULL, and sort last. */
static int compare_items(const void *left, const void *right)
{
    const struct item *a = *(struct item *const *)left;
    const struct item *b = *(struct item *const *)right;
    if (a == NULL || b == NULL) {
        return (a == NULL) - (b == NULL);
    }
    return (a->position > b->position) - (a->position < b->position);
}

static int compare_names(const void *left, const void *right)
{
    const struct node *a = left;
    const struct node *b = right;
    int order = memcmp(a->name, b->name, a->size < b->size ? a->size : b->size);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

static void *create(const struct ring_options *options)
{
    struct pointers *ring = memory_resize(NULL, 1, sizeof *ring);
    *ring = (struct pointers){.placement = {options->rule, options->custom}};
    return ring;
}

static void destroy(void *subject)
{
    struct pointers *ring = subject;
    for (size_t i = 0; i < ring->count; i++) {
        free(ring->items[i]);
    }
    tdestroy(ring->nodes, free);
    free(ring->items);
    free(ring);
}

static struct node *make_node(struct ring_bytes name, uint32_t replicas)
{
    struct node *node = memory_resize(NULL, sizeof *node + name.size + PLACEMENT_SUFFIX_MAX, 1);
    node->size = name.size;
    node->replicas = replicas;
    memcpy(node->name, name.data, name.size);
    return node;
}

static struct node *remember(struct pointers *ring, const struct ring_node *from)
{
    struct node *node = make_node(from->name, from->replicas);
    struct node *const *kept = tsearch(node, &ring->nodes, compare_names);
    if (kept == NULL || *kept != node) {
        bench_fail("the node exists already, or there is no memory for it");
    }
    return node;
}

static enum ring_error add_many(void *subject, const struct ring_node *nodes, size_t count)
{
    struct pointers *ring = subject;
    size_t points = 0;
    for (size_t i = 0; i < count; i++) {
        points += nodes[i].replicas;
    }
    ring->items = memory_resize(ring->items, ring->count + points, sizeof(struct item *));
    for (size_t i = 0; i < count; i++) {
        struct node *node = remember(ring, &nodes[i]);
        for (uint32_t replica = 0; replica < node->replicas; replica++) {
            struct item *item = memory_resize(NULL, 1, sizeof *item);
            item->position = place_point(&ring->placement, node->name, node->size, replica);
            item->owner = node;
            ring->items[ring->count++] = item;
        }
    }
    qsort(ring->items, ring->count, sizeof(struct item *), compare_items);
    return RING_OK;
}

static enum ring_error add(void *subject, struct ring_bytes name, uint32_t replicas)
{
    struct ring_node node = {name, replicas};
    return add_many(subject, &node, 1);
}

static enum ring_error remove_node(void *subject, struct ring_bytes name)
{
    struct pointers *ring = subject;
    struct node *wanted = make_node(name, 0);
    struct node *const *found = tfind(wanted, &ring->nodes, compare_names);
    free(wanted);
    if (found == NULL) {
        return RING_NO_SUCH_NODE;
    }
    struct node *gone = *found;
    for (size_t i = 0; i < ring->count; i++) {
        if (ring->items[i]->owner == gone) {
            free(ring->items[i]);
            ring->items[i] = NULL;
        }
    }
    qsort(ring->items, ring->count, sizeof(struct item *), compare_items);
    ring->count -= gone->replicas;
    (void)tdelete(gone, &ring->nodes, compare_names);
    free(gone);
    return RING_OK;
}

static struct ring_bytes owner_of(const struct pointers *ring, uint64_t position)
{
    size_t low = 0;
    size_t high = ring->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ring->items[middle]->position > position) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    if (ring->count == 0) {
        return (struct ring_bytes){NULL, 0};
    }
    const struct node *node = ring->items[low < ring->count ? low : 0]->owner;
    return (struct ring_bytes){node->name, node->size};
}

static enum ring_error find(const void *subject, struct ring_bytes key, struct ring_bytes *node)
{
    const struct pointers *ring = subject;
    *node = owner_of(ring, ring_place_key(&ring->placement, key.data, key.size));
    return RING_OK;
}

static enum ring_error find_positions(const void *subject, const uint64_t *positions, size_t count,
                                      struct ring_bytes *nodes)
{
    for (size_t i = 0; i < count; i++) {
        nodes[i] = owner_of(subject, positions[i]);
    }
    return RING_OK;
}

static size_t point_count(const void *subject)
{
    return ((const struct pointers *)subject)->count;
}

static bool next_point(const void *subject, struct ring_cursor *cursor, struct ring_point *point)
{
    const struct pointers *ring = subject;
    if (cursor->state[0] >= ring->count) {
        return false;
    }
    const struct item *item = ring->items[cursor->state[0]++];
    *point = (struct ring_point){item->position, {item->owner->name, item->owner->size}};
    return true;
}

const struct subject subject_pointers = {
    .name = "pointers",
    .about =
        "pointers to points allocated one by one, all sorted again by qsort() after each change",
    .create = create,
    .destroy = destroy,
    .add = add,
    .add_many = add_many,
    .remove = remove_node,
    .find = find,
    .find_positions = find_positions,
    .point_count = point_count,
    .next_point = next_point,
};
