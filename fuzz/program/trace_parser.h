/* The words, numbers and strings of which the lines of a trace consist. What reads one passes the blanks
 * before it. If it is not there, the result is false, and a message has been written. */
#ifndef FUZZ_PROGRAM_TRACE_PARSER_H
#define FUZZ_PROGRAM_TRACE_PARSER_H

#include "operations.h"

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

    predicate passed{L1, L2}(struct parser *parser, integer least) =
      \base_addr{L1}(\at(parser->at, L1)) == \base_addr{L2}(\at(parser->at, L2)) &&
      \at(parser->at, L1) + least <= \at(parser->at, L2) <= \at(parser->end, L1);

    predicate blank(unsigned char byte) = byte == ' ' || byte == '\t' || byte == '\r';
 */

/* Writes a message, with the number of the line. Returns false. ci/prove assumes this contract: what is
 * written is of no interest there. */
/*@ assigns \nothing;
    ensures !\result;
 */
__attribute__((format(printf, 2, 3))) bool parser_fail(struct parser *parser, const char *format,
                                                       ...);

/* Passes blanks. Whether nothing else is left in the line. */
/*@ requires is_line(parser);
    assigns parser->at;
    ensures is_line(parser) && passed{Pre, Post}(parser, 0);
    ensures \result <==> parser->at == parser->end;
 */
bool parser_at_end(struct parser *parser);

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
void parser_word(struct parser *parser, char *word, size_t word_size);

/* Reads a number in decimal digits. */
/*@ requires is_line(parser) && \valid(value);
    requires \separated(parser, value);
    requires \separated(value, parser->at + (0 .. parser->end - parser->at - 1));
    assigns parser->at, *value;
    ensures is_line(parser) && passed{Pre, Post}(parser, \result ? 1 : 0);
    ensures \result ==> *value <= max;
    ensures \result && parser->at < parser->end ==> blank(*parser->at);
 */
bool parser_number(struct parser *parser, uint64_t max, uint64_t *value);

/* Reads a string in quotes, and the optional count behind it. The program keeps its bytes. ci/prove
 * assumes this contract: it knows no allocation. */
/*@ requires is_parser(parser) && \valid(string);
    requires \separated(string, parser, parser->program);
    requires \separated(string, parser->at + (0 .. parser->end - parser->at - 1));
    assigns parser->at, *parser->program, *string;
    ensures is_parser(parser) && passed{Pre, Post}(parser, \result ? 2 : 0);
    ensures parser->program->count == \old(parser->program->count);
    ensures \result ==> string->size <= STRING_MAX;
 */
bool parser_string(struct parser *parser, struct ring_bytes *string);

#endif
