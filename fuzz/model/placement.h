/* The placement rules of ring.h, independent of the ring library where possible: SHA-1 and MD5
 * come from libmd instead of nettle. XXH3 comes from xxHash in both, since Debian has no other
 * library for it. */
#ifndef FUZZ_MODEL_PLACEMENT_H
#define FUZZ_MODEL_PLACEMENT_H

#include <ringproof/ring.h>

/* The position of a node's point. */
uint64_t model_point_position(const struct ring_options *options, struct ring_bytes name,
                              uint32_t replica);

/* The position of a key. */
uint64_t model_key_position(const struct ring_options *options, struct ring_bytes key);

#endif
