/* The memory of a ring: its allocator, and how much of it is held. */
#ifndef RING_ALLOCATION_H
#define RING_ALLOCATION_H

#include <stdatomic.h>

#include "ring.h"

struct allocation {
    struct ring_allocator allocator;
    /* Held: in own_bytes, or where several rings count together. Atomic because a change that is prepared beside
     * readers counts already. */
    atomic_size_t *bytes;
    atomic_size_t own_bytes;
};

/* A block of `size` (> 0), or NULL. What a ring holds is counted; what a call on a const ring needs for
 * itself is not. */
void *ring_take(struct allocation *allocation, size_t size);
void ring_give(struct allocation *allocation, void *block, size_t size);
void *ring_allocate(const struct allocation *allocation, size_t size);
void ring_release(const struct allocation *allocation, void *block, size_t size);

#endif
