/* The rings that are measured, with their nodes and keys: the same for every contestant and in
 * every run.
 *
 * Lifetime: workloads, rings and keys live until the program ends. A ring of 10 M points takes
 * seconds to build, and its repetitions are interleaved with those of others. So a benchmark that
 * changes a ring must give it its nodes back.
 *
 * Errors: without memory the program stops, as memory_resize() does.
 */
#ifndef BENCH_SUITE_WORKLOAD_H
#define BENCH_SUITE_WORKLOAD_H

#include "../../fuzz/subjects/registry.h"
#include "../base/bench.h"
#include "benchmarks.h"

#define WORKLOAD_NAME_ROOM 32

/* "core", "merge", "resort", "legacy": the subjects that can do everything. And the same with
 * "pointers". Ended by NULL. */
extern const char *const workload_contestants[];
extern const char *const workload_with_pointers[];
extern const int64_t workload_replicas[]; /* ended by 0 */
extern const int64_t workload_points[];   /* to 10 M, ended by 0 */

/* Rings of 1, 3, 10, 30, 100 and 300 nodes with 40, 128 and 160 replicas each: replicas and points,
 * ended by 0. */
extern const struct bench_pair workload_small[];

/* Whether `subject` is the historical ring, which repro/ registers. It undoes a change many times
 * more slowly than it builds a ring. False for NULL. */
bool workload_is_legacy(const struct subject *subject);

/* Whether a case takes too long to run. The largest rings that do not:
 *
 *                 128 replicas   16 or 512 replicas
 *     legacy      1 M points     100 k points
 *     others      any            1 M points
 */
bool workload_too_large(const struct bench_case *what);

/* The nodes of a ring of exactly `points` points: as many as fit with `replicas` each, and one with
 * the remainder. If not even one fits, one node has all points. Names have 11 bytes (node-000000),
 * and one more for each digit beyond six. */
struct workload {
    const struct subject *subject;
    size_t points;
    uint32_t replicas;
    struct ring_node *nodes;
    size_t count;
    char *names;
    void *ring;    /* has all nodes; NULL before workload_build() */
    size_t full;   /* nodes with all replicas, at least 1: the first ones; only these are removed */
    size_t walked; /* the last index from workload_walk() */
    size_t newcomers; /* nodes made by workload_newcomer() */
    size_t asked;     /* the next key or position: each run continues where the last one ended */
};

/* Returns the workload of this case, and sets the counters "points", "nodes" and "replicas". The
 * first call for a workload costs O(nodes). */
struct workload *workload_get(struct bench_state *state, const struct bench_case *what);

/* Builds `ring` in one batch unless it exists, and adds and removes one more node. Without this,
 * the first measured addition alone would pay for making room. */
void workload_build(struct workload *workload);

/* Destroys `ring` and builds it again. */
void workload_rebuild(struct workload *workload);

/* The next node to remove. Each of the first `full` nodes comes once before any comes twice.
 * Successive nodes are far apart in the list, so that the last change leaves nothing in the cache
 * for the next. */
const struct ring_node *workload_walk(struct workload *workload);

/* A node of `replicas` with a name that was never used. The name is written to `name`. */
struct ring_node workload_newcomer(struct workload *workload, char name[WORKLOAD_NAME_ROOM]);

/* An empty ring of the subject. */
void *workload_empty(const struct workload *workload);

/* `ring` as a struct ring, for the contestants that are one: `core` and `merge`. Stops the program
 * for others. */
struct ring *workload_as_ring(const struct workload *workload, void *ring);

/* The ring of `core` with the same nodes. */
const struct ring *workload_core(struct bench_state *state, const struct bench_case *what);

/* A fast wrong answer would win. Stops the program unless `owners` are the owners of `positions` in
 * workload_core(), found by one lookup each. */
void workload_check_owners(struct bench_state *state, const struct bench_case *what,
                           const uint64_t *positions, const struct ring_bytes *owners,
                           size_t count);

/* Stops the program unless the ring has exactly `points` points. */
void workload_check(const struct workload *workload, const void *ring, size_t points);

/* How many distinct keys or positions to look up in a ring of `points` points: as many, at least
 * 4096, rounded up to a multiple of 1024. */
size_t workload_key_count(size_t points);

/* `count` distinct keys of 16 bytes, or distinct positions, in random order. Valid until the next
 * call. */
const struct ring_bytes *workload_keys(size_t count);
const uint64_t *workload_positions(size_t count);

#endif
