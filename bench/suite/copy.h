/* A limit: to copy as many bytes as the core's ring of that size holds, onto memory used before. Whoever makes a
 * ring anew, or moves it, writes at least so much. */
#ifndef BENCH_SUITE_COPY_H
#define BENCH_SUITE_COPY_H

#include "../base/bench.h"

/* Whether the contestant is this limit, "copy". */
bool copy_is(const struct bench_case *what);

/* Of a benchmark that is timed by hand. */
void copy_run(struct bench_state *state, const struct bench_case *what);

#endif
