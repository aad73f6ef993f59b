/* What fuzz targets share. A target is one LLVMFuzzerTestOneInput, opened by a comment that states its
 * property; what it needs beside its logic stands here. */
#ifndef FUZZ_TARGETS_COMMON_H
#define FUZZ_TARGETS_COMMON_H

#include <stddef.h>
#include <stdint.h>

#include "../check/compare.h"

/* 0; or -1: not for the corpus. Nothing may be left when it returns. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Begins an input: a copy of it in a heap block of exactly its size, so that reading behind it is caught (an
 * engine's own block is larger). It is ended by target_done(). If the environment variable RINGPROOF_SLOW_MS is
 * set, and the process works for longer than that in between, it aborts: slow inputs and hangs are findings. */
uint8_t *target_input(const uint8_t *data, size_t size);
void target_done(uint8_t *input);

/* The same where the input is a program (bytes.h), behind `head` bytes, or as many as there are, that the target
 * reads itself. */
void target_program(const uint8_t *data, size_t size, size_t head, struct program *program);
void target_program_done(struct program *program);

/* The ring under test: core, or what the environment variable RINGPROOF_SUBJECT names. */
const struct subject *target_subject(void);

/* Whether that is the library, over one of its stores: its rings are those of core/ring.h. */
bool target_is_library(void);

/* The check of that ring against another, whose answers go into the digest. */
struct check target_check(const struct subject *reference);

/* The points that an operation adds; more for long names, which are digested and, where positions are equal,
 * compared: 64 bytes count as a point. For bounds on what an input may cost. */
double target_points(const struct operation *operation);

/* Takes what a ring answered into the digest of all answers to the input, which is printed beside the input's own
 * if RINGPROOF_DIGEST is set: two builds that ran the same input must print the same. */
void target_answer(const void *answer, size_t size);
bool target_digests(void);

/* The same for all points of a ring of the subject. */
void target_answer_points(const void *ring);

/* Prints the difference and the program, as a trace, and aborts. */
_Noreturn void target_fail(const struct program *program, const struct finding *finding);

/* The same, where no struct finding was filled: `format` says what differs. */
_Noreturn void target_fail_saying(const struct program *program, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
