#include <assert.h>
#include <string.h>

#include "../base/memory.h"
#include "../subjects/registry.h"
#include "trace.h"
#include "trace_parser.h"

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
    parser_word(parser, word, sizeof word);
    parser->program->rule = rule_named(word);
    if (parser->program->rule == NULL) {
        return parser_fail(parser, "no such placement rule: '%s'; 'ringproof list' names them",
                           word);
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
    parser_word(parser, subject, sizeof subject);
    if (subject_named(subject) == NULL) {
        return parser_fail(parser, "no such subject: '%s'; 'ringproof list' names them", subject);
    }
    parser_word(parser, word, sizeof word);
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
    return parser_fail(parser, "no such outcome: '%s'; write agree, differ, overflow or crash",
                       word);
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
    if (!parser_string(parser, &name) || !parser_number(parser, UINT32_MAX, &replicas)) {
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
    while (!parser_at_end(parser)) {
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
    if (!parser_string(parser, &name)) {
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
    if (!parser_string(parser, &key)) {
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
    if (!parser_string(parser, &key) || !parser_number(parser, UINT64_MAX, &n)) {
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
    if (!parser_number(parser, PROGRAM_RINGS - 1, &ring)) {
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
    if (!parser_string(parser, &raw)) {
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
    parser_word(parser, word, sizeof word);
    bool is_ring = is_same(word, "ring");
    if (is_ring == parser->ring_seen) {
        return parser_fail(parser, is_ring
                                       ? "a second 'ring': remove it"
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
            if (!parser_at_end(parser)) {
                return parser_fail(parser, "too much after '%s': remove the rest of the line",
                                   word);
            }
            return true;
        }
    }
    return parser_fail(
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
    return parser_at_end(parser) || *parser->at == '#';
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
    assert(memory_apart(program, sizeof *program, data, size));
    assert(memory_apart(program, sizeof *program, error, error_size));
    assert(memory_apart(data, size, error, error_size));
    const unsigned char *next = data;
    const unsigned char *text_end = next + size;
    struct parser parser = {.program = program, .error = error, .error_size = error_size};
    if (mark_size(data, size) > 0) {
        parser.line = 1;
        return parser_fail(&parser, "a byte-order mark: save the trace as %s, without it",
                           mark_size(data, size) == 2 ? "ASCII or UTF-8 instead of UTF-16"
                                                      : "plain text");
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
        return parser_fail(&parser, "%s: write 'ring' and a placement rule, then the operations%s",
                           size == 0 ? "an empty trace" : "a trace without a statement",
                           old ? ", in separate lines: carriage returns alone do not end a line"
                               : "");
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
            parser_word(&parser, word, sizeof word);
            return is_same(word, "ring");
        }
        next = parser.end < text_end ? parser.end + 1 : text_end;
    }
    return false;
}
