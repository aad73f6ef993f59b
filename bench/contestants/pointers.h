/* The point store of the historical ring, with the C library's qsort() in place of its own sort: an
 * array of pointers to points allocated one by one. Each change sorts the whole array again. */
#ifndef BENCH_CONTESTANTS_POINTERS_H
#define BENCH_CONTESTANTS_POINTERS_H

#include "../../fuzz/subjects/registry.h"

/* Supports create, destroy, add, add_many, remove, find, find_positions, point_count and next_point.
 *
 * Does not check its arguments: nodes must be well-formed. A name that exists already stops the
 * program. */
extern const struct subject subject_pointers;

#endif
