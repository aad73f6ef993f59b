#include "placement.h"

#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <xxhash.h>

static uint64_t big_endian(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static uint64_t little_endian(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = count; i > 0; i--) {
        value = value << 8 | bytes[i - 1];
    }
    return value;
}

static uint64_t position_xxh3(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}

static uint64_t position_sha1(const void *bytes, size_t size)
{
    struct sha1_ctx context;
    uint8_t digest[SHA1_DIGEST_SIZE];
    sha1_init(&context);
    sha1_update(&context, size, bytes);
    sha1_digest(&context, sizeof digest, digest);
    return big_endian(digest + 12, 8);
}

static void digest_md5(const void *bytes, size_t size, uint8_t digest[MD5_DIGEST_SIZE])
{
    struct md5_ctx context;
    md5_init(&context);
    md5_update(&context, size, bytes);
    md5_digest(&context, MD5_DIGEST_SIZE, digest);
}

static uint64_t position_md5(const void *bytes, size_t size)
{
    uint8_t digest[MD5_DIGEST_SIZE];
    digest_md5(bytes, size, digest);
    return little_endian(digest + 8, 8);
}

static uint64_t position_md5_compat32(const void *bytes, size_t size)
{
    uint8_t digest[MD5_DIGEST_SIZE];
    digest_md5(bytes, size, digest);
    return little_endian(digest, 4);
}

static size_t suffix_binary(unsigned char *suffix, uint32_t replica)
{
    for (unsigned i = 0; i < 4; i++) {
        suffix[i] = (unsigned char)(replica >> 8 * i);
    }
    return 4;
}

static size_t suffix_decimal(unsigned char *suffix, uint32_t replica)
{
    unsigned char reversed[10];
    size_t count = 0;
    do {
        reversed[count++] = (unsigned char)('0' + replica % 10);
        replica /= 10;
    } while (replica > 0);
    for (size_t i = 0; i < count; i++) {
        suffix[i] = reversed[count - 1 - i];
    }
    return count;
}

static size_t suffix_dash_decimal(unsigned char *suffix, uint32_t replica)
{
    suffix[0] = '-';
    return 1 + suffix_decimal(suffix + 1, replica);
}

static const struct {
    size_t (*suffix)(unsigned char *suffix, uint32_t replica);
    uint64_t (*position)(const void *bytes, size_t size);
} rules[] = {
    [RING_XXH3] = {suffix_binary, position_xxh3},
    [RING_SHA1] = {suffix_decimal, position_sha1},
    [RING_MD5] = {suffix_decimal, position_md5},
    [RING_MD5_COMPAT32] = {suffix_dash_decimal, position_md5_compat32},
};

bool ring_placement_valid(const struct placement *placement)
{
    if (placement->rule == RING_CUSTOM) {
        return placement->custom.point != NULL && placement->custom.key != NULL;
    }
    /* A caller may hand over any integer as an enumeration, also a negative one. */
    return (unsigned)placement->rule < sizeof rules / sizeof *rules;
}

uint64_t ring_place_point(const struct placement *placement, unsigned char *name, size_t size,
                          uint32_t replica)
{
    if (placement->rule == RING_CUSTOM) {
        return placement->custom.point(placement->custom.context, name, size, replica);
    }
    size_t suffix_size = rules[placement->rule].suffix(name + size, replica);
    return rules[placement->rule].position(name, size + suffix_size);
}

uint64_t ring_place_key(const struct placement *placement, const void *key, size_t size)
{
    if (placement->rule == RING_CUSTOM) {
        return placement->custom.key(placement->custom.context, key, size);
    }
    return rules[placement->rule].position(key, size);
}
