/* The subjects that the harness has, and those that it loads. Fuzz targets, benchmarks and repro cases reach
 * rings through the table of functions in ringproof/subject.h alone. */
#ifndef FUZZ_SUBJECT_H
#define FUZZ_SUBJECT_H

#include "include/ringproof/subject.h"

extern const struct subject subject_core; /* the library in core/ */
extern const struct subject subject_tiny; /* its arcs, in blocks so small that they part and join */
extern const struct subject subject_merge;  /* its other point store, as proposed in 2014 */
extern const struct subject subject_model;  /* the slow reference */
extern const struct subject subject_resort; /* everything sorted anew by qsort() */
extern const struct subject subject_legacy; /* the historical algorithm, with its defect: repro/ */

/* All of them, ended by NULL. */
extern const struct subject *const subjects[];

/* NULL: there is none of that name. */
const struct subject *subject_named(const char *name);

#endif
