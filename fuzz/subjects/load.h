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
 *   exec:COMMAND    a process: see exec.h
 *
 * NULL on failure: `error`, of `size` bytes, then says what is wrong and what to do, and what the
 * subject printed. A process can load one shared object, and never unloads it. It is first loaded
 * by a child process, since foreign code may crash. */
const struct subject *subject_open(const char *what, char *error, size_t size);

/* Room for the error, with what a subject printed. */
#define SUBJECT_ERROR_MAX 4096

/* Whether the last subject_open() failed because the shared object crashed, hung or called exit()
 * while it was loaded, which is a finding. */
bool subject_open_crashed(void);

/* The adapter behind hash_ring:PATH, for an object that dlopen() returned. NULL if a function is
 * missing, or if one does not behave as hash-ring's, as a child process finds out: `error` says
 * which. */
const struct subject *subject_hash_ring(void *object, char *error, size_t size);

/* A subject that forwards each call to another, with copies of all names and keys. After the call
 * it overwrites and frees the copies, so that a ring that keeps pointers to its arguments fails. Every
 * other key comes in the memory of the key before. At most one in a process. */
const struct subject *subject_with_copies(const struct subject *subject);

/* Whether the subject gets copies. */
bool subject_gets_copies(const struct subject *subject);

/* Whether copies stay as they are: they are neither overwritten nor freed. If a ring
 * fails, but not with this, then it looks at bytes that a call was given after the call returned. */
extern bool subject_copies_stay;

#endif
