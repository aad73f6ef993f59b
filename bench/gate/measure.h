/* Measures the parts of a round between measure_begin() and measure_end(), and adds them up: their
 * instructions under Callgrind, otherwise their nanoseconds by CLOCK_MONOTONIC. Each part includes
 * one reading of the clock. */
#ifndef GATE_MEASURE_H
#define GATE_MEASURE_H

#include <stdint.h>

void measure_begin(void);
void measure_end(void);

/* The sum of the nanoseconds since the last call. */
uint64_t measure_take(void);

/* Call it once, after the preparation. From here on Callgrind examines every instruction, which is
 * slow. */
void measure_prepared(void);

#endif
