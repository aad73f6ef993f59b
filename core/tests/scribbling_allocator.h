/* An allocator for rings that several threads use: it notices a block that is released with another
 * size than it was asked for or written to after its release, overwrites what is released, and counts
 * for each thread. What is noticed ends the program. */
#ifndef RING_TESTS_POISON_H
#define RING_TESTS_POISON_H

#include <stdbool.h>
#include <stddef.h>

#include "../ring.h"

/* Takes no context. */
extern const struct ring_allocator scribbling_allocator;

/* The bytes that this thread took less those that it released, modulo SIZE_MAX + 1: what another thread
 * releases for it is not taken off. */
size_t scribbling_held(void);

/* From now on this thread's allocations are refused but for the first `blocks`; all after them, or
 * `once` the next alone. SIZE_MAX: none is. */
void scribbling_allow(size_t blocks, bool once);

/* Frees what is kept of this thread's released blocks: before the thread ends. */
void scribbling_flush(void);

#endif
