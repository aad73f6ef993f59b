/* What the unit tests of the harness share. */
#ifndef FUZZ_TESTS_SUPPORT_H
#define FUZZ_TESTS_SUPPORT_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../program/bytes.h"

#define BYTES(literal) ((struct ring_bytes){(literal), sizeof(literal) - 1})

/* The program's canonical bytes. The caller frees them. */
static inline char *encode(const struct program *program, size_t *size)
{
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, size);
    assert_non_null(out);
    bytes_encode(program, out);
    assert_int_equal(fclose(out), 0);
    return bytes;
}

#endif
