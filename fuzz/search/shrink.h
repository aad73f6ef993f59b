/* Makes a failing program small enough to read. */
#ifndef FUZZ_SEARCH_SHRINK_H
#define FUZZ_SEARCH_SHRINK_H

#include "../program/operations.h"

struct shrink {
    /* Whether the candidate still fails as the program did. */
    bool (*fails)(void *context, const struct program *candidate);
    void *context;
};

/* Fills the initialised `smallest` with a program that still fails and from which no operation, no
 * node of a batch, no replica, and no byte of a name or key can be taken away alone without ending
 * the failure; it has a find_n, or a batch of few nodes, only where finds and adds do not fail. It shares
 * the strings of `from`, which must live on. Returns the number of candidates tried. */
size_t shrink_program(const struct shrink *shrink, const struct program *from,
                      struct program *smallest);

#endif
