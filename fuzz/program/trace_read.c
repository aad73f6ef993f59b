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
      \base_addr(at) == \base_addr(end) && at <= end && \valid_read(at + (0 .. end - at - 1));

    predicate is_line{L}(struct parser *parser) =
      \valid(parser) && is_text(parser->at, parser->end) &&
      \separated(parser, parser->at + (0 .. parser->end - parser->at - 1));

    predicate passed{L1, L2}(struct parser *parser, integer least) =
      \base_addr{L1}(\at(parser->at, L1)) == \base_addr{L2}(\at(parser->at, L2)) &&
      \at(parser->at, L1) + least <= \at(parser->at, L2) <= \at(parser->end, L1);

    predicate blank(unsigned char byte) = byte == ' ' || byte == '\t' || byte == '\r';
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
    ensures -1 <= \result <= 15;
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

/* Reads a quoted string into `bytes`, which has room for it (see quoted_room()). *size becomes its
 * length. */
/*@ requires is_line(parser) && \valid(size);
    requires \valid(bytes + (0 .. parser->end - parser->at - 1));
    requires \separated(parser, size, bytes + (0 .. parser->end - parser->at - 1),
                        parser->at + (0 .. parser->end - parser->at - 1));
    assigns parser->at, *size, bytes[0 .. parser->end - parser->at - 1];
    ensures is_line(parser) && passed{Pre, Post}(parser, \result ? 2 : 0);
    ensures \result ==> *size <= parser->at - \old(parser->at) - 2;
 */
static bool read_quoted(struct parser *parser, unsigned char *bytes, size_t *size)
{
    if (parser->at == parser->end || *parser->at != '"') {
        return fail(parser, "a string is missing: write it in double quotes");
    }
    parser->at++;
    *size = 0;
    /*@ loop invariant is_line(parser) && passed{Pre, Here}(parser, 1);
        loop invariant 0 <= *size <= parser->at - \at(parser->at, Pre) - 1;
        loop assigns parser->at, *size, bytes[0 .. \at(parser->end - parser->at, Pre) - 1];
        loop variant parser->end - parser->at;
     */
    while (parser->at < parser->end && *parser->at != '"') {
        unsigned char byte = *parser->at++;
        if (byte == '\\') {
            if (!read_escape(parser, &byte)) {
                return false;
            }
        } else if (byte < 0x20 || byte > 0x7e) {
            return fail(parser, "byte 0x%02x is not allowed in a string: write \\x%02x", byte,
                        byte);
        }
        bytes[(*size)++] = byte;
    }
    if (parser->at == parser->end) {
        return fail(parser, "the string does not end: add a closing double quote");
    }
    parser->at++;
    return true;
}

/* Reads the optional *COUNT after a quoted string. */
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

/* The length of the next string including quotes and escapes, which is at least the length that it
 * means. */
/*@ requires is_line(parser);
    assigns \nothing;
    ensures \result <= parser->end - parser->at;
 */
static size_t quoted_room(const struct parser *parser)
{
    const unsigned char *at = parser->at < parser->end ? parser->at + 1 : parser->end;
    /*@ loop invariant is_text(at, parser->end) && parser->at <= at;
        loop invariant \base_addr(at) == \base_addr(parser->at);
        loop assigns at;
        loop variant parser->end - at;
     */
    while (at < parser->end && *at != '"') {
        at += *at == '\\' && parser->end - at > 1 ? 2 : 1;
    }
    return (size_t)(at - parser->at);
}

static bool read_string(struct parser *parser, struct ring_bytes *string)
{
    size_t size = 0;
    uint64_t times = 0;
    skip_blanks(parser);
    unsigned char *once = memory_resize(NULL, quoted_room(parser), 1);
    bool good = read_quoted(parser, once, &size) && read_times(parser, size, &times);
    if (good) {
        *string = program_repeat(parser->program, once, size, (size_t)times);
    }
    free(once);
    return good;
}

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

static bool read_expect(struct parser *parser)
{
    char subject[64];
    char word[64];
    read_word(parser, subject, sizeof subject);
    if (subject_named(subject) == NULL) {
        return fail(parser, "no such subject: '%s'; 'ringproof list' names them", subject);
    }
    read_word(parser, word, sizeof word);
    for (int outcome = OUTCOME_AGREE; outcome <= OUTCOME_CRASH; outcome++) {
        if (strcmp(word, trace_outcome_name((enum outcome)outcome)) == 0) {
            program_expect(parser->program, subject, (enum outcome)outcome);
            return true;
        }
    }
    return fail(parser, "no such outcome: '%s'; write agree, differ, overflow or crash", word);
}

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

static bool read_add(struct parser *parser)
{
    (void)program_append(parser->program, OP_ADD);
    return read_node(parser);
}

static bool read_set_replicas(struct parser *parser)
{
    (void)program_append(parser->program, OP_SET_REPLICAS);
    return read_node(parser);
}

static bool read_add_many(struct parser *parser)
{
    (void)program_append(parser->program, OP_ADD_MANY);
    while (!at_end(parser)) {
        if (!read_node(parser)) {
            return false;
        }
    }
    return true;
}

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

static bool read_find(struct parser *parser)
{
    return read_string(parser, &program_append(parser->program, OP_FIND)->key);
}

static bool read_find_n(struct parser *parser)
{
    struct operation *operation = program_append(parser->program, OP_FIND_N);
    return read_string(parser, &operation->key) && read_number(parser, UINT64_MAX, &operation->n);
}

static bool read_use(struct parser *parser)
{
    return read_number(parser, PROGRAM_RINGS - 1, &program_append(parser->program, OP_USE)->n);
}

static bool read_renew(struct parser *parser)
{
    (void)program_append(parser->program, OP_RENEW);
    return true;
}

static bool read_raw(struct parser *parser)
{
    return read_string(parser, &parser->program->raw);
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

static bool read_statement(struct parser *parser)
{
    char word[64];
    read_word(parser, word, sizeof word);
    bool is_ring = strcmp(word, "ring") == 0;
    if (is_ring == parser->ring_seen) {
        return fail(parser, is_ring ? "a second 'ring': remove it"
                                    : "the first statement must be 'ring' and a placement rule");
    }
    parser->ring_seen = true;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        if (strcmp(word, statements[i].word) == 0) {
            if (!statements[i].read(parser)) {
                return false;
            }
            return at_end(parser) ||
                   fail(parser, "too much after '%s': remove the rest of the line", word);
        }
    }
    return fail(
        parser,
        "no such statement: '%s'; write ring, expect, add, add-many, remove, set-replicas, find, "
        "find-n, use, renew or raw",
        word);
}

/* What editors of other systems put before the text. */
static size_t mark_size(const unsigned char *text, size_t size)
{
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        return 3;
    }
    bool wide = size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
    return wide ? 2 : 0;
}

/* The end of the line that begins at `at`. */
static const unsigned char *line_end(const unsigned char *at, const unsigned char *end)
{
    const unsigned char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
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
        bool old = size > 0 && memchr(data, '\r', size) != NULL && memchr(data, '\n', size) == NULL;
        parser.line = 0; /* no line is wrong */
        return fail(&parser, "%s: write 'ring' and a placement rule, then the operations%s",
                    size == 0 ? "an empty trace" : "a trace without a statement",
                    old ? ", in separate lines: carriage returns alone do not end a line" : "");
    }
    return true;
}

bool trace_recognise(const void *data, size_t size)
{
    const unsigned char *next = data;
    const unsigned char *text_end = next + size;
    next += mark_size(data, size); /* such a trace is refused by name, and not taken for bytes */
    while (next < text_end) {
        struct parser parser = {.at = next, .end = line_end(next, text_end)};
        if (!blank_or_comment(&parser)) {
            char word[8];
            read_word(&parser, word, sizeof word);
            return strcmp(word, "ring") == 0;
        }
        next = parser.end < text_end ? parser.end + 1 : text_end;
    }
    return false;
}
