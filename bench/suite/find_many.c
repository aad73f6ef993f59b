/* `find_many` and `find_many_keys`: 1024 lookups per call, by position and by key. */
#include "workload.h"

#include "../contestants/pointers.h"

#define WINDOW 1024 /* lookups in one call */

static void find_positions(const struct workload *load, const uint64_t *positions,
                           struct ring_bytes nodes[WINDOW])
{
    (void)load->subject->find_positions(load->ring, positions, WINDOW, nodes);
}

static void find_keys(const struct workload *load, const struct ring_bytes *keys,
                      struct ring_bytes nodes[WINDOW])
{
    if (load->subject != &subject_pointers && load->subject != &subject_resort) {
        (void)ring_find_many(workload_as_ring(load, load->ring), keys, WINDOW, nodes);
        return;
    }
    for (size_t i = 0; i < WINDOW; i++) {
        (void)load->subject->find(load->ring, keys[i], &nodes[i]);
    }
}

static void run_positions(struct bench_state *state, const struct bench_case *what)
{
    struct ring_bytes nodes[WINDOW];
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
    workload_check_owners(state, what, positions, nodes, WINDOW);
}

static void run_keys(struct bench_state *state, const struct bench_case *what)
{
    struct ring_bytes nodes[WINDOW];
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
    uint64_t positions_of_keys[WINDOW];
    const struct ring *core = workload_core(state, what);
    for (size_t i = 0; i < WINDOW; i++) {
        (void)ring_position(core, keys[i].data, keys[i].size, &positions_of_keys[i]);
    }
    workload_check_owners(state, what, positions_of_keys, nodes, WINDOW);
}

static const char *const contestants[] = {"core", "merge", "pointers", NULL};
static const char *const contestants_of_keys[] = {"core", "merge", "pointers", "resort", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 10000000, 0};

const struct bench bench_find_many = {
    .name = "find_many",
    .contestants = contestants,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .pairs = workload_small,
    .fitted = true,
    .run = run_positions,
};

const struct bench bench_find_many_keys = {
    .name = "find_many_keys",
    .contestants = contestants_of_keys,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .pairs = workload_small,
    .fitted = true,
    .run = run_keys,
};
