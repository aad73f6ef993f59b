/* What `ringproof compare` prints: text for people, or lines of JSON. */
#ifndef FUZZ_CLI_COMPARE_PRINT_H
#define FUZZ_CLI_COMPARE_PRINT_H

#include "../compare/rings.h"

/* What is compared. `list` has the rules, or is NULL. */
void compare_print_head(const struct compare_side sides[2], const struct compare_lists *lists,
                        const struct rule *const *list, size_t count);

/* What was found under one rule; `named`: it is one of several. */
void compare_print_result(const struct compare_side sides[2], const struct compare_result *result,
                          bool named);

/* The verdict over all rules. */
void compare_print_end(enum compare_verdict verdict, size_t rules);

void compare_print_failure(const struct compare_side sides[2],
                           const struct compare_failure *failure);

/* Writes the smallest list and key as a trace. `context` is a struct compare_trace. */
struct compare_trace {
    const struct compare_side *sides;
    const struct compare_result *result;
};
void compare_write_trace(FILE *out, const void *context);

#endif
