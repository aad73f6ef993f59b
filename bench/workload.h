/* What the rings are measured with: the same nodes and keys for every contestant and in every run.
 * Memory comes from memory_resize(), which stops the program where there is none. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "../fuzz/subject.h"
#include "bench.h"

/* "core", "resort", "legacy": the names of subjects, ended by NULL. */
extern const char *const workload_contestants[];
extern const int64_t workload_replicas[]; /* ended by 0 */
extern const int64_t workload_points[];   /* ended by 0 */

/* The nodes of a ring of exactly so many points: as many as fit with `replicas` each, and one with
 * the rest. Where not even one fits, one with all points. Behind them, in nodes[count], stands a
 * spare one with `replicas`, which is not of the ring. Names are 11 bytes long. */
struct workload {
    const struct subject *subject;
    size_t points;
    struct ring_node *nodes;
    size_t count;
    size_t full; /* how many of them have all replicas, but at least 1: these are removed */
    char *names;
};

/* To be freed. Sets the counters "points", "nodes" and "replicas". O(nodes). */
void workload_init(struct workload *workload, struct bench_state *state,
                   const struct bench_case *what);
void workload_free(struct workload *workload);

/* An empty ring. */
void *workload_empty(const struct workload *workload);

/* A ring of the first `count` nodes, added as one batch: one by one takes quadratic time. */
void *workload_ring(const struct workload *workload, size_t count);

/* Stops the program unless the ring has exactly so many points. */
void workload_check(const struct workload *workload, const void *ring, size_t points);

/* Distinct keys of 16 bytes in no order, as many as the ring has points, but at least 4096. */
struct workload_keys {
    struct ring_bytes *keys;
    size_t count;
    char *bytes;
};
void workload_keys_init(struct workload_keys *keys, size_t points);
void workload_keys_free(struct workload_keys *keys);

#endif
