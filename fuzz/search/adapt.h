/* Changes programs so that a subject can run them: one that lacks something, or that declares what
 * it cannot do. */
#ifndef FUZZ_SEARCH_ADAPT_H
#define FUZZ_SEARCH_ADAPT_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* Replaces what the subject cannot run. The same program always becomes the same one.
 *
 *     what the subject says          what the program gets
 *     it lacks the placement rule    one of the subject's rules, or `own`
 *     names, keys, empty ones        others in place of those that it does not take
 *     one number of replicas         for all nodes of a ring: the first valid one there, or the
 *                                    largest if the program has an odd number of operations
 *     replicas_max, bad_replicas     numbers that it takes
 *     no batches, find_n, remove     an add for each node, find, nothing
 *     it rebuilds                    few changes, and batches in place of adds
 *     a case is not said,            without these nodes or operations
 *     nodes_max, points_max
 *
 * Returns whether anything was replaced. */
bool adapt_program(struct program *program, const struct subject *subject);

/* Drops what has become impossible since operations were dropped. adapt_program() ends with this. */
bool adapt_cases(struct program *program, const struct subject *subject);

/* Drops operations from the end until the work for the reference is at most `most`: see
 * program_cost(), which knows nothing of points_per_replica. */
void adapt_cut(struct program *program, const struct subject *subject, double most);

/* program_cost() of the points that the subject makes of the program's replicas. */
double adapt_cost(const struct program *program, const struct subject *subject);

/* For a subject that does not list its points: inserts 16 finds after each change, or 48 if the ring
 * is small and not in another process. Their keys come from a fixed set of 509, so that over many
 * programs they reach every part of the circle. Does nothing for other subjects. */
void adapt_probe(struct program *program, const struct subject *subject);

/* A key of that set, for any index. Static storage. */
struct ring_bytes adapt_probe_key(size_t index);

#endif
