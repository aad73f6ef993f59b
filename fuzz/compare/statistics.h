/* The statistics of a comparison. */
#ifndef FUZZ_COMPARE_STATISTICS_H
#define FUZZ_COMPARE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A share, and an interval that contains the true one in 95 of 100 cases. From 0 to 1. */
struct compare_share {
    double share, low, high;
};

/* The share of `hits` in `trials`, by Wilson's interval. Without a hit, `high` is the exact bound:
 * a greater share would have shown a hit in 95 of 100 cases. 0 trials: anything from 0 to 1. */
struct compare_share compare_share(uint64_t hits, uint64_t trials);

/* The share of keys that would differ if two rings had nothing in common but the shares of keys that
 * each node gets. a[] and b[] count keys of `nodes` nodes. */
double compare_unrelated(const uint64_t *a, const uint64_t *b, size_t nodes);

/* What the keys of each node say, by a test of chi-square: a right ring is called unlike, or an even
 * one uneven, less than once in 1000 times. */
enum compare_likeness {
    COMPARE_UNLIKE, /* the two divide the circle differently */
    COMPARE_ALIKE,  /* they divide it alike, and so unevenly that this is no chance */
    COMPARE_UNCLEAR /* the parts are too even, or the keys too few */
};
enum compare_likeness compare_likeness(const uint64_t *a, const uint64_t *b, size_t nodes);

#endif
