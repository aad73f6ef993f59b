/* What fuzz targets share. A target is a file with one LLVMFuzzerTestOneInput(). The comment at its
 * top states the property that it checks. */
#ifndef FUZZ_TARGETS_COMMON_H
#define FUZZ_TARGETS_COMMON_H

#include <stddef.h>
#include <stdint.h>

#include "../check/compare.h"

/* Called by the engine. Returns 0, or -1 to keep the input out of the corpus. Must free all that it
 * allocates. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Called by the engine before the first input. Ends the process, with a sentence and status 2, if
 * the environment is wrong: later, an engine would take that for a crash and keep the input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What is built into a target, for where nobody sets the environment variables RINGPROOF_SUBJECT and
 * RINGPROOF_SLOW_MS, which would win. Without built_in.c it is the subject core and no limit. */
struct target_built_in {
    const char *subject;
    long slow_ms; /* or 0 */
};
struct target_built_in target_built_in(void);

/* Defined by a target that cannot test every subject. Returns NULL, or what the target needs. */
const char *target_needs(const struct subject *subject);

/* target_needs() of a target for rings that can do all that ring.h says. */
const char *target_needs_a_whole_ring(const struct subject *subject);

/* Begins an input: returns a copy in a heap block of exactly its size, so that AddressSanitizer
 * catches a read beyond it (an engine's own block is larger). Free it with target_done(). If the
 * environment variable RINGPROOF_SLOW_MS is set, or a limit is built in, the process aborts when it
 * computes for longer than that before target_done(): slow inputs and hangs are findings. */
uint8_t *target_input(const uint8_t *data, size_t size);
void target_done(uint8_t *input);

/* The same for an input that is a program (program/bytes.h). The target reads the first `head`
 * bytes itself; the program is what follows, adapted to a subject that is not the ring library. */
void target_program(const uint8_t *data, size_t size, size_t head, struct program *program);
void target_program_done(struct program *program);

/* The ring under test: the subject that the environment variable RINGPROOF_SUBJECT names, as
 * `ringproof check --subject` does, or the one built in. */
const struct subject *target_subject(void);

/* Whether that subject is the ring library over one of its point stores: its rings are those of
 * ring.h. */
bool target_is_library(void);

/* The check that compares that subject with `reference`. The answers go into the digest. */
struct check target_check(const struct subject *reference);

/* The number of points that an operation adds, for bounds on the cost of an input. 64 bytes of a
 * name count as one more point each time, since names are digested and, at equal positions,
 * compared. */
double target_points(const struct operation *operation);

/* Adds an answer to the digest of the answers to this input. If the environment variable
 * RINGPROOF_DIGEST is set, the target prints it beside the input's digest: two builds must print
 * the same for the same input. */
void target_answer(const void *answer, size_t size);
bool target_digests(void);

/* Adds all points of a ring of the subject. */
void target_answer_points(const void *ring);

/* Prints the difference, and the program as a trace, and aborts. */
_Noreturn void target_fail(const struct program *program, const struct finding *finding);

/* The same without a struct finding: `format` says what differs. */
_Noreturn void target_fail_saying(const struct program *program, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
