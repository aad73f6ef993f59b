#include "text_kinds.h"

static bool is_printable(struct ring_bytes bytes)
{
    const unsigned char *data = bytes.data;
    for (size_t i = 0; i < bytes.size; i++) {
        if (data[i] < '!' || data[i] > '~') {
            return false;
        }
    }
    return true;
}

/* How many bytes follow the first byte of a character; 4: it is no first byte. */
static size_t bytes_that_follow(unsigned char first)
{
    return first < 0x80                     ? 0
           : first >= 0xc2 && first <= 0xdf ? 1
           : first >= 0xe0 && first <= 0xef ? 2
           : first >= 0xf0 && first <= 0xf4 ? 3
                                            : 4;
}

static bool may_be_second(unsigned char first, unsigned char second)
{
    unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= least && second <= most;
}

/* Well-formed as Unicode defines it: no longer forms than needed, no surrogates, nothing above
 * U+10FFFF. */
size_t text_kind_character(const unsigned char *data, size_t size)
{
    size_t follow = bytes_that_follow(data[0]);
    if (follow > 3 || follow >= size || (follow > 0 && !may_be_second(data[0], data[1]))) {
        return 0;
    }
    for (size_t i = 2; i <= follow; i++) {
        if ((data[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return follow + 1;
}

static bool is_utf8(struct ring_bytes bytes)
{
    const unsigned char *data = bytes.data;
    for (size_t i = 0, count = 0; i < bytes.size; i += count) {
        count = text_kind_character(data + i, bytes.size - i);
        if (count == 0 || data[i] == 0) {
            return false;
        }
    }
    return true;
}

/* Reads a decimal number without leading zeros, of at most `max`, and the byte after it. Returns what
 * follows, or NULL. */
static const char *after_number(const char *text, const char *end, unsigned int min,
                                unsigned int max, char next)
{
    unsigned int value = 0;
    const char *at = text;
    while (at < end && *at >= '0' && *at <= '9' && value <= max) {
        value = 10 * value + (unsigned int)(*at++ - '0');
    }
    bool number = at > text && (at == text + 1 || *text != '0') && value >= min && value <= max;
    if (!number || (next != '\0' && (at == end || *at != next))) {
        return NULL;
    }
    return next != '\0' ? at + 1 : at;
}

static bool is_host_port(struct ring_bytes bytes)
{
    const char *at = bytes.data;
    const char *end = at + bytes.size;
    for (unsigned int i = 0; i < 4 && at != NULL; i++) {
        at = after_number(at, end, i == 0 ? 127 : 0, i == 0 ? 127 : 255, i < 3 ? '.' : ':');
    }
    at = at != NULL ? after_number(at, end, 1, 65535, '\0') : NULL;
    return at == end;
}

bool text_kind_fits(struct ring_bytes bytes, enum subject_text text)
{
    switch (text) {
    case SUBJECT_BYTES:
        return true;
    case SUBJECT_UTF8:
        return is_utf8(bytes);
    case SUBJECT_PRINTABLE:
        return is_printable(bytes);
    case SUBJECT_HOST_PORT:
        return is_host_port(bytes);
    }
    return false;
}
