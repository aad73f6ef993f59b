#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../subjects/registry.h"
#include "trace.h"

/* The longest string that a trace may have. A longer one is surely a mistake. */
#define STRING_MAX (UINT64_C(1) << 28)

struct parser {
    const unsigned char *at;
    const unsigned char *end; /* of the line */
    size_t line;
    struct program *program;
    bool ring_seen;
    char *error;
    size_t error_size;
};

/* For ci/prove: the rest of a line, which is readable, and what of it has been passed. */
/*@ predicate is_text{L}(unsigned char *at, unsigned char *end) =
      \base_addr(at) == \base_addr(end) && at <= end && end - at <= SIZE_MAX &&
      \valid_read(at + (0 .. end - at - 1));

    predicate within(unsigned char *start, unsigned char *at, unsigned char *end) =
      start <= at <= end && \base_addr(at) == \base_addr(start) == \base_addr(end);

    predicate is_line{L}(struct parser *parser) =
      \valid(parser) && is_text(parser->at, parser->end) &&
      \separated(parser, parser->at + (0 .. parser->end - parser->at - 1));

    predicate is_parser{L}(struct parser *parser) =
      is_line(parser) && \valid(parser->program) && \separated(parser->program, parser) &&
      \separated(parser->program, parser->at + (0 .. parser->end - parser->at - 1));

    predicate has_operation{L}(struct parser *parser) =
      is_parser(parser) && parser->program->count > 0;

    predicate ends{L}(char *word) =
      \exists integer i; i >= 0 && \valid_read(word + (0 .. i)) && word[i] == 0;

    predicate passed{L1, L2}(struct parser *parser, integer least) =
      \base_addr{L1}(\at(parser->at, L1)) == \base_addr{L2}(\at(parser->at, L2)) &&
      \at(parser->at, L1) + least <= \at(parser->at, L2) <= \at(parser->end, L1);

    predicate blank(unsigned char byte) = byte == ' ' || byte == '\t' || byte == '\r';

    predicate is_hex(unsigned char byte) =
      '0' <= byte <= '9' || 'a' <= byte <= 'f' || 'A' <= byte <= 'F';

    // The length of a string up to its closing quote, and with the opening one.
    logic integer quoted{L}(unsigned char *at, integer left) =
      left <= 0 || *at == '"' ? 0 :
      *at == '\\' && left > 1 ? 2 + quoted(at + 2, left - 2) : 1 + quoted(at + 1, left - 1);

    logic integer room{L}(struct parser *parser) =
      parser->at < parser->end ? 1 + quoted(parser->at + 1, parser->end - parser->at - 1) : 0;
 */

/* ci/prove assumes this contract. What it writes, a message, is of no interest there. */
/*@ assigns \nothing;
    ensures !\result;
 */
__attribute__((format(printf, 2, 3))) static bool fail(struct parser *parser, const char *format,
                                                       ...)
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

/*@ requires is_line(parser);
    assigns parser->at;
    ensures is_line(parser) && passed{Pre, Post}(parser, 0);
    ensures \result <==> parser->at == parser->end;
 */
static bool at_end(struct parser *parser)
{
    skip_blanks(parser);
    return parser->at == parser->end;
}

/* Reads the next word; "" at the end of the line. A word that is too long is cut. */
/*@ requires is_line(parser) && word_size > 0 && \valid(word + (0 .. word_size - 1));
    requires \separated(parser, word + (0 .. word_size - 1));
    requires \separated(word + (0 .. word_size - 1),
                        parser->at + (0 .. parser->end - parser->at - 1));
    assigns parser->at, word[0 .. word_size - 1];
    ensures is_line(parser) && passed{Pre, Post}(parser, 0);
    ensures \exists integer i; 0 <= i < word_size && word[i] == 0;
    ensures parser->at < parser->end ==> blank(*parser->at);
 */
static void read_word(struct parser *parser, char *word, size_t word_size)
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
            return fail(parser, "number too large: write at most %llu", (unsigned long long)max);
        }
        *value = *value * 10 + digit;
        parser->at++;
    }
    if (parser->at == start) {
        return fail(parser, "a number is missing: write decimal digits, 0 to %llu",
                    (unsigned long long)max);
    }
    return true;
}

/*@ requires is_line(parser) && \valid(value);
    requires \separated(parser, value);
    requires \separated(value, parser->at + (0 .. parser->end - parser->at - 1));
    assigns parser->at, *value;
    ensures is_line(parser) && passed{Pre, Post}(parser, \result ? 1 : 0);
    ensures \result ==> *value <= max;
    ensures \result && parser->at < parser->end ==> blank(*parser->at);
 */
static bool read_number(struct parser *parser, uint64_t max, uint64_t *value)
{
    skip_blanks(parser);
    if (!read_digits(parser, max, value)) {
        return false;
    }
    if (parser->at < parser->end && !is_blank(*parser->at)) {
        return fail(parser, "byte 0x%02x in a number is not a digit: put a blank after the number",
                    *parser->at);
    }
    return true;
}

/*@ assigns \nothing;
    ensures '0' <= byte <= '9' ==> \result == byte - '0';
    ensures 'a' <= byte <= 'f' ==> \result == byte - 'a' + 10;
    ensures 'A' <= byte <= 'F' ==> \result == byte - 'A' + 10;
    ensures \result == -1 || (0 <= \result <= 15 && is_hex(byte));
 */
static int hex_digit(unsigned char byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    int letter = byte >= 'A' && byte <= 'F' ? byte - 'A' : byte - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : -1;
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
    size_t left = (size_t)(parser->end - parser->at);
    if (left >= 1 && (*parser->at == '"' || *parser->at == '\\')) {
        *byte = *parser->at++;
        return true;
    }
    if (left >= 3 && *parser->at == 'x' && hex_digit(parser->at[1]) >= 0 &&
        hex_digit(parser->at[2]) >= 0) {
        *byte = (unsigned char)(hex_digit(parser->at[1]) * 16 + hex_digit(parser->at[2]));
        parser->at += 3;
        return true;
    }
    return fail(parser, "unknown escape: write \\\", \\\\ or \\x and two hexadecimal digits");
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
        return fail(parser, "a string is missing: write it in double quotes");
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
            return fail(parser, "byte 0x%02x is not allowed in a string: write \\x%02x", byte,
                        byte);
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
        return fail(parser, "the string does not end: add a closing double quote");
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
        return fail(parser, "string too long: write at most %llu bytes",
                    (unsigned long long)STRING_MAX);
    }
    if (parser->at < parser->end && !is_blank(*parser->at)) {
        return fail(parser, "a blank is missing after a string: add one");
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

/* ci/prove assumes this contract: it knows no allocation. */
/*@ requires is_parser(parser) && \valid(string);
    requires \separated(string, parser, parser->program);
    requires \separated(string, parser->at + (0 .. parser->end - parser->at - 1));
    assigns parser->at, *parser->program, *string;
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 2 : 0);
    ensures parser->program->count == \old(parser->program->count);
    ensures \result ==> string->size <= STRING_MAX;
 */
static bool read_string(struct parser *parser, struct ring_bytes *string)
{
    skip_blanks(parser);
    unsigned char *once = memory_resize(NULL, quoted_room(parser), 1);
    bool good = read_once(parser, once, string);
    free(once);
    assert(!good || string->size <= STRING_MAX);
    return good;
}

/* ci/prove assumes this contract: provers know little of strings. */
/*@ requires ends(word);
    assigns \nothing;
 */
static bool is_same(const char *word, const char *other)
{
    return strcmp(word, other) == 0;
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, 0);
    ensures parser->program->count == \old(parser->program->count);
 */
static bool read_ring(struct parser *parser)
{
    char word[64];
    read_word(parser, word, sizeof word);
    parser->program->rule = rule_named(word);
    if (parser->program->rule == NULL) {
        return fail(parser, "no such placement rule: '%s'; 'ringproof list' names them", word);
    }
    return true;
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, 0);
    ensures parser->program->count == \old(parser->program->count);
 */
static bool read_expect(struct parser *parser)
{
    char subject[64];
    char word[64];
    read_word(parser, subject, sizeof subject);
    if (subject_named(subject) == NULL) {
        return fail(parser, "no such subject: '%s'; 'ringproof list' names them", subject);
    }
    read_word(parser, word, sizeof word);
    /*@ loop invariant OUTCOME_AGREE <= outcome <= OUTCOME_CRASH + 1;
        loop assigns outcome;
        loop variant OUTCOME_CRASH - outcome;
     */
    for (int outcome = OUTCOME_AGREE; outcome <= OUTCOME_CRASH; outcome++) {
        if (is_same(word, trace_outcome_name((enum outcome)outcome))) {
            program_expect(parser->program, subject, (enum outcome)outcome);
            return true;
        }
    }
    return fail(parser, "no such outcome: '%s'; write agree, differ, overflow or crash", word);
}

/*@ requires has_operation(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 3 : 0);
    ensures parser->program->count == \old(parser->program->count);
 */
static bool read_node(struct parser *parser)
{
    struct ring_bytes name;
    uint64_t replicas = 0;
    if (!read_string(parser, &name) || !read_number(parser, UINT32_MAX, &replicas)) {
        return false;
    }
    program_append_node(parser->program, name, (uint32_t)replicas);
    return true;
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 3 : 0);
    ensures parser->program->count == \old(parser->program->count) + 1;
 */
static bool read_add(struct parser *parser)
{
    (void)program_append(parser->program, OP_ADD);
    return read_node(parser);
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 3 : 0);
    ensures parser->program->count == \old(parser->program->count) + 1;
 */
static bool read_set_replicas(struct parser *parser)
{
    (void)program_append(parser->program, OP_SET_REPLICAS);
    return read_node(parser);
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, 0);
    ensures parser->program->count == \old(parser->program->count) + 1;
 */
static bool read_add_many(struct parser *parser)
{
    (void)program_append(parser->program, OP_ADD_MANY);
    /*@ loop invariant has_operation(parser) && passed{Pre, Here}(parser, 0);
        loop invariant parser->program == \at(parser->program, Pre);
        loop invariant parser->program->count == \at(parser->program->count, Pre) + 1;
        loop assigns parser->at, *\at(parser->program, Pre);
        loop variant parser->end - parser->at;
     */
    while (!at_end(parser)) {
        if (!read_node(parser)) {
            return false;
        }
    }
    return true;
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 2 : 0);
    ensures parser->program->count == \old(parser->program->count) + 1;
 */
static bool read_remove(struct parser *parser)
{
    struct ring_bytes name;
    (void)program_append(parser->program, OP_REMOVE);
    if (!read_string(parser, &name)) {
        return false;
    }
    program_append_node(parser->program, name, 0);
    return true;
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 2 : 0);
    ensures parser->program->count == \old(parser->program->count) + 1;
 */
static bool read_find(struct parser *parser)
{
    struct ring_bytes key;
    (void)program_append(parser->program, OP_FIND);
    if (!read_string(parser, &key)) {
        return false;
    }
    program_set(parser->program, key, 0);
    return true;
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 3 : 0);
    ensures parser->program->count == \old(parser->program->count) + 1;
 */
static bool read_find_n(struct parser *parser)
{
    struct ring_bytes key;
    uint64_t n = 0;
    (void)program_append(parser->program, OP_FIND_N);
    if (!read_string(parser, &key) || !read_number(parser, UINT64_MAX, &n)) {
        return false;
    }
    program_set(parser->program, key, n);
    return true;
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 1 : 0);
    ensures parser->program->count == \old(parser->program->count) + 1;
 */
static bool read_use(struct parser *parser)
{
    const struct ring_bytes none = {NULL, 0};
    uint64_t ring = 0;
    (void)program_append(parser->program, OP_USE);
    if (!read_number(parser, PROGRAM_RINGS - 1, &ring)) {
        return false;
    }
    program_set(parser->program, none, ring);
    return true;
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, 0);
    ensures parser->program->count == \old(parser->program->count) + 1;
 */
static bool read_renew(struct parser *parser)
{
    (void)program_append(parser->program, OP_RENEW);
    return true;
}

/*@ requires is_parser(parser);
    assigns parser->at, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 2 : 0);
    ensures parser->program->count == \old(parser->program->count);
 */
static bool read_raw(struct parser *parser)
{
    struct ring_bytes raw;
    if (!read_string(parser, &raw)) {
        return false;
    }
    parser->program->raw = raw;
    return true;
}

static const struct {
    const char *word;
    bool (*read)(struct parser *parser);
} statements[] = {
    {"add", read_add},
    {"add-many", read_add_many},
    {"remove", read_remove},
    {"find", read_find},
    {"find-n", read_find_n},
    {"ring", read_ring},
    {"expect", read_expect},
    {"raw", read_raw},
    {"use", read_use},
    {"renew", read_renew},
    {"set-replicas", read_set_replicas},
};

/*@ requires is_parser(parser);
    assigns parser->at, parser->ring_seen, *parser->program;
    ensures is_parser(parser) && passed{Pre, Post}(parser, 0);
    ensures \result ==> parser->at == parser->end && parser->ring_seen;
    ensures \old(parser->program->count) <= parser->program->count <=
      \old(parser->program->count) + 1;
 */
static bool read_statement(struct parser *parser)
{
    char word[64];
    read_word(parser, word, sizeof word);
    bool is_ring = is_same(word, "ring");
    if (is_ring == parser->ring_seen) {
        return fail(parser, is_ring ? "a second 'ring': remove it"
                                    : "the first statement must be 'ring' and a placement rule");
    }
    parser->ring_seen = true;
    const size_t count = sizeof statements / sizeof *statements;
    /*@ loop invariant 0 <= i <= count;
        loop assigns i;
        loop variant count - i;
     */
    for (size_t i = 0; i < count; i++) {
        if (is_same(word, statements[i].word)) {
            bool good = false;
            /*@ calls read_add, read_add_many, read_remove, read_find, read_find_n, read_ring,
                read_expect, read_raw, read_use, read_renew, read_set_replicas; */
            good = statements[i].read(parser);
            if (!good) {
                return false;
            }
            if (!at_end(parser)) {
                return fail(parser, "too much after '%s': remove the rest of the line", word);
            }
            return true;
        }
    }
    return fail(
        parser,
        "no such statement: '%s'; write ring, expect, add, add-many, remove, set-replicas, find, "
        "find-n, use, renew or raw",
        word);
}

/* What editors of other systems put before the text. */
/*@ requires \valid_read(text + (0 .. size - 1));
    assigns \nothing;
    ensures \result <= size && \result <= 3;
 */
static size_t mark_size(const unsigned char *text, size_t size)
{
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        return 3;
    }
    bool wide = size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
    return wide ? 2 : 0;
}

/* ci/prove assumes this contract. That of memchr asks which bytes have been written. */
/*@ requires \valid_read(at + (0 .. size - 1));
    assigns \nothing;
    ensures \result == \null ||
      (within(at, \result, at + size) && \result < at + size && *\result == byte);
 */
static const unsigned char *find_byte(const unsigned char *at, unsigned char byte, size_t size)
{
    const unsigned char *found = memchr(at, byte, size);
    assert(found == NULL || (found >= at && (size_t)(found - at) < size && *found == byte));
    return found;
}

/* The end of the line that begins at `at`. */
/*@ requires is_text(at, end);
    assigns \nothing;
    ensures within(at, \result, end);
    ensures \result < end ==> *\result == '\n';
 */
static const unsigned char *line_end(const unsigned char *at, const unsigned char *end)
{
    const unsigned char *newline = at < end ? find_byte(at, '\n', (size_t)(end - at)) : NULL;
    return newline != NULL ? newline : end;
}

/*@ requires is_line(parser);
    assigns parser->at;
    ensures is_line(parser) && passed{Pre, Post}(parser, 0);
    ensures !\result ==> parser->at < parser->end;
 */
static bool blank_or_comment(struct parser *parser)
{
    return at_end(parser) || *parser->at == '#';
}

/*@ requires \valid_read((unsigned char *)data + (0 .. size - 1)) && \valid(program);
    requires \valid(error + (0 .. error_size - 1));
    requires \separated(program, (unsigned char *)data + (0 .. size - 1),
      error + (0 .. error_size - 1));
    assigns *program, error[0 .. error_size - 1];
    ensures program->count >= \old(program->count);
 */
bool trace_read(const void *data, size_t size, struct program *program, char *error,
                size_t error_size)
{
    const unsigned char *next = data;
    const unsigned char *text_end = next + size;
    struct parser parser = {.program = program, .error = error, .error_size = error_size};
    if (mark_size(data, size) > 0) {
        parser.line = 1;
        return fail(&parser, "a byte-order mark: save the trace as %s, without it",
                    mark_size(data, size) == 2 ? "ASCII or UTF-8 instead of UTF-16" : "plain text");
    }
    /*@ loop invariant within((unsigned char *)data, next, text_end) && parser.program == program;
        loop invariant program->count >= \at(program->count, Pre);
        loop assigns next, parser, *program;
        loop variant text_end - next;
     */
    while (next < text_end) {
        parser.line++;
        parser.at = next;
        parser.end = line_end(next, text_end);
        next = parser.end < text_end ? parser.end + 1 : text_end;
        if (!blank_or_comment(&parser) && !read_statement(&parser)) {
            return false;
        }
    }
    if (!parser.ring_seen) {
        bool old =
            size > 0 && find_byte(data, '\r', size) != NULL && find_byte(data, '\n', size) == NULL;
        parser.line = 0; /* no line is wrong */
        return fail(&parser, "%s: write 'ring' and a placement rule, then the operations%s",
                    size == 0 ? "an empty trace" : "a trace without a statement",
                    old ? ", in separate lines: carriage returns alone do not end a line" : "");
    }
    return true;
}

/*@ requires \valid_read((unsigned char *)data + (0 .. size - 1));
    assigns \nothing;
 */
bool trace_recognise(const void *data, size_t size)
{
    const unsigned char *next = data;
    const unsigned char *text_end = next + size;
    next += mark_size(data, size); /* such a trace is refused by name, and not taken for bytes */
    /*@ loop invariant within((unsigned char *)data, next, text_end);
        loop assigns next;
        loop variant text_end - next;
     */
    while (next < text_end) {
        struct parser parser = {.at = next, .end = line_end(next, text_end)};
        if (!blank_or_comment(&parser)) {
            char word[8];
            read_word(&parser, word, sizeof word);
            return is_same(word, "ring");
        }
        next = parser.end < text_end ? parser.end + 1 : text_end;
    }
    return false;
}
