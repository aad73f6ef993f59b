#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "protocol.h"
#include "protocol_words.h"

static const char *const errors[] = {
    [RING_BAD_ARGUMENT] = "bad-argument",
    [RING_NODE_EXISTS] = "exists",
    [RING_NO_SUCH_NODE] = "absent",
    [RING_TOO_MANY_POINTS] = "too-many",
};

enum { ERRORS = sizeof errors / sizeof *errors };

static bool read_error(struct reader *reader, struct protocol_answer *answer)
{
    answer->reply = REPLY_ERROR;
    answer->error = RING_BAD_ARGUMENT;
    if (reader_at_end(reader)) {
        return true;
    }
    struct word word = reader_word(reader, ' ');
    answer->exact = true;
    for (unsigned int i = RING_BAD_ARGUMENT; i < ERRORS; i++) {
        if (word_is(word, errors[i])) {
            answer->error = (enum ring_error)i;
            return true;
        }
    }
    return reader_fail(reader,
                       "error %.*s: write bad-argument, exists, absent or too-many, or nothing",
                       word_shown(word), word.text);
}

static void make_room(struct protocol_answer *answer, size_t more)
{
    size_t needed = answer->used + more;
    if (needed > answer->room) {
        answer->room = needed + answer->room / 2;
        answer->bytes = memory_resize(answer->bytes, answer->room, 1);
    }
}

/* Repeats the last `size` bytes, as the *COUNT after a string says. */
static bool read_times(struct reader *reader, struct protocol_answer *answer, size_t *size)
{
    uint64_t times = 0;
    if (reader->at == reader->end || *reader->at != '*') {
        return true;
    }
    reader->at++;
    if (!reader_number(reader, reader_word(reader, ' '), UINT32_MAX, &times)) {
        return false;
    }
    answer->used -= *size;
    if (*size > 0 && times > (PROTOCOL_BYTES_MAX - answer->used) / *size) {
        return reader_fail(reader, "the names of an answer have more than %zu bytes",
                           PROTOCOL_BYTES_MAX);
    }
    make_room(answer, *size * (size_t)times);
    for (uint64_t i = 1; i < times; i++) {
        memcpy(answer->bytes + answer->used + *size * i, answer->bytes + answer->used, *size);
    }
    *size *= (size_t)times;
    answer->used += *size;
    return true;
}

static bool read_node(struct reader *reader, struct protocol_answer *answer,
                      struct ring_bytes *node)
{
    size_t room = (size_t)(reader->end - reader->at);
    size_t left = PROTOCOL_BYTES_MAX - answer->used;
    /* A long line would make room for all of it again with each of its names. */
    const char *quote = room > 0 ? memchr(reader->at + 1, '"', room - 1) : NULL;
    room = quote != NULL && quote[-1] != '\\' ? (size_t)(quote - reader->at) : room;
    make_room(answer, room < left ? room : left);
    if (!reader_quoted(reader, answer->bytes + answer->used, room < left ? room : left,
                       &node->size)) {
        return false;
    }
    answer->used += node->size;
    if (!read_times(reader, answer, &node->size)) {
        return false;
    }
    return reader->at == reader->end || reader_is_blank(*reader->at) ||
           reader_fail(reader, "a blank is missing after a name");
}

static bool read_values(struct reader *reader, enum protocol_question question,
                        struct protocol_answer *answer)
{
    bool several = question == ASKS_NODES || question == ASKS_POINTS;
    answer->reply = REPLY_VALUES;
    while (!reader_at_end(reader)) {
        struct ring_point value = {0, {NULL, 0}};
        if (answer->count > 0 && !several) {
            return reader_fail(reader, "one answer was asked for, and there is more in the line");
        }
        if ((question == ASKS_POINTS || question == ASKS_POSITION) &&
            !reader_number(reader, reader_word(reader, ' '), UINT64_MAX, &value.position)) {
            return false;
        }
        if (question == ASKS_POINTS && reader_at_end(reader)) {
            return reader_fail(reader, "the name of the last point's node is missing");
        }
        if (question != ASKS_POSITION && !read_node(reader, answer, &value.node)) {
            return false;
        }
        answer->values = memory_grow(answer->values, answer->count, sizeof *answer->values);
        answer->values[answer->count++] = value;
    }
    const unsigned char *bytes = answer->bytes; /* which has moved while it grew */
    for (size_t i = 0; i < answer->count && question != ASKS_POSITION; i++) {
        answer->values[i].node.data = bytes;
        bytes += answer->values[i].node.size;
    }
    return true;
}

/* Whether the line is this word alone. */
static bool is_all(const struct reader *reader, const char *word)
{
    struct reader rest = *reader;
    return word_is(reader_word(&rest, ' '), word) && reader_at_end(&rest);
}

static const char *const wanted[] = {
    [ASKS_SUCCESS] = "'ok' or 'error'",
    [ASKS_NODE] = "a name in double quotes, 'none' or 'error'",
    [ASKS_NODES] = "names in double quotes, 'none' or 'error'",
    [ASKS_POINTS] = "positions and names, or 'none'",
    [ASKS_POSITION] = "a decimal number",
};

bool protocol_read_answer(const char *text, size_t size, enum protocol_question question,
                          struct protocol_answer *answer, char *error, size_t error_size)
{
    struct reader reader = {text, text + size, error, error_size};
    answer->error = RING_OK;
    answer->exact = false;
    answer->count = answer->used = 0;
    if (reader_at_end(&reader)) {
        return reader_fail(&reader, "an empty line: %s was asked for", wanted[question]);
    }
    struct reader rest = reader;
    struct word word = reader_word(&rest, ' ');
    if (word_is(word, "cannot")) {
        answer->reply = REPLY_CANNOT;
        return true;
    }
    if (word_is(word, "error")) {
        return read_error(&rest, answer) &&
               (reader_at_end(&rest) ||
                reader_fail(&rest, "there is more in the line than an error"));
    }
    if (question == ASKS_SUCCESS) {
        answer->reply = REPLY_OK;
        return is_all(&reader, "ok") || reader_fail(&reader, "%.*s: %s was asked for",
                                                    word_shown(word), word.text, wanted[question]);
    }
    if (question != ASKS_POSITION && is_all(&reader, "none")) {
        answer->reply = REPLY_NONE;
        return true;
    }
    return read_values(&reader, question, answer);
}

void protocol_write_answer(FILE *out, const struct protocol_answer *answer,
                           enum protocol_question question)
{
    switch (answer->reply) {
    case REPLY_OK:
        (void)fputs("ok", out);
        break;
    case REPLY_NONE:
        (void)fputs("none", out);
        break;
    case REPLY_CANNOT:
        (void)fputs("cannot", out);
        break;
    case REPLY_ERROR:
        (void)fprintf(out, "error%s%s", answer->exact ? " " : "",
                      answer->exact ? errors[answer->error] : "");
        break;
    case REPLY_VALUES:
        for (size_t i = 0; i < answer->count; i++) {
            (void)fputs(i > 0 ? " " : "", out);
            if (question == ASKS_POINTS || question == ASKS_POSITION) {
                (void)fprintf(out, "%llu", (unsigned long long)answer->values[i].position);
            }
            if (question != ASKS_POSITION) {
                (void)fputs(question == ASKS_POINTS ? " " : "", out);
                text_write(out, answer->values[i].node);
            }
        }
        break;
    }
}

void protocol_free_answer(struct protocol_answer *answer)
{
    free(answer->values);
    free(answer->bytes);
    *answer = (struct protocol_answer){.reply = REPLY_OK};
}
