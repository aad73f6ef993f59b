/* How a ring shares keys out among its nodes, against what chance allows.
 *
 * If the positions of points and keys are uniform and independent, the share of a node with r of the
 * ring's R points has the distribution Beta(r, R - r): it is the sum of r of the R gaps between
 * points. Of K keys, such a node owns a number that is beta-binomial: K, r, R - r. A ring that
 * shares more evenly than chance does (nearest points, rendezvous hashing) stays further from both
 * tails, and passes all the more. */
#ifndef FUZZ_CHECK_SHARES_H
#define FUZZ_CHECK_SHARES_H

#include <stddef.h>

/* The probability at which shares are a finding. That is the rate of false alarms for each ring whose
 * shares are judged: one in a thousand million. */
#define SHARES_RATE 1e-9

struct shares_node {
    double points; /* that it ought to have; greater than 0 */
    size_t keys;   /* that it owns */
};

/* How likely it is that some node of a right ring owns as few or as many keys, or still fewer or
 * more. It is an upper bound, by Bonferroni's inequality over the nodes and both tails: for any
 * `rate`, the probability that a right ring gets `rate` or less is at most `rate`. At least 2 nodes;
 * each may have `slack` points more or less than it ought to. *worst becomes the index of the node
 * that is least likely. Costs O(nodes x keys). */
double shares_chance(const struct shares_node *nodes, size_t count, double slack, size_t *worst);

#endif
