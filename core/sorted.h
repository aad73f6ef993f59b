/* Searching sorted positions that are spread evenly, as digests are. */
#ifndef RING_SORTED_H
#define RING_SORTED_H

#include <stddef.h>
#include <stdint.h>

/* Guesses how many of `count` positions come before this one. `scale`: all are below
 * 2^(64 - scale). */
static inline size_t ring_interpolate(size_t count, uint64_t position, unsigned scale)
{
    return (size_t)((position << scale >> 32) * count >> 32);
}

/* Returns how many of `count` > 0 positions are less than `position`. They lie `stride` bytes
 * apart. O(1) expected if they are spread evenly, O(log count) at worst. */
static inline size_t ring_lower_bound(const void *positions, size_t stride, size_t count,
                                      uint64_t position, unsigned scale)
{
#define POSITION(i) (*(const uint64_t *)(const void *)((const char *)positions + (i)*stride))
    enum { NEAR = 8, GUESSES = 4 };
    size_t low = 0;
    size_t high = count;
    const size_t expected = ring_interpolate(count, position, scale);
    size_t at = expected;
    for (unsigned guess = 0; guess < GUESSES && count > NEAR; guess++) {
        /* The guess is off by about as much as the position that was found there differs from the
         * one that should be there. */
        size_t better = at + expected - ring_interpolate(count, POSITION(at), scale);
        at = better < count ? better : at;
        /* Counts those of the NEAR around the guess without a branch that depends on them. */
        low = at > NEAR / 2 ? at - NEAR / 2 : 0;
        low = low < count - NEAR ? low : count - NEAR;
        size_t less = 0;
        for (size_t i = 0; i < NEAR; i++) {
            less += POSITION(low + i) < position;
        }
        if ((less > 0 || low == 0) && (less < NEAR || low + NEAR == count)) {
            return low + less;
        }
        at = less > 0 ? low + NEAR - 1 : low;
    }
    low = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (POSITION(middle) < position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
#undef POSITION
}

#endif
