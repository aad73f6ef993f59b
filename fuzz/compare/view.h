/* The points of one ask, as a side tells them: which nodes may answer for a key. */
#ifndef FUZZ_COMPARE_VIEW_H
#define FUZZ_COMPARE_VIEW_H

#include "../check/lookup.h"
#include "sides.h"

/* Do not copy it: parts refer to one another. */
struct compare_view {
    struct subject declared;
    struct present present;
    struct lookup lookup;
    const struct compare_script *script;
};

/* False if the side does not know its points, or has none: nothing is to be freed then. */
bool compare_view_make(struct compare_view *view, const struct compare_script *script,
                       const struct compare_answers *answers, size_t ask, unsigned int bits);
void compare_view_free(struct compare_view *view);

/* Whether a node may answer for a key at that position, if equal points may come in any order. */
bool compare_view_explains(struct compare_view *view, enum subject_successor successor,
                           uint64_t position, int32_t owner);

/* Whether a point lies at the position. */
bool compare_view_on_point(const struct compare_view *view, uint64_t position);

/* The successors that rings have, without "not said". */
#define COMPARE_SUCCESSORS 3
extern const enum subject_successor compare_successors[COMPARE_SUCCESSORS];

/* Whether two answers differ only by the order of equal points, by what a side tells of its points:
 * one successor that it may have explains both. */
bool compare_view_is_tie(struct compare_view *view, enum subject_successor declared,
                         uint64_t position, int32_t one, int32_t other);

#endif
