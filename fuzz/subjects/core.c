/* The ring library in core/, over each of its point stores. */
#include "../../core/merge.h"
#include "../../core/tests/tiny.h"
#include "registry.h"

static void *create(const struct ring_options *options)
{
    struct ring *ring = NULL;
    return ring_create(&ring, options) == RING_OK ? ring : NULL;
}

static void *create_tiny(const struct ring_options *options)
{
    struct ring *ring = NULL;
    return ring_create_over(&ring, options, &ring_arcs_tiny, 1, 0) == RING_OK ? ring : NULL;
}

static void *create_merge(const struct ring_options *options)
{
    struct ring *ring = NULL;
    return ring_create_over(&ring, options, &ring_merge, 1, 0) == RING_OK ? ring : NULL;
}

static void destroy(void *ring)
{
    ring_destroy(ring);
}

static enum ring_error add(void *ring, struct ring_bytes name, uint32_t replicas)
{
    return ring_add(ring, name.data, name.size, replicas);
}

static enum ring_error add_many(void *ring, const struct ring_node *nodes, size_t count)
{
    return ring_add_many(ring, nodes, count);
}

static enum ring_error remove_node(void *ring, struct ring_bytes name)
{
    return ring_remove(ring, name.data, name.size);
}

static enum ring_error set_replicas(void *ring, struct ring_bytes name, uint32_t replicas)
{
    return ring_set_replicas(ring, name.data, name.size, replicas);
}

static enum ring_error set_node_data(void *ring, struct ring_bytes name, void *data)
{
    return ring_set_node_data(ring, name.data, name.size, data);
}

static void *node_data(const void *ring, struct ring_bytes node)
{
    (void)ring;
    return ring_node_data(node);
}

static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    return ring_find(ring, key.data, key.size, node);
}

static enum ring_error find_n(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    return ring_find_n(ring, key.data, key.size, n, nodes, found);
}

static enum ring_error find_positions(const void *ring, const uint64_t *positions, size_t count,
                                      struct ring_bytes *nodes)
{
    return ring_find_positions(ring, positions, count, nodes);
}

static size_t node_count(const void *ring)
{
    return ring_node_count(ring);
}

static size_t point_count(const void *ring)
{
    return ring_point_count(ring);
}

static enum ring_error node_replicas(const void *ring, struct ring_bytes name, uint32_t *replicas)
{
    return ring_node_replicas(ring, name.data, name.size, replicas);
}

static enum ring_error find_if(const void *ring, struct ring_bytes key,
                               bool (*accept)(void *context, struct ring_bytes node), void *context,
                               struct ring_bytes *node)
{
    return ring_find_if(ring, key.data, key.size, accept, context, node);
}

static void seek_position(const void *ring, uint64_t position, struct ring_owner_cursor *cursor)
{
    (void)ring_seek_position(ring, position, cursor);
}

static bool next_owner(const void *ring, struct ring_owner_cursor *cursor, struct ring_bytes *node)
{
    return ring_next_owner(ring, cursor, node);
}

static enum ring_error moves(const void *before, const void *after,
                             bool (*moved)(void *context, const struct ring_range *range),
                             void *context)
{
    return ring_moves(before, after, moved, context);
}

static enum ring_error shares(const void *ring, double *into)
{
    return ring_shares(ring, into);
}

static bool next_point(const void *ring, struct ring_cursor *cursor, struct ring_point *point)
{
    return ring_next_point(ring, cursor, point);
}

static const char *check(const void *ring)
{
    const char *broken = NULL;
    enum ring_error error = ring_check(ring, &broken);
    return error == RING_OK || broken != NULL ? broken : ring_strerror(error);
}

/* What the three subjects share. */
#define SUBJECT_OF_THE_LIBRARY                                                                     \
    SUBJECT_KEEPS_RING_H,                                                                          \
        .destroy = destroy, .add = add, .add_many = add_many, .remove = remove_node, .find = find, \
        .find_n = find_n, .find_positions = find_positions, .node_count = node_count,              \
        .point_count = point_count, .next_point = next_point, .check = check,                      \
        .node_replicas = node_replicas, .find_if = find_if, .seek_position = seek_position,        \
        .next_owner = next_owner, .moves = moves, .shares = shares, .set_replicas = set_replicas,  \
        .set_node_data = set_node_data, .node_data = node_data

const struct subject subject_core = {
    .name = "core",
    .about = "the ring library: points in cache lines; changes do not get slower as a ring grows",
    .create = create,
    SUBJECT_OF_THE_LIBRARY,
};

const struct subject subject_tiny = {
    .name = "tiny",
    .about = "the same, with arcs from five points on, which split and unite in small rings",
    .create = create_tiny,
    SUBJECT_OF_THE_LIBRARY,
};

const struct subject subject_merge = {
    .name = "merge",
    .about = "the same, over its other point store: one sorted run, merged and compacted",
    .create = create_merge,
    SUBJECT_OF_THE_LIBRARY,
};
