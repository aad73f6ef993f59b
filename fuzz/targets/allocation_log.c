#include "allocation_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

/* In front of each block. */
union header {
    size_t size;
    max_align_t aligned;
};

static _Noreturn void misused(const char *how, size_t size)
{
    (void)fprintf(stderr, "# allocator: %s (%zu bytes)\n", how, size);
    abort();
}

static void *allocate(void *context, size_t size)
{
    struct allocation_log *log = context;
    if (size == 0) {
        misused("asked for no bytes", size);
    }
    if (log->accepted == 0) {
        log->accepted = log->once ? SIZE_MAX : 0;
        log->refused = true;
        return NULL;
    }
    log->accepted--;
    union header *header = memory_resize(NULL, size + sizeof *header, 1);
    header->size = size;
    log->bytes += size;
    return memset(header + 1, 0xa5, size);
}

static void release(void *context, void *block, size_t size)
{
    struct allocation_log *log = context;
    union header *header = (union header *)block - 1;
    if (header->size != size) {
        misused("a block came back with another size", size);
    }
    log->bytes -= size;
    free(header);
}

struct ring_allocator logged_allocator(struct allocation_log *log)
{
    return (struct ring_allocator){allocate, release, log};
}

void allocation_log_refuse_after(struct allocation_log *log, size_t accepted, bool once)
{
    log->accepted = accepted;
    log->once = once;
    log->refused = false;
}
