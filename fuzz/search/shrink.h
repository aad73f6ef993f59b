/* Shrinks a failing program until it is small enough to read. */
#ifndef FUZZ_SEARCH_SHRINK_H
#define FUZZ_SEARCH_SHRINK_H

#include "../program/operations.h"

struct shrink {
    /* Whether the candidate still fails like the program. */
    bool (*fails)(void *context, const struct program *candidate);
    void *context;
    const bool *ended; /* if not NULL, fails() sets it: no further candidate is made */
    size_t needed;     /* how many operations it takes, with the one that failed; 0: not known */
};

/* Fills the initialised `smallest` with a program that still fails, but no longer if any one of
 * these is taken away:
 *
 *     an operation, a node of a batch, a replica, a byte of a name or key
 *     a find_n (for a find), a batch of up to 4 nodes (for adds)
 *
 * `smallest` shares the strings of `from`, which must outlive it. Returns the number of candidates
 * tried. */
size_t shrink_program(const struct shrink *shrink, const struct program *from,
                      struct program *smallest);

#endif
