/* Benchmarks in C. What runs and measures them is Google Benchmark, behind these functions;
 * shim.cc is the one file that knows it.
 *
 * A benchmark is run as NAME/CONTESTANT/VARIANT:v/SIZE:s, for each contestant, variant and size.
 * Those that differ in the size alone are a family. The contestants of one name are compared, and
 * the first listed is what the others are compared with.
 */
#ifndef BENCH_BASE_BENCH_H
#define BENCH_BASE_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One run in progress. Belongs to the caller of `run`, and ends with it. */
struct bench_state;

/* What one run is of. */
struct bench_case {
    const char *contestant;
    int64_t variant; /* 0 where the benchmark has none */
    int64_t size;
};

/* All strings and arrays are static. */
struct bench {
    const char *name;
    const char *const *contestants;               /* ended by NULL */
    const char *variant;                          /* "replicas", or NULL: there are none */
    const int64_t *variants;                      /* ended by 0 */
    const char *size;                             /* "points" */
    const int64_t *sizes;                         /* ended by 0 */
    bool (*skips)(const struct bench_case *what); /* or NULL: all are run */
    bool timed_by_hand; /* the time is what passes from bench_start() to bench_stop() */
    bool fitted;        /* fit the growth of time over the sizes of each family */
    int repetitions;    /* 0: as many as are asked for. Else so many, of one iteration each: what
                           matters is what is counted, and not the time */

    /* Called several times for one measurement: prepares, loops while bench_loop(), cleans up.
     * What lies before and behind the loop is not timed. */
    void (*run)(struct bench_state *state, const struct bench_case *what);
};

/* True: there is one more iteration to do. Call it until it is false. Takes a few
 * nanoseconds, which are timed with the rest unless it is timed by hand. */
bool bench_loop(struct bench_state *state);

/* The same for `count` iterations at once, so that those few nanoseconds are shared by them. */
bool bench_loop_many(struct bench_state *state, size_t count);

/* Around the one timed part of each iteration, where the benchmark is timed by hand. The time
 * includes reading the clock once. */
void bench_start(struct bench_state *state);
void bench_stop(struct bench_state *state);

/* Nanoseconds since some moment, by the same clock. */
int64_t bench_now(void);

/* Lets the compiler believe that what `result` points to is used, and all memory changed. */
void bench_keep(const void *result);

/* Reports a number along with the time. `name` is copied. */
void bench_count(struct bench_state *state, const char *name, double value);

/* Stops the program: the time of a wrong result means nothing. */
void bench_fail(const char *reason);

/* Runs the benchmarks of this list, ended by NULL, as the command line asks. Returns the program's exit status. */
int bench_main(int argc, char **argv, const struct bench *const *benches);

#ifdef __cplusplus
}
#endif
#endif
