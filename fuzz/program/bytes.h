/* Programs as bytes: the inputs that fuzzing engines mutate. fuzz/program/README.md specifies the
 * format.
 *
 * Any bytes are a program; it ends before the first incomplete operation. Names and keys come from
 * small pools, so that duplicates, absent nodes and re-adds are common; or they stand literally in
 * the bytes, so that every program can be written. */
#ifndef FUZZ_PROGRAM_BYTES_H
#define FUZZ_PROGRAM_BYTES_H

#include <stdio.h>

#include "operations.h"

/* Fills an initialised program. Costs O(size), plus the length of the runs of one byte, which is
 * limited to 65536 in total. */
void bytes_decode(const void *data, size_t size, struct program *program);

/* Writes the program's canonical bytes, which decode to the same program. Expectations are lost. */
void bytes_encode(const struct program *program, FILE *out);

#endif
