#include "rules.h"

#include <string.h>

static uint64_t constant(void *context, const void *name, size_t size, uint32_t replica)
{
    (void)context, (void)name, (void)size, (void)replica;
    return 7;
}

static uint64_t constant_key(void *context, const void *key, size_t size)
{
    return constant(context, key, size, 0);
}

/* The last eight bytes as a big-endian number, so that a program chooses its positions, plus the
 * replica's index, modulo 2^64. */
static uint64_t identity(void *context, const void *name, size_t size, uint32_t replica)
{
    const unsigned char *bytes = name;
    uint64_t value = 0;
    (void)context;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | bytes[i];
    }
    return value + replica;
}

static uint64_t identity_key(void *context, const void *key, size_t size)
{
    return identity(context, key, size, 0);
}

/* Positions fall as the index rises, which is the worst case for a sort that expects ascending
 * input. */
static uint64_t descending(void *context, const void *name, size_t size, uint32_t replica)
{
    return identity(context, name, size, 0) - replica;
}

static uint64_t sum(const void *name, size_t size, uint32_t replica)
{
    const unsigned char *bytes = name;
    uint64_t value = replica;
    for (size_t i = 0; i < size; i++) {
        value = value * 31 + bytes[i];
    }
    return value;
}

static uint64_t four_bits(void *context, const void *name, size_t size, uint32_t replica)
{
    (void)context;
    return sum(name, size, replica) & 15;
}

static uint64_t four_bits_key(void *context, const void *key, size_t size)
{
    return four_bits(context, key, size, 0);
}

/* At the upper end of the circle, so that 2^64 - 1 is one of the positions. */
static uint64_t eight_bits(void *context, const void *name, size_t size, uint32_t replica)
{
    (void)context;
    return UINT64_MAX - (sum(name, size, replica) & 255);
}

static uint64_t eight_bits_key(void *context, const void *key, size_t size)
{
    return eight_bits(context, key, size, 0);
}

/* Eight positions where an order can go wrong: both ends of the circle, its middle, and neighbours
 * that share the 16 bits that a line in core/arcs/arcs.h compares. */
static const uint64_t table[8] = {
    0,
    1,
    UINT64_MAX / 2,
    UINT64_MAX / 2 + 1,
    UINT64_MAX / 2 + 2,
    UINT64_MAX - (UINT64_C(1) << 49) + 1,
    UINT64_MAX - 1,
    UINT64_MAX,
};

/* A name spells the positions of its points. Its first byte is only for the order of names; each
 * replica has one of the bytes after it. A single byte, as in keys, spells by itself. Digits are at
 * these positions, letters one before. */
static uint64_t spelt(void *context, const void *name, size_t size, uint32_t replica)
{
    const unsigned char *bytes = name;
    (void)context;
    if (size == 0) {
        return 0;
    }
    unsigned char byte = bytes[size > 1 ? 1 + replica % (size - 1) : 0];
    return table[byte & 7] - (byte >> 6 & 1);
}

static uint64_t spelt_key(void *context, const void *key, size_t size)
{
    return spelt(context, key, size, 0);
}

const struct rule rules[] = {
    {"xxh3", "the ring library's default", {.rule = RING_XXH3}},
    {"sha1", "hash-ring's SHA-1", {.rule = RING_SHA1}},
    {"md5", "hash-ring's MD5", {.rule = RING_MD5}},
    {"md5-compat32", "hash-ring's libmemcached mode", {.rule = RING_MD5_COMPAT32}},
    {"constant",
     "custom: every position is 7",
     {.rule = RING_CUSTOM, .custom = {constant, constant_key, NULL}}},
    {"identity",
     "custom: the last 8 bytes, big-endian, plus the replica index",
     {.rule = RING_CUSTOM, .custom = {identity, identity_key, NULL}}},
    {"4bit",
     "custom: 16 positions, 0 to 15",
     {.rule = RING_CUSTOM, .custom = {four_bits, four_bits_key, NULL}}},
    {"8bit",
     "custom: 256 positions, up to 2^64 - 1",
     {.rule = RING_CUSTOM, .custom = {eight_bits, eight_bits_key, NULL}}},
    {"descending",
     "custom: the last 8 bytes, big-endian, minus the replica index",
     {.rule = RING_CUSTOM, .custom = {descending, identity_key, NULL}}},
    {"table",
     "custom: 8 positions, spelt by the digits of the name: \"a07\" has 0 and 2^64 - 1",
     {.rule = RING_CUSTOM, .custom = {spelt, spelt_key, NULL}}},
    {"hash-ring-sha1", "hash-ring's SHA-1, long strings as well", {.rule = RING_HASH_RING_SHA1}},
    {"hash-ring-md5", "hash-ring's MD5, long strings as well", {.rule = RING_HASH_RING_MD5}},
    {"hash-ring-compat32",
     "hash-ring's libmemcached mode, long strings as well",
     {.rule = RING_HASH_RING_COMPAT32}},
    {0},
};

/* THE SUBJECT'S OWN PLACEMENT */

static const struct subject *own;
static bool exceeded;
static uint64_t exceeding;

static uint64_t within_bits(uint64_t position)
{
    unsigned int bits = own->position_bits;
    if (!exceeded && bits > 0 && bits < 64 && position >> bits > 0) {
        exceeded = true;
        exceeding = position;
    }
    return position;
}

bool rule_own_exceeded(uint64_t *position)
{
    bool answer = exceeded;
    *position = exceeding;
    exceeded = false;
    return answer;
}

static uint64_t own_point(void *context, const void *name, size_t size, uint32_t index)
{
    (void)context;
    return within_bits(own->point((struct ring_bytes){name, size}, index));
}

static uint64_t own_key(void *context, const void *key, size_t size)
{
    (void)context;
    return within_bits(own->position((struct ring_bytes){key, size}));
}

struct rule rule_own = {
    "own", "the placement of the ring itself", {.rule = RING_CUSTOM, .custom = {NULL, NULL, NULL}}};

void rule_own_set(const struct subject *subject)
{
    own = subject;
    rule_own.options.custom.point = subject->point != NULL ? own_point : NULL;
    rule_own.options.custom.key = subject->position != NULL ? own_key : NULL;
}

bool rule_places_points(const struct rule *rule)
{
    return rule->options.rule != RING_CUSTOM || rule->options.custom.point != NULL;
}

bool rule_places_keys(const struct rule *rule)
{
    return rule->options.rule != RING_CUSTOM || rule->options.custom.key != NULL;
}

uint32_t rule_points_per_replica(const struct rule *rule)
{
    return rule == &rule_own && own != NULL && own->points_per_replica > 0 ? own->points_per_replica
                                                                           : 1;
}

_Static_assert(sizeof rules / sizeof *rules - 1 > 10, "the contract of rule_count()");

size_t rule_count(void)
{
    return sizeof rules / sizeof *rules - 1;
}

bool rule_is_served(const struct rule *rule, const struct subject *subject)
{
    unsigned int served = subject->rules != 0 ? subject->rules : (2U << RING_CUSTOM) - 1;
    return (served >> rule->options.rule & 1U) != 0;
}

const struct rule *rule_named(const char *name)
{
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        if (strcmp(rule->name, name) == 0) {
            return rule;
        }
    }
    return strcmp(name, rule_own.name) == 0 ? &rule_own : NULL;
}
