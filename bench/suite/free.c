/* `free`: destroying a ring. */
#include "workload.h"

static void run(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    while (bench_loop(state)) {
        void *ring = workload_empty(load);
        (void)load->subject->add_many(ring, load->nodes, load->count);
        workload_check(load, ring, load->points);
        bench_start(state);
        load->subject->destroy(ring);
        bench_stop(state);
    }
}

/* Building the ring takes far longer than the measured part. */
static bool skips(const struct bench_case *what)
{
    return what->size > 1000000;
}

const struct bench bench_free = {
    .name = "free",
    .contestants = workload_with_pointers,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .pairs = workload_small,
    .skips = skips,
    .timed_by_hand = true,
    .min_time = 0.0002,
    .fitted = true,
    .run = run,
};
