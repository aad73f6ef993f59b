/* What a search learns of a finding: which trigger tells it, by comparing the operation that failed with many that
 * agreed. Those come from programs like any other, and from near misses: the small program that fails, with one
 * thing changed. */
#ifndef FUZZ_SEARCH_CLASSIFY_H
#define FUZZ_SEARCH_CLASSIFY_H

#include "first_failure.h"

struct classifier {
    struct situations agreed; /* of operations on which the subject was right */
    uint64_t programs;        /* that were run for these */
};

/* What the operation of this index meets. */
struct situation classify_situation(const struct program *program, size_t index);

/* Runs some hundred programs. Appends what failed to `failed`, puts the trigger into *trigger, and returns its share of
 * operations that agreed: see trigger_separate(). *rule_matters: it fails under few others. */
double classify_failure(struct classifier *classifier, const struct search *search,
                        const struct shrunk *shrunk, struct situations *failed, bool *rule_matters,
                        struct trigger *trigger);

/* The same for a program that is expected to fail. False: it does not. */
bool classify_program(const struct search *search, const struct program *program,
                      struct trigger *trigger);

#endif
