/* Subjects from shared objects: other people's rings. */
#ifndef FUZZ_SUBJECTS_LOAD_H
#define FUZZ_SUBJECTS_LOAD_H

#include "registry.h"

/* The subject that `what` names:
 *
 *   NAME            a subject of subject_list()
 *   PATH            a shared object that exports ringproof_subject(); PATH has a slash, or ends
 *                   in .so
 *   hash_ring:PATH  a shared object with the C interface of the library hash-ring
 *
 * NULL on failure: `error`, of `size` bytes, then says what is wrong and what to do. A process can
 * load one shared object, and never unloads it. */
const struct subject *subject_open(const char *what, char *error, size_t size);

/* The adapter behind hash_ring:PATH, for an object that dlopen() returned. NULL if a function is
 * missing: `error` names it. */
const struct subject *subject_hash_ring(void *object, char *error, size_t size);

/* A subject that forwards each call to another, with copies of all names and keys. After the call
 * it overwrites and frees the copies, so that a ring that keeps pointers to its arguments fails. At
 * most one in a process. */
const struct subject *subject_with_copies(const struct subject *subject);

#endif
