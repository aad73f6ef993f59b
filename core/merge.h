/* The point store that was proposed in 2014: all points in one sorted run. Adding merges, removing
 * compacts, finding is a binary search. */
#ifndef RING_MERGE_H
#define RING_MERGE_H

#include "internal.h"

struct merge {
    struct ring ring;
    struct run run;
    struct run room; /* where the next merge goes: `run`, or a larger array */
};

extern const struct point_store ring_merge;

#endif
