/* Are these two the same ring? Asks both the same questions, and tells what differs. */
#ifndef FUZZ_COMPARE_RINGS_H
#define FUZZ_COMPARE_RINGS_H

#include "comparison.h"

/* Compares both sides under one rule. False: *failure says which side failed. */
bool compare_rings(const struct compare_side sides[2], const struct compare_request *request,
                   struct compare_lists *lists, const struct rule *rule,
                   struct compare_result *result, struct compare_failure *failure);
void compare_result_free(struct compare_result *result);

/* How many of some keys differ under the rule, to choose one of several; UINT64_MAX: a side
 * failed. */
uint64_t compare_quickly(const struct compare_side sides[2], struct compare_lists *lists,
                         const struct rule *rule, struct compare_failure *failure);

#endif
