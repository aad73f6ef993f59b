/* What the shared ring's writer does, known beforehand, and what its readers must then see: computed
 * from the specification by scans, without a ring.
 *
 * A plan is a cycle of versions, each a set of nodes of a pool: version 0 is empty, and each next one
 * adds some nodes or removes one; after the last comes version 0 again. Of two nodes of the pool that
 * have one name and other replicas, at most one is there at a time.
 */
#ifndef RING_TESTS_STRESS_PLAN_H
#define RING_TESTS_STRESS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../core/ring.h"

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
    bool tiny; /* in blocks so small that they part and join all the time */
};

/* Ended by one without a name. */
extern const struct plan_kind plan_kinds[];

/* A set of nodes: the bit 1 << i is that of nodes[i]. */
typedef uint64_t plan_set;

struct plan {
    const struct plan_kind *kind;
    size_t pool;
    struct ring_node nodes[PLAN_POOL_MAX];
    uint64_t checksums[PLAN_POOL_MAX]; /* plan_checksum() over a node's points */
    char names[PLAN_POOL_MAX][PLAN_NAME_MAX];
    struct ring_bytes keys[PLAN_KEYS];
    uint64_t positions[PLAN_KEYS];
    unsigned char met[PLAN_KEYS][PLAN_POOL_MAX]; /* the whole pool, as met clockwise from a key */
    uint64_t cycle;                              /* versions 0 to cycle - 1 */
    plan_set present[PLAN_VERSIONS_MAX];
};

/* A function of its arguments. O(points of the pool x keys). */
void plan_init(struct plan *plan, const struct plan_kind *kind, uint64_t seed);

/* Of any version: they go round. */
plan_set plan_present(const struct plan *plan, uint64_t version);

/* The index of the `skip`-th owner (from 0) met from key `key`, of those present; `pool`: there are
 * not so many. */
size_t plan_owner(const struct plan *plan, plan_set present, size_t key, size_t skip);

size_t plan_node_count(plan_set present);
size_t plan_point_count(const struct plan *plan, plan_set present);

/* Of one position; sums over a set of points are the same in any order. */
uint64_t plan_checksum(uint64_t position);

/* SplitMix64. */
uint64_t plan_random(uint64_t *state);

#endif
