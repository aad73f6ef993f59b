/* Writes findings: text of a fixed size; longer text is cut. */
#ifndef FUZZ_CHECK_DIFFERENCE_H
#define FUZZ_CHECK_DIFFERENCE_H

#include <stdio.h>

#include "finding.h"

typedef void difference_writer(FILE *out, const void *context);

/* Notes that `what` differs; `write` writes both the expected and the real thing. Returns false. */
bool difference(struct finding *finding, const char *what, difference_writer *write,
                const void *expected, const void *got);

/* The same for text. */
bool difference_in_words(struct finding *finding, const char *what, const char *expected,
                         const char *got);

/* Writers for a const size_t *, a const struct ring_bytes *, and a const struct ring_point *, which
 * may be NULL: no more points. */
void difference_write_count(FILE *out, const void *count);
void difference_write_name(FILE *out, const void *name);
void difference_write_point(FILE *out, const void *point);

#endif
