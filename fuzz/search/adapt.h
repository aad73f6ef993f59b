/* Programs for subjects that cannot express them all. */
#ifndef FUZZ_SEARCH_ADAPT_H
#define FUZZ_SEARCH_ADAPT_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* Replaces what the subject has not: its rule by one that the subject has, the replicas of all nodes by the
 * first that it names and a ring may have (in every other program: the most), batches by adds, find_n by find. The same program always becomes the same. True:
 * something was replaced. */
bool adapt_program(struct program *program, const struct subject *subject);

/* For a subject that lists no points: after each change puts finds of some of a fixed set of keys into the
 * program, which over many programs hit every part of the circle. Others are left as they are. */
void adapt_probe(struct program *program, const struct subject *subject);

/* One of those keys, for any index. */
struct ring_bytes adapt_probe_key(size_t index);

#endif
