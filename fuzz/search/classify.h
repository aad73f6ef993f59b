/* Classifies a finding: derives its trigger by comparing the operation that failed with many that
 * agreed. Those come from generated programs and from near misses: the shrunk program with one
 * thing changed. */
#ifndef FUZZ_SEARCH_CLASSIFY_H
#define FUZZ_SEARCH_CLASSIFY_H

#include "near.h"

/* What the operation that failed is, and what it meets in a correct ring. If the program failed as
 * its rings were destroyed, or later: see state_describe_end(). */
struct situation classify_situation(const struct program *program, const struct trial *trial);

/* Derives the trigger of a shrunk program that failed. Runs 40 to 1000 generated programs and up to
 * about 100 near misses, each for at most 0.1 s of computing; fewer after interrupt_signal().
 *
 *     *failed         appended: what the failing operation met, and near misses that fail alike
 *     *without        words that the trigger may not have: the rule, if the program fails under others, too
 *     *trigger        the trigger
 *
 * Returns the share of agreeing operations for which the trigger holds: see trigger_separate(). */
double classify_failure(struct classifier *classifier, const struct search *search,
                        const struct shrunk *shrunk, struct situations *failed,
                        unsigned int *without, struct trigger *trigger);

/* The same for a program that was not shrunk. False: it agrees, and *trigger is unset. */
bool classify_program(const struct search *search, const struct program *program,
                      struct trigger *trigger);

#endif
