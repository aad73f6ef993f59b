/* Byte strings as text, for traces and messages: "a\x00b", or "x"*40 for a long run of one byte.
 * fuzz/program/README.md specifies the form. */
#ifndef FUZZ_BASE_TEXT_H
#define FUZZ_BASE_TEXT_H

#include <stdio.h>

#include <ringproof/ring.h>

void text_write(FILE *out, struct ring_bytes string);

/* The same without quotes, and with long runs in full: what a trace has between its quotes. */
void text_write_escaped(FILE *out, struct ring_bytes string);

/* The text as a word of a shell command: in quotes, if it needs them. To be freed. */
char *text_quoted(const char *text);

bool text_same(struct ring_bytes a, struct ring_bytes b);

/* Less than, equal to or greater than 0, in the order of bytes: a beginning comes first. */
int text_order(struct ring_bytes a, struct ring_bytes b);

/* ring_strerror() up to its colon: "node exists". */
void text_write_error(FILE *out, enum ring_error error);

#endif
