/* Programs in files, as traces or as bytes. The path "-" is standard input where a file is read, and
 * standard output where one is written. Error messages go into `error`, of `error_size` bytes. */
#ifndef FUZZ_PROGRAM_FILE_H
#define FUZZ_PROGRAM_FILE_H

#include <limits.h>
#include <stdio.h>

#include "operations.h"

/* Bytes of an `error` that has room for any path. */
#define FILE_ERROR_MAX (PATH_MAX + 512)

/* How messages name an input: by its path, or as standard input. */
const char *file_shown(const char *path);

/* Returns the file's content in a block of exactly its size, which the caller frees. NULL on
 * failure. */
void *file_read(const char *path, size_t *size, char *error, size_t error_size);

/* Whether a file is a trace: its name ends in .trace, or trace_recognise() says so. */
bool file_is_trace(const char *path, const void *data, size_t size);

/* Fills an initialised program from the content of a file. A file that is no trace is read as
 * bytes; if it looks like text, a warning goes to standard error. False if a trace has a mistake:
 * `error` then names the file, the line and the mistake. */
bool file_parse(const char *path, const void *data, size_t size, struct program *program,
                char *error, size_t error_size);

/* file_read() and file_parse() in one. */
bool file_read_program(const char *path, struct program *program, char *error, size_t error_size);

/* Whether both are one regular file, under whatever names. Standard output is no file. */
bool file_is_same(const char *input, const char *output);

/* Whether file_write() can be expected to write there, so that nobody waits hours for a result that
 * has no place. False: `error` says what to do. */
bool file_can_write(const char *path, char *error, size_t error_size);

/* From now on the path "-" is written to `out`: a process whose stdout others may write to. */
void file_write_standard_to(FILE *out);

/* Calls `write` to write a file, which is replaced only once all of it is written: a failure leaves
 * an existing file as it was. A terminal, a pipe or a device is written to directly. False on
 * failure. */
bool file_write(const char *path, void (*write)(FILE *out, const void *context),
                const void *context, char *error, size_t error_size);

#endif
