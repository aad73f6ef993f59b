/* Changes programs so that a subject that lacks something can run them. */
#ifndef FUZZ_SEARCH_ADAPT_H
#define FUZZ_SEARCH_ADAPT_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* Replaces what the subject lacks. The same program always becomes the same one.
 *
 *     what it lacks                  what the program gets
 *     its placement rule             one of the subject's rules
 *     replicas that differ by node   one number for all nodes: the first valid one of the program,
 *                                    or the largest if it has an odd number of operations
 *     batches                        an add for each node
 *     find_n                         find
 *
 * Returns whether anything was replaced. */
bool adapt_program(struct program *program, const struct subject *subject);

/* For a subject that cannot list its points: inserts 16 finds after each change. Their keys come
 * from a fixed set of 509, so that over many programs they reach every part of the circle. Does
 * nothing for other subjects. */
void adapt_probe(struct program *program, const struct subject *subject);

/* A key of that set, for any index. Static storage. */
struct ring_bytes adapt_probe_key(size_t index);

#endif
