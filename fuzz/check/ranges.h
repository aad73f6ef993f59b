/* Compares what moves between rings, and what each node owns, with the list of the right points. */
#ifndef FUZZ_CHECK_RANGES_H
#define FUZZ_CHECK_RANGES_H

#include "whole.h"

/* Asks what moves from a ring without one of the nodes, and for the shares of all nodes. Only of
 * small rings, whose equal points have a known order. A subject without the functions is not asked. */
bool ranges_hold(struct pair *pair, struct finding *finding);

#endif
