/* `build_batch` and `build_one_by_one`: all nodes into an empty ring. */
#include "workload.h"

#include "copy.h"

static void run_batch(struct bench_state *state, const struct bench_case *what)
{
    if (copy_is(what)) {
        copy_run(state, what);
        return;
    }
    struct workload *load = workload_get(state, what);
    while (bench_loop(state)) {
        void *ring = workload_empty(load);
        bench_start(state);
        (void)load->subject->add_many(ring, load->nodes, load->count);
        bench_stop(state);
        workload_check(load, ring, load->points);
        load->subject->destroy(ring);
    }
}

static void run_one_by_one(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    while (bench_loop(state)) {
        void *ring = workload_empty(load);
        bench_start(state);
        for (size_t i = 0; i < load->count; i++) {
            (void)load->subject->add(ring, load->nodes[i].name, load->nodes[i].replicas);
        }
        bench_stop(state);
        workload_check(load, ring, load->points);
        load->subject->destroy(ring);
    }
}

static bool skips_batch(const struct bench_case *what)
{
    return what->size > 1000000;
}

/* Quadratic in the points for all except `core`. The limits keep each within seconds. */
static bool skips_one_by_one(const struct bench_case *what)
{
    const struct subject *subject = subject_named(what->contestant);
    int64_t most = subject == &subject_core      ? 1000000
                   : subject == &subject_merge   ? 100000
                   : workload_is_legacy(subject) ? 10000
                                                 : 50000;
    return what->size > most;
}

static const char *const contestants_of_batch[] = {"core",     "merge", "resort", "legacy",
                                                   "pointers", "copy",  NULL};

const struct bench bench_build_batch = {
    .name = "build_batch",
    .contestants = contestants_of_batch,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .pairs = workload_small,
    .skips = skips_batch,
    .timed_by_hand = true,
    .fitted = true,
    .run = run_batch,
};

const struct bench bench_build_one_by_one = {
    .name = "build_one_by_one",
    .contestants = workload_with_pointers,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .pairs = workload_small,
    .skips = skips_one_by_one,
    .timed_by_hand = true,
    .fitted = true,
    .run = run_one_by_one,
};
