/* A ring of your own for `ringproof check --subject ./libmyring.so`: replace the calls of
 * ring_...() by calls of your ring, and correct the table below. ringproof/subject.h explains every
 * member. As it stands, this file checks the ring of ringproof itself. LD_LIBRARY_PATH must name
 * the folder of libringproof.so if the loader does not know it:
 *
 *     cc -shared -fPIC myring.c $(pkg-config --cflags --libs ringproof) -o libmyring.so */
#include <ringproof/subject.h>

static void *create(const struct ring_options *options)
{
    struct ring *ring; /* must place its points by options->rule */
    return ring_create(&ring, options) == RING_OK ? ring : NULL;
}

static void destroy(void *ring)
{
    ring_destroy(ring);
}

static enum ring_error add(void *ring, struct ring_bytes name, uint32_t replicas)
{
    return ring_add(ring, name.data, name.size, replicas); /* must copy the name */
}

static enum ring_error remove_node(void *ring, struct ring_bytes name)
{
    return ring_remove(ring, name.data, name.size);
}

static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    return ring_find(ring, key.data, key.size, node); /* in an empty ring: *node is {NULL, 0} */
}

static const struct subject myring = {
    .name = "myring",
    .promises = SUBJECT_ORDERS_TIES, /* or 0: points at one position may be in any order */
    .limits = SUBJECT_ONE_ERROR,     /* or 0: a failed call returns the error that ring.h demands */
    .rules = 1U << RING_SHA1 | 1U << RING_MD5, /* the rules that create() knows; 0: all */
    .create = create,
    .destroy = destroy,
    .add = add,
    .remove = remove_node,
    .find = find, /* if you have them, add .find_n, .add_many, .next_point ...: more is checked */
};

const struct subject *ringproof_subject(unsigned int version)
{
    return version == RINGPROOF_SUBJECT_VERSION ? &myring : NULL;
}
