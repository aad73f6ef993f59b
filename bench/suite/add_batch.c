/* `add_batch`: 16 nodes by one call, in a ring whose size stays the same. */
#include "workload.h"

#include <string.h>

#include "copy.h"

#define BATCH 16

/* `legacy` is rebuilt, for the reason in update.c. */
static void undo(struct workload *load, const struct ring_node *nodes)
{
    if (workload_is_legacy(load->subject)) {
        workload_rebuild(load);
        return;
    }
    for (size_t i = 0; i < BATCH; i++) {
        (void)load->subject->remove(load->ring, nodes[i].name);
    }
    workload_check(load, load->ring, load->points);
}

static void run(struct bench_state *state, const struct bench_case *what)
{
    if (copy_is(what)) {
        copy_run(state, what);
        return;
    }
    char names[BATCH][WORKLOAD_NAME_ROOM];
    struct ring_node nodes[BATCH];
    struct workload *load = workload_get(state, what);
    workload_build(load);
    while (bench_loop(state)) {
        for (size_t i = 0; i < BATCH; i++) {
            nodes[i] = workload_newcomer(load, names[i]);
        }
        bench_start(state);
        (void)load->subject->add_many(load->ring, nodes, BATCH);
        bench_stop(state);
        workload_check(load, load->ring, load->points + (size_t)BATCH * load->replicas);
        undo(load, nodes);
    }
}

/* `resort` and `pointers` undo a batch by 16 sorts, `legacy` by rebuilding the ring. */
static bool skips(const struct bench_case *what)
{
    const struct subject *subject = subject_named(what->contestant);
    bool sorts = subject == &subject_resort || strcmp(what->contestant, "pointers") == 0;
    int64_t most = workload_is_legacy(subject)     ? 100000
                   : sorts || what->variant != 128 ? 1000000
                                                   : 10000000;
    return what->size > most;
}

static const char *const contestants[] = {"core",     "merge", "resort", "legacy",
                                          "pointers", "copy",  NULL};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 10000000, 0};

const struct bench bench_add_batch = {
    .name = "add_batch",
    .contestants = contestants,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = points,
    .pairs = workload_small,
    .skips = skips,
    .timed_by_hand = true,
    .fitted = true,
    .run = run,
};
