/* What the unit tests of the harness share. */
#ifndef FUZZ_TESTS_SUPPORT_H
#define FUZZ_TESTS_SUPPORT_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BYTES(literal) ((struct ring_bytes){(literal), sizeof(literal) - 1})

#endif
