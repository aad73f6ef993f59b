/* Subjects in shared objects: other people's rings. */
#ifndef FUZZ_SUBJECTS_LOAD_H
#define FUZZ_SUBJECTS_LOAD_H

#include "registry.h"

/* By a name, of those that are built in; by a path (with a slash, or ending in .so) of a shared object that
 * exports ringproof_subject(); or by hash_ring:PATH, of one that has the C interface of the hash-ring
 * library. NULL: `error`, of `size` bytes, tells what is wrong and what to do. What is loaded stays so, and
 * one object a process can be. */
const struct subject *subject_open(const char *what, char *error, size_t size);

/* The adapter behind hash_ring:PATH, for an object that dlopen() answered with. NULL: `error` tells which
 * function it lacks. */
const struct subject *subject_hash_ring(void *object, char *error, size_t size);

/* A subject that forwards to another, and hands it all names and keys as copies that are overwritten and
 * freed after the call: who keeps a pointer is found out. One a process. */
const struct subject *subject_with_copies(const struct subject *subject);

#endif
