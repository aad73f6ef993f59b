/* Directed programs: each brings about situations in which rings go wrong, and which random bytes
 * seldom meet. check/tally.h counts them. */
#ifndef FUZZ_SEARCH_DIRECTED_H
#define FUZZ_SEARCH_DIRECTED_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* Whether program `index` of a seed is a directed one: three of eight are. Then fills the
 * initialised program, for that subject; adapt_program() must still follow. */
bool directed_program(uint64_t seed, uint64_t index, const struct subject *subject,
                      struct program *program);

/* Whether it is a large one, with up to 200,000 points: now and then one is. It costs much more than
 * PROGRAM_COST_MAX, and needs a quicker reference than the model. */
bool directed_is_large(uint64_t index, const struct subject *subject);

/* Makes the tables that a search of many programs will need, before it forks. */
void directed_prepare(const struct subject *subject);

#endif
