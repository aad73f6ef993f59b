/* Lookups by position, one a call, none waiting for the one before: the structure alone, without digests. */
#include "workload.h"

#include <string.h>

/* A fast wrong answer would win: the core's ring of the same nodes tells what is right. */
static void check(struct bench_state *state, const struct bench_case *what,
                  const struct workload *load, const uint64_t *positions, size_t count)
{
    struct workload *core =
        workload_get(state, &(struct bench_case){"core", what->variant, what->size});
    workload_build(core);
    for (size_t i = 0; i < count; i++) {
        struct ring_bytes node;
        struct ring_bytes expected;
        (void)load->subject->find_positions(load->ring, &positions[i], 1, &node);
        (void)core->subject->find_positions(core->ring, &positions[i], 1, &expected);
        if (node.size != expected.size || memcmp(node.data, expected.data, node.size) != 0) {
            bench_fail("the contestants do not agree on an owner");
        }
    }
}

static void run(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    size_t count = workload_key_count(load->points);
    const uint64_t *positions = workload_positions(count);
    workload_build(load);
    size_t next = load->asked;
    while (bench_loop(state)) {
        struct ring_bytes node;
        (void)load->subject->find_positions(load->ring, &positions[next], 1, &node);
        bench_keep(&node);
        next = next + 1 < count ? next + 1 : 0;
    }
    load->asked = next;
    check(state, what, load, positions, 64);
}

/* Those that can be asked by position. */
static const char *const contestants[] = {"core", "merge", "pointers", NULL};

static const int64_t points[] = {1000, 10000, 100000, 1000000, 10000000, 0};

const struct bench bench_find_position = {
    .name = "find_position",
    .contestants = contestants,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = points,
    .skips = workload_too_large,
    .fitted = true,
    .run = run,
};
