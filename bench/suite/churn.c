/* `churn`: one step of a rolling deploy. A node is removed, then 64 lookups; it is added again,
 * then 64 lookups. */
#include "workload.h"

#define FINDS 64

static void look_up(struct workload *load, const struct ring_bytes *keys, size_t count)
{
    for (size_t i = 0; i < FINDS; i++) {
        struct ring_bytes node;
        (void)load->subject->find(load->ring, keys[load->asked], &node);
        bench_keep(&node);
        load->asked = load->asked + 1 < count ? load->asked + 1 : 0;
    }
}

static void run(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    size_t count = workload_key_count(load->points);
    const struct ring_bytes *keys = workload_keys(count);
    workload_build(load);
    while (bench_loop(state)) {
        const struct ring_node *node = workload_walk(load);
        (void)load->subject->remove(load->ring, node->name);
        look_up(load, keys, count);
        (void)load->subject->add(load->ring, node->name, node->replicas);
        look_up(load, keys, count);
    }
    workload_check(load, load->ring, load->points);
}

/* The sort of `legacy` is slowest on nearly sorted input, which every step here is. */
static bool skips(const struct bench_case *what)
{
    bool legacy = workload_is_legacy(subject_named(what->contestant));
    return workload_too_large(what) || (legacy && what->size > 10000);
}

static const int64_t points[] = {1000, 10000, 100000, 1000000, 10000000, 0};

const struct bench bench_churn = {
    .name = "churn",
    .contestants = workload_with_pointers,
    .variant = "replicas",
    .variants = workload_replicas,
    .size = "points",
    .sizes = points,
    .pairs = workload_small,
    .skips = skips,
    .fitted = true,
    .run = run,
};
