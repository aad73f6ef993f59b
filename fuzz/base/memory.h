/* Memory for the harness itself: a harness that cannot go on says so and stops. (Rings under test
 * are given allocators that fail on purpose; this is not for them.) */
#ifndef FUZZ_BASE_MEMORY_H
#define FUZZ_BASE_MEMORY_H

#include <stddef.h>

/* `block` (or NULL) with room for `count` elements of `size`; never NULL for a size above 0. */
void *memory_resize(void *block, size_t count, size_t size);

/* The same for an array that grows one by one, which has `count` elements and now gets room for one more:
 * its room is the next power of two, and 16 at least. */
void *memory_grow(void *block, size_t count, size_t size);

/* What the process then exits with: 2, unless a child is to be told from its subject. */
extern int memory_exit_status;

#endif
