#include "ring.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "remembered.h"

struct model_node {
    size_t size;
    uint32_t replicas;
    unsigned char name[];
};

struct model_point {
    uint64_t position;
    const struct model_node *owner;
};

struct model {
    struct ring_options options;
    struct model_node **nodes; /* in any order */
    size_t node_count;
    struct model_point *points; /* in ring order */
    size_t point_count;
};

/* ORDER: by position, then by the owner's name, then by replica index. Points that differ only in
 * the index look the same to every caller, so the model does not keep it. */

/* Names compare byte by byte, as unsigned values; a prefix comes first. */
static bool name_before(const struct model_node *a, const struct model_node *b)
{
    for (size_t i = 0; i < a->size && i < b->size; i++) {
        if (a->name[i] != b->name[i]) {
            return a->name[i] < b->name[i];
        }
    }
    return a->size < b->size;
}

static bool point_before(const struct model_point *a, const struct model_point *b)
{
    return a->position != b->position ? a->position < b->position : name_before(a->owner, b->owner);
}

/* POINTS */

/* How many points are not greater than this one. They come first, so halving finds where they end. */
static size_t not_greater(const struct model *model, const struct model_point *point)
{
    size_t low = 0;
    size_t high = model->point_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (point_before(point, &model->points[middle])) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* Inserts the point before the first one that is greater: all greater ones move up by one. */
static void insert(struct model *model, const struct model_point *point)
{
    model->points = memory_grow(model->points, model->point_count, sizeof *model->points);
    size_t place = not_greater(model, point);
    memmove(&model->points[place + 1], &model->points[place],
            (model->point_count - place) * sizeof *model->points);
    model->points[place] = *point;
    model->point_count++;
}

/* The index of the first point whose position is strictly greater than the key's. If there is none,
 * the circle begins again: 0. */
static size_t successor(const struct model *model, struct ring_bytes key)
{
    uint64_t position = remembered_key_position(&model->options, key);
    for (size_t i = 0; i < model->point_count; i++) {
        if (model->points[i].position > position) {
            return i;
        }
    }
    return 0;
}

/* NODES */

/* NULL if no node has this name. */
static struct model_node *node_named(const struct model *model, struct ring_bytes name)
{
    for (size_t i = 0; i < model->node_count; i++) {
        struct model_node *node = model->nodes[i];
        if (node->size == name.size && memcmp(node->name, name.data, name.size) == 0) {
            return node;
        }
    }
    return NULL;
}

/* Adds a node and its points, one by one. */
static void append_node(struct model *model, const struct ring_node *from)
{
    struct model_node *node = memory_resize(NULL, sizeof *node + from->name.size, 1);
    memcpy(node->name, from->name.data, from->name.size);
    node->size = from->name.size;
    node->replicas = from->replicas;
    model->nodes = memory_grow(model->nodes, model->node_count, sizeof(struct model_node *));
    model->nodes[model->node_count++] = node;
    for (uint32_t replica = 0; replica < from->replicas; replica++) {
        uint64_t position = remembered_point_position(&model->options, from->name, replica);
        insert(model, &(struct model_point){position, node});
    }
}

/* THE SUBJECT: the functions of struct subject. */

static void *create(const struct ring_options *options)
{
    struct model *model = memory_resize(NULL, 1, sizeof *model);
    *model = (struct model){.options = *options};
    return model;
}

static void destroy(void *ring)
{
    struct model *model = ring;
    for (size_t i = 0; i < model->node_count; i++) {
        free(model->nodes[i]);
    }
    free(model->nodes);
    free(model->points);
    free(model);
}

/* A name has at least one byte, and a node 1 to 2^20 replicas. Limits are written as numbers here,
 * so that a wrong constant in ring.h is caught. */
static bool acceptable(const struct ring_node *node)
{
    return (node->name.size > 0 || references_accept_empty_names) && node->replicas >= 1 &&
           node->replicas <= 1048576;
}

/* Whether another of the nodes has the same name as nodes[index]. */
static bool twice_in(const struct ring_node *nodes, size_t count, size_t index)
{
    for (size_t i = 0; i < count; i++) {
        if (i != index && nodes[i].name.size == nodes[index].name.size &&
            memcmp(nodes[i].name.data, nodes[index].name.data, nodes[i].name.size) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds all nodes or none: every error is ruled out before anything changes. If several apply, the
 * first in the order of enum ring_error is returned. */
static enum ring_error add_many(void *ring, const struct ring_node *nodes, size_t count)
{
    struct model *model = ring;
    uint64_t points = model->point_count;
    for (size_t i = 0; i < count; i++) {
        if (!acceptable(&nodes[i])) {
            return RING_BAD_ARGUMENT;
        }
        points += nodes[i].replicas;
    }
    for (size_t i = 0; i < count; i++) {
        if (node_named(model, nodes[i].name) != NULL || twice_in(nodes, count, i)) {
            return RING_NODE_EXISTS;
        }
    }
    if (points > 4294967295) {
        return RING_TOO_MANY_POINTS;
    }
    for (size_t i = 0; i < count; i++) {
        append_node(model, &nodes[i]);
    }
    return RING_OK;
}

static enum ring_error add(void *ring, struct ring_bytes name, uint32_t replicas)
{
    struct ring_node node = {name, replicas};
    return add_many(ring, &node, 1);
}

/* The other nodes and their points stay, in the same order. */
static enum ring_error remove_node(void *ring, struct ring_bytes name)
{
    struct model *model = ring;
    if (name.size == 0 && !references_accept_empty_names) {
        return RING_BAD_ARGUMENT;
    }
    struct model_node *gone = node_named(model, name);
    if (gone == NULL) {
        return RING_NO_SUCH_NODE;
    }
    size_t points_left = 0;
    for (size_t i = 0; i < model->point_count; i++) {
        if (model->points[i].owner != gone) {
            model->points[points_left++] = model->points[i];
        }
    }
    model->point_count = points_left;
    size_t nodes_left = 0;
    for (size_t i = 0; i < model->node_count; i++) {
        if (model->nodes[i] != gone) {
            model->nodes[nodes_left++] = model->nodes[i];
        }
    }
    model->node_count = nodes_left;
    free(gone);
    return RING_OK;
}

/* The node comes again, as the last of all. */
static enum ring_error set_replicas(void *ring, struct ring_bytes name, uint32_t replicas)
{
    const struct model *model = ring;
    const struct ring_node node = {name, replicas};
    const struct model_node *known = node_named(model, name);
    if (!acceptable(&node)) {
        return RING_BAD_ARGUMENT;
    }
    if (known == NULL) {
        return RING_NO_SUCH_NODE;
    }
    if ((uint64_t)model->point_count - known->replicas + replicas > 4294967295) {
        return RING_TOO_MANY_POINTS;
    }
    (void)remove_node(ring, name);
    return add(ring, name, replicas);
}

static struct ring_bytes name_at(const struct model *model, size_t index)
{
    const struct model_node *owner = model->points[index].owner;
    return (struct ring_bytes){owner->name, owner->size};
}

/* In an empty ring no node owns the key: {NULL, 0}. */
static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    const struct model *model = ring;
    *node = model->point_count > 0 ? name_at(model, successor(model, key))
                                   : (struct ring_bytes){NULL, 0};
    return RING_OK;
}

/* Each name is stored once, so equal names have equal pointers. */
static bool among(const struct ring_bytes *nodes, size_t count, struct ring_bytes name)
{
    for (size_t i = 0; i < count; i++) {
        if (nodes[i].data == name.data) {
            return true;
        }
    }
    return false;
}

/* Goes round the circle once, from the key's successor, and writes each owner where it is first
 * met, until there are n. */
static enum ring_error find_n(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    const struct model *model = ring;
    size_t first = successor(model, key);
    *found = 0;
    for (size_t i = 0; i < model->point_count && *found < n; i++) {
        struct ring_bytes name = name_at(model, (first + i) % model->point_count);
        if (!among(nodes, *found, name)) {
            nodes[(*found)++] = name;
        }
    }
    return RING_OK;
}

static size_t node_count(const void *ring)
{
    return ((const struct model *)ring)->node_count;
}

static size_t point_count(const void *ring)
{
    return ((const struct model *)ring)->point_count;
}

static enum ring_error node_replicas(const void *ring, struct ring_bytes name, uint32_t *replicas)
{
    const struct model_node *node = node_named(ring, name);
    if (name.size == 0 && !references_accept_empty_names) {
        return RING_BAD_ARGUMENT;
    }
    if (node == NULL) {
        return RING_NO_SUCH_NODE;
    }
    *replicas = node->replicas;
    return RING_OK;
}

static bool next_point(const void *ring, struct ring_cursor *cursor, struct ring_point *point)
{
    const struct model *model = ring;
    size_t index = (size_t)cursor->state[0];
    if (index == model->point_count) {
        return false;
    }
    *point = (struct ring_point){model->points[index].position, name_at(model, index)};
    cursor->state[0]++;
    return true;
}

const struct subject subject_model = {
    .name = "model",
    .about = "the slow reference: a list of points, scanned for every answer",
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
    .node_replicas = node_replicas,
    .set_replicas = set_replicas,
};

SUBJECT_REGISTER(subject_model)
