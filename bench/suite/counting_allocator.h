/* An allocator that counts the bytes it has handed out. */
#ifndef BENCH_SUITE_COUNTING_ALLOCATOR_H
#define BENCH_SUITE_COUNTING_ALLOCATOR_H

#include <ringproof/ring.h>

/* Bytes as requested; malloc's own overhead is not counted. */
struct counted_bytes {
    size_t now;
    size_t most; /* maximum of `now` since `most` was last set; the caller may set it */
};

/* malloc() and free(), counted in *bytes, which must outlive the ring. For one thread. */
struct ring_allocator counting_allocator(struct counted_bytes *bytes);

#endif
