/* The distribution of the times of many calls, reported as counters of a benchmark. */
#ifndef BENCH_SUITE_TIMES_H
#define BENCH_SUITE_TIMES_H

#include "../base/bench.h"

/* Room for the nanoseconds of `count` calls, with its pages touched: otherwise the first calls
 * would pay for page faults. The caller frees it. */
int64_t *times_new(size_t count);

/* Sorts `times` and sets the counters "median", "p99", "p99.9" and "max", in seconds, and one named
 * `calls`, which is `count`. */
void times_count(struct bench_state *state, int64_t *times, size_t count, const char *calls);

#endif
