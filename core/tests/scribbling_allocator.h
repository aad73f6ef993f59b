/* An allocator for rings that several threads use.
 *
 * - It overwrites new and released blocks, so that reads of them show.
 * - It aborts if a block is released with another size than was requested, or written to after its
 *   release.
 * - It counts for each thread, and can refuse allocations.
 */
#ifndef RING_TESTS_SCRIBBLING_ALLOCATOR_H
#define RING_TESTS_SCRIBBLING_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

#include <ringproof/ring.h>

/* Needs no context. */
extern const struct ring_allocator scribbling_allocator;

/* Returns the bytes that this thread allocated minus the bytes that it released, modulo SIZE_MAX +
 * 1. A block that another thread releases is subtracted from the count of that thread. */
size_t scribbling_held(void);

/* Lets this thread allocate `blocks` more blocks, then refuses: all later ones, or with `once` only
 * the next. With SIZE_MAX, it refuses none. */
void scribbling_allow(size_t blocks, bool once);

/* Frees the released blocks that are kept for this thread. Call it before the thread ends. */
void scribbling_flush(void);

#endif
