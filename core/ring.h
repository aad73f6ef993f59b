/* libring: a consistent-hash ring.
 *
 * A ring maps a key (any bytes, also none) to a node (any bytes, at least one, as its name). A node
 * owns `replicas` points; a point is a 64-bit position on a circle, and its owner. A key belongs to
 * the owner of the first point after the key's own position:
 *
 *                 0 = 2^64
 *                    |            key at 5 ----> first position greater than 5 ----> "b"
 *            "a" .---+---. "b"    key at 7 ----> strictly greater: not the "b" at 7 but "c"
 *          2^64-9|       |7       key past the last point ----> the first point
 *                |       |
 *            "b" '-------' "c"
 *           2^63+3       2^62
 *
 * ORDER. Points are ordered by (position, owner's name, replica index). Names compare bytewise as
 * unsigned values, a prefix before what it prefixes. So a ring, and every answer it gives, is a
 * function of the set of nodes (names, replicas and rule) and never of the order in which they came
 * and went. Points at equal positions are all kept. Two points that differ in the replica index
 * alone are alike in everything a caller can see, so the index is not stored.
 *
 * COST. n is the number of points in the ring, m of nodes, r of points added or removed, d the cost
 * of one digest; SHA-1 and MD5 digest a name once for all its replicas, XXH3 for each. Positions are expected
 * to be spread evenly, as digests are; arcs.h says how points are kept.
 *
 *     ring_add, ring_add_many   O(r d + r log r + log m)  does not grow with n
 *     ring_remove               O(log m + r)              the same; no digests; never allocates
 *     ring_find                 O(d)                      one cache line of points; never allocates
 *     ring_find_many            O(d) each, and the waits for memory overlap; never allocates
 *     ring_find_n               O(d + points passed x n wanted), see there
 *     ring_check                O(n d + n log n)
 *
 * A weak rule, which puts many points into few places, adds n to the first two lines at worst, as if all
 * points were merged anew; and log n to a find. Points at equal positions are
 * told apart by comparing names: under a rule that makes them common, each comparison may cost as much
 * as the names have in common.
 *
 * No add waits for the ring to grow as a whole: blocks of some 1000 points grow one by one, and an add that
 * meets several full ones leaves some to the next. With 128 replicas at 10 M points, one add in 1000 takes 0.9
 * ms or longer, and none was seen to take 5 (bench/README.md, `grow`).
 *
 * Memory: some 19 bytes a point, at most 20 but for small rings and weak rules, of which it takes up to 60 (8 for its position, 8.5 to 10.7 for its
 * share of a line, 1 for those that do not fit into theirs); 16 to 32 a node in a table; and one block for each
 * node of 24 bytes, 8 to 128 (10.7 in the mean) for links, and its name. On 32-bit targets a point takes the
 * same. While it runs, an add needs 32 bytes for each new point and node and the longest new name besides,
 * and 16 for each point of the block that grows. Removing gives the node's block back; blocks whose points are
 * gone become one again, without asking for memory.
 *
 * ERRORS. Every function that can fail returns an enum ring_error, and one that fails leaves the
 * ring, and what its output arguments point to, exactly as they were. Where several errors apply,
 * the first in the order of the enumeration is returned, except that memory can run out at any
 * moment before that is known.
 *
 * THREADS. One thread may change a ring; any number of threads may read it (every function that
 * takes a const struct ring *) while nobody changes it. There is no other state: distinct rings are
 * independent. An allocator or custom rule is called from whatever thread calls the ring.
 */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define RING_API __attribute__((visibility("default")))
#else
#define RING_API
#endif

#define RING_REPLICAS_MAX UINT32_C(1048576)  /* replicas of one node: 1 to 2^20 */
#define RING_POINTS_MAX UINT32_C(4294967295) /* points of one ring: 0 to 2^32 - 1 */

enum ring_error {
    RING_OK = 0,
    RING_BAD_ARGUMENT,    /* a NULL, an empty name, replicas out of range, an unknown rule */
    RING_NODE_EXISTS,     /* the name is in the ring, or twice in one batch */
    RING_NO_SUCH_NODE,    /* the name is not in the ring */
    RING_TOO_MANY_POINTS, /* the ring would exceed RING_POINTS_MAX */
    RING_NO_MEMORY,       /* the allocator answered NULL, or a size does not fit size_t */
    RING_CORRUPT          /* ring_check() found a broken invariant */
};

/* A sentence for any value: what is wrong and what to do. Never NULL; static storage. */
RING_API const char *ring_strerror(enum ring_error error);

/* Any bytes. `data` may be NULL where `size` is 0. What a ring hands out in this form belongs to
 * the ring, and is valid until the node named is removed or the ring destroyed. */
struct ring_bytes {
    const void *data;
    size_t size;
};

struct ring_node {
    struct ring_bytes name; /* at least one byte */
    uint32_t replicas;      /* 1 to RING_REPLICAS_MAX; this is how weight is expressed */
};

struct ring_point {
    uint64_t position;
    struct ring_bytes node;
};

/* PLACEMENT RULES: from bytes to positions. `||` joins bytes; dec(i) is the replica index, from 0,
 * in ASCII decimal without leading zeros; le32(i) is the index as 4 bytes, least significant first.
 *
 *                      point's bytes           key's bytes  digest   position
 *   RING_XXH3          name || le32(i)         key          XXH3-64  the 64-bit value
 *   RING_SHA1          name || dec(i)          key          SHA-1    bytes 12..19, big-endian
 *   RING_MD5           name || dec(i)          key          MD5      bytes 8..15, little-endian
 *   RING_MD5_COMPAT32  name || "-" || dec(i)   key          MD5      bytes 0..3, little-endian
 *
 * RING_XXH3 is this library's own. XXH3-64 is XXH3_64bits() of xxHash 0.8: seed 0, default secret,
 * the same value on every machine. Its index has a fixed width, so that ("node1", 11) and
 * ("node11", 1) differ as bytes. A seed per index would avoid the copy, but the seed of XXH3 enters
 * inputs of 1 to 3 bytes by addition and exclusive or, and short names would meet one another.
 *
 * RING_SHA1 and RING_MD5 are those of the C library hash-ring, and RING_MD5_COMPAT32 is its
 * libmemcached mode, so that an existing deployment keeps its keys where they are. RING_SHA1 and
 * RING_MD5 do confuse ("node1", 11) with ("node11", 1): such points are equal, and all are kept.
 * The positions of RING_MD5_COMPAT32 are below 2^32.
 */
enum ring_rule { RING_XXH3 = 0, RING_SHA1, RING_MD5, RING_MD5_COMPAT32, RING_CUSTOM };

/* The rule of RING_CUSTOM. Both functions must be pure: the same arguments, the same position, for
 * as long as the ring lives. They must not call the ring. */
struct ring_custom_rule {
    uint64_t (*point)(void *context, const void *name, size_t size, uint32_t replica);
    uint64_t (*key)(void *context, const void *key, size_t size);
    void *context;
};

/* All memory comes from here. `allocate` gives at least `size` (never 0) bytes aligned for any
 * object, or NULL; `release` takes a block back, with the size it was asked for. All NULL: malloc
 * and free. */
struct ring_allocator {
    void *(*allocate)(void *context, size_t size);
    void (*release)(void *context, void *block, size_t size);
    void *context;
};

/* All zero is the default: RING_XXH3, malloc and free. */
struct ring_options {
    enum ring_rule rule;
    struct ring_custom_rule custom;  /* both functions with RING_CUSTOM, otherwise unused */
    struct ring_allocator allocator; /* both functions, or neither */
};

struct ring;

/* A new, empty ring into *ring. `options` may be NULL, is copied, and is fixed for the ring's life.
 * RING_BAD_ARGUMENT, RING_NO_MEMORY. */
RING_API enum ring_error ring_create(struct ring **ring, const struct ring_options *options);

/* Gives everything back to the allocator. NULL is ignored. */
RING_API void ring_destroy(struct ring *ring);

/* Adds a node; the name is copied.
 * RING_BAD_ARGUMENT, RING_NODE_EXISTS, RING_TOO_MANY_POINTS, RING_NO_MEMORY. */
RING_API enum ring_error ring_add(struct ring *ring, const void *name, size_t size,
                                  uint32_t replicas);

/* Adds `count` nodes, all or none of them, with one sort. The outcome is that of
 * adding them one by one in any order. `count` may be 0. Errors as ring_add. */
RING_API enum ring_error ring_add_many(struct ring *ring, const struct ring_node *nodes,
                                       size_t count);

/* RING_BAD_ARGUMENT, RING_NO_SUCH_NODE. */
RING_API enum ring_error ring_remove(struct ring *ring, const void *name, size_t size);

/* The owner of `key` into *node: of the first point whose position is strictly greater than the
 * key's, and past the last point of the first. In an empty ring there is no such node: RING_OK, and
 * *node is { NULL, 0 }. RING_BAD_ARGUMENT. */
RING_API enum ring_error ring_find(const struct ring *ring, const void *key, size_t size,
                                   struct ring_bytes *node);

/* The position of `key` under the ring's rule into *position, so that a caller can digest a key once and
 * ask many rings of that rule. RING_BAD_ARGUMENT. */
RING_API enum ring_error ring_position(const struct ring *ring, const void *key, size_t size,
                                       uint64_t *position);

/* ring_find of `count` keys, or of keys whose positions are known: that of the i-th into nodes[i]. Their
 * memory accesses overlap, which in large rings makes each several times as fast as alone. `count` may
 * be 0. All or none: RING_BAD_ARGUMENT. */
RING_API enum ring_error ring_find_many(const struct ring *ring, const struct ring_bytes *keys,
                                        size_t count, struct ring_bytes *nodes);
RING_API enum ring_error ring_find_positions(const struct ring *ring, const uint64_t *positions,
                                             size_t count, struct ring_bytes *nodes);

/* The first `n` distinct owners met clockwise from the key, the same first one as ring_find, into
 * nodes[0..*found); fewer, each once, where the ring has fewer. `nodes` has room for `n` (or the
 * ring's number of nodes, if that is less) and may be NULL if that is 0. Passes each point at most
 * once. Up to 16 wanted, it compares with those found so far; above that it asks for a byte for each
 * node that the ring had at its largest while it runs, and takes O(1) a point and O(m). RING_BAD_ARGUMENT, RING_NO_MEMORY (n > 16). */
RING_API enum ring_error ring_find_n(const struct ring *ring, const void *key, size_t size,
                                     size_t n, struct ring_bytes *nodes, size_t *found);

/* O(1). Of a NULL ring: 0. */
RING_API size_t ring_node_count(const struct ring *ring);
RING_API size_t ring_point_count(const struct ring *ring);

/* The bytes that the ring now holds of its allocator's. O(1). Of a NULL ring: 0. */
RING_API size_t ring_bytes_used(const struct ring *ring);

/* Walks: start with a zeroed cursor, go on while true. Nodes come in the order of their names,
 * points in ring order from position 0. O(1) a step, expected. A change to the ring ends the walk: the cursor
 * must not be used after it. */
struct ring_cursor {
    uint64_t state[2]; /* the library's own */
};
RING_API bool ring_next_node(const struct ring *ring, struct ring_cursor *cursor,
                             struct ring_node *node);
RING_API bool ring_next_point(const struct ring *ring, struct ring_cursor *cursor,
                              struct ring_point *point);

/* Verifies every invariant (check.c lists them). RING_OK: all hold. RING_CORRUPT: *broken is a
 * sentence (static storage) that names the first that does not; report it together with the steps
 * that led there, and destroy the ring. RING_NO_MEMORY: needs 32 bytes a point while it runs.
 * RING_BAD_ARGUMENT. `broken` may be NULL. */
RING_API enum ring_error ring_check(const struct ring *ring, const char **broken);

#ifdef __cplusplus
}
#endif
#endif
