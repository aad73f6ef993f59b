/* For tests: arcs with blocks so small that a few dozen points make them grow, split and coalesce.
 * Not in the installed library. */
#ifndef RING_ARCS_TINY_H
#define RING_ARCS_TINY_H

#include "arcs.h"

#define LINES_MAX_TINY 4

extern const struct point_store ring_arcs_tiny;

#endif
