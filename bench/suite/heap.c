/* `heap`: memory per point as malloc() counts it, with its own overhead: of a ring that one batch has
 * filled. */
#include "heap.h"

#include <malloc.h>
#include <stdlib.h>

#include "../../fuzz/base/memory.h"
#include "workload.h"

/* Points in all rings together: malloc() keeps some small blocks that were freed, and counts them. */
#define POINTS_MIN 200000

static size_t held(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

void heap_count(struct bench_state *state, const struct heap_subject *subject, size_t points)
{
    const size_t count = POINTS_MIN / points + 1;
    void **rings = memory_resize(NULL, count, sizeof *rings);
    subject->destroy(subject->context, subject->make(subject->context));
    const size_t before = held();
    for (size_t i = 0; i < count; i++) {
        rings[i] = subject->make(subject->context);
    }
    const size_t bytes = held() - before;
    for (size_t i = 0; i < count; i++) {
        subject->destroy(subject->context, rings[i]);
    }
    free(rings);
    bench_count(state, "heap", (double)bytes / (double)(count * points));
}

static void *make(const void *context)
{
    const struct workload *load = context;
    void *ring = workload_empty(load);
    (void)load->subject->add_many(ring, load->nodes, load->count);
    workload_check(load, ring, load->points);
    return ring;
}

static void destroy(const void *context, void *ring)
{
    const struct workload *load = context;
    load->subject->destroy(ring);
}

static void run(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    while (bench_loop(state)) {
        heap_count(state, &(struct heap_subject){make, destroy, load}, load->points);
    }
}

static const char *const contestants[] = {"core", "merge", "resort", "pointers", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 0};

const struct bench bench_heap = {
    .name = "heap",
    .contestants = contestants,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .pairs = workload_small,
    .repetitions = 1,
    .run = run,
};
