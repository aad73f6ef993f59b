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
        TRIAL_STOPPED     /* likewise, by interrupt_signal(): not a finding */
    } verdict;
    struct ending ending;
    struct finding finding;
};

struct trial_options {
    struct check check;
    double seconds;     /* until it is a timeout: see isolate_deadline() */
    bool interruptible; /* end at interrupt_signal(), see struct isolation */
    bool quiet;         /* discard what the child prints */
    const char *output; /* if not NULL, write it into this file instead */
};

struct trial trial_run(const struct trial_options *options, const struct program *program);

/* Writes the result as whole lines, each after `line_prefix`: "agreed"; or
 * "killed by SIGSEGV at operation 3: remove "a""; or the difference, in three lines. */
void trial_write(FILE *out, const struct trial *trial, const struct program *program,
                 const char *line_prefix);

#endif
