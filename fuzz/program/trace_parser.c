#include "trace_parser.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/text.h"

/* For ci/prove. */
/*@ // The length of a string up to its closing quote, and with the opening one.
    logic integer quoted{L}(unsigned char *at, integer left) =
      left <= 0 || *at == '"' ? 0 :
      *at == '\\' && left > 1 ? 2 + quoted(at + 2, left - 2) : 1 + quoted(at + 1, left - 1);

    logic integer room{L}(struct parser *parser) =
      parser->at < parser->end ? 1 + quoted(parser->at + 1, parser->end - parser->at - 1) : 0;
 */

bool parser_fail(struct parser *parser, const char *format, ...)
{
    int used = parser->line > 0
                   ? snprintf(parser->error, parser->error_size, "line %zu: ", parser->line)
                   : 0;
    va_list arguments;
    va_start(arguments, format);
    if (used >= 0 && (size_t)used < parser->error_size) {
        (void)vsnprintf(parser->error + used, parser->error_size - (size_t)used, format, arguments);
    }
    va_end(arguments);
    return false;
}

/*@ assigns \nothing;
    ensures \result <==> blank(byte);
 */
static bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/*@ requires is_line(parser);
    assigns parser->at;
    ensures is_line(parser) && passed{Pre, Post}(parser, 0);
    ensures parser->at < parser->end ==> !blank(*parser->at);
 */
static void skip_blanks(struct parser *parser)
{
    /*@ loop invariant is_line(parser) && passed{Pre, Here}(parser, 0);
        loop assigns parser->at;
        loop variant parser->end - parser->at;
     */
    while (parser->at < parser->end && is_blank(*parser->at)) {
        parser->at++;
    }
}

bool parser_at_end(struct parser *parser)
{
    skip_blanks(parser);
    return parser->at == parser->end;
}

void parser_word(struct parser *parser, char *word, size_t word_size)
{
    size_t used = 0;
    skip_blanks(parser);
    /*@ loop invariant is_line(parser) && passed{Pre, Here}(parser, 0);
        loop invariant 0 <= used < word_size;
        loop assigns used, parser->at, word[0 .. word_size - 1];
        loop variant parser->end - parser->at;
     */
    while (parser->at < parser->end && !is_blank(*parser->at)) {
        if (used + 1 < word_size) {
            word[used++] = (char)*parser->at;
        }
        parser->at++;
    }
    word[used] = '\0';
}

/*@ requires is_line(parser) && \valid(value);
    requires \separated(parser, value);
    requires \separated(value, parser->at + (0 .. parser->end - parser->at - 1));
    assigns parser->at, *value;
    ensures is_line(parser) && passed{Pre, Post}(parser, \result ? 1 : 0) && *value <= max;
    ensures \result && parser->at < parser->end ==> !('0' <= *parser->at <= '9');
 */
static bool read_digits(struct parser *parser, uint64_t max, uint64_t *value)
{
    const unsigned char *start = parser->at;
    *value = 0;
    /*@ loop invariant is_line(parser) && passed{Pre, Here}(parser, 0) && *value <= max;
        loop assigns parser->at, *value;
        loop variant parser->end - parser->at;
     */
    while (parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9') {
        uint64_t digit = (uint64_t)(*parser->at - '0');
        if (digit > max || *value > (max - digit) / 10) {
            return parser_fail(parser, "number too large: write at most %llu",
                               (unsigned long long)max);
        }
        *value = *value * 10 + digit;
        parser->at++;
    }
    if (parser->at == start) {
        return parser_fail(parser, "a number is missing: write decimal digits, 0 to %llu",
                           (unsigned long long)max);
    }
    return true;
}

bool parser_number(struct parser *parser, uint64_t max, uint64_t *value)
{
    skip_blanks(parser);
    if (!read_digits(parser, max, value)) {
        return false;
    }
    if (parser->at < parser->end && !is_blank(*parser->at)) {
        return parser_fail(parser,
                           "byte 0x%02x in a number is not a digit: put a blank after the number",
                           *parser->at);
    }
    return true;
}

/* Reads an escape sequence, after its backslash. */
/*@ requires is_line(parser) && \valid(byte);
    requires \separated(parser, byte);
    requires \separated(byte, parser->at + (0 .. parser->end - parser->at - 1));
    assigns parser->at, *byte;
    ensures is_line(parser) && passed{Pre, Post}(parser, \result ? 1 : 0);
    ensures \result ==> parser->at == \old(parser->at) + 1 ||
      (parser->at == \old(parser->at) + 3 && is_hex(\old(parser->at[1])) &&
       is_hex(\old(parser->at[2])));
 */
static bool read_escape(struct parser *parser, unsigned char *byte)
{
    const size_t size = text_read_escape(parser->at, (size_t)(parser->end - parser->at), byte);
    if (size == 0) {
        return parser_fail(parser,
                           "unknown escape: write \\\", \\\\ or \\x and two hexadecimal digits");
    }
    parser->at += size;
    return true;
}

/* The length of the next string including quotes and escapes, which is at least the length that it
 * means. */
/*@ requires is_line(parser);
    assigns \nothing;
    ensures \result == room(parser) <= parser->end - parser->at;
 */
static size_t quoted_room(const struct parser *parser)
{
    const unsigned char *at = parser->at < parser->end ? parser->at + 1 : parser->end;
    /*@ loop invariant is_text(at, parser->end) && parser->at <= at;
        loop invariant \base_addr(at) == \base_addr(parser->at);
        loop invariant parser->at < parser->end ==> at - parser->at +
          quoted(at, parser->end - at) == room(parser);
        loop assigns at;
        loop variant parser->end - at;
     */
    while (at < parser->end && *at != '"') {
        /*@ assert quoted(at, parser->end - at) == (*at == '\\' && parser->end - at > 1
              ? 2 + quoted(at + 2, parser->end - at - 2)
              : 1 + quoted(at + 1, parser->end - at - 1));
         */
        at += *at == '\\' && parser->end - at > 1 ? 2 : 1;
    }
    return (size_t)(at - parser->at);
}

/* No length is negative. This takes an induction, which a loop is. */
/*@ ghost
  /@ requires is_text(at, end);
     assigns \nothing;
     ensures \forall unsigned char *p; within(at, p, end) ==> quoted(p, end - p) >= 0;
   @/
  static void quoted_is_positive(const unsigned char *at, const unsigned char *end)
  {
    /@ loop invariant within(at, from, end);
       loop invariant \forall unsigned char *p; within(from, p, end) ==> quoted(p, end - p) >= 0;
       loop assigns from;
       loop variant from - at;
     @/
    for (const unsigned char *from = end; from > at; from--) {
      /@ assert quoted(from - 1, end - from + 1) >= 0; @/
    }
  }
 */

/* Reads a quoted string into `bytes`, which has room for it (see quoted_room()). *size becomes its
 * length. */
/*@ requires is_line(parser) && \valid(size);
    requires \valid(bytes + (0 .. room(parser) - 1));
    requires \separated(parser, size, bytes + (0 .. room(parser) - 1),
                        parser->at + (0 .. parser->end - parser->at - 1));
    assigns parser->at, *size, bytes[0 .. room(parser) - 1];
    ensures is_line(parser);
    ensures passed{Pre, Post}(parser, \result ? 2 : 0);
    ensures \result ==> *size <= room{Pre}(\at(parser, Pre));
 */
static bool read_quoted(struct parser *parser, unsigned char *bytes, size_t *size)
{
    if (parser->at == parser->end || *parser->at != '"') {
        return parser_fail(parser, "a string is missing: write it in double quotes");
    }
    //@ ghost quoted_is_positive(parser->at, parser->end);
    parser->at++;
    *size = 0;
    /*@ loop invariant is_line(parser) && passed{Pre, Here}(parser, 1);
        loop invariant 0 <= *size <= parser->at - \at(parser->at, Pre) - 1;
        loop invariant parser->at - \at(parser->at, Pre) +
          quoted{Pre}(parser->at, parser->end - parser->at) == room{Pre}(\at(parser, Pre));
        loop assigns parser->at, *size, bytes[0 .. \at(room(parser), Pre) - 1];
        loop variant parser->end - parser->at;
     */
    while (parser->at < parser->end && *parser->at != '"') {
        //@ ghost const unsigned char *at = parser->at;
        /*@ assert quoted{Pre}(at, parser->end - at) == (*at == '\\' && parser->end - at > 1
              ? 2 + quoted{Pre}(at + 2, parser->end - at - 2)
              : 1 + quoted{Pre}(at + 1, parser->end - at - 1));
         */
        unsigned char byte = *parser->at++;
        if (byte == '\\') {
            if (!read_escape(parser, &byte)) {
                return false;
            }
            /*@ assert parser->at == at + 4 ==> quoted{Pre}(at + 3, parser->end - at - 3) ==
                  1 + quoted{Pre}(at + 4, parser->end - at - 4);
             */
            /*@ assert parser->at == at + 2 ==> quoted{Pre}(at, parser->end - at) ==
                  2 + quoted{Pre}(parser->at, parser->end - parser->at);
             */
        } else if (byte < 0x20 || byte > 0x7e) {
            return parser_fail(parser, "byte 0x%02x is not allowed in a string: write \\x%02x",
                               byte, byte);
        }
        /*@ assert parser->at == at + 4 ==> quoted{Pre}(at, parser->end - at) ==
              4 + quoted{Pre}(parser->at, parser->end - parser->at);
         */
        /*@ assert quoted{Pre}(at, parser->end - at) ==
              parser->at - at + quoted{Pre}(parser->at, parser->end - parser->at);
         */
        //@ assert within(\at(parser->at, Pre), parser->at, \at(parser->end, Pre));
        bytes[(*size)++] = byte;
    }
    if (parser->at == parser->end) {
        return parser_fail(parser, "the string does not end: add a closing double quote");
    }
    parser->at++;
    return true;
}

/* Reads the optional *COUNT after a quoted string. */
/*@ requires is_line(parser) && \valid(times);
    requires \separated(parser, times);
    requires \separated(times, parser->at + (0 .. parser->end - parser->at - 1));
    assigns parser->at, *times;
    ensures is_line(parser) && passed{Pre, Post}(parser, 0);
    ensures \result ==> size * *times <= STRING_MAX;
    ensures \result && parser->at < parser->end ==> blank(*parser->at);
 */
static bool read_times(struct parser *parser, size_t size, uint64_t *times)
{
    *times = 1;
    if (parser->at < parser->end && *parser->at == '*') {
        parser->at++;
        if (!read_digits(parser, STRING_MAX, times)) {
            return false;
        }
    }
    if (size > 0 && *times > STRING_MAX / size) {
        return parser_fail(parser, "string too long: write at most %llu bytes",
                           (unsigned long long)STRING_MAX);
    }
    if (parser->at < parser->end && !is_blank(*parser->at)) {
        return parser_fail(parser, "a blank is missing after a string: add one");
    }
    return true;
}

/* Reads a string and its count. `once` has room for the string without the count. */
/*@ requires is_parser(parser) && \valid(string) && \valid(once + (0 .. room(parser) - 1));
    requires \separated(string, parser, parser->program);
    requires \separated(once + (0 .. room(parser) - 1), string, parser, parser->program);
    requires \separated(parser->at + (0 .. parser->end - parser->at - 1), string,
                        once + (0 .. room(parser) - 1));
    assigns parser->at, *parser->program, *string, once[0 .. room(parser) - 1];
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 2 : 0);
    ensures parser->program->count == \old(parser->program->count);
    ensures \result ==> string->size <= STRING_MAX;
    ensures \result && parser->at < parser->end ==> blank(*parser->at);
 */
static bool read_once(struct parser *parser, unsigned char *once, struct ring_bytes *string)
{
    size_t size = 0;
    uint64_t times = 0;
    bool good = read_quoted(parser, once, &size) && read_times(parser, size, &times);
    if (good) {
        *string = program_repeat(parser->program, once, size, (size_t)times);
    }
    return good;
}

bool parser_string(struct parser *parser, struct ring_bytes *string)
{
    const struct parser before = *parser;
    const size_t operations = parser->program->count;
    skip_blanks(parser);
    unsigned char *once = memory_resize(NULL, quoted_room(parser), 1);
    bool good = read_once(parser, once, string);
    free(once);
    assert(!good || string->size <= STRING_MAX);
    assert(parser->at - before.at >= (good ? 2 : 0) && parser->at <= before.end);
    assert(parser->end == before.end && parser->program == before.program);
    assert(parser->line == before.line && parser->ring_seen == before.ring_seen);
    assert(parser->program->count == operations);
    (void)before; /* a build without assertions does not use them */
    (void)operations;
    return good;
}
