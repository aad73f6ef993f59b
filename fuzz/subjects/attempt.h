/* Tries foreign code in a child process first, since it may crash or hang. */
#ifndef FUZZ_SUBJECTS_ATTEMPT_H
#define FUZZ_SUBJECTS_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>

struct attempt {
    bool ended;         /* it was killed, called exit(), or hung: `how` */
    char step[100];     /* the step during which the work ended, or failed */
    char why[300];      /* if the work failed: what it wrote there */
    char how[80];       /* "killed by SIGSEGV", "no end within 20 s" */
    char printed[2000]; /* the end of what it printed, on both streams */
};

/* Runs the work in a child, for up to `seconds`. The work may write `step` and `why` of the struct
 * that it receives. Returns what it returned; false if it ended otherwise. */
bool attempt(bool (*work)(void *context, struct attempt *attempt), void *context,
             unsigned int seconds, struct attempt *result);

#endif
