/* The placement rules, byte for byte: against published values, and against libmd, which shares no
 * code with the digests of the ring library. */
#include "../placement.h"
#include "support.h"

#include <md5.h>
#include <sha1.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEBIBYTE 1048576

static uint64_t point_position(enum ring_rule rule, const void *name, size_t size, uint32_t replica)
{
    struct placement placement = {.rule = rule};
    struct placer placer;
    unsigned char *buffer = malloc(size + PLACEMENT_SUFFIX_MAX);
    assert_non_null(buffer);
    memcpy(buffer, name, size);
    ring_placer_init(&placer, &placement, buffer, size);
    uint64_t position = ring_placer_point(&placer, replica);
    assert_memory_equal(buffer, name, size);
    free(buffer);
    return position;
}

static uint64_t key_position(enum ring_rule rule, const void *key, size_t size)
{
    struct placement placement = {.rule = rule};
    return ring_place_key(&placement, key, size);
}

/* The input of xxHash's own self-test, and the values that it expects: XXH3_64bits, seed 0. */
static void xxh3_is_the_published_one(void **state)
{
    static const struct {
        size_t size;
        uint64_t value;
    } published[] = {
        {0, 0x2D06800538D394C2},   {1, 0xC44BDFF4074EECDB},    {6, 0x27B56A84CD2D7325},
        {12, 0xA713DAF0DFBB77E7},  {24, 0xA3FE70BF9D3510EB},   {48, 0x397DA259ECBA1F11},
        {80, 0xBCDEFBBB2C47C90A},  {195, 0xCD94217EE362EC3A},  {403, 0xCDEB804D65C6DEA4},
        {512, 0x617E49599013CB6B}, {2048, 0xDD59E2C3A5F038E0},
    };
    static unsigned char input[2048];
    uint64_t generator = 2654435761;
    (void)state;
    for (size_t i = 0; i < sizeof input; i++) {
        input[i] = (unsigned char)(generator >> 56);
        generator *= UINT64_C(11400714785074694797);
    }
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        assert_true(key_position(RING_XXH3, input, published[i].size) == published[i].value);
    }
    /* A name of two bytes, and an index whose four bytes follow in the input: a key of six
     * bytes. */
    uint32_t replica = (uint32_t)input[2] | (uint32_t)input[3] << 8 | (uint32_t)input[4] << 16 |
                       (uint32_t)input[5] << 24;
    assert_true(point_position(RING_XXH3, input, 2, replica) == UINT64_C(0x27B56A84CD2D7325));
}

static void xxh3_keeps_name_and_index_apart(void **state)
{
    (void)state;
    assert_true(point_position(RING_XXH3, NAME("node1"), 11) !=
                point_position(RING_XXH3, NAME("node11"), 1));
    /* hash-ring's digests do not: a compatible ring must confuse them too. */
    assert_true(point_position(RING_SHA1, NAME("node1"), 11) ==
                point_position(RING_SHA1, NAME("node11"), 1));
    assert_true(point_position(RING_MD5, NAME("node1"), 11) ==
                point_position(RING_MD5, NAME("node11"), 1));
    assert_true(point_position(RING_MD5_COMPAT32, NAME("node1"), 11) !=
                point_position(RING_MD5_COMPAT32, NAME("node11"), 1));
    /* The longest index. */
    assert_true(point_position(RING_MD5, NAME("node1"), UINT32_MAX) ==
                point_position(RING_MD5, NAME("node14294967"), 295));
}

static uint64_t read_sha1(const void *data, size_t size)
{
    SHA1_CTX context;
    uint8_t digest[SHA1_DIGEST_LENGTH];
    uint64_t value = 0;
    SHA1Init(&context);
    SHA1Update(&context, data, size);
    SHA1Final(digest, &context);
    for (int i = 12; i < 20; i++) {
        value = value * 256 + digest[i];
    }
    return value;
}

static uint64_t read_md5(const void *data, size_t size, int first, int last)
{
    MD5_CTX context;
    uint8_t digest[MD5_DIGEST_LENGTH];
    uint64_t value = 0;
    MD5Init(&context);
    MD5Update(&context, data, size);
    MD5Final(digest, &context);
    for (int i = last; i >= first; i--) {
        value = value * 256 + digest[i];
    }
    return value;
}

static void compare_with_libmd(const unsigned char *bytes, size_t size, uint32_t replica)
{
    unsigned char *concatenated = malloc(size + 16);
    char decimal[16];
    assert_non_null(concatenated);
    assert_true(key_position(RING_SHA1, bytes, size) == read_sha1(bytes, size));
    assert_true(key_position(RING_MD5, bytes, size) == read_md5(bytes, size, 8, 15));
    assert_true(key_position(RING_MD5_COMPAT32, bytes, size) == read_md5(bytes, size, 0, 3));
    memcpy(concatenated, bytes, size);
    size_t digits = (size_t)snprintf(decimal, sizeof decimal, "%u", (unsigned)replica);
    memcpy(concatenated + size, decimal, digits);
    assert_true(point_position(RING_SHA1, bytes, size, replica) ==
                read_sha1(concatenated, size + digits));
    assert_true(point_position(RING_MD5, bytes, size, replica) ==
                read_md5(concatenated, size + digits, 8, 15));
    digits = (size_t)snprintf(decimal, sizeof decimal, "-%u", (unsigned)replica);
    memcpy(concatenated + size, decimal, digits);
    assert_true(point_position(RING_MD5_COMPAT32, bytes, size, replica) ==
                read_md5(concatenated, size + digits, 0, 3));
    free(concatenated);
}

static void digests_agree_with_libmd(void **state)
{
    static const uint32_t replicas[] = {0, 9, 10, 99, 100, 1048575};
    unsigned char *bytes = malloc(MEBIBYTE);
    (void)state;
    assert_non_null(bytes);
    for (size_t i = 0; i < MEBIBYTE; i++) {
        bytes[i] = (unsigned char)(i * 167 + i / 251);
    }
    for (size_t size = 0; size <= 260; size++) {
        compare_with_libmd(bytes, size, replicas[size % 6]);
    }
    compare_with_libmd(bytes, 100000, 7);
    compare_with_libmd(bytes, MEBIBYTE, 1048575);
    free(bytes);
}

static void compat32_is_32_bits_wide(void **state)
{
    uint64_t all = 0;
    (void)state;
    for (uint32_t i = 0; i < 1000; i++) {
        all |= point_position(RING_MD5_COMPAT32, NAME("node"), i);
    }
    assert_true(all == UINT32_MAX);
}

/* What the library hash-ring digests: it keeps the length in one byte, and formats an index into a
 * buffer of eight. */
static void compare_with_hash_ring(const unsigned char *bytes, size_t size, uint32_t replica)
{
    unsigned char joined[1100];
    char buffer[8];
    assert_true(key_position(RING_HASH_RING_SHA1, bytes, size) == read_sha1(bytes, (uint8_t)size));
    assert_true(key_position(RING_HASH_RING_MD5, bytes, size) ==
                read_md5(bytes, (uint8_t)size, 8, 15));
    assert_true(key_position(RING_HASH_RING_COMPAT32, bytes, size) ==
                read_md5(bytes, (uint8_t)size, 0, 3));
    for (int dash = 0; dash <= 1; dash++) {
        const char *format = dash ? "-%u" : "%u";
        size_t digits = (size_t)snprintf(buffer, sizeof buffer, format, (unsigned)replica);
        memcpy(joined, bytes, size);
        memcpy(joined + size, buffer, digits);
        const uint8_t length = (uint8_t)(size + digits);
        if (dash) {
            assert_true(point_position(RING_HASH_RING_COMPAT32, bytes, size, replica) ==
                        read_md5(joined, length, 0, 3));
        } else {
            assert_true(point_position(RING_HASH_RING_SHA1, bytes, size, replica) ==
                        read_sha1(joined, length));
            assert_true(point_position(RING_HASH_RING_MD5, bytes, size, replica) ==
                        read_md5(joined, length, 8, 15));
        }
    }
}

static void hash_ring_is_placed_to_the_last_byte(void **state)
{
    static const uint32_t replicas[] = {0, 9, 10, 99, 100, 99999, 999999, 1000000, 1048575};
    unsigned char bytes[1025];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 167 + i / 251);
    }
    for (size_t size = 0; size <= 1024; size++) {
        const bool edge = (size + 8) % 256 <= 16;
        for (size_t i = 0; i < (edge ? sizeof replicas / sizeof *replicas : 1); i++) {
            compare_with_hash_ring(bytes, size, replicas[edge ? i : size % 9]);
        }
    }
    assert_true(point_position(RING_HASH_RING_COMPAT32, NAME("node"), 1000000) ==
                point_position(RING_HASH_RING_COMPAT32, NAME("node"), 1000009));
}

/* Those that the library was seen to give: SHA-1, 8 replicas, nodes a to e, a key of 256 times x. */
static void hash_ring_forgets_what_is_long(void **state)
{
    char key[257];
    (void)state;
    memset(key, 'x', sizeof key);
    for (int whole = 0; whole <= 1; whole++) {
        const struct ring_options options = {.rule = whole ? RING_SHA1 : RING_HASH_RING_SHA1};
        struct ring *ring = NULL;
        assert_int_equal(ring_create(&ring, &options), RING_OK);
        struct ring_bytes node;
        for (const char *name = "abcde"; *name != '\0'; name++) {
            assert_int_equal(ring_add(ring, name, 1, 8), RING_OK);
        }
        assert_int_equal(ring_find(ring, key, 256, &node), RING_OK);
        assert_memory_equal(node.data, whole ? "e" : "a", 1);
        ring_destroy(ring);
    }
    assert_true(key_position(RING_HASH_RING_MD5, key, 256) ==
                key_position(RING_HASH_RING_MD5, "", 0));
    assert_true(key_position(RING_HASH_RING_MD5, key, 257) == key_position(RING_MD5, key, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xxh3_is_the_published_one),
        cmocka_unit_test(xxh3_keeps_name_and_index_apart),
        cmocka_unit_test(digests_agree_with_libmd),
        cmocka_unit_test(compat32_is_32_bits_wide),
        cmocka_unit_test(hash_ring_is_placed_to_the_last_byte),
        cmocka_unit_test(hash_ring_forgets_what_is_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
