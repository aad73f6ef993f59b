/* Where the rings of this folder place points and keys. -DPLACEMENT=P and -DBITS=B choose:
 *
 *     SUBJECT_OWN, SUBJECT_LISTED, SUBJECT_OPAQUE    B bits of a 64-bit hash; a point's bytes are
 *                                                    NAME-INDEX, as in ketama
 *     SUBJECT_BY_RULE                                XXH3, MD5-compat32, or the functions given */
#ifndef WRONG_RINGS_PLACE_H
#define WRONG_RINGS_PLACE_H

#include <md5.h>
#include <ringproof/subject.h>
#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "faults.h"

#ifndef PLACEMENT
#define PLACEMENT SUBJECT_OWN
#endif
#ifndef BITS
#define BITS 64
#endif

/* FNV-1a, then the finish of MurmurHash3. `size` bytes, then the string `suffix`. */
static inline uint64_t hash(const void *bytes, size_t size, const char *suffix)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++) {
        value = (value ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
    }
    for (; *suffix != '\0'; suffix++) {
        value = (value ^ (unsigned char)*suffix) * UINT64_C(0x100000001b3);
    }
    value = (value ^ value >> 33) * UINT64_C(0xff51afd7ed558ccd);
    value = (value ^ value >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return (value ^ value >> 33) >> (64 - BITS);
}

/* By its own placement, as the subject declares it: the faults are elsewhere. */
static inline uint64_t own_point(struct ring_bytes name, uint32_t index)
{
    char suffix[16];
    (void)snprintf(suffix, sizeof suffix, "-%lu", (unsigned long)index);
    return hash(name.data, name.size, suffix);
}

static inline uint64_t own_position(struct ring_bytes key)
{
    return hash(key.data, key.size, "");
}

static inline uint64_t md5_compat32(struct ring_bytes bytes, const char *suffix)
{
    unsigned char digest[MD5_DIGEST_LENGTH];
    MD5_CTX context;
    MD5Init(&context);
    MD5Update(&context, bytes.data, bytes.size);
    MD5Update(&context, (const unsigned char *)suffix, strlen(suffix));
    MD5Final(digest, &context);
    return digest[0] | (uint64_t)digest[1] << 8 | (uint64_t)digest[2] << 16 |
           (uint64_t)digest[3] << 24;
}

static inline uint64_t xxh3(struct ring_bytes bytes, const unsigned char *suffix,
                            size_t suffix_size)
{
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    (void)XXH3_64bits_reset(&state);
    (void)XXH3_64bits_update(&state, bytes.size > 0 ? bytes.data : "", bytes.size);
    (void)XXH3_64bits_update(&state, suffix, suffix_size);
    return XXH3_64bits_digest(&state);
}

static inline uint64_t point_by_rule(const struct ring_options *options, struct ring_bytes name,
                                     uint32_t index)
{
    unsigned char le32[] = {(unsigned char)index, (unsigned char)(index >> 8),
                            (unsigned char)(index >> 16), (unsigned char)(index >> 24)};
    char text[16];
    (void)snprintf(text, sizeof text, "-%lu", (unsigned long)index);
    switch (options->rule) {
    case RING_XXH3:
        return xxh3(name, le32, sizeof le32);
    case RING_MD5_COMPAT32:
        return md5_compat32(name, text);
    default:
        return options->custom.point(options->custom.context, name.data, name.size, index);
    }
}

static inline uint64_t position_by_rule(const struct ring_options *options, struct ring_bytes key)
{
    switch (options->rule) {
    case RING_XXH3:
        return xxh3(key, NULL, 0);
    case RING_MD5_COMPAT32:
        return md5_compat32(key, "");
    default:
        return options->custom.key(options->custom.context, key.data, key.size);
    }
}

/* PLACEMENT WITH FAULTS */

static inline struct ring_bytes hashed_key(struct ring_bytes key)
{
    const char *text = key.data;
    if (HAS(KEYS_END_AT_ZERO)) {
        key.size = key.size > 0 ? strnlen(text, key.size) : 0;
    }
    if (HAS(KEY_LENGTH_IN_A_BYTE)) {
        key.size = (unsigned char)key.size;
    }
    if (HAS(KEY_LENGTH_IN_TWO_BYTES)) {
        key.size = (uint16_t)key.size;
    }
    while (HAS(KEYS_LOSE_BLANKS) && key.size > 0 && strchr(" \n", text[key.size - 1]) != NULL &&
           text[key.size - 1] != '\0') {
        key.size--;
    }
    return key;
}

/* Where a ring of these options sees a key. */
static inline uint64_t place_key(const struct ring_options *options, struct ring_bytes key)
{
    key = hashed_key(key);
    return PLACEMENT == SUBJECT_BY_RULE ? position_by_rule(options, key) : own_position(key);
}

/* Where it puts a point. `arrival` is the how-manieth node this is. */
static inline uint64_t place_point(const struct ring_options *options, struct ring_bytes name,
                                   uint32_t index, uint64_t arrival)
{
    char suffix[24];
    if (HAS(PLACES_BY_ARRIVAL)) {
        (void)snprintf(suffix, sizeof suffix, "%llu", (unsigned long long)arrival);
        return own_point((struct ring_bytes){suffix, strlen(suffix)}, index);
    }
    if (HAS(HEX_INDEX) || (HAS(NO_SEPARATOR) && index >= 100)) {
        (void)snprintf(suffix, sizeof suffix, HAS(HEX_INDEX) ? "-%lx" : "%lu",
                       (unsigned long)index);
        return hash(name.data, name.size, suffix);
    }
    if (HAS(INDEX_IN_A_BYTE)) {
        index = (unsigned char)index;
    }
    return PLACEMENT == SUBJECT_BY_RULE ? point_by_rule(options, name, index)
                                        : own_point(name, index);
}

#endif
