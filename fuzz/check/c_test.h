/* Programs as C: a test that needs the library and nothing of the harness. */
#ifndef FUZZ_CHECK_C_TEST_H
#define FUZZ_CHECK_C_TEST_H

#include <stdio.h>

#include "../program/operations.h"

/* Writes a C11 program that runs the operations through ring.h, and compares each answer, and after each change
 * all points, with what the model answers now. It prints the first difference and exits with 1, or exits with
 * 0. */
void c_test_write(FILE *out, const struct program *program);

#endif
