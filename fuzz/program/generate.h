/* Programs from a seed, without a fuzzing engine: random bytes that are decoded by
 * bytes_decode(). search/directed.h has others. */
#ifndef FUZZ_PROGRAM_GENERATE_H
#define FUZZ_PROGRAM_GENERATE_H

#include "operations.h"

/* Fills an initialised program with program number `index` of the seed. It is the same on every
 * machine, and costs at most PROGRAM_COST_MAX. */
void generate_program(uint64_t seed, uint64_t index, struct program *program);

/* Drops operations from the end of that program, after it was changed, until it costs no more than
 * generate_program() allows. */
void generate_cut(uint64_t seed, uint64_t index, struct program *program);

/* Random number `step` of program `index` of the seed. Steps below 1000 are for
 * generate_program(). */
uint64_t generate_draw(uint64_t seed, uint64_t index, uint64_t step);

#endif
