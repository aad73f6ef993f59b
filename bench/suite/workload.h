/* What the rings are measured with: the same nodes and keys for every contestant and in every run.
 * Memory comes from memory_resize(), which stops the program where there is none.
 *
 * Workloads, and what is made of them, are kept until the program ends: to build a ring of 10 M points
 * takes seconds, and its repetitions come in any order between those of others. So whoever changes a
 * ring leaves it with the nodes that it had.
 */
#ifndef BENCH_SUITE_WORKLOAD_H
#define BENCH_SUITE_WORKLOAD_H

#include "../../fuzz/subjects/registry.h"
#include "../base/bench.h"
#include "benchmarks.h"

#define WORKLOAD_NAME_ROOM 32

/* "core", "merge", "resort", "legacy": the names of whole subjects, ended by NULL. */
extern const char *const workload_contestants[];
extern const int64_t workload_replicas[]; /* ended by 0 */
extern const int64_t workload_points[];   /* to 10 M, ended by 0 */

/* Whether it is the historical ring, which repro/ registers, and where to undo a change takes many times as long
 * as building the ring again. NULL: it is not. */
bool workload_is_legacy(const struct subject *subject);

/* Where few want to wait for it: more than 1 M points in nodes of other than 128 replicas, and
 * `legacy` above 100 k with those, above 1 M with any. */
bool workload_too_large(const struct bench_case *what);

/* The nodes of a ring of exactly so many points: as many as fit with `replicas` each, and one with
 * the rest. Where not even one fits, one with all points. Names are 11 bytes long (13 from a million
 * nodes on). */
struct workload {
    const struct subject *subject;
    size_t points;
    uint32_t replicas;
    struct ring_node *nodes;
    size_t count;
    char *names;
    void *ring;       /* of all nodes: workload_build() */
    size_t full;      /* how many nodes have all replicas, but at least 1: these are removed */
    size_t walked;    /* the one that workload_walk() gave last */
    size_t newcomers; /* how many workload_newcomer() has made */
    size_t asked; /* the next key or position to ask for: a run goes on where the last one ended */
};

/* Sets the counters "points", "nodes" and "replicas". O(nodes) once. */
struct workload *workload_get(struct bench_state *state, const struct bench_case *what);

/* Makes `ring`, if it is not there yet, by one batch, with room for one node more: to make room is
 * part of growing, and would be measured in the first addition alone. */
void workload_build(struct workload *workload);

/* The ring once more, from nothing. */
void workload_build_anew(struct workload *workload);

/* One node after the other, all of them before one comes again, neighbours in the list far apart: else
 * what the last change touched would be at hand for the next. */
const struct ring_node *workload_walk(struct workload *workload);

/* A node of `replicas` whose name was never given out before. */
struct ring_node workload_newcomer(struct workload *workload, char name[WORKLOAD_NAME_ROOM]);

/* An empty ring of the subject. */
void *workload_empty(const struct workload *workload);

/* For contestants that are rings of core/ring.h, and answer all that it declares: `core`, `merge`. */
struct ring *workload_as_ring(const struct workload *workload, void *ring);

/* The core's ring of the same nodes. */
const struct ring *workload_core(struct bench_state *state, const struct bench_case *what);

/* A fast wrong answer would win. Stops the program unless these are the owners of the positions, as workload_core()
 * names them, asked for one by one. */
void workload_check_owners(struct bench_state *state, const struct bench_case *what,
                           const uint64_t *positions, const struct ring_bytes *owners,
                           size_t count);

/* Stops the program unless the ring has exactly so many points. */
void workload_check(const struct workload *workload, const void *ring, size_t points);

/* How many keys or positions a ring of so many points is asked for: as many, but at least 4096; a
 * multiple of 1024. */
size_t workload_key_count(size_t points);

/* Distinct keys of 16 bytes, and distinct positions, in no order. Valid until the next call. */
const struct ring_bytes *workload_keys(size_t count);
const uint64_t *workload_positions(size_t count);

#endif
