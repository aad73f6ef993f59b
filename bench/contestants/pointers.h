/* The point store of the historical library, sorted by the C library's qsort(): an array of pointers to
 * points that were allocated one by one, sorted anew as a whole after each change. */
#ifndef BENCH_CONTESTANTS_POINTERS_H
#define BENCH_CONTESTANTS_POINTERS_H

#include "../../fuzz/subjects/registry.h"

/* Has create, add, add_many, remove, find, find_positions and point_count alone, and leaves to its caller what
 * takes no time: nodes are well-formed, no name comes twice (or the program stops), and who looks up has added
 * a node. Needs nobody to destroy it: workloads are kept until the program ends. */
extern const struct subject subject_pointers;

#endif
