/* Memory for the harness itself. When it runs out, the harness prints what it needed and exits. Do
 * not use it for rings under test, whose allocators fail on purpose. */
#ifndef FUZZ_BASE_MEMORY_H
#define FUZZ_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether two objects share no byte. Their addresses are numbers here: C compares none of different
 * objects. */
static inline bool memory_apart(const void *a, size_t a_size, const void *b, size_t b_size)
{
    return (uintptr_t)a + a_size <= (uintptr_t)b || (uintptr_t)b + b_size <= (uintptr_t)a;
}

/* realloc() for `count` elements of `size` bytes each; `size` is at least 1. `block` may be NULL.
 * Never returns NULL, not even for a count of 0. */
void *memory_resize(void *block, size_t count, size_t size);

/* For an array that grows by one element at a time: `block` has `count` elements and gets room for
 * one more. The room doubles, from 16 elements on, so that n appends cost O(n). */
void *memory_grow(void *block, size_t count, size_t size);

/* printf() into a new string. */
char *memory_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The exit code when memory runs out: 2. A child process sets another one, so that its parent knows
 * that the harness ran out of memory, and not the subject. */
extern int memory_exit_status;

#endif
