/* `set_replicas`: a node gets an eighth more replicas, in a ring whose size stays the same. */
#include "workload.h"

static void run(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    workload_build(load);
    while (bench_loop(state)) {
        const struct ring_node node = *workload_walk(load);
        const uint32_t more = node.replicas / 8 + 1;
        bench_start(state);
        (void)load->subject->set_replicas(load->ring, node.name, node.replicas + more);
        bench_stop(state);
        workload_check(load, load->ring, load->points + more);
        (void)load->subject->set_replicas(load->ring, node.name, node.replicas);
    }
    workload_check(load, load->ring, load->points);
}

static const char *const contestants[] = {"core", "merge", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 10000000, 0};

const struct bench bench_set_replicas = {
    .name = "set_replicas",
    .contestants = contestants,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .skips = workload_too_large,
    .timed_by_hand = true,
    .fitted = true,
    .run = run,
};
