/* A library in the place of the C library hash-ring (libhashring): the same functions, structures and
 * return values, over the ring library of this project. Programs that were compiled for hash-ring run
 * with it as they are, and every key stays on its node. What differs:
 *
 *     where                      hash-ring                          here
 *     items at equal positions   in any order                       by the names of their nodes
 *     find_nodes meets these     sees one; may never end            sees all, ends
 *     find_nodes, num 0          writes nodes, and never ends       0 nodes
 *     no memory                  a crash, or half a change          HASH_RING_ERR, as it was
 *     replicas above 2^20        as far as memory goes              NULL
 *     a ring of NULL             some functions crash               HASH_RING_ERR, NULL, or nothing
 *     time of a change           sorts all items                    lists all items
 *
 *     function                        time (n items, m nodes, r replicas)
 *     hash_ring_add_node              O(n + r log r): the items are listed in order after each change
 *     hash_ring_remove_node           O(n)
 *     hash_ring_find_node             O(1)
 *     hash_ring_find_nodes            O(items passed)
 *     hash_ring_get_node              O(log m)
 *
 * All that a ring hands out belongs to it, and is valid until its node is removed, or the ring freed;
 * items until the next change. One thread at a time may use a ring. */
#ifndef HASH_RING_H
#define HASH_RING_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define HASH_RING_API __attribute__((visibility("default")))
#else
#define HASH_RING_API
#endif

#define HASH_RING_OK 0
#define HASH_RING_ERR 1

#define HASH_FUNCTION_SHA1 1
#define HASH_FUNCTION_MD5 2

#define HASH_RING_MODE_NORMAL 1
#define HASH_RING_MODE_LIBMEMCACHED_COMPAT 2 /* needs HASH_FUNCTION_MD5 */

typedef uint8_t HASH_FUNCTION;
typedef uint8_t HASH_MODE;

typedef struct ll_t {
    void *data; /* a hash_ring_node_t */
    struct ll_t *next;
} ll_t;

typedef struct hash_ring_node_t {
    uint8_t *name; /* nameLen bytes, and a zero */
    uint32_t nameLen;
} hash_ring_node_t;

typedef struct hash_ring_item_t {
    hash_ring_node_t *node;
    uint64_t number; /* the position */
} hash_ring_item_t;

/* For reading only. */
typedef struct hash_ring_t {
    uint32_t numReplicas;
    ll_t *nodes; /* the one that was added last comes first */
    uint32_t numNodes;
    hash_ring_item_t **items; /* ascending */
    uint32_t numItems;
    HASH_FUNCTION hash_fn;
    HASH_MODE mode;
} hash_ring_t;

/* `numReplicas`: 1 to 2^20. NULL if an argument is wrong, or if there is no memory. */
HASH_RING_API hash_ring_t *hash_ring_create(uint32_t numReplicas, HASH_FUNCTION hash_fn);
HASH_RING_API void hash_ring_free(hash_ring_t *ring);

/* HASH_RING_ERR: a NULL, no bytes, a node that is there already, or is not there, or no memory. The
 * ring is then as it was. */
HASH_RING_API int hash_ring_add_node(hash_ring_t *ring, uint8_t *name, uint32_t nameLen);
HASH_RING_API int hash_ring_remove_node(hash_ring_t *ring, uint8_t *name, uint32_t nameLen);

/* NULL if there is none. */
HASH_RING_API hash_ring_node_t *hash_ring_get_node(hash_ring_t *ring, uint8_t *name,
                                                   uint32_t nameLen);
HASH_RING_API hash_ring_node_t *hash_ring_find_node(hash_ring_t *ring, uint8_t *key,
                                                    uint32_t keyLen);
HASH_RING_API hash_ring_item_t *hash_ring_find_next_highest_item(hash_ring_t *ring, uint64_t num);

/* Writes up to `num` nodes. Returns how many, or -1 if an argument is NULL, or if the ring is
 * empty. */
HASH_RING_API int hash_ring_find_nodes(hash_ring_t *ring, uint8_t *key, uint32_t keyLen,
                                       hash_ring_node_t *nodes[], uint32_t num);

/* From now on, keys and new nodes are placed in this mode. Nodes that are there stay where they are. */
HASH_RING_API int hash_ring_set_mode(hash_ring_t *ring, HASH_MODE mode);

HASH_RING_API void hash_ring_print(hash_ring_t *ring);

#ifdef __cplusplus
}
#endif

#endif
