/* The smallest list and key that tell two rings apart. */
#ifndef FUZZ_COMPARE_SMALLEST_H
#define FUZZ_COMPARE_SMALLEST_H

#include "comparison.h"
#include "marks.h"

/* Shrinks a lookup of the script that has the mark, which both answered differently. Fewer nodes
 * first, then fewer points of each, then a shorter key. The candidates of a round run in one process
 * of each side. Writes into result->smallest. */
void compare_shrink(const struct compare_side sides[2], struct compare_lists *lists,
                    const struct compare_script *script, const unsigned char *marks,
                    enum compare_mark mark, struct compare_result *result);

#endif
