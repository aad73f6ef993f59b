/* Mutates programs as programs: whole operations, and the names and keys that they share. mutator.c
 * offers this to fuzzing engines. */
#ifndef FUZZ_PROGRAM_MUTATE_H
#define FUZZ_PROGRAM_MUTATE_H

#include "operations.h"

/* Makes one to four changes, which depend only on the programs and the seed:
 *
 *   insert     a random operation
 *   splice     a stretch of operations of `other`
 *   leave out  one to four operations in a row
 *   swap       two operations
 *   repeat     an operation elsewhere
 *   reuse      a name or key becomes a copy of another, or its neighbour: the last byte plus or
 *              minus one, which is the next position under rules that take positions from the bytes
 *   rule       one time in 32, another placement rule
 *
 * `other` must not share memory with `program`, but may be the same bytes decoded again. It is not
 * changed, and may be freed afterwards. Costs O(operations), and copies names. */
void mutate_program(struct program *program, const struct program *other, uint64_t seed);

#endif
