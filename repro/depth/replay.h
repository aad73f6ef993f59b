/* Computes how many stack entries the historical sort needs, by replaying its moves on 32-bit numbers
 * instead of pointers. The sort itself takes minutes for a million points and hours for four million;
 * the replay takes seconds. test_depth.c compares it with the sort built with LEGACY_SORT_MEASURED. */
#ifndef REPRO_DEPTH_REPLAY_H
#define REPRO_DEPTH_REPLAY_H

#include "case.h"

/* The points of a ring in sorted order. Serves all rings with no more nodes and replicas. */
struct depth_circle;

/* O(n log n) for n points. Exits with 2 if memory runs out or two points are equal. */
struct depth_circle *depth_circle_make(size_t nodes, uint32_t replicas);
void depth_circle_free(struct depth_circle *circle);

/* The most entries on the stack at once. `asked` must have no more nodes and replicas than `circle`. */
int depth_entries(const struct depth_circle *circle, const struct depth_case *asked);

#endif
