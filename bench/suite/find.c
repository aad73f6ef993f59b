/* `find`: lookups by key, which do not wait for each other. */
#include "workload.h"

static void run_find(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    size_t count = workload_key_count(load->points);
    const struct ring_bytes *keys = workload_keys(count);
    workload_build(load);
    size_t next = load->asked;
    while (bench_loop(state)) {
        struct ring_bytes node;
        (void)load->subject->find(load->ring, keys[next], &node);
        bench_keep(&node);
        next = next + 1 < count ? next + 1 : 0;
    }
    load->asked = next;
}

const struct bench bench_find = {
    .name = "find",
    .contestants = workload_with_pointers,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .pairs = workload_small,
    .skips = workload_too_large,
    .fitted = true,
    .run = run_find,
};
