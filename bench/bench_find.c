/* Lookups, each of another key. */
#include "workload.h"

#define WANTED 3 /* an owner and two copies */

static void run_find(struct bench_state *state, const struct bench_case *what)
{
    struct workload load;
    struct workload_keys keys;
    workload_init(&load, state, what);
    workload_keys_init(&keys, load.points);
    void *ring = workload_ring(&load, load.count);
    size_t next = 0;
    while (bench_loop(state)) {
        struct ring_bytes node;
        (void)load.subject->find(ring, keys.keys[next], &node);
        bench_keep(&node);
        next = next + 1 < keys.count ? next + 1 : 0;
    }
    load.subject->destroy(ring);
    workload_keys_free(&keys);
    workload_free(&load);
}

static void run_find_n(struct bench_state *state, const struct bench_case *what)
{
    struct workload load;
    struct workload_keys keys;
    workload_init(&load, state, what);
    workload_keys_init(&keys, load.points);
    void *ring = workload_ring(&load, load.count);
    size_t next = 0;
    while (bench_loop(state)) {
        struct ring_bytes nodes[WANTED];
        size_t found = 0;
        (void)load.subject->find_n(ring, keys.keys[next], WANTED, nodes, &found);
        bench_keep(nodes);
        next = next + 1 < keys.count ? next + 1 : 0;
    }
    load.subject->destroy(ring);
    workload_keys_free(&keys);
    workload_free(&load);
}

const struct bench bench_find = {
    .name = "find",
    .contestants = workload_contestants,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .fitted = true,
    .run = run_find,
};

const struct bench bench_find_n = {
    .name = "find_n",
    .contestants = workload_contestants,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .fitted = true,
    .run = run_find_n,
};
