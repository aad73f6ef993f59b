/* The nodes of a ring, by name (a skip list) and by number (a table).
 *
 * A node is one block, which its struct stands in the middle of:
 *
 *     uint64_t positions[replicas]    sorted; what the ring's points are made of
 *     struct node *links[sides][levels]
 *     struct node                     <- what others point to
 *     name
 *
 * A number is an index into the table of names: 4 bytes where a pointer takes 8. The table is of pieces, each
 * twice as large as the one before, so that it grows without being copied.
 */
#ifndef RING_NODES_H
#define RING_NODES_H

#include <stddef.h>
#include <stdint.h>

#include "allocation.h"

#define NODES_LEVELS 16 /* enough for 4^16 nodes */
#define NODES_PIECES 29 /* of 16, 32, ... names: enough for 2^32 nodes */
#define NODES_FIRST_PIECE 16
#define NODE_NONE UINT32_MAX

struct node {
    size_t size; /* of the name, in bytes */
    uint32_t replicas;
    uint32_t number;
    uint32_t levels; /* of the skip list: 1 and more */
    unsigned char name[];
};

struct nodes {
    struct allocation *allocation;
    struct node *first[NODES_LEVELS];
    struct ring_bytes *pieces[NODES_PIECES];
    uint32_t piece_count;
    uint32_t used; /* numbers below have been given out */
    uint32_t
        free; /* the first of those given back, which its `size` chains to the next; or NODE_NONE */
    size_t free_count; /* of those given back */
    size_t count;
    /* Two rings may share nodes: each has its own links in them. */
    uint32_t sides;
    uint32_t side;
};

/* < 0, 0, > 0 as `a` comes before, with, or after `b`: bytewise unsigned, a prefix first. */
int ring_compare_names(const void *a, size_t a_size, const void *b, size_t b_size);

/* A copy, with room for its positions, or NULL: no memory. */
struct node *ring_node_create(struct nodes *nodes, struct ring_bytes name, uint32_t replicas);
void ring_node_destroy(struct nodes *nodes, struct node *node);

uint64_t *ring_node_positions(const struct nodes *nodes, const struct node *node);

/* The index of the node's first position that is not less; `replicas` if there is none. O(1) expected where
 * positions are digests, O(log replicas) at worst. `scale`: positions are below 2^(64 - scale). */
size_t ring_node_lower_bound(const struct nodes *nodes, const struct node *node, uint64_t position,
                             unsigned scale);

/* Where that would be, were positions spread evenly. */
static inline size_t ring_node_interpolate(const struct node *node, uint64_t position,
                                           unsigned scale)
{
    return (size_t)((position << scale >> 32) * node->replicas >> 32);
}

/* The node of this name, or NULL. O(log nodes). */
struct node *ring_nodes_named(const struct nodes *nodes, const void *name, size_t size);

/* The next one by name that reaches this level; of NULL the first. NULL: none. */
struct node *ring_nodes_link(const struct nodes *nodes, const struct node *node, uint32_t level);

static inline struct node *ring_nodes_next(const struct nodes *nodes, const struct node *node)
{
    return ring_nodes_link(nodes, node, 0);
}

/* Room for so many more. On failure the pieces beyond `piece_count` as it was are for
 * ring_nodes_trim(). */
enum ring_error ring_nodes_reserve(struct nodes *nodes, size_t more);
void ring_nodes_trim(struct nodes *nodes, uint32_t piece_count);

/* Cannot fail, once there is room. The node has the next free number, or `used` if none is free. */
void ring_nodes_add(struct nodes *nodes, struct node *node);
void ring_nodes_remove(struct nodes *nodes, struct node *node);

static inline unsigned ring_top_bit(uint64_t number)
{
#if defined(__GNUC__) && !defined(RING_PLAIN)
    return 63U - (unsigned)__builtin_clzll(number);
#else
    unsigned bit = 0;
    while (number >>= 1) {
        bit++;
    }
    return bit;
#endif
}

/* Where the name of this number stands. */
static inline struct ring_bytes *ring_nodes_numbered(const struct nodes *nodes, uint32_t number)
{
    uint64_t shifted = (uint64_t)number + NODES_FIRST_PIECE;
    unsigned top = ring_top_bit(shifted);
    return &nodes->pieces[top - 4][shifted - (UINT64_C(1) << top)];
}

/* The free number that is given out after this free one, or NODE_NONE. */
static inline uint32_t ring_nodes_next_free(const struct nodes *nodes, uint32_t number)
{
    return (uint32_t)ring_nodes_numbered(nodes, number)->size;
}

static inline struct node *ring_node_of(struct ring_bytes name)
{
    return (struct node *)(void *)((char *)name.data - offsetof(struct node, name));
}

#endif
