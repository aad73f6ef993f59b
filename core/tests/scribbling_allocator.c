#include "scribbling_allocator.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRESH 0xa5
#define GONE 0xdd

/* How many released blocks each thread keeps, so that code that still reads one finds GONE and not
 * a new block. A sanitizer finds such reads by itself, but only in blocks that free() has: KEPT is
 * 1 then, and none are kept. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KEPT 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KEPT 1
#endif
#endif
#ifndef KEPT
#define KEPT 64
#endif

struct header {
    _Alignas(max_align_t) size_t size;
};

/* Each thread has these for itself: a lock would order the threads, and hide races from
 * sanitizers. */
static _Thread_local size_t held;
static _Thread_local size_t allowed = SIZE_MAX;
static _Thread_local bool refuse_once;
static _Thread_local struct header *kept[KEPT];
static _Thread_local size_t next_kept;

static void fail(const char *what, size_t size)
{
    (void)fprintf(stderr, "allocator: a block of %zu bytes %s\n", size, what);
    abort();
}

static void *allocate(void *context, size_t size)
{
    (void)context;
    if (size == 0) {
        fail("was requested", size);
    }
    if (allowed == 0) {
        allowed = refuse_once ? SIZE_MAX : 0;
        return NULL;
    }
    allowed -= allowed != SIZE_MAX;
    struct header *block = size < SIZE_MAX - sizeof *block ? malloc(sizeof *block + size) : NULL;
    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    held += size;
    memset(block + 1, FRESH, size);
    return block + 1;
}

static void let_go(struct header *block)
{
    if (block == NULL) {
        return;
    }
    const unsigned char *bytes = (const unsigned char *)(block + 1);
    for (size_t i = 0; i < block->size; i++) {
        if (bytes[i] != GONE) {
            fail("was written to after its release", block->size);
        }
    }
    free(block);
}

static void release(void *context, void *data, size_t size)
{
    (void)context;
    struct header *block = (struct header *)data - 1;
    if (block->size != size) {
        fail("was released with another size than requested", block->size);
    }
    held -= size;
    memset(data, GONE, size);
    if (KEPT == 1) {
        free(block);
        return;
    }
    let_go(kept[next_kept]);
    kept[next_kept] = block;
    next_kept = (next_kept + 1) % KEPT;
}

const struct ring_allocator scribbling_allocator = {allocate, release, NULL};

size_t scribbling_held(void)
{
    return held;
}

void scribbling_allow(size_t blocks, bool once)
{
    allowed = blocks;
    refuse_once = once;
}

void scribbling_flush(void)
{
    for (size_t i = 0; i < KEPT; i++) {
        let_go(kept[i]);
        kept[i] = NULL;
    }
}
