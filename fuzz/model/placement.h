/* The placement rules of core/ring.h, on libmd's digests instead of the core's. */
#ifndef FUZZ_MODEL_PLACEMENT_H
#define FUZZ_MODEL_PLACEMENT_H

#include "../../core/ring.h"

uint64_t model_point_position(const struct ring_options *options, struct ring_bytes name,
                              uint32_t replica);
uint64_t model_key_position(const struct ring_options *options, struct ring_bytes key);

#endif
