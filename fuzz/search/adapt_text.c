#include "adapt_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "../base/memory.h"
#include "../subjects/text_kinds.h"

struct adapt_text adapt_names(const struct subject *subject)
{
    return (struct adapt_text){subject->names, subject->not_in_names, subject->name_max,
                               subject->empty_name != SUBJECT_NOT_SAID};
}

struct adapt_text adapt_keys(const struct subject *subject)
{
    return (struct adapt_text){subject->keys, subject->not_in_keys, subject->key_max,
                               subject->empty_key != SUBJECT_NOT_SAID};
}

static bool forbidden(const struct adapt_text *text, unsigned char byte)
{
    return text->forbidden.size > 0 &&
           memchr(text->forbidden.data, byte, text->forbidden.size) != NULL;
}

/* Whether the byte may stand by itself. */
static bool allowed(const struct adapt_text *text, unsigned char byte)
{
    switch (text->text) {
    case SUBJECT_BYTES:
        break;
    case SUBJECT_UTF8:
        return byte > 0 && byte < 128 && !forbidden(text, byte);
    case SUBJECT_PRINTABLE:
        return byte >= '!' && byte <= '~' && !forbidden(text, byte);
    case SUBJECT_HOST_PORT:
        return ((byte >= '0' && byte <= '9') || byte == '.' || byte == ':') &&
               !forbidden(text, byte);
    }
    return !forbidden(text, byte);
}

/* How many bytes at the front may stay: one, a whole character, or none. */
static size_t fits_at(const struct adapt_text *text, const unsigned char *data, size_t size)
{
    if (allowed(text, data[0])) {
        return 1;
    }
    size_t count =
        text->text == SUBJECT_UTF8 && data[0] >= 128 ? text_kind_character(data, size) : 0;
    for (size_t i = 0; i < count; i++) {
        count = forbidden(text, data[i]) ? 0 : count;
    }
    return count;
}

static struct ring_bytes host_port(struct program *program, struct ring_bytes bytes)
{
    char text[32];
    uint64_t hash = XXH3_64bits(bytes.data, bytes.size);
    int size = snprintf(text, sizeof text, "127.%u.%u.%u:%u", (unsigned int)(hash & 255),
                        (unsigned int)(hash >> 8 & 255), (unsigned int)(hash >> 16 & 255),
                        11211 + (unsigned int)(hash >> 24 & 3));
    return program_bytes(program, text, (size_t)size);
}

/* ALL TEXT */

bool adapt_text_fits(const struct adapt_text *text, struct ring_bytes bytes)
{
    const unsigned char *data = bytes.data;
    if (bytes.size == 0) {
        return text->empty;
    }
    if (text->max > 0 && bytes.size > text->max) {
        return false;
    }
    if (text->text == SUBJECT_HOST_PORT) {
        return text_kind_fits(bytes, SUBJECT_HOST_PORT);
    }
    if (text->text == SUBJECT_BYTES && text->forbidden.size == 0) {
        return true;
    }
    for (size_t i = 0, count = 0; i < bytes.size; i += count) {
        count = fits_at(text, data + i, bytes.size - i);
        if (count == 0) {
            return false;
        }
    }
    return true;
}

/* One byte that may stand in place of a number: letters first, so that the result is readable. */
static unsigned char stand_in(const struct adapt_text *text, uint64_t number)
{
    static const char letters[] = "zyxwvutsrqponmlkjihgZYXWVUTSRQPONMLKJIHG";
    for (size_t i = 0; i < sizeof letters - 1; i++) {
        unsigned char letter = (unsigned char)letters[(number + i) % (sizeof letters - 1)];
        if (allowed(text, letter)) {
            return letter;
        }
    }
    for (unsigned int i = 0; i < 256; i++) {
        if (allowed(text, (unsigned char)(number + i))) {
            return (unsigned char)(number + i);
        }
    }
    return 'x';
}

/* Copies what fits, and puts other bytes in place of the rest. Returns the new size. */
static size_t replace(const struct adapt_text *text, const unsigned char *data, size_t size,
                      unsigned char *to)
{
    for (size_t i = 0, count = 0; i < size; i += count) {
        count = fits_at(text, data + i, size - i);
        if (count > 0) {
            memcpy(to + i, data + i, count);
        } else {
            to[i] = stand_in(text, data[i]);
            count = 1;
        }
    }
    return size;
}

/* Cuts it, and lets the end tell different strings apart. */
static size_t cut(const struct adapt_text *text, struct ring_bytes bytes, unsigned char *to,
                  size_t size)
{
    size_t tail = text->max > 12 ? 6 : text->max / 2;
    uint64_t hash = XXH3_64bits(bytes.data, bytes.size);
    if (size <= text->max) {
        return size;
    }
    size_t keep = text->max - tail;
    while (keep > 0 && text->text == SUBJECT_UTF8 && (to[keep] & 0xc0) == 0x80) {
        keep--;
    }
    for (size_t i = keep; i < text->max; i++, hash /= 41) {
        to[i] = stand_in(text, hash);
    }
    return text->max;
}

struct ring_bytes adapt_bytes(const struct adapt_text *text, struct program *program,
                              struct ring_bytes bytes)
{
    static const struct ring_bytes for_empty = {"0", 1};
    if (adapt_text_fits(text, bytes)) {
        return bytes;
    }
    if (text->text == SUBJECT_HOST_PORT) {
        return host_port(program, bytes);
    }
    if (bytes.size == 0) {
        return adapt_bytes(text, program, for_empty);
    }
    unsigned char *to = memory_resize(NULL, bytes.size, 1);
    size_t size = replace(text, bytes.data, bytes.size, to);
    if (text->max > 0) {
        size = cut(text, bytes, to, size);
    }
    struct ring_bytes result = program_bytes(program, to, size);
    free(to);
    return result;
}
