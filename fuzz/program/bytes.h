/* Programs as bytes: what fuzzing engines mutate. fuzz/README.md specifies the format.
 *
 * The decoder is total: any bytes are a program; an operation that they do not complete is left
 * out. Names and keys come from small pools, so that duplicates, absent nodes and re-adds are
 * common, or stand in the bytes literally, so that every program can be written. */
#ifndef FUZZ_PROGRAM_BYTES_H
#define FUZZ_PROGRAM_BYTES_H

#include <stdio.h>

#include "operations.h"

/* Fills an initialised program. O(size), and what runs of one byte expand to. */
void bytes_decode(const void *data, size_t size, struct program *program);

/* Writes the program's canonical bytes: decoding them gives the same program. Expectations have no
 * place in bytes. */
void bytes_encode(const struct program *program, FILE *out);

#endif
