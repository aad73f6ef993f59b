/* PROPERTY: any text is either refused, with a line (if one is wrong) and a reason, or read. What is read is
 * recognised as a trace. Written, read and written again, it is the same text. Encoded as bytes
 * (program/bytes.h) and decoded, it is the same program, without its `expect` and `raw` lines.
 *
 * The input is the text. */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../program/bytes.h"
#include "../program/trace.h"

/* The most bytes that repetitions ("a"*1000) may expand to. */
#define READ_MAX (UINT64_C(12) << 20)
#define WRITTEN_MAX ((size_t)32 << 10)
/* Longer strings are refused before they are made. */
#define STRING_MAX (UINT64_C(1) << 28)

struct text {
    char *bytes;
    size_t size;
};

static _Noreturn void fail(const char *what, const void *text, size_t size)
{
    (void)fprintf(stderr, "# %s:\n%.*s\n", what, (int)size, (const char *)text);
    abort();
}

static FILE *open_text(struct text *text)
{
    FILE *out = open_memstream(&text->bytes, &text->size);
    if (out == NULL) {
        (void)fputs("trace_text: no memory for a text: free some\n", stderr);
        exit(2);
    }
    return out;
}

static struct text text_of(const struct program *program)
{
    struct text text = {NULL, 0};
    FILE *out = open_text(&text);
    trace_write(program, out);
    (void)fclose(out);
    return text;
}

static struct text bytes_of(const struct program *program)
{
    struct text bytes = {NULL, 0};
    FILE *out = open_text(&bytes);
    bytes_encode(program, out);
    (void)fclose(out);
    return bytes;
}

static void expect_same(const char *what, struct text expected, struct text got)
{
    if (expected.size != got.size || memcmp(expected.bytes, got.bytes, got.size) != 0) {
        (void)fprintf(stderr, "# expected:\n%s\n", expected.bytes);
        fail(what, got.bytes, got.size);
    }
    free(got.bytes);
}

static void write_and_read(const struct program *program)
{
    struct text text = text_of(program);
    struct program again;
    char error[512];
    program_init(&again);
    if (!trace_read(text.bytes, text.size, &again, error, sizeof error)) {
        (void)fprintf(stderr, "# %s\n", error);
        fail("the written text is refused", text.bytes, text.size);
    }
    expect_same("read and written again, the text differs", text, text_of(&again));
    /* Compares the bytes, too: what writing loses is missing from both texts. */
    struct text bytes = bytes_of(program);
    expect_same("written and read, the program differs", bytes, bytes_of(&again));
    free(bytes.bytes);
    target_answer(text.bytes, text.size);
    free(text.bytes);
    program_free(&again);
}

static void encode_and_decode(struct program *program)
{
    struct program decoded;
    program->raw.data = NULL;
    program->expectation_count = 0;
    struct text text = text_of(program);
    struct text bytes = bytes_of(program);
    program_init(&decoded);
    bytes_decode(bytes.bytes, bytes.size, &decoded);
    expect_same("encoded and decoded, the program differs", text, text_of(&decoded));
    expect_same("encoded again, the bytes differ", bytes, bytes_of(&decoded));
    free(text.bytes);
    free(bytes.bytes);
    program_free(&decoded);
}

/* Whether all lines are blank or comments: then no line is wrong. */
static bool says_nothing(const uint8_t *text, size_t size)
{
    bool comment = false;
    for (size_t i = 0; i < size; i++) {
        comment = text[i] != '\n' && (comment || text[i] == '#');
        if (!comment && text[i] != '\n' && text[i] != '\t' && text[i] != '\r' && text[i] != ' ') {
            return false;
        }
    }
    return true;
}

static void expect_reason(const char *error, const uint8_t *text, size_t size)
{
    size_t lines = 1;
    char *reason = NULL;
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    if (says_nothing(text, size)) {
        if (strstr(error, "write 'ring'") == NULL) {
            fail("text without a statement is refused for another reason", error, strlen(error));
        }
    } else if (strncmp(error, "line ", 5) != 0 || strtoul(error + 5, &reason, 10) > lines ||
               strncmp(reason, ": ", 2) != 0 || reason[2] == '\0') {
        fail("refused without a line and a reason", error, strlen(error));
    }
    target_answer(error, strlen(error));
}

/* Whether repetitions expand to few enough bytes. A string is no longer than its line. */
static bool is_cheap_to_read(const uint8_t *text, size_t size)
{
    uint64_t bytes = 0;
    size_t begin = 0; /* of the line */
    for (size_t i = 0; i < size; i++) {
        uint64_t times = 0;
        for (size_t j = i + 1; text[i] == '*' && j < size && text[j] >= '0' && text[j] <= '9';
             j++) {
            times = times < STRING_MAX ? times * 10 + (uint64_t)(text[j] - '0') : times;
        }
        bytes += times > STRING_MAX ? 0 : times * (i - begin);
        begin = text[i] == '\n' ? i + 1 : begin;
    }
    return bytes <= READ_MAX;
}

/* Bytes written: a run of one byte is written as one, anything else byte by byte. */
static size_t written(struct ring_bytes string)
{
    const unsigned char *bytes = string.data;
    bool run = string.size > 0 && memcmp(bytes, bytes + 1, string.size - 1) == 0;
    return run ? 0 : string.size;
}

static bool is_cheap_to_write(const struct program *program)
{
    size_t bytes = written(program->raw);
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        bytes += written(operation->key);
        for (size_t j = 0; j < operation->count; j++) {
            bytes += written(operation->nodes[j].name);
        }
    }
    return bytes <= WRITTEN_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *text = target_input(data, size);
    struct program program;
    char error[512] = "";
    bool cheap = is_cheap_to_read(text, size);
    program_init(&program);
    if (cheap && !trace_read(text, size, &program, error, sizeof error)) {
        expect_reason(error, text, size);
    } else if (cheap && is_cheap_to_write(&program)) {
        if (!trace_recognise(text, size)) {
            fail("read, but not recognised as a trace", text, size);
        }
        write_and_read(&program);
        encode_and_decode(&program);
    } else {
        cheap = false;
    }
    program_free(&program);
    target_done(text);
    return cheap ? 0 : -1;
}
