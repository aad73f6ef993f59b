/* What is measured of a round: what lies between begin and end, summed up. Under Callgrind its instructions, else the
 * nanoseconds of CLOCK_MONOTONIC, reading it once included. */
#ifndef GATE_MEASURE_H
#define GATE_MEASURE_H

#include <stdint.h>

void measure_begin(void);
void measure_end(void);

/* Nanoseconds since the last call. */
uint64_t measure_take(void);

/* Behind what is only prepared: from here on Callgrind looks at every instruction, which is slow. */
void measure_prepared(void);

#endif
