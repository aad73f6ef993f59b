/* One node comes or goes, in a ring that stays as large as it is. */
#include "workload.h"

/* The ring as it was before the last change. `legacy` is built anew: to undo a change takes it many
 * times as long, because its sort is at its worst on what is nearly sorted. */
static void *undo_add(const struct workload *load, void *ring)
{
    if (load->subject == &subject_legacy) {
        load->subject->destroy(ring);
        return workload_ring(load, load->count);
    }
    (void)load->subject->remove(ring, load->nodes[load->count].name);
    workload_check(load, ring, load->points);
    return ring;
}

static void *undo_remove(const struct workload *load, void *ring, const struct ring_node *gone)
{
    if (load->subject == &subject_legacy) {
        load->subject->destroy(ring);
        return workload_ring(load, load->count);
    }
    (void)load->subject->add(ring, gone->name, gone->replicas);
    workload_check(load, ring, load->points);
    return ring;
}

static void run_add(struct bench_state *state, const struct bench_case *what)
{
    struct workload load;
    workload_init(&load, state, what);
    const struct ring_node *spare = &load.nodes[load.count];
    /* The spare node has been there once, so that there is room for it: to make room is a part of
     * building, and would be measured here by the first iteration alone. */
    void *ring = workload_ring(&load, load.count + 1);
    while (bench_loop(state)) {
        ring = undo_add(&load, ring);
        bench_start(state);
        (void)load.subject->add(ring, spare->name, spare->replicas);
        bench_stop(state);
    }
    workload_check(&load, ring, load.points + spare->replicas);
    load.subject->destroy(ring);
    workload_free(&load);
}

static void run_remove(struct bench_state *state, const struct bench_case *what)
{
    static size_t runs;
    struct workload load;
    workload_init(&load, state, what);
    void *ring = workload_ring(&load, load.count);
    /* On large rings, `legacy` has time for one node a run, and some take it ten times as long as
     * others: each run begins with another one. */
    size_t next = runs++ % load.full;
    const struct ring_node *gone = NULL;
    while (bench_loop(state)) {
        if (gone != NULL) {
            ring = undo_remove(&load, ring, gone);
        }
        gone = &load.nodes[next];
        next = (next + 1) % load.full;
        bench_start(state);
        (void)load.subject->remove(ring, gone->name);
        bench_stop(state);
    }
    workload_check(&load, ring, load.points - (gone != NULL ? gone->replicas : 0));
    load.subject->destroy(ring);
    workload_free(&load);
}

const struct bench bench_add = {
    .name = "add",
    .contestants = workload_contestants,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .timed_by_hand = true,
    .fitted = true,
    .run = run_add,
};

const struct bench bench_remove = {
    .name = "remove",
    .contestants = workload_contestants,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .timed_by_hand = true,
    .fitted = true,
    .run = run_remove,
};
