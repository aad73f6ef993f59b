/* The list of subjects: the rings that can be tested by name. Fuzz targets, benchmarks and repro cases reach
 * rings through the table of functions in ringproof/subject.h alone. */
#ifndef FUZZ_SUBJECTS_REGISTRY_H
#define FUZZ_SUBJECTS_REGISTRY_H

#include "../include/ringproof/subject.h"

extern const struct subject subject_core; /* the ring library in core/ */
extern const struct subject
    subject_tiny; /* the same with tiny blocks, which split and join in small rings */
extern const struct subject
    subject_merge; /* the same over its other point store, as proposed in 2014 */
extern const struct subject subject_resort; /* everything sorted again by qsort() */

/* Ended by NULL: those above, then the registered ones by name. */
const struct subject *const *subject_list(void);

/* NULL: there is none of that name. */
const struct subject *subject_named(const char *name);

/* Adds a subject to the list. SUBJECT_REGISTER(subject_mine) in a source file, behind its definition or
 * declaration, calls it before main() in every program that this file is linked into. */
void subject_register(const struct subject *subject);

#define SUBJECT_REGISTER(subject)                                                                  \
    __attribute__((constructor)) static void register_##subject(void)                              \
    {                                                                                              \
        subject_register(&(subject));                                                              \
    }

#endif
