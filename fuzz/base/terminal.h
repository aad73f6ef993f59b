/* Colours and messages. Nothing is coloured unless the stream is a terminal that can show it: a
 * file, a pipe, TERM=dumb and NO_COLOR (with any value but an empty one) keep their text plain. */
#ifndef FUZZ_BASE_TERMINAL_H
#define FUZZ_BASE_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Whether the stream is a terminal that understands escape sequences. */
bool terminal_is_clever(FILE *out);

enum colour { COLOUR_GOOD, COLOUR_BAD, COLOUR_WARNING };

/* What begins and what ends coloured text on this stream: escape sequences, or "". */
const char *colour_begin(FILE *out, enum colour colour);
const char *colour_end(FILE *out);

/* Prints "ringproof: ", the message and a newline on standard error. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
