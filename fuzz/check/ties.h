/* Answers of subjects that do not promise an order among points at equal positions. */
#ifndef FUZZ_CHECK_TIES_H
#define FUZZ_CHECK_TIES_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* Whether the owners that a find or find_n got are right under some order of the points that share a
 * position. `ring` is the reference's, `found` no more than it has nodes. O(points), and for each owner O(found).
 */
bool ties_explain(const struct subject *reference, const void *ring,
                  const struct ring_options *options, const struct operation *operation,
                  const struct ring_bytes *nodes, size_t found);

#endif
