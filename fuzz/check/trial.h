/* A trial: one program, checked on one subject in a child process. */
#ifndef FUZZ_CHECK_TRIAL_H
#define FUZZ_CHECK_TRIAL_H

#include <stdio.h>

#include "compare.h"
#include "isolate.h"

struct trial {
    enum trial_verdict {
        TRIAL_AGREED,
        TRIAL_DIFFERENCE, /* `finding` describes it */
        TRIAL_CRASH,      /* `ending` describes it; finding.operation is the operation */
        TRIAL_TIMEOUT,    /* likewise */
        TRIAL_STOPPED     /* likewise, by interrupt_signal() or at trial_options.end: no finding */
    } verdict;
    struct ending ending;
    struct finding finding;
};

struct trial_options {
    struct check check;
    double seconds; /* of computing until it is a timeout, ... */
    double waiting; /* ... and of waiting; 0: ISOLATE_WAITING_SECONDS. See isolate_deadlines() */
    double end;     /* stop it at this time: see struct isolation; 0: never */
    bool interruptible; /* end at interrupt_signal(), see struct isolation */
    bool quiet;         /* discard what the child prints */
    const char *output; /* if not NULL, write it into this file instead */
};

/* A number that changes as a check goes on that fills in *finding: see struct isolation. */
uint64_t trial_progress(const volatile struct finding *finding);

/* The trial of a program that was run in a child process by other means. */
struct trial trial_of(struct ending ending, const struct finding *finding);

struct trial trial_run(const struct trial_options *options, const struct program *program);

/* Writes the result as whole lines, each after `line_prefix`: "agreed", and where the program ended if
 * the subject could not express an operation; or
 * "killed by SIGSEGV at operation 3: remove "a""; or the difference, in three lines. Of a crash or
 * hang it says what the check did: created, listed or destroyed a ring, or ran the operation. */
void trial_write(FILE *out, const struct trial *trial, const struct program *program,
                 const char *line_prefix);

#endif
