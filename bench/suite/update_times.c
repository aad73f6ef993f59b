/* `add_times` and `remove_times`: the distribution of the times of single changes, in a ring whose
 * size stays the same. */
#include "workload.h"

#include <stdlib.h>

#include "times.h"

/* With 20,000 changes, 20 lie beyond the 99.9th percentile. Slow contestants make fewer: their
 * 99.9th percentile is at or near the maximum. */
#define CHANGES 20000
#define CHANGES_SLOW 2000
#define CHANGES_SLOWEST 20

static int64_t timed_add(const struct workload *load, struct ring_node node)
{
    int64_t begun = bench_now();
    (void)load->subject->add(load->ring, node.name, node.replicas);
    return bench_now() - begun;
}

static int64_t timed_remove(const struct workload *load, struct ring_node node)
{
    int64_t begun = bench_now();
    (void)load->subject->remove(load->ring, node.name);
    return bench_now() - begun;
}

/* Adds a new node, timed, and removes it. */
static int64_t change_by_add(struct workload *load)
{
    char name[WORKLOAD_NAME_ROOM];
    struct ring_node newcomer = workload_newcomer(load, name);
    int64_t taken = timed_add(load, newcomer);
    (void)load->subject->remove(load->ring, newcomer.name);
    return taken;
}

/* Removes one of the ring's nodes, timed, and adds it again. */
static int64_t change_by_remove(struct workload *load)
{
    const struct ring_node *gone = workload_walk(load);
    int64_t taken = timed_remove(load, *gone);
    (void)load->subject->add(load->ring, gone->name, gone->replicas);
    return taken;
}

static size_t changes_of(const struct workload *load)
{
    if (load->subject == &subject_core) {
        return CHANGES;
    }
    bool slowest = load->subject == &subject_resort && load->points > 10000;
    return slowest ? CHANGES_SLOWEST : CHANGES_SLOW;
}

static void count_changes(struct bench_state *state, const struct bench_case *what,
                          int64_t (*change)(struct workload *load))
{
    struct workload *load = workload_get(state, what);
    size_t count = changes_of(load);
    int64_t *times = times_new(count);
    workload_build(load);
    while (bench_loop(state)) {
        for (size_t i = 0; i < count; i++) {
            times[i] = change(load);
        }
    }
    workload_check(load, load->ring, load->points);
    times_count(state, times, count, "changes");
    free(times);
}

static void run_add(struct bench_state *state, const struct bench_case *what)
{
    count_changes(state, what, change_by_add);
}

static void run_remove(struct bench_state *state, const struct bench_case *what)
{
    count_changes(state, what, change_by_remove);
}

static const char *const contestants[] = {"core", "merge", "resort", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 0};

#define TIMES(its_name, its_run)                                                                   \
    {                                                                                              \
        .name = (its_name), .contestants = contestants, .variant = "replicas",                     \
        .variants = replicas, .size = "points", .sizes = points, .repetitions = 3,                 \
        .run = (its_run),                                                                          \
    }

const struct bench bench_add_times = TIMES("add_times", run_add);
const struct bench bench_remove_times = TIMES("remove_times", run_remove);
