#include "counting_allocator.h"

#include <stdlib.h>

static void *allocate(void *context, size_t size)
{
    struct counted_bytes *bytes = context;
    void *block = malloc(size);
    if (block != NULL) {
        bytes->now += size;
        bytes->most = bytes->most > bytes->now ? bytes->most : bytes->now;
    }
    return block;
}

static void release(void *context, void *block, size_t size)
{
    struct counted_bytes *bytes = context;
    bytes->now -= size;
    free(block);
}

struct ring_allocator counting_allocator(struct counted_bytes *bytes)
{
    return (struct ring_allocator){allocate, release, bytes};
}
