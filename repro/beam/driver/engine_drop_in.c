/* The library in the place of hash-ring's (../../drop_in), called as a program for hash-ring calls it. */
#include <erl_driver.h>
#include <string.h>

#include "../../drop_in/hash_ring.h"
#include "engine.h"
#include "work.h"

/* hash-ring fixes the replicas when it creates a ring, so that is done with the first node. */
struct drop_in {
    hash_ring_t *ring; /* NULL: there was no node yet */
    enum ring_rule rule;
};

static void *create(const struct ring_options *options)
{
    struct drop_in *drop_in = driver_alloc(sizeof *drop_in);
    if (drop_in != NULL) {
        *drop_in = (struct drop_in){.rule = options->rule};
    }
    return drop_in;
}

static void destroy(void *ring)
{
    struct drop_in *drop_in = ring;
    hash_ring_free(drop_in->ring);
    driver_free(drop_in);
}

/* hash-ring's parameters are not const. */
static uint8_t *bytes_of(struct ring_bytes bytes)
{
    return (uint8_t *)bytes.data;
}

static bool make(struct drop_in *drop_in, uint32_t replicas)
{
    const bool md5 = drop_in->rule != RING_HASH_RING_SHA1;
    drop_in->ring = hash_ring_create(replicas, md5 ? HASH_FUNCTION_MD5 : HASH_FUNCTION_SHA1);
    return drop_in->ring != NULL &&
           (drop_in->rule != RING_HASH_RING_COMPAT32 ||
            hash_ring_set_mode(drop_in->ring, HASH_RING_MODE_LIBMEMCACHED_COMPAT) == HASH_RING_OK);
}

static bool has(const struct drop_in *drop_in, struct ring_bytes name)
{
    return drop_in->ring != NULL &&
           hash_ring_get_node(drop_in->ring, bytes_of(name), (uint32_t)name.size) != NULL;
}

static enum ring_error add(void *ring, struct ring_bytes name, uint32_t replicas)
{
    struct drop_in *drop_in = ring;
    if (has(drop_in, name)) {
        return RING_NODE_EXISTS;
    }
    if (drop_in->ring == NULL && !make(drop_in, replicas)) {
        return RING_NO_MEMORY;
    }
    const int failed = hash_ring_add_node(drop_in->ring, bytes_of(name), (uint32_t)name.size);
    return failed == HASH_RING_OK ? RING_OK : RING_NO_MEMORY;
}

static enum ring_error remove_node(void *ring, struct ring_bytes name)
{
    const struct drop_in *drop_in = ring;
    if (!has(drop_in, name)) {
        return RING_NO_SUCH_NODE;
    }
    const int failed = hash_ring_remove_node(drop_in->ring, bytes_of(name), (uint32_t)name.size);
    return failed == HASH_RING_OK ? RING_OK : RING_NO_MEMORY;
}

static struct ring_bytes name_of(const hash_ring_node_t *node)
{
    return node != NULL ? (struct ring_bytes){node->name, node->nameLen}
                        : (struct ring_bytes){NULL, 0};
}

/* hash-ring finds nothing for an empty key. */
static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    const struct drop_in *drop_in = ring;
    *node = name_of(drop_in->ring != NULL
                        ? hash_ring_find_node(drop_in->ring, bytes_of(key), (uint32_t)key.size)
                        : NULL);
    return RING_OK;
}

static enum ring_error find_n(const void *ring, struct ring_bytes key, size_t wanted,
                              struct ring_bytes *names, size_t *found)
{
    const struct drop_in *drop_in = ring;
    hash_ring_node_t **nodes = driver_alloc(wanted * sizeof(hash_ring_node_t *));
    if (nodes == NULL) {
        return RING_NO_MEMORY;
    }
    const int count = hash_ring_find_nodes(drop_in->ring, bytes_of(key), (uint32_t)key.size, nodes,
                                           (uint32_t)wanted);
    *found = count > 0 ? (size_t)count : 0;
    for (size_t i = 0; i < *found; i++) {
        names[i] = name_of(nodes[i]);
    }
    driver_free(nodes);
    return RING_OK;
}

static size_t node_count(const void *ring)
{
    const struct drop_in *drop_in = ring;
    return drop_in->ring != NULL ? drop_in->ring->numNodes : 0;
}

static size_t point_count(const void *ring)
{
    const struct drop_in *drop_in = ring;
    return drop_in->ring != NULL ? drop_in->ring->numItems : 0;
}

static const struct subject drop_in_subject = {
    .create = create,
    .destroy = destroy,
    .add = add,
    .remove = remove_node,
    .find = find,
    .find_n = find_n,
    .node_count = node_count,
    .point_count = point_count,
};

const struct subject *const engine_subject = &drop_in_subject;

const uint64_t engine_longest_at_once = WORK_LONGEST_AT_ONCE;
