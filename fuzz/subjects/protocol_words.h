/* The words that lines of the process protocol are made of. */
#ifndef FUZZ_SUBJECTS_PROTOCOL_WORDS_H
#define FUZZ_SUBJECTS_PROTOCOL_WORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <ringproof/ring.h>

struct reader {
    const char *at, *end;
    char *error;
    size_t error_size;
};

/* Bytes of the text being read. */
struct word {
    const char *text;
    size_t size;
};

/* Says what is wrong in `error`, and returns false. */
__attribute__((format(printf, 2, 3))) bool reader_fail(const struct reader *reader,
                                                       const char *format, ...);

bool reader_is_blank(char byte);

/* Skips blanks. Whether the text ends behind them. */
bool reader_at_end(struct reader *reader);

/* Reads the bytes up to a blank or `stop`. */
struct word reader_word(struct reader *reader, char stop);

/* The number that a word is. False: it is none, or larger than `max`. */
bool reader_number(const struct reader *reader, struct word word, uint64_t max, uint64_t *number);

/* Reads a string in quotes into `bytes`, which has `room`. */
bool reader_quoted(struct reader *reader, unsigned char *bytes, size_t room, size_t *size);

bool word_is(struct word word, const char *text);

/* How much of a word a message quotes. */
int word_shown(struct word word);

/* Whether a byte within quotes stands for itself. */
bool protocol_is_plain(unsigned char byte);

/* Writes the bytes in quotes, without an end, and returns the length. `text` has room for
 * PROTOCOL_QUOTED_MAX(bytes.size). */
#define PROTOCOL_QUOTED_MAX(size) (4 * (size) + 2)
size_t protocol_quote(char *text, struct ring_bytes bytes);

/* Writes them in quotes to a file. */
void protocol_write_quoted(FILE *out, struct ring_bytes bytes);

#endif
