/* Runs work in a child process, so that a crash or a hang of a subject is a finding, and not the
 * end of the tool. If a process cannot be started, or no shared memory is left, these functions
 * print the reason and exit with 2. */
#ifndef FUZZ_CHECK_ISOLATE_H
#define FUZZ_CHECK_ISOLATE_H

#include <stdbool.h>
#include <stddef.h>

struct ending {
    enum ending_kind {
        ENDING_RETURNED, /* the work returned */
        ENDING_SIGNAL,   /* a signal ended the child; `number` is the signal */
        ENDING_EXIT,     /* a sanitizer, or exit() in the subject; `number` is the exit status */
        ENDING_TIMEOUT,  /* the deadline passed: see isolate_deadline() */
        ENDING_STOPPED   /* it was killed after interrupt_signal() `number` */
    } kind;
    int number;
};

struct isolation {
    void (*work)(void *context);
    /* If not NULL, called while the child runs, often at first and later ten times a second. */
    void (*waiting)(void *context);
    /* If not NULL, called when the work ended without returning. Then the others go on. */
    void (*failed)(void *context);
    void *context;
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

/* Called by the work: sets its deadline, and replaces an earlier one. The child is killed when it
 * has used this many seconds of CPU time, so that a busy machine does not matter; or after ten
 * seconds more of real time, if it waits instead of computing. */
void isolate_deadline(double seconds);

/* Returns zeroed memory that child processes share with this one. munmap() frees it. */
void *isolate_share(size_t size);

/* Describes an ending other than ENDING_RETURNED: "killed by SIGSEGV", "no answer in time". */
void isolate_describe(struct ending ending, char *text, size_t size);

#endif
