/* `find_2`, `find_n` and `find_10`: the first 2, 3 and 10 owners of a key, as for replicated
 * data. */
#include "workload.h"

#define WANTED_MAX 10

static void find(struct bench_state *state, const struct bench_case *what, size_t wanted)
{
    struct workload *load = workload_get(state, what);
    size_t count = workload_key_count(load->points);
    const struct ring_bytes *keys = workload_keys(count);
    workload_build(load);
    size_t next = load->asked;
    while (bench_loop(state)) {
        struct ring_bytes nodes[WANTED_MAX];
        size_t found = 0;
        (void)load->subject->find_n(load->ring, keys[next], wanted, nodes, &found);
        bench_keep(nodes);
        next = next + 1 < count ? next + 1 : 0;
    }
    load->asked = next;
}

static void find_2(struct bench_state *state, const struct bench_case *what)
{
    find(state, what, 2);
}

static void find_3(struct bench_state *state, const struct bench_case *what)
{
    find(state, what, 3);
}

static void find_10(struct bench_state *state, const struct bench_case *what)
{
    find(state, what, WANTED_MAX);
}

#define FIND_N(its_name, its_run)                                                                  \
    {                                                                                              \
        .name = (its_name), .contestants = workload_contestants, .variant = "replicas",            \
        .variants = workload_replicas, .size = "points", .sizes = workload_points,                 \
        .pairs = workload_small, .skips = workload_too_large, .fitted = true, .run = (its_run),    \
    }

const struct bench bench_find_2 = FIND_N("find_2", find_2);
const struct bench bench_find_n = FIND_N("find_n", find_3);
const struct bench bench_find_10 = FIND_N("find_10", find_10);
