#include "shares.h"

#include <math.h>

/* A distribution needs parameters greater than 0. */
#define LEAST_POINTS 1e-3

static double log_beta(double a, double b)
{
    return lgamma(a) + lgamma(b) - lgamma(a + b);
}

/* The probability that a beta-binomial number of `keys` is `owned` or less. */
static double at_most(size_t keys, size_t owned, double a, double b)
{
    const double n = (double)keys;
    const double k = (double)owned;
    if (k * (a + b) >= n * a) {
        return 1; /* not below the mean: no bound is needed */
    }
    double choose = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
    double first = choose + log_beta(k + a, n - k + b) - log_beta(a, b);
    double term = 1; /* in units of the first */
    double sum = 1;
    for (size_t i = owned; i > 0; i--) {
        const double at = (double)i;
        term *= at / (n - at + 1) * ((n - at + b) / (at - 1 + a));
        sum += term;
    }
    return fmin(1, exp(first + log(sum)));
}

double shares_chance(const struct shares_node *nodes, size_t count, double slack, size_t *worst)
{
    double points = 0;
    double least = 1;
    size_t keys = 0;
    *worst = 0;
    for (size_t i = 0; i < count; i++) {
        points += nodes[i].points;
        keys += nodes[i].keys;
    }
    for (size_t i = 0; i < count; i++) {
        double fewer = fmax(nodes[i].points - slack, LEAST_POINTS);
        double others = fmax(points - nodes[i].points - slack, LEAST_POINTS);
        /* To own many keys is to leave few to the others. */
        double low = at_most(keys, nodes[i].keys, fewer, points - fewer);
        double high = at_most(keys, keys - nodes[i].keys, others, points - others);
        if (fmin(low, high) < least) {
            least = fmin(low, high);
            *worst = i;
        }
    }
    return fmin(1, least * 2 * (double)count);
}
