/* Byte strings as text, in traces and in messages: "..." with bytes outside printable ASCII, `"` and
 * `\` escaped, and *COUNT behind it where it is repeated. fuzz/README.md specifies the form. */
#ifndef FUZZ_BASE_TEXT_H
#define FUZZ_BASE_TEXT_H

#include <stdio.h>

#include "../../core/ring.h"

void text_write(FILE *out, struct ring_bytes string);

/* The first words of ring_strerror(), up to its colon: "node exists". */
void text_write_error(FILE *out, enum ring_error error);

#endif
