/* Ties are points at equal positions. Judges answers of subjects that do not promise an order among
 * them. */
#ifndef FUZZ_CHECK_TIES_H
#define FUZZ_CHECK_TIES_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* Whether the answer of a subject to a find or find_n, `found` nodes, is right under some order of
 * its ties. `ring` is the reference's ring, and has at least `found` nodes. Costs O(points x (found
 * + t)), where t is the most points at one position. */
bool ties_explain(const struct subject *reference, const void *ring,
                  const struct ring_options *options, const struct operation *operation,
                  const struct ring_bytes *nodes, size_t found);

#endif
