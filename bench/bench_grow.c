/* How long the slowest of many additions takes, while a ring grows to twice its size: whatever has to be
 * made larger now and then is made larger once on the way. */
#include "workload.h"

#include <stdlib.h>
#include <string.h>

#include "../fuzz/memory.h"

#define SLOW_ADDS 256 /* of who takes milliseconds for each */

static int compare_times(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* Of sorted times: as many of them as `share` took no longer than so many seconds. */
static double seconds_of(const int64_t *times, size_t count, double share)
{
    size_t index = (size_t)(share * (double)count);
    return 1e-9 * (double)times[index < count ? index : count - 1];
}

static void count_times(struct bench_state *state, int64_t *times, size_t count)
{
    qsort(times, count, sizeof *times, compare_times);
    bench_count(state, "adds", (double)count);
    bench_count(state, "median", seconds_of(times, count, 0.5));
    bench_count(state, "p99", seconds_of(times, count, 0.99));
    bench_count(state, "p99.9", seconds_of(times, count, 0.999));
    bench_count(state, "max", seconds_of(times, count, 1));
}

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
    int64_t *times = memory_resize(NULL, count, sizeof *times);
    /* Or the first addition would pay for the page that its time is written to. */
    memset(times, 1, count * sizeof *times);
    while (bench_loop(state)) {
        void *ring = workload_empty(load);
        (void)load->subject->add_many(ring, load->nodes, load->count);
        bench_start(state);
        grow(load, ring, times, count);
        bench_stop(state);
        workload_check(load, ring, load->points + count * load->replicas);
        load->subject->destroy(ring);
        count_times(state, times, count);
    }
    free(times);
}

/* Nodes of one point are as many as points: their table is what grows. */
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
