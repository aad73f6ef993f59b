/* The model: the reference that every other subject is compared with. It is written from the
 * specification in core/ring.h and shares no logic with what it checks: no sort, no merge, no
 * search. A ring is an unordered list of points; every answer is a scan of all of them. */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include "../core/ring.h"

/* The specification's placement rules, on libmd's digests instead of the core's. */
uint64_t model_point_position(const struct ring_options *options, struct ring_bytes name,
                              uint32_t replica);
uint64_t model_key_position(const struct ring_options *options, struct ring_bytes key);

#endif
