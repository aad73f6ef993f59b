/* The memory of a ring: its allocator, and how many bytes it holds. */
#ifndef RING_ALLOCATION_H
#define RING_ALLOCATION_H

#include <stdatomic.h>

#include "ring.h"

struct allocation {
    struct ring_allocator allocator;
    /* Where the held bytes are counted: own_bytes, or one counter for several rings. Atomic because
     * a writer counts while it prepares a change, and readers may ask for the count meanwhile. */
    atomic_size_t *bytes;
    atomic_size_t own_bytes;
};

/* Allocate `size` bytes (> 0), or return NULL; and free them again. ring_take and ring_give count
 * the bytes as held by the ring. ring_allocate and ring_release do not: they are for what a call
 * needs only while it runs. A NULL block is ignored. */
void *ring_take(struct allocation *allocation, size_t size);
void ring_give(struct allocation *allocation, void *block, size_t size);
void *ring_allocate(const struct allocation *allocation, size_t size);
void ring_release(const struct allocation *allocation, void *block, size_t size);

#endif
