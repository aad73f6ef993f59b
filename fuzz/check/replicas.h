/* Compares what a ring tells of its nodes with the nodes that it must have. */
#ifndef FUZZ_CHECK_REPLICAS_H
#define FUZZ_CHECK_REPLICAS_H

#include "finding.h"
#include "present.h"
#include "side.h"

/* Asks for the first 64 of these nodes, which may be absent, and for names that are one byte longer.
 * The ring must have the nodes of *present. A subject without node_replicas is not asked. */
bool replicas_hold(const struct side *side, const struct present *present,
                   const struct ring_node *nodes, size_t count, struct finding *finding);

#endif
