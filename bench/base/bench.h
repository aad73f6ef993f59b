/* Benchmarks in C, run and measured by Google Benchmark. Only shim.cc includes its headers.
 *
 * A benchmark runs once for each contestant, variant and size, under the name
 * NAME/CONTESTANT/VARIANT:v/SIZE:s, for example add/core/replicas:128/points:10000. Runs that
 * differ only in size are a family. The tables compare all contestants of a NAME with the first one
 * listed.
 *
 * Errors: bench_fail() stops the program. No function returns an error.
 */
#ifndef BENCH_BASE_BENCH_H
#define BENCH_BASE_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One run in progress. Valid until `run` returns; its caller owns it. */
struct bench_state;

/* What one run measures. */
struct bench_case {
    const char *contestant;
    int64_t variant; /* 0 if the benchmark has no variants */
    int64_t size;
};

struct bench_pair {
    int64_t variant;
    int64_t size;
};

/* All strings and arrays are static. */
struct bench {
    const char *name;
    const char *const *contestants;               /* ended by NULL */
    const char *variant;                          /* "replicas"; NULL: no variants */
    const int64_t *variants;                      /* ended by 0 */
    const char *size;                             /* "points" */
    const int64_t *sizes;                         /* ended by 0; each with every variant */
    const struct bench_pair *pairs;               /* further ones, ended by 0; NULL: none */
    bool (*skips)(const struct bench_case *what); /* true: not run; NULL: every case is run */
    bool timed_by_hand; /* timed from bench_start() to bench_stop(), not the whole iteration */
    bool fitted;        /* fit the growth of time over the sizes of each family */
    /* In seconds, of one repetition; 0: the command line decides. For benchmarks whose untimed part
     * is far longer than the timed one. */
    double min_time;
    /* 0: the command line decides. Otherwise this many, of one iteration each: for benchmarks whose
     * result is their counters, not their time. */
    int repetitions;

    /* Prepares, loops while bench_loop(), cleans up. Called several times for one measurement. Only
     * the loop is timed. */
    void (*run)(struct bench_state *state, const struct bench_case *what);
};

/* True: do one more iteration. Call it until it returns false. Costs a few nanoseconds, which count
 * unless the benchmark is timed by hand. */
bool bench_loop(struct bench_state *state);

/* The same for `count` iterations at once, which share those nanoseconds. */
bool bench_loop_many(struct bench_state *state, size_t count);

/* Call these once per iteration, around the timed part, if the benchmark is timed by hand. The time
 * includes one reading of the clock. */
void bench_start(struct bench_state *state);
void bench_stop(struct bench_state *state);

/* The clock behind bench_start() and bench_stop(): monotonic, in nanoseconds from an arbitrary
 * moment. */
int64_t bench_now(void);

/* Makes the compiler assume that *result is used and all memory has changed. */
void bench_keep(const void *result);

/* Reports a number beside the time. `name` is copied. */
void bench_count(struct bench_state *state, const char *name, double value);

/* Prints the reason and the running benchmark, and exits with 1: the time of a wrong result means
 * nothing. */
void bench_fail(const char *reason);

/* Runs those of `benches` (ended by NULL) that the command line selects; it takes all options of
 * Google Benchmark. Returns the exit status: 0, or 2 for a bad command line or if nothing was
 * selected.
 *
 * If the environment has BENCH_ITERATIONS, each runs once, with so many iterations. Callgrind then
 * counts the part that is timed, or all of `run` if that part is the loop. */
int bench_main(int argc, char **argv, const struct bench *const *benches);

#ifdef __cplusplus
}
#endif
#endif
