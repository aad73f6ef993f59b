/* How long each of many calls took: a distribution, counted along with a benchmark. */
#ifndef BENCH_SUITE_TIMES_H
#define BENCH_SUITE_TIMES_H

#include "../base/bench.h"

/* Nanoseconds of `count` calls, written to once, or the first would pay for the page that it is written to.
 * The caller frees them. */
int64_t *times_new(size_t count);

/* Sorts them, and counts them as `calls`, and "median", "p99", "p99.9" and "max", in seconds. */
void times_count(struct bench_state *state, int64_t *times, size_t count, const char *calls);

#endif
