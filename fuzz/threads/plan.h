/* What the writer of the shared ring does, and what its readers must then see. Both are computed
 * beforehand, from the specification, by scans and without a ring.
 *
 * A plan is a cycle of versions. Each version is a set of nodes from a pool. Version 0 is empty.
 * Each later one adds some nodes, removes one, or sets the replicas of one. After the last comes
 * version 0 again. The pool has two nodes of each name, with different replicas. A version has at most
 * one of the two.
 */
#ifndef FUZZ_THREADS_PLAN_H
#define FUZZ_THREADS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ringproof/ring.h>

#define PLAN_POOL_MAX 64
#define PLAN_NAME_MAX 48
#define PLAN_KEYS 24
#define PLAN_VERSIONS_MAX 1024

/* A kind of ring: how many names, how many replicas, which rule. */
struct plan_kind {
    const char *name;
    struct ring_options options; /* the default allocator */
    size_t names;                /* 1 to PLAN_POOL_MAX / 2 */
    uint32_t replicas_min;
    uint32_t replicas_max;
    bool tiny; /* with arcs from five points on, which split and unite all the time */
};

/* All kinds. The last has no name and ends the array. */
extern const struct plan_kind plan_kinds[];

/* A set of nodes. Bit i stands for nodes[i]. */
typedef uint64_t plan_set;

struct plan {
    const struct plan_kind *kind;
    size_t pool;
    struct ring_node nodes[PLAN_POOL_MAX];
    uint64_t checksums[PLAN_POOL_MAX]; /* for each node, the sum of plan_checksum() of its points */
    char names[PLAN_POOL_MAX][PLAN_NAME_MAX];
    struct ring_bytes keys[PLAN_KEYS];
    uint64_t positions[PLAN_KEYS];
    unsigned char met[PLAN_KEYS][PLAN_POOL_MAX]; /* for each key, the pool in clockwise order */
    uint64_t cycle;                              /* versions 0 to cycle - 1 */
    plan_set present[PLAN_VERSIONS_MAX];
};

/* Makes a plan. The same kind and seed make the same plan. O(points of the pool x keys). */
void plan_init(struct plan *plan, const struct plan_kind *kind, uint64_t seed);

/* Returns the nodes of a version. Any number is valid: the cycle repeats. */
plan_set plan_present(const struct plan *plan, uint64_t version);

/* Returns the index of the `skip`-th distinct owner (from 0) in clockwise order from key `key`, if
 * only the nodes in `present` exist. Returns `pool` if there are not so many. */
size_t plan_owner(const struct plan *plan, plan_set present, size_t key, size_t skip);

size_t plan_node_count(plan_set present);
size_t plan_point_count(const struct plan *plan, plan_set present);

/* Returns the checksum of one position. Checksums of points are added, so their order does not
 * matter. */
uint64_t plan_checksum(uint64_t position);

/* Returns the next random number: SplitMix64. */
uint64_t plan_random(uint64_t *state);

#endif
