#include "ledger.h"

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
    struct ledger *ledger = context;
    if (size == 0) {
        misused("asked for no bytes", size);
    }
    if (ledger->accepted == 0) {
        ledger->accepted = ledger->once ? SIZE_MAX : 0;
        ledger->refused = true;
        return NULL;
    }
    ledger->accepted--;
    union header *header = memory_resize(NULL, size + sizeof *header, 1);
    header->size = size;
    ledger->bytes += size;
    return memset(header + 1, 0xa5, size);
}

static void release(void *context, void *block, size_t size)
{
    struct ledger *ledger = context;
    union header *header = (union header *)block - 1;
    if (header->size != size) {
        misused("a block came back with another size", size);
    }
    ledger->bytes -= size;
    free(header);
}

struct ring_allocator ledger_allocator(struct ledger *ledger)
{
    return (struct ring_allocator){allocate, release, ledger};
}

void ledger_refuse_after(struct ledger *ledger, size_t accepted, bool once)
{
    ledger->accepted = accepted;
    ledger->once = once;
    ledger->refused = false;
}
