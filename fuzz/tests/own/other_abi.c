/* A library that has the symbols of hash-ring, and another ABI: OTHER_ORDER, the ring is the last
 * argument; OTHER_CODES, functions return 1 for success; OTHER_ANSWERS, a node is a string. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct node {
    char *name;
    uint32_t size;
};

struct ring {
    struct node nodes[8];
    uint32_t count;
};

#ifdef OTHER_CODES
enum { DONE = 1, FAILED = 0 };
#else
enum { DONE = 0, FAILED = 1 };
#endif

#ifdef OTHER_ORDER
#define ARGUMENTS const char *name, uint32_t size, struct ring *ring
#else
#define ARGUMENTS struct ring *ring, const char *name, uint32_t size
#endif

void *hash_ring_create(uint32_t replicas, uint8_t hash)
{
    (void)replicas;
    (void)hash;
    return calloc(1, sizeof(struct ring));
}

void hash_ring_free(struct ring *ring)
{
    free(ring);
}

int hash_ring_add_node(ARGUMENTS)
{
    if (ring->count == 8) {
        return FAILED;
    }
    ring->nodes[ring->count++] = (struct node){strndup(name, size), size};
    return DONE;
}

int hash_ring_remove_node(ARGUMENTS)
{
    for (uint32_t i = 0; i < ring->count; i++) {
        if (ring->nodes[i].size == size && memcmp(ring->nodes[i].name, name, size) == 0) {
            ring->nodes[i] = ring->nodes[--ring->count];
            return DONE;
        }
    }
    return FAILED;
}

void *hash_ring_find_node(ARGUMENTS)
{
    (void)name;
    (void)size;
#ifdef OTHER_ANSWERS
    return ring->count > 0 ? ring->nodes[0].name : NULL;
#else
    return ring->count > 0 ? &ring->nodes[0] : NULL;
#endif
}
