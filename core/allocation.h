/* The memory of a ring: its allocator, and how many bytes it holds. */
#ifndef RING_ALLOCATION_H
#define RING_ALLOCATION_H

#include <stdatomic.h>

#include <ringproof/ring.h>

struct allocation {
    struct ring_allocator allocator;
    /* Where the held bytes are counted: own_bytes, or one counter for several rings. Atomic because
     * a writer counts while it prepares a change, and readers may ask for the count meanwhile. */
    atomic_size_t *bytes;
    atomic_size_t own_bytes;
};

/* Allocate and free blocks of `size` (> 0) bytes. NULL: there is no memory. Freeing NULL does
 * nothing.
 *
 *     ring_take, ring_give          for what the ring holds; counted
 *     ring_allocate, ring_release   for what a call needs only while it runs; not counted
 */
void *ring_take(struct allocation *allocation, size_t size);
void ring_give(struct allocation *allocation, void *block, size_t size);
void *ring_allocate(const struct allocation *allocation, size_t size);

/* Inline because ring_find_n() ends with it, and has allocated nothing for few nodes. */
static inline void ring_release(const struct allocation *allocation, void *block, size_t size)
{
    if (block != NULL) {
        allocation->allocator.release(allocation->allocator.context, block, size);
    }
}

#endif
