/* `add` and `remove`: one node, in a ring whose size stays the same. */
#include "workload.h"

#include <string.h>

#include "limit.h"

/* Undoes the last change. `legacy` is rebuilt, which is many times faster than its own undoing: its
 * sort is slowest on nearly sorted input. */
static void undo_add(struct workload *load, const struct ring_node *added)
{
    if (workload_is_legacy(load->subject)) {
        workload_rebuild(load);
        return;
    }
    (void)load->subject->remove(load->ring, added->name);
    workload_check(load, load->ring, load->points);
}

static void undo_remove(struct workload *load, const struct ring_node *gone)
{
    if (workload_is_legacy(load->subject)) {
        workload_rebuild(load);
        return;
    }
    (void)load->subject->add(load->ring, gone->name, gone->replicas);
    workload_check(load, load->ring, load->points);
}

static void run_add(struct bench_state *state, const struct bench_case *what)
{
    if (limit_is(what)) {
        limit_run_add(state, what);
        return;
    }
    char name[WORKLOAD_NAME_ROOM];
    struct workload *load = workload_get(state, what);
    workload_build(load);
    while (bench_loop(state)) {
        struct ring_node newcomer = workload_newcomer(load, name);
        bench_start(state);
        (void)load->subject->add(load->ring, newcomer.name, newcomer.replicas);
        bench_stop(state);
        workload_check(load, load->ring, load->points + newcomer.replicas);
        undo_add(load, &newcomer);
    }
}

static void run_remove(struct bench_state *state, const struct bench_case *what)
{
    if (limit_is(what)) {
        limit_run_remove(state, what);
        return;
    }
    char name[WORKLOAD_NAME_ROOM];
    struct workload *load = workload_get(state, what);
    workload_build(load);
    while (bench_loop(state)) {
        const struct ring_node *gone = workload_walk(load);
        /* Copied, so that a cache miss in the list of nodes is not measured. */
        memcpy(name, gone->name.data, gone->name.size);
        bench_start(state);
        (void)load->subject->remove(load->ring, (struct ring_bytes){name, gone->name.size});
        bench_stop(state);
        workload_check(load, load->ring, load->points - gone->replicas);
        undo_remove(load, gone);
    }
}

static const char *const contestants[] = {"core",     "merge", "resort", "legacy",
                                          "pointers", "limit", NULL};

const struct bench bench_add = {
    .name = "add",
    .contestants = contestants,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .pairs = workload_small,
    .skips = workload_too_large,
    .timed_by_hand = true,
    .fitted = true,
    .run = run_add,
};

const struct bench bench_remove = {
    .name = "remove",
    .contestants = contestants,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .pairs = workload_small,
    .skips = workload_too_large,
    .timed_by_hand = true,
    .fitted = true,
    .run = run_remove,
};
