/* A subject with all functions that `ringproof exhaust` needs, over the ring library. FAULT: find_n
 * skips the key's owner. FAULT_HALF_A_KEY: find looks at the first half of a key. */
#include <ringproof/subject.h>
#include <stddef.h>

static void *create(const struct ring_options *options)
{
    struct ring *ring;
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
#ifdef FAULT_HALF_A_KEY
    key.size /= 2;
#endif
    return ring_find(ring, key.data, key.size, node);
}

#ifndef NO_FIND_N
static enum ring_error find_n(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    enum ring_error error = ring_find_n(ring, key.data, key.size, n, nodes, found);
#ifdef FAULT
    if (*found > 1) {
        nodes[0] = nodes[--*found];
    }
#endif
    return error;
}
#endif

const struct subject *ringproof_subject(unsigned int version)
{
    static const struct subject whole = {
        .name = "whole",
        .placement = SUBJECT_BY_RULE,
        .successor = SUBJECT_AFTER,
        .adding_twice = SUBJECT_AS_RING_H,
        .removing_absent = SUBJECT_AS_RING_H,
        .finding_in_empty = SUBJECT_AS_RING_H,
        .empty_name = SUBJECT_AS_RING_H,
        .empty_key = SUBJECT_AS_RING_H,
        .bad_replicas = SUBJECT_AS_RING_H,
        .create = create,
        .destroy = destroy,
        .add = add,
        .add_many = add_many,
        .remove = remove_node,
        .find = find,
#ifndef NO_FIND_N
        .find_n = find_n,
#endif
    };
    return version == RINGPROOF_SUBJECT_VERSION ? &whole : NULL;
}
