/* Traces: programs as text, one operation a line. fuzz/program/README.md specifies the format. */
#ifndef FUZZ_PROGRAM_TRACE_H
#define FUZZ_PROGRAM_TRACE_H

#include <stdio.h>

#include "operations.h"

/* Whether this is the content of a trace: the first line that is neither blank nor a comment begins
 * with the word `ring`. A byte-order mark before it does not count. */
bool trace_recognise(const void *data, size_t size);

/* Fills an initialised program. False if the trace has a mistake: `error`, of `error_size` bytes,
 * names the line, if one is wrong, and the mistake, and the program can only be freed. */
bool trace_read(const void *data, size_t size, struct program *program, char *error,
                size_t error_size);

/* Writes the whole program, with its expectations and raw bytes. */
void trace_write(const struct program *program, FILE *out);

/* The word for each kind of operation, by enum operation_kind. */
#define TRACE_VERBS 8
extern const char *const trace_verbs[TRACE_VERBS];

/* Writes one operation, without the end of line. */
void trace_write_operation(const struct operation *operation, FILE *out);

/* For ci/prove: a zero ends the word. */
/*@ predicate ends{L}(char *word) =
      \exists integer i; i >= 0 && \valid_read(word + (0 .. i)) && word[i] == 0;
 */

/* The word for an outcome: "agree". ci/prove assumes this contract. */
/*@ requires OUTCOME_AGREE <= outcome <= OUTCOME_CRASH;
    assigns \nothing;
    ensures ends(\result);
 */
const char *trace_outcome_name(enum outcome outcome);

#endif
