/* `grow`: the distribution of the times of single additions while a ring doubles. Every table that
 * the ring enlarges from time to time is enlarged at least once on the way. */
#include "workload.h"

#include <stdlib.h>

#include "times.h"

#define SLOW_ADDS 256 /* for contestants that take milliseconds for an addition */

static void grow(struct workload *load, void *ring, int64_t *times, size_t count)
{
    char name[WORKLOAD_NAME_ROOM];
    for (size_t i = 0; i < count; i++) {
        struct ring_node newcomer = workload_newcomer(load, name);
        int64_t begun = bench_now();
        (void)load->subject->add(ring, newcomer.name, newcomer.replicas);
        times[i] = bench_now() - begun;
    }
}

static void run(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    size_t count = load->points / load->replicas;
    if (load->subject != &subject_core && count > SLOW_ADDS) {
        count = SLOW_ADDS;
    }
    int64_t *times = times_new(count);
    while (bench_loop(state)) {
        void *ring = workload_empty(load);
        (void)load->subject->add_many(ring, load->nodes, load->count);
        bench_start(state);
        grow(load, ring, times, count);
        bench_stop(state);
        workload_check(load, ring, load->points + count * load->replicas);
        load->subject->destroy(ring);
        times_count(state, times, count, "adds");
    }
    free(times);
}

/* With 1 replica there are as many nodes as points, so that the table of nodes grows too. */
static bool skips(const struct bench_case *what)
{
    return what->variant == 1 && what->size > 1000000 &&
           subject_named(what->contestant) != &subject_core;
}

static const char *const contestants[] = {"core", "merge", NULL};
static const int64_t replicas[] = {1, 128, 0};
static const int64_t points[] = {1000, 1000000, 10000000, 0};

const struct bench bench_grow = {
    .name = "grow",
    .contestants = contestants,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .skips = skips,
    .timed_by_hand = true,
    .repetitions = 3,
    .run = run,
};
