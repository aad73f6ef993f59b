/* Many lookups that do not wait for one another: by position, and by key. */
#include "workload.h"

#include <string.h>

#include "pointers.h"

#define WINDOW 1024 /* lookups in one call */

static void find_positions(const struct workload *load, const uint64_t *positions,
                           struct ring_bytes nodes[WINDOW])
{
    (void)load->subject->find_positions(load->ring, positions, WINDOW, nodes);
}

static void find_keys(const struct workload *load, const struct ring_bytes *keys,
                      struct ring_bytes nodes[WINDOW])
{
    if (load->subject != &subject_pointers) {
        (void)ring_find_many(workload_as_ring(load, load->ring), keys, WINDOW, nodes);
        return;
    }
    for (size_t i = 0; i < WINDOW; i++) {
        (void)load->subject->find(load->ring, keys[i], &nodes[i]);
    }
}

/* A fast wrong answer would win. */
static void check(const struct ring_bytes nodes[WINDOW], const struct ring_bytes expected[WINDOW])
{
    for (size_t i = 0; i < WINDOW; i++) {
        if (nodes[i].size != expected[i].size ||
            memcmp(nodes[i].data, expected[i].data, expected[i].size) != 0) {
            bench_fail("the contestants do not agree on an owner");
        }
    }
}

/* The core's ring of the same nodes, looked up in one by one, tells what is right. */
static const struct ring *reference(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load =
        workload_get(state, &(struct bench_case){"core", what->variant, what->size});
    workload_build(load);
    return workload_as_ring(load, load->ring);
}

static void run_positions(struct bench_state *state, const struct bench_case *what)
{
    struct ring_bytes nodes[WINDOW];
    struct ring_bytes expected[WINDOW];
    const struct ring *ring = reference(state, what);
    struct workload *load = workload_get(state, what);
    workload_build(load);
    size_t count = workload_key_count(load->points);
    const uint64_t *positions = workload_positions(count);
    size_t next = load->asked / WINDOW * WINDOW;
    while (bench_loop_many(state, WINDOW)) {
        find_positions(load, positions + next, nodes);
        bench_keep(nodes);
        next = next + WINDOW < count ? next + WINDOW : 0;
    }
    load->asked = next;
    find_positions(load, positions, nodes);
    for (size_t i = 0; i < WINDOW; i++) {
        (void)ring_find_positions(ring, &positions[i], 1, &expected[i]);
    }
    check(nodes, expected);
}

static void run_keys(struct bench_state *state, const struct bench_case *what)
{
    struct ring_bytes nodes[WINDOW];
    struct ring_bytes expected[WINDOW];
    const struct ring *ring = reference(state, what);
    struct workload *load = workload_get(state, what);
    workload_build(load);
    size_t count = workload_key_count(load->points);
    const struct ring_bytes *keys = workload_keys(count);
    size_t next = load->asked / WINDOW * WINDOW;
    while (bench_loop_many(state, WINDOW)) {
        find_keys(load, keys + next, nodes);
        bench_keep(nodes);
        next = next + WINDOW < count ? next + WINDOW : 0;
    }
    load->asked = next;
    find_keys(load, keys, nodes);
    for (size_t i = 0; i < WINDOW; i++) {
        (void)ring_find(ring, keys[i].data, keys[i].size, &expected[i]);
    }
    check(nodes, expected);
}

static const char *const contestants[] = {"core", "merge", "pointers", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 10000000, 0};

const struct bench bench_find_many = {
    .name = "find_many",
    .contestants = contestants,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .fitted = true,
    .run = run_positions,
};

const struct bench bench_find_many_keys = {
    .name = "find_many_keys",
    .contestants = contestants,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .fitted = true,
    .run = run_keys,
};
