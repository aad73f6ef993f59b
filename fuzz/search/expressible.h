/* Whether a ring can be asked what a program asks: what its declarations rule out, and what they do
 * not say. A program that was changed, to shrink a finding or to classify it, is judged by this
 * before it is run: else a refusal of the adapter would look like a failure of the ring. */
#ifndef FUZZ_SEARCH_EXPRESSIBLE_H
#define FUZZ_SEARCH_EXPRESSIBLE_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* Judges the program against all declarations of struct subject, with the nodes that a right ring
 * holds at each operation. Costs O(operations x nodes). */
bool expressible(const struct program *program, const struct subject *subject);

/* Drops the operations that the ring cannot be asked, from the first to the last: each is judged in
 * the ring that those before leave. The program's rule stays. Returns whether any was dropped. */
bool expressible_keep(struct program *program, const struct subject *subject);

#endif
