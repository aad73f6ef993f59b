/* How many stack entries the historical sort needs, found by making its moves on small numbers
 * instead of pointers. The sort itself takes minutes for a ring of a million points, and hours for
 * four; this takes seconds. The tests hold it to the sort with the gauge. */
#ifndef REPRO_DEPTH_REPLAY_H
#define REPRO_DEPTH_REPLAY_H

#include "case.h"

/* The points of so many nodes and replicas, in order: of them, all smaller rings are made. */
struct depth_circle;

struct depth_circle *depth_circle_make(size_t nodes, uint32_t replicas);
void depth_circle_free(struct depth_circle *circle);

/* `asked` has no more nodes and replicas than the circle. */
int depth_entries(const struct depth_circle *circle, const struct depth_case *asked);

#endif
