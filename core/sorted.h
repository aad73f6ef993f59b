/* Searching sorted positions that are spread evenly, as digests are. */
#ifndef RING_SORTED_H
#define RING_SORTED_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/*@ predicate readable{L}(uint64_t *positions, size_t step, integer i) =
      i * step <= SIZE_MAX && \valid_read(positions + i * step);

    logic integer at{L}(uint64_t *positions, size_t step, integer i) = positions[i * step];
 */

/*@ ghost
    /@ requires a <= b;
       assigns \nothing;
       ensures a * c <= b * c;
     @/
    static inline void products(uint64_t a, uint64_t b, uint64_t c)
    {
    }
 */

/* Guesses how many of `count` positions come before this one. `scale`: all are below
 * 2^(64 - scale). */
/*@ requires count > 0 && scale < 64;
    assigns \nothing;
    ensures \result < count;
 */
static inline size_t ring_interpolate(size_t count, uint64_t position, unsigned scale)
{
    assert(count > 0 && scale < 64);
    const uint64_t share = position << scale >> 32;
    //@ assert share <= UINT32_MAX;
    //@ ghost products(share, UINT32_MAX, count);
    //@ assert count <= UINT32_MAX ==> share * count <= UINT64_MAX;
    return (size_t)(share * count >> 32);
}

/*@ requires readable(positions, step, i);
    assigns \nothing;
    ensures \result == at(positions, step, i);
 */
static inline uint64_t ring_sorted_at(const uint64_t *positions, size_t step, size_t i)
{
    return positions[i * step];
}

/* Returns how many of `count` > 0 positions are less than `position`. They lie `step` numbers
 * apart. O(1) expected if they are spread evenly, O(log count) at worst. */
/*@ requires count > 0 && scale < 64;
    requires \forall integer i; 0 <= i < count ==> readable(positions, step, i);
    requires \forall integer i, j; 0 <= i < j < count ==>
      at(positions, step, i) <= at(positions, step, j);
    assigns \nothing;
    ensures \result <= count;
    ensures \forall integer i; 0 <= i < \result ==> at(positions, step, i) < position;
    ensures \forall integer i; \result <= i < count ==> at(positions, step, i) >= position;
 */
static inline size_t ring_lower_bound(const uint64_t *positions, size_t step, size_t count,
                                      uint64_t position, unsigned scale)
{
    enum { NEAR = 8, GUESSES = 4 };
    size_t low = 0;
    size_t high = count;
    const size_t expected = ring_interpolate(count, position, scale);
    size_t at = expected;
    /*@ loop invariant at < count;
        loop assigns guess, at, low;
        loop variant GUESSES - guess;
     */
    for (unsigned guess = 0; guess < GUESSES && count > NEAR; guess++) {
        /* The guess is off by about as much as the position that was found there differs from the
         * one that should be there. */
        const uint64_t found = ring_sorted_at(positions, step, at);
        size_t better = at + expected - ring_interpolate(count, found, scale);
        at = better < count ? better : at;
        /* Counts those of the NEAR around the guess without a branch that depends on them. */
        low = at > NEAR / 2 ? at - NEAR / 2 : 0;
        low = low < count - NEAR ? low : count - NEAR;
        size_t less = 0;
        /*@ loop invariant less <= i <= NEAR;
            loop invariant \forall integer k; low <= k < low + less ==>
              at(positions, step, k) < position;
            loop invariant \forall integer k; low + less <= k < low + i ==>
              at(positions, step, k) >= position;
            loop assigns i, less;
            loop variant NEAR - i;
         */
        for (size_t i = 0; i < NEAR; i++) {
            //@ assert less < i ==> at(positions, step, low + less) <= at(positions, step, low + i);
            less += ring_sorted_at(positions, step, low + i) < position;
        }
        if ((less > 0 || low == 0) && (less < NEAR || low + NEAR == count)) {
            //@ assert less > 0 ==> at(positions, step, low + less - 1) < position;
            //@ assert less < NEAR ==> at(positions, step, low + less) >= position;
            return low + less;
        }
        at = less > 0 ? low + NEAR - 1 : low;
    }
    low = 0;
    /*@ loop invariant low <= high <= count;
        loop invariant \forall integer k; 0 <= k < low ==> at(positions, step, k) < position;
        loop invariant \forall integer k; high <= k < count ==>
          at(positions, step, k) >= position;
        loop assigns low, high;
        loop variant high - low;
     */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ring_sorted_at(positions, step, middle) < position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

#endif
