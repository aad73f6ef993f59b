#include "text.h"

#include <assert.h>
#include <string.h>

#include "memory.h"

/* Runs of one byte that are at least this long are written with a count: "x"*32. */
#define RUN_MIN 32

static void write_escaped(FILE *out, const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '"' || bytes[i] == '\\') {
            (void)fprintf(out, "\\%c", bytes[i]);
        } else if (bytes[i] < 0x20 || bytes[i] > 0x7e) {
            (void)fprintf(out, "\\x%02x", bytes[i]);
        } else {
            (void)putc(bytes[i], out);
        }
    }
}

static void write_quoted(FILE *out, const unsigned char *bytes, size_t size)
{
    (void)putc('"', out);
    write_escaped(out, bytes, size);
    (void)putc('"', out);
}

void text_write(FILE *out, struct ring_bytes string)
{
    const unsigned char *bytes = string.data;
    if (string.size >= RUN_MIN && memcmp(bytes, bytes + 1, string.size - 1) == 0) {
        write_quoted(out, bytes, 1);
        (void)fprintf(out, "*%zu", string.size);
    } else {
        write_quoted(out, bytes, string.size);
    }
}

void text_write_escaped(FILE *out, struct ring_bytes string)
{
    write_escaped(out, string.data, string.size);
}

/*@ assigns \nothing;
    ensures is_hex(byte) ==> \result == hex(byte);
    ensures !is_hex(byte) ==> \result == -1;
 */
static int hex_digit(unsigned char byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    int letter = byte >= 'A' && byte <= 'F' ? byte - 'A' : byte - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

size_t text_read_escape(const unsigned char *at, size_t left, unsigned char *byte)
{
    assert(memory_apart(byte, 1, at, left));
    if (left >= 1 && (at[0] == '"' || at[0] == '\\')) {
        *byte = at[0];
        return 1;
    }
    if (left >= 3 && at[0] == 'x' && hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0) {
        *byte = (unsigned char)(hex_digit(at[1]) * 16 + hex_digit(at[2]));
        return 3;
    }
    return 0;
}

void text_write_error(FILE *out, enum ring_error error)
{
    const char *sentence = ring_strerror(error);
    (void)fwrite(sentence, 1, strcspn(sentence, ":"), out);
}

bool text_same(struct ring_bytes a, struct ring_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int text_order(struct ring_bytes a, struct ring_bytes b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size > 0 ? memcmp(a.data, b.data, size) : 0;
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

char *text_quoted(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:=,@%+";
    if (text[0] != '\0' && strspn(text, plain) == strlen(text)) {
        return memory_print("%s", text);
    }
    char *quoted = memory_resize(NULL, 4 * strlen(text) + 3, 1);
    char *to = quoted;
    *to++ = '\'';
    for (; *text != '\0'; text++) {
        if (*text == '\'') { /* ends the quotes, and begins them again */
            to = stpcpy(to, "'\\''");
        } else {
            *to++ = *text;
        }
    }
    (void)stpcpy(to, "'");
    return quoted;
}
