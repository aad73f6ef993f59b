/* `find_position`: lookups by position, one per call, which do not wait for each other. They
 * measure the data structure without the digest. */
#include "workload.h"

#define CHECKED 64

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
    struct ring_bytes owners[CHECKED];
    for (size_t i = 0; i < CHECKED; i++) {
        (void)load->subject->find_positions(load->ring, &positions[i], 1, &owners[i]);
    }
    workload_check_owners(state, what, positions, owners, CHECKED);
}

/* The contestants that support lookups by position. */
static const char *const contestants[] = {"core", "merge", "pointers", NULL};

static const int64_t points[] = {1000, 10000, 100000, 1000000, 10000000, 0};

const struct bench bench_find_position = {
    .name = "find_position",
    .contestants = contestants,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = points,
    .pairs = workload_small,
    .skips = workload_too_large,
    .fitted = true,
    .run = run,
};
