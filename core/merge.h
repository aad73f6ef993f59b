/* The point store proposed in 2014: all points in one sorted run.
 *
 *     add      sorts the new points, then merges two runs   O(n + r log r)
 *     remove   compacts the run in one pass                 O(n)
 *     find     guesses where the successor is               O(1), or O(log n) under weak rules
 *
 * with n points in the ring and r new ones. ring_create_over(&ring, options, &ring_merge, 1, 0)
 * creates a ring with this store. The harness uses it as the reference for rings that are too large
 * for its model. A small ring of ring_create() is one such run, too: see arcs/arcs.h.
 */
#ifndef RING_MERGE_H
#define RING_MERGE_H

#include "internal.h"

struct merge {
    struct ring ring;
    struct run run;
    struct run room; /* where the next merge writes: `run` itself, or a larger array */
};

extern const struct point_store ring_merge;

/* What reads the ring: a small ring of ring_create() is read by these, too. */
void ring_merge_find(const struct ring *ring, const uint64_t *positions, size_t count,
                     struct ring_bytes *nodes);
void ring_merge_seek(const struct ring *ring, uint64_t position, struct ring_cursor *cursor);
uint32_t ring_merge_next(const struct ring *ring, struct ring_cursor *cursor,
                         struct ring_point *point);
const char *ring_merge_check(const struct ring *ring);

#endif
