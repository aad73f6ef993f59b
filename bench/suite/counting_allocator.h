/* An allocator that knows how much it has given. */
#ifndef BENCH_SUITE_COUNTING_ALLOCATOR_H
#define BENCH_SUITE_COUNTING_ALLOCATOR_H

#include "../../core/ring.h"

/* Bytes, as they were asked for. */
struct counted_bytes {
    size_t now;
    size_t most; /* at once, since somebody set it */
};

/* Malloc and free, counted in *bytes, which outlives the ring. For one thread. */
struct ring_allocator counting_allocator(struct counted_bytes *bytes);

#endif
