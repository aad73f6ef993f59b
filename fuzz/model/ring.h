/* The model: the slow reference that every other subject is compared with. It is written from the
 * specification in ring.h, and shares no logic with the ring library: no sort, no merge, no
 * search.
 *
 * A ring is a list of points in ring order, and a list of nodes. Every change and every answer
 * scans a list from its beginning. So r new points in a ring of n cost O(r (n + r)), a find costs
 * O(n), and a find_n O(n x owners found). */
#ifndef FUZZ_MODEL_RING_H
#define FUZZ_MODEL_RING_H

#include "../subjects/registry.h"

extern const struct subject subject_model;

#endif
