/* The position of a single point, for what does not place all points of a node in turn. */
#ifndef FUZZ_BASE_PLACE_H
#define FUZZ_BASE_PLACE_H

#include "../../core/placement.h"

/* PLACEMENT_SUFFIX_MAX bytes of room must follow the name. They are overwritten. */
static inline uint64_t place_point(const struct placement *placement, unsigned char *name,
                                   size_t size, uint32_t replica)
{
    struct placer placer;
    ring_placer_init(&placer, placement, name, size);
    return ring_placer_point(&placer, replica);
}

#endif
