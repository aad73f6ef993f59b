/* The list of subjects: the rings that can be tested by name. Fuzz targets, benchmarks and repro
 * cases call rings only through the table of functions in ringproof/subject.h. */
#ifndef FUZZ_SUBJECTS_REGISTRY_H
#define FUZZ_SUBJECTS_REGISTRY_H

#include <ringproof/subject.h>

/* The declarations of a ring that keeps every promise of ring.h, except the order of points at equal
 * positions and the exact errors; and of one that keeps those, too. */
#define SUBJECT_KEEPS_RING_H_MOSTLY                                                                \
    .placement = SUBJECT_BY_RULE, .rules = SUBJECT_ALL_RULES, .successor = SUBJECT_AFTER,          \
    .adding_twice = SUBJECT_AS_RING_H, .removing_absent = SUBJECT_AS_RING_H,                       \
    .finding_in_empty = SUBJECT_AS_RING_H, .empty_name = SUBJECT_AS_RING_H,                        \
    .empty_key = SUBJECT_AS_RING_H, .bad_replicas = SUBJECT_AS_RING_H
#define SUBJECT_KEEPS_RING_H                                                                       \
    SUBJECT_KEEPS_RING_H_MOSTLY, .ties = SUBJECT_TIES_BY_NAME, .exact_errors = true

/* The ring library in core/. */
extern const struct subject subject_core;

/* The ring library with arcs from five points on, so that small rings split and unite them too. */
extern const struct subject subject_tiny;

/* The ring library over its other point store, the one proposed in 2014. */
extern const struct subject subject_merge;

/* A ring that sorts all points with qsort() after each change. */
extern const struct subject subject_resort;

/* Set it for a ring that takes empty names: then resort and the model take them, too. */
extern bool references_accept_empty_names;

/* Whether programs may change the replicas of a node. */
static inline bool subject_sets_replicas(const struct subject *subject)
{
    return subject->set_replicas != NULL && subject->replicas == SUBJECT_EACH_NODE;
}

/* All subjects, ended by NULL: those above, then the registered ones in the order of their
 * names. */
const struct subject *const *subject_list(void);

/* NULL if there is no subject of that name. ci/prove assumes this contract. */
/*@ requires \exists integer i; i >= 0 && \valid_read(name + (0 .. i)) && name[i] == 0;
    assigns \nothing;
 */
const struct subject *subject_named(const char *name);

/* Adds a subject to the list; at most 12, all with different names, or the process aborts.
 * SUBJECT_REGISTER(subject_mine), after the definition of subject_mine, does this before main() in
 * every program that links the file. */
void subject_register(const struct subject *subject);

#define SUBJECT_REGISTER(subject)                                                                  \
    __attribute__((constructor)) static void register_##subject(void)                              \
    {                                                                                              \
        subject_register(&(subject));                                                              \
    }

#endif
