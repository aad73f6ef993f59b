/* Byte strings as text, for traces and messages: "a\x00b", or "x"*40 for a long run of one byte.
 * fuzz/program/README.md specifies the form. */
#ifndef FUZZ_BASE_TEXT_H
#define FUZZ_BASE_TEXT_H

#include <stdio.h>

#include <ringproof/ring.h>

void text_write(FILE *out, struct ring_bytes string);

/* The same without quotes, and with long runs in full: what a trace has between its quotes. */
void text_write_escaped(FILE *out, struct ring_bytes string);

/* For ci/prove. */
/*@ predicate is_hex(unsigned char byte) =
      '0' <= byte <= '9' || 'a' <= byte <= 'f' || 'A' <= byte <= 'F';

    logic integer hex(unsigned char byte) =
      byte <= '9' ? byte - '0' : byte <= 'F' ? byte - 'A' + 10 : byte - 'a' + 10;
 */

/* Reads an escape sequence, behind its backslash, of at most `left` bytes: a quote, a backslash, or x
 * and two hexadecimal digits. Returns how many bytes it has: 1, 3, or 0 if it is none. */
/*@ requires \valid_read(at + (0 .. left - 1)) && \valid(byte);
    requires \separated(byte, at + (0 .. left - 1));
    assigns *byte;
    ensures \result <= left;
    ensures \result == 0 ==> *byte == \old(*byte);
    ensures \result == 0 ||
      (\result == 1 && (at[0] == '"' || at[0] == '\\') && *byte == at[0]) ||
      (\result == 3 && at[0] == 'x' && is_hex(at[1]) && is_hex(at[2]) &&
       *byte == 16 * hex(at[1]) + hex(at[2]));
    ensures left > 0 && (at[0] == '"' || at[0] == '\\') ==> \result == 1;
    ensures left > 2 && at[0] == 'x' && is_hex(at[1]) && is_hex(at[2]) ==> \result == 3;
 */
size_t text_read_escape(const unsigned char *at, size_t left, unsigned char *byte);

/* The text as a word of a shell command: in quotes, if it needs them. To be freed. */
char *text_quoted(const char *text);

bool text_same(struct ring_bytes a, struct ring_bytes b);

/* Less than, equal to or greater than 0, in the order of bytes: a beginning comes first. */
int text_order(struct ring_bytes a, struct ring_bytes b);

/* ring_strerror() up to its colon: "node exists". */
void text_write_error(FILE *out, enum ring_error error);

#endif
