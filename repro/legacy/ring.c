/* The ring as it was in 2014: an array of pointers to items, one item for each point. After every
 * change quicksort() sorts the whole array. A removal frees the node's items and leaves holes (NULLs)
 * in their place; the sort moves the holes to the end. */
#include "ring.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "../../core/placement.h"
#include "../../fuzz/base/memory.h"
#include "../../fuzz/base/place.h"
#include "sort.h"

struct legacy_node {
    size_t size;
    uint32_t replicas;
    unsigned char name[]; /* followed by room for the placement's suffix */
};

struct legacy {
    struct placement placement;
    void *nodes; /* a search.h tree by name; the original's node table plays no part in the crash */
    size_t node_count;
    struct legacy_item **items;
    size_t item_count;
    size_t item_room;
};

/* A hole is greater than anything, another hole included. So a run of holes never splits in the
 * middle: the sort needs one stack entry for each hole but the last. */
static int compare_items(const struct legacy_item *a, const struct legacy_item *b)
{
    if (a == NULL) {
        return 1;
    }
    if (b == NULL) {
        return -1;
    }
    return (a->position > b->position) - (a->position < b->position);
}

static int compare_names(const void *left, const void *right)
{
    const struct legacy_node *a = left;
    const struct legacy_node *b = right;
    int order = memcmp(a->name, b->name, a->size < b->size ? a->size : b->size);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

static void *create(const struct ring_options *options)
{
    struct legacy *ring = memory_resize(NULL, 1, sizeof *ring);
    *ring = (struct legacy){.placement = {options->rule, options->custom}};
    return ring;
}

static void destroy(void *subject)
{
    struct legacy *ring = subject;
    for (size_t i = 0; i < ring->item_count; i++) {
        free(ring->items[i]);
    }
    free(ring->items);
    tdestroy(ring->nodes, free);
    free(ring);
}

static struct legacy_node *make_node(struct ring_bytes name, uint32_t replicas)
{
    struct legacy_node *node =
        memory_resize(NULL, sizeof *node + name.size + PLACEMENT_SUFFIX_MAX, 1);
    node->size = name.size;
    node->replicas = replicas;
    memcpy(node->name, name.data, name.size);
    return node;
}

static struct legacy_node *node_named(const struct legacy *ring, struct ring_bytes name)
{
    struct legacy_node *wanted = make_node(name, 0);
    struct legacy_node *const *found = tfind(wanted, &ring->nodes, compare_names);
    free(wanted);
    return found != NULL ? *found : NULL;
}

static void forget(struct legacy *ring, struct legacy_node *node)
{
    (void)tdelete(node, &ring->nodes, compare_names);
    ring->node_count--;
    free(node);
}

/* Returns false if the name is already in the ring. */
static bool remember(struct legacy *ring, const struct ring_node *from)
{
    struct legacy_node *node = make_node(from->name, from->replicas);
    struct legacy_node *const *kept = tsearch(node, &ring->nodes, compare_names);
    if (kept == NULL) {
        (void)memory_resize(NULL, SIZE_MAX, 2); /* reports that memory ran out, and exits */
    } else if (*kept != node) {
        free(node);
        return false;
    }
    ring->node_count++;
    return true;
}

static void append_items(struct legacy *ring, struct legacy_node *node)
{
    if (ring->item_count + node->replicas > ring->item_room) {
        ring->item_room += ring->item_room / 2 + node->replicas;
        ring->items = memory_resize(ring->items, ring->item_room, sizeof(struct legacy_item *));
    }
    for (uint32_t replica = 0; replica < node->replicas; replica++) {
        struct legacy_item *item = memory_resize(NULL, 1, sizeof *item);
        item->position = place_point(&ring->placement, node->name, node->size, replica);
        item->owner = node;
        ring->items[ring->item_count++] = item;
    }
}

static enum ring_error add_many(void *subject, const struct ring_node *nodes, size_t count)
{
    struct legacy *ring = subject;
    uint64_t points = 0;
    for (size_t i = 0; i < count; i++) {
        if (nodes[i].name.size == 0 || nodes[i].replicas == 0 ||
            nodes[i].replicas > RING_REPLICAS_MAX) {
            return RING_BAD_ARGUMENT;
        }
        points += nodes[i].replicas;
    }
    for (size_t i = 0; i < count; i++) {
        if (!remember(ring, &nodes[i])) {
            while (i > 0) {
                forget(ring, node_named(ring, nodes[--i].name));
            }
            return RING_NODE_EXISTS;
        }
    }
    if (points > RING_POINTS_MAX - ring->item_count) {
        for (size_t i = 0; i < count; i++) {
            forget(ring, node_named(ring, nodes[i].name));
        }
        return RING_TOO_MANY_POINTS;
    }
    for (size_t i = 0; i < count; i++) {
        append_items(ring, node_named(ring, nodes[i].name));
    }
    quicksort(ring->items, (int)ring->item_count, compare_items);
    return RING_OK;
}

/* hash_ring_add_node() and hash_ring_remove_node() have the original's names, so that backtraces can
 * be compared. */
static enum ring_error hash_ring_add_node(void *subject, struct ring_bytes name, uint32_t replicas)
{
    struct ring_node node = {name, replicas};
    return add_many(subject, &node, 1);
}

static enum ring_error hash_ring_remove_node(void *subject, struct ring_bytes name)
{
    struct legacy *ring = subject;
    if (name.size == 0) {
        return RING_BAD_ARGUMENT;
    }
    struct legacy_node *gone = node_named(ring, name);
    if (gone == NULL) {
        return RING_NO_SUCH_NODE;
    }
    for (size_t i = 0; i < ring->item_count; i++) {
        if (ring->items[i]->owner == gone) {
            free(ring->items[i]);
            ring->items[i] = NULL;
        }
    }
    quicksort(ring->items, (int)ring->item_count, compare_items);
    ring->item_count -= gone->replicas;
    forget(ring, gone);
    return RING_OK;
}

static struct ring_bytes name_at(const struct legacy *ring, size_t index)
{
    const struct legacy_node *node = ring->items[index]->owner;
    return (struct ring_bytes){node->name, node->size};
}

static size_t successor(const struct legacy *ring, struct ring_bytes key)
{
    uint64_t position = ring_place_key(&ring->placement, key.data, key.size);
    size_t low = 0;
    size_t high = ring->item_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ring->items[middle]->position > position) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low < ring->item_count ? low : 0;
}

static enum ring_error find(const void *subject, struct ring_bytes key, struct ring_bytes *node)
{
    const struct legacy *ring = subject;
    *node =
        ring->item_count > 0 ? name_at(ring, successor(ring, key)) : (struct ring_bytes){NULL, 0};
    return RING_OK;
}

static enum ring_error find_n(const void *subject, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    const struct legacy *ring = subject;
    size_t index = ring->item_count > 0 ? successor(ring, key) : 0;
    *found = 0;
    for (size_t passed = 0; passed < ring->item_count && *found < n && *found < ring->node_count;
         passed++) {
        struct ring_bytes name = name_at(ring, (index + passed) % ring->item_count);
        bool met = false;
        for (size_t i = 0; i < *found && !met; i++) {
            met = nodes[i].data == name.data;
        }
        if (!met) {
            nodes[(*found)++] = name;
        }
    }
    return RING_OK;
}

static size_t node_count(const void *subject)
{
    return ((const struct legacy *)subject)->node_count;
}

static size_t point_count(const void *subject)
{
    return ((const struct legacy *)subject)->item_count;
}

static bool next_point(const void *subject, struct ring_cursor *cursor, struct ring_point *point)
{
    const struct legacy *ring = subject;
    if (cursor->state[0] >= ring->item_count) {
        return false;
    }
    size_t index = (size_t)cursor->state[0]++;
    *point = (struct ring_point){ring->items[index]->position, name_at(ring, index)};
    return true;
}

const struct subject subject_legacy = {
    .name = "legacy",
    .about = "the ring of 2014: its quicksort has an unchecked stack of 1024 entries",
    SUBJECT_KEEPS_RING_H_MOSTLY,
    .exact_errors = true,
    .create = create,
    .destroy = destroy,
    .add = hash_ring_add_node,
    .add_many = add_many,
    .remove = hash_ring_remove_node,
    .find = find,
    .find_n = find_n,
    .node_count = node_count,
    .point_count = point_count,
    .next_point = next_point,
};
