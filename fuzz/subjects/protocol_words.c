#include "protocol_words.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

bool reader_fail(const struct reader *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reader->error, reader->error_size, format, arguments);
    va_end(arguments);
    return false;
}

bool reader_is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

bool reader_at_end(struct reader *reader)
{
    while (reader->at < reader->end && reader_is_blank(*reader->at)) {
        reader->at++;
    }
    return reader->at == reader->end;
}

#define SHOWN_MAX 40

int word_shown(struct word word)
{
    return word.size < SHOWN_MAX ? (int)word.size : SHOWN_MAX;
}

struct word reader_word(struct reader *reader, char stop)
{
    struct word word = {reader->at, 0};
    while (reader->at < reader->end && !reader_is_blank(*reader->at) && *reader->at != stop) {
        reader->at++;
    }
    word.size = (size_t)(reader->at - word.text);
    return word;
}

bool word_is(struct word word, const char *text)
{
    return word.size == strlen(text) && memcmp(word.text, text, word.size) == 0;
}

bool reader_number(const struct reader *reader, struct word word, uint64_t max, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < word.size; i++) {
        uint64_t digit = (uint64_t)(unsigned char)word.text[i] - '0';
        if (digit > 9) {
            return reader_fail(reader, "'%.*s' is not a decimal number", word_shown(word),
                               word.text);
        }
        if (digit > max || *number > (max - digit) / 10) {
            return reader_fail(reader, "%.*s is too large: the largest number here is %llu",
                               word_shown(word), word.text, (unsigned long long)max);
        }
        *number = *number * 10 + digit;
    }
    return word.size > 0 || reader_fail(reader, "a number is missing");
}

bool reader_quoted(struct reader *reader, unsigned char *bytes, size_t room, size_t *size)
{
    *size = 0;
    if (reader->at == reader->end || *reader->at != '"') {
        struct word word = reader_word(reader, ' ');
        return reader_fail(reader, "'%.*s' is not in double quotes", word_shown(word), word.text);
    }
    reader->at++;
    while (reader->at < reader->end && *reader->at != '"') {
        unsigned char byte = (unsigned char)*reader->at++;
        if (byte == '\\') {
            const size_t escape = text_read_escape((const unsigned char *)reader->at,
                                                   (size_t)(reader->end - reader->at), &byte);
            if (escape == 0) {
                return reader_fail(reader, "unknown escape in a name: write \\\", \\\\ or \\x and "
                                           "two hexadecimal digits");
            }
            reader->at += escape;
        } else if (byte < 0x20 || byte > 0x7e) {
            return reader_fail(reader, "byte 0x%02x in a name: write \\x%02x", byte, byte);
        }
        if (*size == room) {
            return reader_fail(reader, "a string is longer than %zu bytes", room);
        }
        bytes[(*size)++] = byte;
    }
    if (reader->at == reader->end) {
        return reader_fail(reader, "a name does not end: add a closing double quote");
    }
    reader->at++;
    return true;
}

bool protocol_is_plain(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("-._:/", byte) != NULL);
}

size_t protocol_quote(char *text, struct ring_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *from = bytes.data;
    char *to = text;
    *to++ = '"';
    for (size_t i = 0; i < bytes.size; i++) {
        if (protocol_is_plain(from[i])) {
            *to++ = (char)from[i];
        } else {
            *to++ = '\\';
            *to++ = 'x';
            *to++ = digits[from[i] >> 4];
            *to++ = digits[from[i] & 15];
        }
    }
    *to++ = '"';
    return (size_t)(to - text);
}

void protocol_write_quoted(FILE *out, struct ring_bytes bytes)
{
    char *text = memory_resize(NULL, PROTOCOL_QUOTED_MAX(bytes.size), 1);
    (void)fwrite(text, 1, protocol_quote(text, bytes), out);
    free(text);
}
