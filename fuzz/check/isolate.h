/* Runs work in a child process, so that a crash or a hang of a subject is a finding, and not the
 * end of the tool. If a process cannot be started, or no shared memory is left, these functions
 * print the reason and exit with 2. */
#ifndef FUZZ_CHECK_ISOLATE_H
#define FUZZ_CHECK_ISOLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ending {
    enum ending_kind {
        ENDING_RETURNED, /* the work returned */
        ENDING_SIGNAL,   /* a signal ended the child; `number` is the signal */
        ENDING_EXIT,     /* a sanitizer, or exit() in the subject; `number` is the exit status */
        ENDING_TIMEOUT,  /* the deadline passed: see isolate_deadline() */
        ENDING_STOPPED,  /* it was killed after interrupt_signal() `number` */
        ENDING_OVER      /* it was killed because the time of the run was over: isolation.end */
    } kind;
    int number;
    bool waited; /* ENDING_TIMEOUT: it waited instead of computing */
};

struct isolation {
    void (*work)(void *context);
    /* If not NULL, called while the child runs, often at first and later ten times a second. */
    void (*waiting)(void *context);
    /* If not NULL, called when the work ended without returning. Then the others go on. */
    void (*failed)(void *context, struct ending ending);
    /* If not NULL, a number that changes as the work goes on, in memory that is shared with it: then
     * it does not only wait. */
    uint64_t (*progress)(void *context);
    void *context;
    double end;         /* kill the child at this time of isolate_now(); 0: never */
    bool interruptible; /* kill the child when interrupt_signal() came */
    bool quiet;         /* discard the child's standard output and error */
    const char *output; /* if not NULL, write them into this file instead */
};

/* Runs one piece of work, and waits for its end. */
struct ending isolate(const struct isolation *isolation);

/* Runs several at once, each in its own child, and calls `waiting` of the first. If the work of one
 * child does not return, and it has no `failed`, the others are killed, and *which becomes its
 * index. */
struct ending isolate_all(const struct isolation *isolations, size_t count, size_t *which);

/* Called by the work: sets its deadlines, and replaces earlier ones. The child is killed
 *
 *     when it has used `computing` seconds of CPU time, so that a busy machine does not matter;
 *     or when it has made no progress for `waiting` seconds of real time, and neither it nor the
 *     processes that it uses have computed, judged ten times a second.
 *
 * Whatever the work does with its signals, it is killed a second of CPU time later at the latest. */
void isolate_deadlines(double computing, double waiting);

/* The same, with ISOLATE_WAITING_SECONDS of waiting. */
#define ISOLATE_WAITING_SECONDS 10.0
void isolate_deadline(double computing);

/* Seconds of a clock that only runs forward, from an arbitrary start. */
double isolate_now(void);

/* Ends this child as one that leaked, if it did, in a build with LeakSanitizer. Takes some
 * milliseconds. At its end a child looks for leaks anyway. */
void isolate_check_leaks(void);

/* Returns zeroed memory that child processes share with this one. munmap() frees it. */
void *isolate_share(size_t size);

/* Describes an ending other than ENDING_RETURNED: "killed by SIGSEGV", "no answer in time". */
void isolate_describe(struct ending ending, char *text, size_t size);

#endif
