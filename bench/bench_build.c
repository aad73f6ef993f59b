/* A ring from nothing. */
#include "workload.h"

static void run_batch(struct bench_state *state, const struct bench_case *what)
{
    struct workload load;
    workload_init(&load, state, what);
    while (bench_loop(state)) {
        void *ring = workload_empty(&load);
        bench_start(state);
        (void)load.subject->add_many(ring, load.nodes, load.count);
        bench_stop(state);
        workload_check(&load, ring, load.points);
        load.subject->destroy(ring);
    }
    workload_free(&load);
}

static void run_one_by_one(struct bench_state *state, const struct bench_case *what)
{
    struct workload load;
    workload_init(&load, state, what);
    while (bench_loop(state)) {
        void *ring = workload_empty(&load);
        bench_start(state);
        for (size_t i = 0; i < load.count; i++) {
            (void)load.subject->add(ring, load.nodes[i].name, load.nodes[i].replicas);
        }
        bench_stop(state);
        workload_check(&load, ring, load.points);
        load.subject->destroy(ring);
    }
    workload_free(&load);
}

const struct bench bench_build_batch = {
    .name = "build_batch",
    .contestants = workload_contestants,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = workload_points,
    .timed_by_hand = true,
    .fitted = true,
    .run = run_batch,
};

/* Quadratic for all: each goes as far as it gets in seconds. */
static const char *const core_alone[] = {"core", NULL};
static const char *const others[] = {"resort", "legacy", NULL};
static const int64_t core_points[] = {1, 1000, 10000, 100000, 0};
static const int64_t other_points[] = {1, 1000, 10000, 0};

const struct bench bench_build_one_by_one_core = {
    .name = "build_one_by_one",
    .contestants = core_alone,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = core_points,
    .timed_by_hand = true,
    .fitted = true,
    .run = run_one_by_one,
};

const struct bench bench_build_one_by_one = {
    .name = "build_one_by_one",
    .contestants = others,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = other_points,
    .timed_by_hand = true,
    .fitted = true,
    .run = run_one_by_one,
};
