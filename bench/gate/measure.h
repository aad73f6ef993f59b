/* What is measured of a round: what lies between begin and end, summed up. Under Callgrind its instructions, else the
 * nanoseconds of CLOCK_MONOTONIC, with some 30 for each pair of calls. */
#ifndef GATE_MEASURE_H
#define GATE_MEASURE_H

#include <stdint.h>

void measure_begin(void);
void measure_end(void);

/* Nanoseconds since the last call. */
uint64_t measure_take(void);

/* Behind what is only prepared: Callgrind costs a hundredfold from here on, and hardly anything before. */
void measure_prepared(void);

#endif
