/* Programs as C: a test that needs only the ring library, not the harness. */
#ifndef FUZZ_CHECK_C_TEST_H
#define FUZZ_CHECK_C_TEST_H

#include <stdio.h>

#include "../program/operations.h"

/* Writes a C11 program that runs the operations on a ring of ring.h. It compares every answer, and
 * after every change all points, with those of the reference, which are written into it. It prints
 * "agreed" and exits with 0, or prints the first difference and exits with 1.
 *
 * If memory runs out, c_test_write() prints so and exits with 2. */
void c_test_write(FILE *out, const struct program *program);

#endif
