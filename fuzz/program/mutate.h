/* Changes programs as programs: whole operations, and what they share. What engines know of it is mutator.c. */
#ifndef FUZZ_PROGRAM_MUTATE_H
#define FUZZ_PROGRAM_MUTATE_H

#include "operations.h"

/* One to four changes, drawn from the seed: an operation is inserted, repeated elsewhere, or swapped with another; up to
 * four are left out; a stretch of `other` is spliced in; a name or key is taken from another place, or becomes the
 * neighbour of one, its last byte one more or less, which under rules whose keys spell positions is the next place on
 * the circle; the rule is another. The same seed makes the same changes. `other` may be the program as it was
 * decoded a second time, is not changed, and may be freed. O(operations), and names are copied. */
void mutate_program(struct program *program, const struct program *other, uint64_t seed);

#endif
