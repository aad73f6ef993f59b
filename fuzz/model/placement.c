/* For a state on the stack: to allocate one for each point is too slow. */
#define XXH_STATIC_LINKING_ONLY
#include "placement.h"

#include <md5.h>
#include <sha1.h>
#include <stdbool.h>
#include <stdio.h>
#include <xxhash.h>

/* These digest name || suffix piece by piece; the ring library joins both in one buffer. */

/* Bytes 12 to 19, big-endian. */
static uint64_t by_sha1(struct ring_bytes name, struct ring_bytes suffix)
{
    SHA1_CTX context;
    uint8_t d[SHA1_DIGEST_LENGTH];
    SHA1Init(&context);
    SHA1Update(&context, name.data, name.size);
    SHA1Update(&context, suffix.data, suffix.size);
    SHA1Final(d, &context);
    return (uint64_t)d[12] << 56 | (uint64_t)d[13] << 48 | (uint64_t)d[14] << 40 |
           (uint64_t)d[15] << 32 | (uint64_t)d[16] << 24 | (uint64_t)d[17] << 16 |
           (uint64_t)d[18] << 8 | (uint64_t)d[19];
}

static void md5(struct ring_bytes name, struct ring_bytes suffix, uint8_t d[MD5_DIGEST_LENGTH])
{
    MD5_CTX context;
    MD5Init(&context);
    MD5Update(&context, name.data, name.size);
    MD5Update(&context, suffix.data, suffix.size);
    MD5Final(d, &context);
}

/* Bytes 8 to 15, little-endian. */
static uint64_t by_md5(struct ring_bytes name, struct ring_bytes suffix)
{
    uint8_t d[MD5_DIGEST_LENGTH];
    md5(name, suffix, d);
    return (uint64_t)d[15] << 56 | (uint64_t)d[14] << 48 | (uint64_t)d[13] << 40 |
           (uint64_t)d[12] << 32 | (uint64_t)d[11] << 24 | (uint64_t)d[10] << 16 |
           (uint64_t)d[9] << 8 | (uint64_t)d[8];
}

/* Bytes 0 to 3, little-endian. */
static uint64_t by_md5_compat32(struct ring_bytes name, struct ring_bytes suffix)
{
    uint8_t d[MD5_DIGEST_LENGTH];
    md5(name, suffix, d);
    return (uint64_t)d[3] << 24 | (uint64_t)d[2] << 16 | (uint64_t)d[1] << 8 | (uint64_t)d[0];
}

static uint64_t by_xxh3(struct ring_bytes name, const uint8_t *suffix, size_t suffix_size)
{
    XXH3_state_t state;
    (void)XXH3_64bits_reset(&state);
    (void)XXH3_64bits_update(&state, name.data, name.size);
    (void)XXH3_64bits_update(&state, suffix, suffix_size);
    return XXH3_64bits_digest(&state);
}

/* The library hash-ring kept the length of name || suffix in one byte. What is then left of both. */
static void wrap_length(struct ring_bytes *name, struct ring_bytes *suffix)
{
    uint8_t length = (uint8_t)(name->size + suffix->size);
    if (length <= name->size) {
        name->size = length;
        suffix->size = 0;
    } else {
        suffix->size = length - name->size;
    }
}

static bool is_of_hash_ring(enum ring_rule rule)
{
    return rule == RING_HASH_RING_SHA1 || rule == RING_HASH_RING_MD5 ||
           rule == RING_HASH_RING_COMPAT32;
}

static uint64_t by_digest(enum ring_rule rule, struct ring_bytes name, struct ring_bytes suffix)
{
    if (is_of_hash_ring(rule)) {
        wrap_length(&name, &suffix);
    }
    if (rule == RING_SHA1 || rule == RING_HASH_RING_SHA1) {
        return by_sha1(name, suffix);
    }
    return rule == RING_MD5 || rule == RING_HASH_RING_MD5 ? by_md5(name, suffix)
                                                          : by_md5_compat32(name, suffix);
}

uint64_t model_point_position(const struct ring_options *options, struct ring_bytes name,
                              uint32_t replica)
{
    uint8_t binary[4] = {(uint8_t)(replica & 0xff), (uint8_t)(replica >> 8 & 0xff),
                         (uint8_t)(replica >> 16 & 0xff), (uint8_t)(replica >> 24)};
    char text[16];
    int size = 0;
    switch (options->rule) {
    case RING_XXH3:
        return by_xxh3(name, binary, sizeof binary);
    case RING_CUSTOM:
        return options->custom.point(options->custom.context, name.data, name.size, replica);
    case RING_SHA1:
    case RING_MD5:
    case RING_HASH_RING_SHA1:
    case RING_HASH_RING_MD5:
        size = snprintf(text, sizeof text, "%u", (unsigned)replica);
        break;
    case RING_MD5_COMPAT32:
        size = snprintf(text, sizeof text, "-%u", (unsigned)replica);
        break;
    case RING_HASH_RING_COMPAT32:
        size = snprintf(text, sizeof text, "-%u", (unsigned)replica);
        text[7] = '\0'; /* that library's buffer ended here */
        break;
    }
    return by_digest(options->rule, name, (struct ring_bytes){text, (size_t)size});
}

uint64_t model_key_position(const struct ring_options *options, struct ring_bytes key)
{
    switch (options->rule) {
    case RING_XXH3:
        return by_xxh3(key, NULL, 0);
    case RING_CUSTOM:
        return options->custom.key(options->custom.context, key.data, key.size);
    default:
        return by_digest(options->rule, key, (struct ring_bytes){"", 0});
    }
}
