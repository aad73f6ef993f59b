/* Makes a C program a ruler: a program that `ci/perf --ruler` measures at two commits. Include this
 * file before all others, or copy it. It needs POSIX and valgrind's headers. One file of the program
 * defines RULER_MAIN first:
 *
 *     #define RULER_MAIN
 *     #include "ruler.h"
 *
 *     static void lookups(void *prepared)
 *     {
 *         (void)prepared;
 *         ruler_begin();
 *         for (int i = 0; i < 1000; i++) {
 *             ruler_keep(table_find(i)); // a pointer, so that the compiler keeps the work
 *         }
 *         ruler_end();
 *     }
 *
 *     int main(int argc, char **argv)
 *     {
 *         const struct ruler_workload workloads[] = {{"find", 1000, 0, lookups, 0, 0}, {0}};
 *         return ruler_main(argc, argv, workloads);
 *     }
 *
 * THE PROTOCOL, for a ruler without this file. A ruler takes one of these lines of arguments:
 *
 *     list         Print a line for each workload: its name, a space, the number of operations in
 *                  one round. A name has letters, digits and any of _ . : / + = , -
 *     count NAME   Prepare and run one round. ci/perf starts it under Callgrind, which counts
 *                  nothing until told: execute CALLGRIND_START_INSTRUMENTATION after the
 *                  preparation, and CALLGRIND_TOGGLE_COLLECT before and after each measured part.
 *     time NAME    Prepare and run one round unmeasured. Then, for each empty line on standard
 *                  input, run one round and print a line at once: the nanoseconds per operation of
 *                  its measured parts, such as 12.345. End at the end of the input.
 *
 * It exits with 0, or says on standard error what is wrong and exits with 2. Every round does the
 * same work on the same input, without randomness. A good round takes a millisecond; 10 microseconds
 * to 60 seconds will do. The ruler is a program, no script, because Callgrind examines one program
 * alone. */
#ifndef RULER_H
#define RULER_H

#if defined __STRICT_ANSI__ && !defined _POSIX_C_SOURCE && !defined _GNU_SOURCE
#define _POSIX_C_SOURCE 199309L /* NOLINT: for clock_gettime() */
#endif

struct ruler_workload {
    const char *name;
    unsigned long operations;               /* in one round */
    void *(*prepare)(const void *argument); /* or 0; stops the program if it fails */
    void (*round)(void *prepared);          /* leaves everything as it found it */
    void (*finish)(void *prepared);         /* or 0 */
    const void *argument;
};

/* Around each part of a round that is measured. Their sum counts. */
void ruler_begin(void);
void ruler_end(void);

/* Runs the program. A workload without a name ends the list. Returns the exit status. */
int ruler_main(int argc, char **argv, const struct ruler_workload *workloads);

/* Makes the compiler assume that what is at this address is used. */
static inline void ruler_keep(const void *answer)
{
    __asm__ volatile("" : : "g"(answer) : "memory");
}

#ifdef RULER_MAIN

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <valgrind/callgrind.h>

static unsigned long long ruler_begun, ruler_sum;

static unsigned long long ruler_now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (unsigned long long)time.tv_sec * 1000000000 + (unsigned long long)time.tv_nsec;
}

void ruler_begin(void)
{
    ruler_begun = ruler_now();
    CALLGRIND_TOGGLE_COLLECT;
}

void ruler_end(void)
{
    CALLGRIND_TOGGLE_COLLECT;
    ruler_sum += ruler_now() - ruler_begun;
}

static void ruler_take_turns(const struct ruler_workload *load, void *prepared)
{
    load->round(prepared);
    for (ruler_sum = 0; getchar() == '\n'; ruler_sum = 0) {
        load->round(prepared);
        (void)printf("%.3f\n", (double)ruler_sum / (double)load->operations);
        (void)fflush(stdout);
    }
}

static int ruler_run(const char *how, const struct ruler_workload *load)
{
    const int counts = strcmp(how, "count") == 0;
    if (load->name == 0 || (!counts && strcmp(how, "time") != 0)) {
        (void)fputs("usage: list | count NAME | time NAME\n", stderr);
        return 2;
    }
    void *prepared = load->prepare != 0 ? load->prepare(load->argument) : 0;
    if (counts) {
        CALLGRIND_START_INSTRUMENTATION;
        load->round(prepared);
    } else {
        ruler_take_turns(load, prepared);
    }
    if (load->finish != 0) {
        load->finish(prepared);
    }
    return ferror(stdout) == 0 ? 0 : 2;
}

int ruler_main(int argc, char **argv, const struct ruler_workload *workloads)
{
    const struct ruler_workload *load = workloads;
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        for (; load->name != 0; load++) {
            (void)printf("%s %lu\n", load->name, load->operations);
        }
        return fflush(stdout) == 0 ? 0 : 2;
    }
    while (argc == 3 && load->name != 0 && strcmp(load->name, argv[2]) != 0) {
        load++;
    }
    const struct ruler_workload none = {0, 0, 0, 0, 0, 0};
    return ruler_run(argc == 3 ? argv[1] : "", argc == 3 ? load : &none);
}

#endif
#endif
