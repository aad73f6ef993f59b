/* A radix sort of numbers that are spread evenly over 64 bits, such as digests. */
#ifndef BENCH_SUITE_RADIX_H
#define BENCH_SUITE_RADIX_H

#include <stddef.h>
#include <stdint.h>

/* Sorts `count` numbers. `scratch` has room for as many. Any numbers are sorted, but it takes
 * O(count^2) if many have the same upper 8 bits. */
void radix_sort(uint64_t *numbers, size_t count, uint64_t *scratch);

#endif
