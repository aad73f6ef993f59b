/* Classifies a finding: derives its trigger by comparing the operation that failed with many that
 * agreed. Those come from generated programs and from near misses: the shrunk program with one
 * thing changed. */
#ifndef FUZZ_SEARCH_CLASSIFY_H
#define FUZZ_SEARCH_CLASSIFY_H

#include "first_failure.h"

struct classifier {
    struct situations agreed; /* of operations that the subject answered correctly */
    uint64_t programs;        /* generated and run to collect them */
    uint64_t tried;           /* for progress lines: programs run for the finding at hand, ... */
    double started;           /* ... since when, ... */
    double shown;             /* ... and the time of the last line */
};

/* What operation `index` of the program is, and what it meets in a correct ring. */
struct situation classify_situation(const struct program *program, size_t index);

/* Derives the trigger of a shrunk program that failed. Runs 40 to 1000 generated programs and up to
 * about 100 near misses, each for at most 0.1 s of computing; fewer after interrupt_signal().
 *
 *     *failed         appended: what the failing operation met, and near misses that fail alike
 *     *rule_matters   whether the program agrees in most attempts under other rules
 *     *trigger        the trigger
 *
 * Returns the share of agreeing operations for which the trigger holds: see trigger_separate(). */
double classify_failure(struct classifier *classifier, const struct search *search,
                        const struct shrunk *shrunk, struct situations *failed, bool *rule_matters,
                        struct trigger *trigger);

/* The same for a program that was not shrunk. False: it agrees, and *trigger is unset. */
bool classify_program(const struct search *search, const struct program *program,
                      struct trigger *trigger);

#endif
