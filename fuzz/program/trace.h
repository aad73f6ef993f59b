/* Programs as text, one operation a line: how people read, write and send them. fuzz/README.md
 * specifies the format. */
#ifndef FUZZ_PROGRAM_TRACE_H
#define FUZZ_PROGRAM_TRACE_H

#include <stdio.h>

#include "operations.h"

/* Whether a file with this content is a trace: its first line that is neither blank nor a comment
 * begins with the word `ring`. Anything else is taken for bytes. */
bool trace_recognise(const void *data, size_t size);

/* Fills an initialised program. False: `error`, of `error_size` bytes, tells the line and what is
 * wrong with it, and the program must only be freed. */
bool trace_read(const void *data, size_t size, struct program *program, char *error,
                size_t error_size);

void trace_write(const struct program *program, FILE *out);

/* The word for each kind of operation. */
#define TRACE_VERBS 5
extern const char *const trace_verbs[TRACE_VERBS];

/* One operation, without the end of line. */
void trace_write_operation(const struct operation *operation, FILE *out);

/* "agree", "differ", ... */
const char *trace_outcome_name(enum outcome outcome);

#endif
