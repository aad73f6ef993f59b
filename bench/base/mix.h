/* Numbers that look random and are the same in every run. */
#ifndef BENCH_BASE_MIX_H
#define BENCH_BASE_MIX_H

#include <stdint.h>

/* The mixing function of SplitMix64. Distinct numbers give distinct results. In a header so that it
 * is inlined into the timed loops. */
static inline uint64_t mix(uint64_t number)
{
    number *= UINT64_C(0x9e3779b97f4a7c15);
    number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

#endif
