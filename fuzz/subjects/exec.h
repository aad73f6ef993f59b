/* exec:COMMAND, a ring in another process: fuzz/README.md, "A ring in another process". */
#ifndef FUZZ_SUBJECTS_EXEC_H
#define FUZZ_SUBJECTS_EXEC_H

#include <ringproof/subject.h>

/* The subject that the shell command is. Starts a process to read its declarations. NULL on
 * failure: `error`, of `size` bytes, then says what is wrong, with what the process wrote to standard
 * error. At most two in a process of the harness.
 *
 * A process of the ring is started by the first call in each process of the harness, and ends with
 * it. If it ends during a call, so does the caller: by the same signal, or with the same status. If
 * its answer is not one that the protocol allows, it ends with EXEC_MISANSWERED, after a sentence on
 * standard error. */
const struct subject *subject_exec(const char *command, char *error, size_t size);

#define EXEC_MISANSWERED 98

/* Call it before a fork whose child may use such a subject: starts a process in reserve, if there is
 * none, so that the child need not wait for its start. Cheap without such a subject. */
void subject_exec_prepare(void);

/* What the process of a ring wrote to standard error before it failed, or what was wrong with its
 * answer; "" if none failed since the last subject_exec_forget_words(). */
const char *subject_exec_last_words(void);
void subject_exec_forget_words(void);

/* These work with any subject that has the function of that name, and are much faster than it if the
 * ring is in another process: questions do not wait for one another. */

/* positions[i] becomes the position of keys[i]. False if the subject has no position(). */
bool subject_positions(const struct subject *subject, const struct ring_bytes *keys, size_t count,
                       uint64_t *positions);

/* positions[i] becomes where point first + i of the node lies. False if the subject has no
 * point(). */
bool subject_points(const struct subject *subject, struct ring_bytes name, uint32_t first,
                    uint32_t count, uint64_t *positions);

#endif
