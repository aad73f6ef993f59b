#include "memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../../fuzz/base/memory.h"

static size_t allowed = SIZE_MAX;
static size_t refusals;
static size_t blocks;
static size_t bytes;

bool vm_allocates(void)
{
    if (allowed == 0) {
        refusals++;
        return false;
    }
    if (allowed != SIZE_MAX) {
        allowed--;
    }
    return true;
}

void *vm_allocate(size_t size)
{
    if (!vm_allocates()) {
        return NULL;
    }
    void *block = memory_resize(NULL, size, 1);
    blocks++;
    bytes += malloc_usable_size(block);
    return block;
}

void vm_release(void *block)
{
    blocks--;
    bytes -= malloc_usable_size(block);
    free(block);
}

void vm_limit_allocations(size_t count)
{
    allowed = count;
}

size_t vm_refusals(void)
{
    return refusals;
}

size_t vm_blocks(void)
{
    return blocks;
}

size_t vm_bytes(void)
{
    return bytes;
}
