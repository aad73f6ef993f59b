/* The same ring, kept in order by sorting all points with qsort() after each change. Most libraries
 * do that; in the benchmarks this is the middle contestant. */
#include <stdlib.h>
#include <string.h>

#include "../../core/placement.h"
#include "../base/memory.h"
#include "../base/place.h"
#include "registry.h"

struct resort_node {
    size_t size;
    uint32_t replicas;
    unsigned char name[]; /* and room for the placement's suffix */
};

struct resort_point {
    uint64_t position;
    const struct resort_node *owner;
};

struct resort {
    struct placement placement; /* the ring library's: benchmarks compare only the sorting */
    struct resort_node **nodes; /* sorted by name */
    size_t node_count;
    struct resort_point *points; /* sorted by position, then name */
    size_t point_count;
    size_t point_capacity;
};

static int compare_names(const struct resort_node *a, const struct resort_node *b)
{
    int order = memcmp(a->name, b->name, a->size < b->size ? a->size : b->size);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

static int compare_points(const void *left, const void *right)
{
    const struct resort_point *a = left;
    const struct resort_point *b = right;
    if (a->position != b->position) {
        return a->position < b->position ? -1 : 1;
    }
    return compare_names(a->owner, b->owner);
}

static int compare_nodes(const void *left, const void *right)
{
    return compare_names(*(struct resort_node *const *)left, *(struct resort_node *const *)right);
}

bool references_accept_empty_names;

static void *create(const struct ring_options *options)
{
    struct resort *ring = memory_resize(NULL, 1, sizeof *ring);
    *ring = (struct resort){.placement = {options->rule, options->custom}};
    return ring;
}

static void destroy(void *subject)
{
    struct resort *ring = subject;
    for (size_t i = 0; i < ring->node_count; i++) {
        free(ring->nodes[i]);
    }
    free(ring->nodes);
    free(ring->points);
    free(ring);
}

/* The node's index, or node_count if there is no such node. */
static size_t index_of(const struct resort *ring, struct ring_bytes name)
{
    size_t low = 0;
    size_t high = ring->node_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct resort_node *node = ring->nodes[middle];
        size_t common = node->size < name.size ? node->size : name.size;
        int order = memcmp(node->name, name.data, common);
        if (order == 0) {
            order = (node->size > name.size) - (node->size < name.size);
        }
        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return ring->node_count;
}

static void append(struct resort *ring, const struct ring_node *from)
{
    struct resort_node *node =
        memory_resize(NULL, sizeof *node + from->name.size + PLACEMENT_SUFFIX_MAX, 1);
    node->size = from->name.size;
    node->replicas = from->replicas;
    if (from->name.size > 0) {
        memcpy(node->name, from->name.data, from->name.size);
    }
    ring->nodes[ring->node_count++] = node;
    for (uint32_t replica = 0; replica < from->replicas; replica++) {
        uint64_t position = place_point(&ring->placement, node->name, node->size, replica);
        ring->points[ring->point_count++] = (struct resort_point){position, node};
    }
}

static void sort_all(struct resort *ring)
{
    qsort(ring->nodes, ring->node_count, sizeof(struct resort_node *), compare_nodes);
    qsort(ring->points, ring->point_count, sizeof *ring->points, compare_points);
}

static void make_room(struct resort *ring, size_t nodes, size_t points)
{
    ring->nodes =
        memory_resize(ring->nodes, ring->node_count + nodes, sizeof(struct resort_node *));
    if (ring->point_count + points > ring->point_capacity) {
        ring->point_capacity += ring->point_capacity / 2 + points;
        ring->points = memory_resize(ring->points, ring->point_capacity, sizeof *ring->points);
    }
}

static int compare_specs(const void *left, const void *right)
{
    const struct ring_node *a = left;
    const struct ring_node *b = right;
    size_t common = a->name.size < b->name.size ? a->name.size : b->name.size;
    int order = memcmp(a->name.data, b->name.data, common);
    return order != 0 ? order : (a->name.size > b->name.size) - (a->name.size < b->name.size);
}

static bool any_twice(const struct ring_node *nodes, size_t count)
{
    struct ring_node *sorted = memory_resize(NULL, count, sizeof *sorted);
    bool twice = false;
    if (count > 0) {
        memcpy(sorted, nodes, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, compare_specs);
    }
    for (size_t i = 1; i < count; i++) {
        twice = twice || compare_specs(&sorted[i - 1], &sorted[i]) == 0;
    }
    free(sorted);
    return twice;
}

static enum ring_error add_many(void *subject, const struct ring_node *nodes, size_t count)
{
    struct resort *ring = subject;
    bool known = false;
    uint64_t points = 0;
    for (size_t i = 0; i < count; i++) {
        if ((nodes[i].name.size == 0 && !references_accept_empty_names) || nodes[i].replicas == 0 ||
            nodes[i].replicas > RING_REPLICAS_MAX) {
            return RING_BAD_ARGUMENT;
        }
        known = known || index_of(ring, nodes[i].name) < ring->node_count;
        points += nodes[i].replicas;
    }
    if (known || any_twice(nodes, count)) {
        return RING_NODE_EXISTS;
    }
    if (points > RING_POINTS_MAX - ring->point_count) {
        return RING_TOO_MANY_POINTS;
    }
    if (count == 0) {
        return RING_OK; /* an empty ring has no array to sort */
    }
    make_room(ring, count, (size_t)points);
    for (size_t i = 0; i < count; i++) {
        append(ring, &nodes[i]);
    }
    sort_all(ring);
    return RING_OK;
}

static enum ring_error add(void *subject, struct ring_bytes name, uint32_t replicas)
{
    struct ring_node node = {name, replicas};
    return add_many(subject, &node, 1);
}

static enum ring_error remove_node(void *subject, struct ring_bytes name)
{
    struct resort *ring = subject;
    if (name.size == 0 && !references_accept_empty_names) {
        return RING_BAD_ARGUMENT;
    }
    size_t index = index_of(ring, name);
    if (index == ring->node_count) {
        return RING_NO_SUCH_NODE;
    }
    struct resort_node *gone = ring->nodes[index];
    ring->nodes[index] = ring->nodes[--ring->node_count];
    for (size_t i = 0; i < ring->point_count;) {
        if (ring->points[i].owner == gone) {
            ring->points[i] = ring->points[--ring->point_count];
        } else {
            i++;
        }
    }
    free(gone);
    sort_all(ring);
    return RING_OK;
}

/* Checked here, since the node is removed first. */
static enum ring_error set_replicas(void *subject, struct ring_bytes name, uint32_t replicas)
{
    struct resort *ring = subject;
    if ((name.size == 0 && !references_accept_empty_names) || replicas == 0 ||
        replicas > RING_REPLICAS_MAX) {
        return RING_BAD_ARGUMENT;
    }
    size_t index = index_of(ring, name);
    if (index == ring->node_count) {
        return RING_NO_SUCH_NODE;
    }
    if ((uint64_t)ring->point_count - ring->nodes[index]->replicas + replicas > RING_POINTS_MAX) {
        return RING_TOO_MANY_POINTS;
    }
    (void)remove_node(ring, name);
    return add(ring, name, replicas);
}

static struct ring_bytes name_at(const struct resort *ring, size_t index)
{
    const struct resort_node *node = ring->points[index].owner;
    return (struct ring_bytes){node->name, node->size};
}

static size_t successor(const struct resort *ring, struct ring_bytes key)
{
    uint64_t position = ring_place_key(&ring->placement, key.data, key.size);
    size_t low = 0;
    size_t high = ring->point_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ring->points[middle].position > position) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low < ring->point_count ? low : 0;
}

static enum ring_error find(const void *subject, struct ring_bytes key, struct ring_bytes *node)
{
    const struct resort *ring = subject;
    *node =
        ring->point_count > 0 ? name_at(ring, successor(ring, key)) : (struct ring_bytes){NULL, 0};
    return RING_OK;
}

static enum ring_error find_n(const void *subject, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    const struct resort *ring = subject;
    size_t wanted = n < ring->node_count ? n : ring->node_count;
    size_t index = wanted > 0 ? successor(ring, key) : 0;
    *found = 0;
    while (*found < wanted) {
        struct ring_bytes name = name_at(ring, index);
        bool met = false;
        for (size_t i = 0; i < *found && !met; i++) {
            met = nodes[i].data == name.data;
        }
        if (!met) {
            nodes[(*found)++] = name;
        }
        index = (index + 1) % ring->point_count;
    }
    return RING_OK;
}

static size_t node_count(const void *subject)
{
    return ((const struct resort *)subject)->node_count;
}

static size_t point_count(const void *subject)
{
    return ((const struct resort *)subject)->point_count;
}

static bool next_point(const void *subject, struct ring_cursor *cursor, struct ring_point *point)
{
    const struct resort *ring = subject;
    if (cursor->state[0] >= ring->point_count) {
        return false;
    }
    size_t index = (size_t)cursor->state[0]++;
    *point = (struct ring_point){ring->points[index].position, name_at(ring, index)};
    return true;
}

const struct subject subject_resort = {
    .name = "resort",
    .about = "a ring that sorts all its points with qsort() after each change",
    SUBJECT_KEEPS_RING_H,
    .create = create,
    .destroy = destroy,
    .add = add,
    .add_many = add_many,
    .remove = remove_node,
    .find = find,
    .find_n = find_n,
    .node_count = node_count,
    .point_count = point_count,
    .next_point = next_point,
    .set_replicas = set_replicas,
};
