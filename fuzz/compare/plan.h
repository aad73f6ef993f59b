/* What two rings are asked: scripts of the nodes and keys that both sides take. */
#ifndef FUZZ_COMPARE_PLAN_H
#define FUZZ_COMPARE_PLAN_H

#include "lists.h"
#include "script.h"

/* Fills an empty script: rings that grow and shrink, and keys and names of each kind. */
void compare_plan(struct compare_lists *lists, struct compare_script *script);

/* The largest of its lists, with no keys to ask for. */
void compare_plan_largest(const struct compare_lists *lists, struct compare_script *script);

/* Appends lookups of these keys of compare_key_text() in the largest list. */
void compare_plan_on_points(struct compare_lists *lists, struct compare_script *script,
                            const uint64_t *numbers, size_t count);

#endif
