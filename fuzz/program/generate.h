/* Programs from a seed, without a fuzzing engine: random bytes, decoded as any others. */
#ifndef FUZZ_PROGRAM_GENERATE_H
#define FUZZ_PROGRAM_GENERATE_H

#include "operations.h"

/* Fills an initialised program with the `index`-th of the seed: the same on every machine. Its cost
 * is at most PROGRAM_COST_MAX. */
void generate_program(uint64_t seed, uint64_t index, struct program *program);

/* Cuts it to that cost again, after it was changed. */
void generate_cut(uint64_t seed, uint64_t index, struct program *program);

#endif
