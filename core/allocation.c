#include "allocation.h"

void *ring_allocate(const struct allocation *allocation, size_t size)
{
    return allocation->allocator.allocate(allocation->allocator.context, size);
}

/* Load and store instead of an atomic addition: only one thread counts at a time. */
static void count_bytes(struct allocation *allocation, size_t more)
{
    size_t bytes = atomic_load_explicit(allocation->bytes, memory_order_relaxed);
    atomic_store_explicit(allocation->bytes, bytes + more, memory_order_relaxed);
}

void *ring_take(struct allocation *allocation, size_t size)
{
    void *block = ring_allocate(allocation, size);
    count_bytes(allocation, block != NULL ? size : 0);
    return block;
}

void ring_give(struct allocation *allocation, void *block, size_t size)
{
    ring_release(allocation, block, size);
    count_bytes(allocation, block != NULL ? -size : 0);
}
