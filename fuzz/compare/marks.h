/* Whether each lookup had the same answer. */
#ifndef FUZZ_COMPARE_MARKS_H
#define FUZZ_COMPARE_MARKS_H

#include "sides.h"

enum compare_mark {
    COMPARE_MARK_SAME,
    COMPARE_MARK_TIE, /* only the order of equal points differs: each side that knows its points says so */
    COMPARE_MARK_DIFFERENT
};

/* A mark for each lookup of the script. To be freed. Ties are told only by answers with details. */
unsigned char *compare_marks(const struct compare_side sides[2],
                             const struct compare_script *script,
                             const struct compare_answers answers[2]);

#endif
