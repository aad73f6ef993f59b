/* Near misses: a shrunk program with one thing changed. Those that agree, and those that fail like
 * the program, tell what it takes to fail. */
#ifndef FUZZ_SEARCH_NEAR_H
#define FUZZ_SEARCH_NEAR_H

#include "first_failure.h"

struct classifier {
    struct situations agreed; /* of operations that the subject answered correctly */
    uint64_t programs;        /* generated and run to collect them */
    uint64_t tried;           /* for progress lines: programs run for the finding at hand, ... */
    double started;           /* ... since when, ... */
    double shown;             /* ... and the time of the last line */
};

struct near {
    const struct search *search;
    struct classifier *classifier; /* what agrees is noted in classifier->agreed */
    const struct shrunk *shrunk;
    struct situation situation; /* of what failed */
    struct situations alike; /* of near misses that failed like the shrunk program; to be freed */
    struct trial_options options;
};

void near_init(struct near *near, const struct search *search, struct classifier *classifier,
               const struct shrunk *shrunk);

/* Runs a program to classify. */
struct trial near_run(struct classifier *classifier, const struct trial_options *options,
                      const struct program *program);

/* Whether it failed as its rings were destroyed, or later. */
bool near_at_end(const struct trial *trial);

/* Returns what the operation at `end` meets, or, `at_end`, the end of the program. Appends to
 * `before`, if not NULL, what those before it meet, and the end. */
struct situation near_situation(const struct program *program, size_t end, bool at_end,
                                struct situations *before);

/* Runs near misses of every kind. */
void near_misses(struct near *near);

/* Whether the program's rule is part of the trigger: variants of the program that meet `trigger`
 * fail under this rule, and not, or far less often, under any other. */
bool near_rule_matters(struct near *near, const struct trigger *trigger);

/* Whether the size of a name or key, one of the numbers of `trigger`, is not what makes the program
 * fail: of other strings of that size, next to none fail. */
bool near_refutes(struct near *near, const struct trigger *trigger, enum feature feature);

/* Looks for the least value of a feature with which the program fails, by bisection, where the rest
 * of `trigger` holds. Appends to `into` what failed. */
void near_least(struct near *near, const struct trigger *trigger, enum feature feature,
                struct situations *into);

#endif
