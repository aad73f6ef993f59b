/* `walk`: reading all points of a ring, in order. */
#include "workload.h"

static void run(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    workload_build(load);
    size_t passed = 0;
    size_t walks = 0;
    while (bench_loop(state)) {
        struct ring_cursor cursor = {{0}};
        struct ring_point point;
        while (load->subject->next_point(load->ring, &cursor, &point)) {
            bench_keep(&point);
            passed++;
        }
        walks++;
    }
    if (passed != walks * load->points) {
        bench_fail("a walk did not pass every point once");
    }
}

static const char *const contestants[] = {"core", "merge", "resort", "pointers", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 0};

const struct bench bench_walk = {
    .name = "walk",
    .contestants = contestants,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .pairs = workload_small,
    .fitted = true,
    .run = run,
};
