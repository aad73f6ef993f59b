/* What kind of difference it is. */
#ifndef FUZZ_COMPARE_KINDS_H
#define FUZZ_COMPARE_KINDS_H

#include "comparison.h"
#include "marks.h"

/* Fills result->kinds and result->not_seen, after all else of the result. `answers` have details. */
void compare_tell_kinds(const struct compare_side sides[2], const struct compare_lists *lists,
                        const struct compare_script *script,
                        const struct compare_answers answers[2], const unsigned char *marks,
                        struct compare_result *result);

#endif
