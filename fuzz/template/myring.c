/* A ring of your own for `ringproof check --subject ./libmyring.so`: put your calls where those of libring stand.
 *
 *     cc -shared -fPIC myring.c $(pkg-config --cflags --libs libring) -o libmyring.so */
#include <ringproof/subject.h>

static void *
create(const struct ring_options *options) /* the placement rule, which must be yours, too */
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

static enum ring_error remove_node(void *ring, struct ring_bytes name)
{
    return ring_remove(ring, name.data, name.size);
}

static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    return ring_find(ring, key.data, key.size, node);
}

static const struct subject myring = {
    .name = "myring",
    .promises = SUBJECT_ORDERS_TIES,           /* leave out what yours does not promise */
    .limits = SUBJECT_ONE_ERROR,               /* and this, if it tells why a call failed */
    .rules = 1U << RING_SHA1 | 1U << RING_MD5, /* those that it has; 0: all of enum ring_rule */
    .create = create,
    .destroy = destroy,
    .add = add,
    .remove = remove_node,
    .find = find,
    /* Give it .find_n, .add_many, .next_point, ... where it has them: more is compared, and sooner. */
};

const struct subject *ringproof_subject(unsigned int version)
{
    return version == RINGPROOF_SUBJECT_VERSION ? &myring : NULL;
}
