/* Whether a failure that was seen in the run shows again: alone, or after other programs in one
 * process, if the subject keeps state between rings. */
#ifndef FUZZ_SEARCH_AGAIN_H
#define FUZZ_SEARCH_AGAIN_H

#include "first_failure.h"

#define AGAIN_RUNS 5U

/* For a program that is not one of the search's. */
#define AGAIN_NO_INDEX UINT64_MAX

struct again {
    unsigned int runs;   /* alone, each in a new process */
    unsigned int failed; /* of these */
    /* It failed in a ring that was made after the rings of earlier programs were destroyed, and
     * does not fail alone. `program` has all of them, and a `renew` before each but the first. */
    bool after_others;
    struct program program; /* if after_others; to be freed, and shares strings with `others` */
    struct program *others;
    size_t other_count;
    /* Of the last run that failed; if none did, what was seen in the run. */
    struct trial trial;
};

/* Tries up to AGAIN_RUNS times whether the search's program `index`, which is `found`, fails, and,
 * if it never does, whether it fails after the programs that ran before it. `seen` is what the run
 * saw. Stops early at search_must_end(). True: it failed at least once, or after others. */
bool again_try(const struct search *search, uint64_t index, const struct program *found,
               const struct trial *seen, struct again *again);
void again_free(struct again *again);

/* Runs the program alone, until AGAIN_RUNS runs or `enough` that failed are counted in *again. */
void again_count(const struct search *search, const struct program *program, unsigned int enough,
                 struct again *again);

/* Whether all runs alone failed, or all that were made: no reason to doubt the failure. */
bool again_is_steady(const struct again *again);

#endif
