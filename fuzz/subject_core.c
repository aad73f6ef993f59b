#include "subject.h"

static void *create(const struct ring_options *options)
{
    struct ring *ring = NULL;
    return ring_create(&ring, options) == RING_OK ? ring : NULL;
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

static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    return ring_find(ring, key.data, key.size, node);
}

static enum ring_error find_n(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    return ring_find_n(ring, key.data, key.size, n, nodes, found);
}

static size_t node_count(const void *ring)
{
    return ring_node_count(ring);
}

static size_t point_count(const void *ring)
{
    return ring_point_count(ring);
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

const struct subject subject_core = {
    .name = "core",
    .about = "the library: sorts a node's own points and merges; compacts on removal",
    .promises = SUBJECT_ORDERS_TIES,
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
    .check = check,
};
