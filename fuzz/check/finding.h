/* A finding: what a check saw that is not right, or what it was doing. */
#ifndef FUZZ_CHECK_FINDING_H
#define FUZZ_CHECK_FINDING_H

#include <stdbool.h>
#include <stddef.h>

/* What the check does at the moment, and so where a subject crashed or hung. */
enum check_phase {
    CHECK_RUNS,     /* an operation of the program */
    CHECK_CREATES,  /* makes the first ring */
    CHECK_LISTS,    /* compares whole rings after the operation */
    CHECK_DESTROYS, /* destroys all rings, after the last operation or the one that failed */
    CHECK_IS_DONE   /* all rings are destroyed */
};

/* Has a fixed size and no pointers, so that a child process can fill it in shared memory. */
struct finding {
    bool found;
    bool cannot; /* the program ended early: a call returned SUBJECT_CANNOT, or needs an answer that
                   * the subject does not declare */
    bool borrowed; /* it agrees as long as the bytes that a call was given stay: it looks at them
                    * after the call returned */
    enum check_phase phase;
    size_t operation; /* index in the program, from 0; while the check runs, the current one */
    char what[80];    /* what differs */
    char expected[256];
    char got[256];
};

#endif
