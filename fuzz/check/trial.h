/* One program on one subject in a child process: what became of it. */
#ifndef FUZZ_CHECK_TRIAL_H
#define FUZZ_CHECK_TRIAL_H

#include <stdio.h>

#include "compare.h"
#include "isolate.h"

struct trial {
    enum trial_verdict {
        TRIAL_AGREED,
        TRIAL_DIFFERENCE, /* `finding` tells */
        TRIAL_CRASH,      /* `ending` tells, and finding.operation where */
        TRIAL_TIMEOUT     /* the same */
    } verdict;
    struct ending ending;
    struct finding finding;
};

struct trial_options {
    struct check check;
    double seconds; /* before it is called a timeout: see isolate_deadline() */
    bool quiet;
    const char *output; /* if not NULL: what it prints goes into this file */
};

struct trial trial_run(const struct trial_options *options, const struct program *program);

/* "killed by SIGSEGV at operation 3: remove "a"", or the difference, or "agreed"; one or more
 * lines, each ended. */
void trial_write(FILE *out, const struct trial *trial, const struct program *program,
                 const char *line_prefix);

#endif
