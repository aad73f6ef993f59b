/* A limit: what adding or removing r points cannot do without, whatever a ring looks like inside.
 *
 *     digests       of the r points, by the ring's own function; a removal needs none
 *     a radix sort  of r numbers
 *     r lines       of a block as large as the ring: each is read, changed and written
 *
 * The lines are those that the sorted numbers fall into, 32 of them prefetched ahead. Measured with
 * blocks of 0.2 to 190 MB, that was as fast as any distance where the block is larger than the
 * caches near the core. Prefetching all lines first, or fewer than 16 ahead, was up to 1.3 times as
 * slow there, and none at all up to 1.6 times. */
#ifndef BENCH_SUITE_LIMIT_H
#define BENCH_SUITE_LIMIT_H

#include "../base/bench.h"

/* Whether the contestant is "limit". */
bool limit_is(const struct bench_case *what);

/* Run it. The benchmark must be timed by hand. */
void limit_run_add(struct bench_state *state, const struct bench_case *what);
void limit_run_remove(struct bench_state *state, const struct bench_case *what);

#endif
