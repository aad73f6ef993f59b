#include "directed_strings.h"

#include <string.h>

#define TEXT(literal)                                                                              \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }
#define PER_FAMILY 5

/* clang-format off */

static const struct ring_bytes by_zero[][PER_FAMILY] = {
    {TEXT("a\0b"), TEXT("a\0c"), TEXT("a"), TEXT("a\0"), TEXT("a\0b\0")},
    {TEXT("node\0" "1"), TEXT("node\0" "2"), TEXT("node"), TEXT("\0node"), TEXT("\0")},
};
static const struct ring_bytes by_case[][PER_FAMILY] = {
    {TEXT("node"), TEXT("Node"), TEXT("NODE"), TEXT("nodE"), TEXT("nOde")},
    {TEXT("a"), TEXT("A"), TEXT("cache.example"), TEXT("Cache.Example"), TEXT("cache.Example")},
};
static const struct ring_bytes by_last[][PER_FAMILY] = {
    {TEXT("node1"), TEXT("node2"), TEXT("node"), TEXT("node~"), TEXT("node!")},
    {TEXT("cache-0123456789abcdef0"), TEXT("cache-0123456789abcdef1"),
     TEXT("cache-0123456789abcdef"), TEXT("cache-0123456789abcdef "), TEXT("cache-0123456789abcdef\n")},
    {TEXT("abcdefgh"), TEXT("abcdefg"), TEXT("abcdefgi"), TEXT("abcdefghi"), TEXT("abcdefghj")},
};
static const struct ring_bytes by_high[][PER_FAMILY] = {
    {TEXT("n\xc3\xa9"), TEXT("n\xc3\xa8"), TEXT("n\xc4\xa9"), TEXT("n"), TEXT("ne")},
    {TEXT("\xc2\x80"), TEXT("\xc2\x81"), TEXT("\xe2\x82\xac"), TEXT("\xe2\x82\xad"), TEXT("\x7f")},
    {TEXT("n\xe9"), TEXT("n\xe8"), TEXT("n\x69"), TEXT("n\xff"), TEXT("n\x7f")},
};
static const struct ring_bytes by_digits[][PER_FAMILY] = {
    {TEXT("a"), TEXT("a1"), TEXT("a12"), TEXT("a2"), TEXT("a-1")},
    {TEXT("node1"), TEXT("node11"), TEXT("node"), TEXT("node1-1"), TEXT("node-1")},
};
static const struct ring_bytes by_port[][PER_FAMILY] = {
    {TEXT("127.0.0.1:1121"), TEXT("127.0.0.1:11211"), TEXT("127.0.0.1:112"), TEXT("127.0.0.11:1121"), TEXT("127.0.0.1:1122")},
    {TEXT("127.0.0.1:1"), TEXT("127.0.0.1:11"), TEXT("127.0.0.1:65535"), TEXT("127.255.255.255:65535"), TEXT("127.0.0.1:12")},
};

/* clang-format on */

/* Lengths that are alike in one byte, or in two; or next to one another. */
static const size_t lengths[][PER_FAMILY] = {
    {255, 256, 257, 1, 0},        {1, 257, 513, 256, 512},       {255, 511, 256, 0, 1},
    {4096, 4095, 4097, 256, 1},   {127, 128, 129, 63, 64},       {65536, 0, 256, 1, 65535},
    {65537, 1, 257, 65536, 4096}, {15, 16, 17, 31, 32},          {249, 250, 251, 252, 253},
    {1023, 1024, 1025, 4096, 1},  {32767, 32768, 65536, 255, 1},
};

static size_t lengths_of(struct program *program, uint64_t variant,
                         struct ring_bytes strings[STRINGS_MAX])
{
    size_t count = 0;
    size_t which = (size_t)(variant % (sizeof lengths / sizeof *lengths));
    const char letter = (char)('a' + variant / 16 % 26);
    for (size_t i = 0; i < PER_FAMILY; i++) {
        strings[count++] = program_repeat(program, &letter, 1, lengths[which][i]);
    }
    /* One as long as the first, and different at its end. */
    struct ring_bytes other = program_repeat(program, &letter, 1, lengths[which][0]);
    if (other.size > 0) {
        char *bytes = program->blocks[program->block_count - 1]; /* the string's own */
        bytes[other.size - 1] = '0';
    }
    strings[count++] = other;
    return count;
}

static size_t copy(struct program *program, const struct ring_bytes family[PER_FAMILY],
                   struct ring_bytes strings[STRINGS_MAX])
{
    for (size_t i = 0; i < PER_FAMILY; i++) {
        strings[i] = program_bytes(program, family[i].data, family[i].size);
    }
    return PER_FAMILY;
}

size_t directed_strings(const struct subject *subject, struct program *program, uint64_t family,
                        uint64_t variant, struct ring_bytes strings[STRINGS_MAX])
{
#define VARIANT(table) copy(program, (table)[variant % (sizeof(table) / sizeof *(table))], strings)
    if (subject->names == SUBJECT_HOST_PORT && variant / 7 % 2 == 0) {
        return VARIANT(by_port);
    }
    switch (family) {
    case 3:
        return VARIANT(by_zero);
    case 4:
        return VARIANT(by_case);
    case 5:
        return VARIANT(by_last);
    case 6:
        return VARIANT(by_high);
    case 7:
        return VARIANT(by_digits);
    default:
        return lengths_of(program, variant, strings);
    }
#undef VARIANT
}
