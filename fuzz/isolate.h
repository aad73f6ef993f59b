/* Work done in a child process, so that a subject that crashes or never answers is a finding and not
 * the end of the tool. */
#ifndef FUZZ_ISOLATE_H
#define FUZZ_ISOLATE_H

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
    void (*waiting)(void *context); /* if not NULL: called a few times a second meanwhile */
    void *context;
    bool quiet; /* the child's standard output and error go nowhere */
};

struct ending isolate(const struct isolation *isolation);

/* Called by the work: unless it is called again, the child is stopped in so many seconds. */
void isolate_deadline(unsigned int seconds);

/* Zeroed memory that child processes share with this one. */
void *isolate_share(size_t size);

/* "killed by SIGSEGV", "no answer in time", ... Not for ENDING_RETURNED. */
void isolate_describe(struct ending ending, char *text, size_t size);

#endif
