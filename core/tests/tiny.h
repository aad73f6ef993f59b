/* For tests: arcs from five points on, so that rings change their form all the time. Not in the
 * installed library. */
#ifndef RING_ARCS_TINY_H
#define RING_ARCS_TINY_H

#include "../arcs/arcs.h"

#define RUN_MAX_TINY 4

extern const struct point_store ring_arcs_tiny;

#endif
