/* What malloc() holds for a ring, for rings that cannot be given an allocator. */
#ifndef BENCH_SUITE_HEAP_H
#define BENCH_SUITE_HEAP_H

#include "../base/bench.h"

/* Makes a ring, and destroys it. */
struct heap_subject {
    void *(*make)(const void *context);
    void (*destroy)(const void *context, void *ring);
    const void *context;
};

/* Makes many rings and reports the bytes of one, divided by `points`, as the counter "heap". */
void heap_count(struct bench_state *state, const struct heap_subject *subject, size_t points);

#endif
