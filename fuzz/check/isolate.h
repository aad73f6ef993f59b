/* Work done in a child process, so that a subject that crashes or never answers is a finding and not
 * the end of the tool. */
#ifndef FUZZ_CHECK_ISOLATE_H
#define FUZZ_CHECK_ISOLATE_H

#include <stdbool.h>
#include <stddef.h>

struct ending {
    enum ending_kind {
        ENDING_RETURNED, /* the work came to its end */
        ENDING_SIGNAL,   /* `number` is the signal */
        ENDING_EXIT,     /* `number` is the status: a sanitizer, or exit() in the subject */
        ENDING_TIMEOUT   /* isolate_deadline() passed */
    } kind;
    int number;
};

struct isolation {
    void (*work)(void *context);
    void (*waiting)(
        void *context); /* if not NULL: called often at first, then ten times a second */
    void *context;
    bool quiet;         /* the child's standard output and error go nowhere */
    const char *output; /* or, if not NULL, into this file */
};

struct ending isolate(const struct isolation *isolation);

/* Several at once, each in a child of its own; `waiting` is that of the first. The first child that does not come to
 * its end ends the others: *which is its index. */
struct ending isolate_all(const struct isolation *isolations, size_t count, size_t *which);

/* Called by the work: unless it is called again, the child is stopped when it has computed for so many
 * seconds, whatever else the machine does; or, where it waits without computing, ten seconds later at the
 * latest. */
void isolate_deadline(double seconds);

/* Zeroed memory that child processes share with this one. */
void *isolate_share(size_t size);

/* "killed by SIGSEGV", "no answer in time", ... Not for ENDING_RETURNED. */
void isolate_describe(struct ending ending, char *text, size_t size);

#endif
