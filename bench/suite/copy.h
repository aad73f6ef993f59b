/* A limit: copying as many bytes as the ring of `core` of that size holds, onto memory that has
 * been used before. Building or moving a ring writes at least as much. */
#ifndef BENCH_SUITE_COPY_H
#define BENCH_SUITE_COPY_H

#include "../base/bench.h"

/* Whether the contestant is "copy", this limit. */
bool copy_is(const struct bench_case *what);

/* Runs it. The benchmark must be timed by hand. */
void copy_run(struct bench_state *state, const struct bench_case *what);

#endif
