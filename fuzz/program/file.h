/* Programs in files: traces or bytes, told apart by trace_recognise(). */
#ifndef FUZZ_PROGRAM_FILE_H
#define FUZZ_PROGRAM_FILE_H

#include <stdio.h>

#include "operations.h"

/* The file's content in a block of exactly its size, to be freed. NULL: `error` tells why. */
void *file_read(const char *path, size_t *size, char *error, size_t error_size);

/* Whether a file is a trace: by its content (trace_recognise()), or by a name that ends in .trace. */
bool file_is_trace(const char *path, const void *data, size_t size);

/* Fills an initialised program from the content of a file. Text that is not a trace is taken for
 * bytes, like any other, but that is said on standard error. False: `error` tells the file, the
 * line and what is wrong. */
bool file_parse(const char *path, const void *data, size_t size, struct program *program,
                char *error, size_t error_size);

/* The two in one. */
bool file_read_program(const char *path, struct program *program, char *error, size_t error_size);

/* Writes by `write`, complete or not at all: an existing file is replaced only when all is written.
 * What is not a regular file (a terminal, a pipe, /dev/null) is written to. False: `error` tells. */
bool file_write(const char *path, void (*write)(FILE *out, const void *context),
                const void *context, char *error, size_t error_size);

#endif
