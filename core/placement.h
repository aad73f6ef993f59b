/* Placement rules: from the bytes of names and keys to positions. ring.h specifies them. */
#ifndef RING_PLACEMENT_H
#define RING_PLACEMENT_H

#include "ring.h"

/* What a rule may append to a name: "-" and ten digits at most. */
#define PLACEMENT_SUFFIX_MAX 11

struct placement {
    enum ring_rule rule;
    struct ring_custom_rule custom;
};

/* Whether the rule is known, and complete if it is custom. */
bool ring_placement_valid(const struct placement *placement);

/* The position of one point. `name` is followed by PLACEMENT_SUFFIX_MAX bytes of room, which are
 * overwritten: the digests want name and index in one piece. */
uint64_t ring_place_point(const struct placement *placement, unsigned char *name, size_t size,
                          uint32_t replica);

uint64_t ring_place_key(const struct placement *placement, const void *key, size_t size);

#endif
