#include "statistics.h"

#include <math.h>

#define Z 1.959963984540054 /* 95 % of a normal distribution are this near */

struct compare_share compare_share(uint64_t hits, uint64_t trials)
{
    if (trials == 0) {
        return (struct compare_share){0, 0, 1};
    }
    double n = (double)trials;
    double share = (double)hits / n;
    if (hits == 0) {
        return (struct compare_share){0, 0, 1 - pow(0.05, 1 / n)};
    }
    double centre = share + Z * Z / (2 * n);
    double reach = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
    double scale = 1 + Z * Z / n;
    double high = hits == trials ? 1 : (centre + reach) / scale;
    return (struct compare_share){share, (centre - reach) / scale, high};
}

static double sum(const uint64_t *counts, size_t nodes)
{
    double all = 0;
    for (size_t i = 0; i < nodes; i++) {
        all += (double)counts[i];
    }
    return all;
}

double compare_unrelated(const uint64_t *a, const uint64_t *b, size_t nodes)
{
    double same = 0;
    double all = sum(a, nodes) * sum(b, nodes);
    for (size_t i = 0; i < nodes; i++) {
        same += (double)a[i] * (double)b[i];
    }
    return all > 0 ? 1 - same / all : 0;
}

/* The quantile of chi-square that is passed with a probability of 1 in 1000, by Wilson and
 * Hilferty. */
static double critical(size_t freedom)
{
    double n = (double)freedom;
    double root = 1 - 2 / (9 * n) + 3.0902 * sqrt(2 / (9 * n));
    return n * root * root * root;
}

enum compare_likeness compare_likeness(const uint64_t *a, const uint64_t *b, size_t nodes)
{
    double all_a = sum(a, nodes);
    double all_b = sum(b, nodes);
    double all = all_a + all_b;
    double unlike = 0;
    double uneven = 0;
    if (nodes < 2 || all_a < 5 * (double)nodes || all_b < 5 * (double)nodes) {
        return COMPARE_UNCLEAR;
    }
    for (size_t i = 0; i < nodes; i++) {
        double both = (double)a[i] + (double)b[i];
        double even = all / (double)nodes;
        double expected_a = both * all_a / all;
        double expected_b = both * all_b / all;
        uneven += (both - even) * (both - even) / even;
        if (both > 0) {
            unlike += ((double)a[i] - expected_a) * ((double)a[i] - expected_a) / expected_a +
                      ((double)b[i] - expected_b) * ((double)b[i] - expected_b) / expected_b;
        }
    }
    if (unlike > critical(nodes - 1)) {
        return COMPARE_UNLIKE;
    }
    return uneven > 20 * critical(nodes - 1) ? COMPARE_ALIKE : COMPARE_UNCLEAR;
}
