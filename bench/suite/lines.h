/* Blocks of cache lines, for limits: how long it takes to reach memory that is as large as a
 * ring's. */
#ifndef BENCH_SUITE_LINES_H
#define BENCH_SUITE_LINES_H

#include <stddef.h>
#include <stdint.h>

#define LINE_SIZE 64

/* One block from malloc(), in pages of 4 kB like the ring's: bench_main() turns huge pages off. */
struct lines {
    struct lines *before;
    size_t bytes_wanted;
    size_t count;
    unsigned char *bytes; /* aligned; each is 1 when it is made */
};

/* Returns the block of so many bytes, rounded up to whole lines. The next call with as many returns
 * the same one. It lives until the program ends. */
struct lines *lines_of(size_t bytes);

/* The line that a position falls into: each has an equal part of the circle. In a header so that it
 * is inlined into the timed loops. */
static inline unsigned char *lines_at(const struct lines *lines, uint64_t position)
{
    return lines->bytes + (size_t)((position >> 32) * lines->count >> 32) * LINE_SIZE;
}

#endif
