#include "placement.h"

#include <assert.h>
#include <nettle/macros.h>
#include <nettle/nettle-meta.h>
#include <xxhash.h>

/* DIGESTS, in three steps, of which nettle has the first two as they are: a name is digested once,
 * and the state behind it is copied for each replica. */

static uint64_t end_sha1(union ring_digest *digest)
{
    uint8_t bytes[SHA1_DIGEST_SIZE];
    sha1_digest(&digest->sha1, sizeof bytes, bytes);
    return READ_UINT64(bytes + 12); /* big-endian */
}

static uint64_t end_md5(union ring_digest *digest)
{
    uint8_t bytes[MD5_DIGEST_SIZE];
    md5_digest(&digest->md5, sizeof bytes, bytes);
    return LE_READ_UINT64(bytes + 8);
}

static uint64_t end_md5_compat32(union ring_digest *digest)
{
    uint8_t bytes[4];
    md5_digest(&digest->md5, sizeof bytes, bytes);
    return LE_READ_UINT32(bytes);
}

/* SUFFIXES */

/* What the suffixes are, for ci/prove: the decimal digits of a number, counted from the last. */
/*@ logic integer power(integer digit) =
      digit == 0 ? 1 : digit == 1 ? 10 : digit == 2 ? 100 : digit == 3 ? 1000 : digit == 4 ? 10000 :
      digit == 5 ? 100000 : digit == 6 ? 1000000 : digit == 7 ? 10000000 :
      digit == 8 ? 100000000 : digit == 9 ? 1000000000 : 10000000000;
    logic integer decimal(integer number, integer digit) = '0' + number / power(digit) % 10;
    predicate is_decimal{L}(unsigned char *suffix, integer count, integer number) =
      1 <= count <= 10 && (power(count - 1) <= number || count == 1) && number < power(count) &&
      \forall integer i; 0 <= i < count ==> suffix[i] == decimal(number, count - 1 - i);
 */

/*@ requires \valid(suffix + (0 .. 3));
    assigns suffix[0 .. 3];
    ensures \result == 4;
    ensures \forall integer i; 0 <= i < 4 ==> suffix[i] == (unsigned char)(replica >> 8 * i);
 */
static size_t suffix_binary(unsigned char *suffix, uint32_t replica)
{
    /*@ loop invariant 0 <= i <= 4;
        loop invariant \forall integer k;
          0 <= k < i ==> suffix[k] == (unsigned char)(replica >> 8 * k);
        loop assigns i, suffix[0 .. 3];
        loop variant 4 - i;
     */
    for (unsigned i = 0; i < 4; i++) {
        suffix[i] = (unsigned char)(replica >> 8 * i);
    }
    return 4;
}

/*@ requires \valid(suffix + (0 .. 9));
    assigns suffix[0 .. 9];
    ensures is_decimal(suffix, \result, replica);
 */
static size_t suffix_decimal(unsigned char *suffix, uint32_t replica)
{
    unsigned char reversed[10];
    size_t count = 0;
    /*@ assert replica / 10 / 10 == replica / 100 && replica / 100 / 10 == replica / 1000 &&
          replica / 1000 / 10 == replica / 10000 && replica / 10000 / 10 == replica / 100000 &&
          replica / 100000 / 10 == replica / 1000000 &&
          replica / 1000000 / 10 == replica / 10000000 &&
          replica / 10000000 / 10 == replica / 100000000 &&
          replica / 100000000 / 10 == replica / 1000000000; */
    /*@ loop invariant 0 <= count < 10;
        loop invariant replica == \at(replica, Pre) / power(count);
        loop invariant count > 0 ==> replica > 0;
        loop invariant \forall integer i;
          0 <= i < count ==> reversed[i] == decimal(\at(replica, Pre), i);
        loop assigns replica, count, reversed[0 .. 9];
        loop variant replica;
     */
    do {
        reversed[count++] = (unsigned char)('0' + replica % 10);
        replica /= 10;
    } while (replica > 0);
    /*@ loop invariant 0 <= i <= count;
        loop invariant \forall integer k;
          0 <= k < i ==> suffix[k] == decimal(\at(replica, Pre), count - 1 - k);
        loop assigns i, suffix[0 .. 9];
        loop variant count - i;
     */
    for (size_t i = 0; i < count; i++) {
        suffix[i] = reversed[count - 1 - i];
    }
    //@ assert power(count - 1) <= \at(replica, Pre) || count == 1;
    //@ assert \at(replica, Pre) < power(count);
    //@ assert is_decimal(suffix, count, \at(replica, Pre));
    return count;
}

/*@ requires \valid(suffix + (0 .. PLACEMENT_SUFFIX_MAX - 1));
    assigns suffix[0 .. PLACEMENT_SUFFIX_MAX - 1];
    ensures suffix[0] == '-' && is_decimal(suffix + 1, \result - 1, replica);
 */
static size_t suffix_dash_decimal(unsigned char *suffix, uint32_t replica)
{
    suffix[0] = '-';
    return 1 + suffix_decimal(suffix + 1, replica);
}

/* hash-ring formatted it into eight bytes, the last of them a zero, and digested as many as there
 * should be. */
/*@ requires \valid(suffix + (0 .. PLACEMENT_SUFFIX_MAX - 1));
    assigns suffix[0 .. PLACEMENT_SUFFIX_MAX - 1];
    ensures 2 <= \result <= PLACEMENT_SUFFIX_MAX;
    ensures \result < 8 ==> suffix[0] == '-' && is_decimal(suffix + 1, \result - 1, replica);
    ensures \result >= 8 ==> suffix[0] == '-' && suffix[7] == 0 && replica >= 1000000;
    ensures replica < 10000000 ==> \result <= 8;
    ensures \result == 8 ==> is_decimal(suffix + 1, 6, replica / 10);
 */
static size_t suffix_of_hash_ring(unsigned char *suffix, uint32_t replica)
{
    const size_t size = suffix_dash_decimal(suffix, replica);
    /*@ assert replica / 10 / 10 == replica / 100 && replica / 10 / 100 == replica / 1000 &&
          replica / 10 / 1000 == replica / 10000 && replica / 10 / 10000 == replica / 100000 &&
          replica / 10 / 100000 == replica / 1000000; */
    /*@ assert \forall integer digit; 0 <= digit < 6 ==>
          decimal(replica / 10, digit) == decimal(replica, digit + 1); */
    if (size >= 8) {
        suffix[7] = 0;
    }
    return size;
}

/* XXH3 has no steps and digests name and suffix in one piece: its state is larger than most names,
 * so copying it would not pay. hash-ring keeps lengths in one byte. */
static const struct {
    size_t (*suffix)(unsigned char *suffix, uint32_t replica);
    const struct nettle_hash *hash;
    uint64_t (*end)(union ring_digest *digest);
    size_t length_mask;
} rules[] = {
    [RING_XXH3] = {suffix_binary, NULL, NULL, SIZE_MAX},
    [RING_SHA1] = {suffix_decimal, &nettle_sha1, end_sha1, SIZE_MAX},
    [RING_MD5] = {suffix_decimal, &nettle_md5, end_md5, SIZE_MAX},
    [RING_MD5_COMPAT32] = {suffix_dash_decimal, &nettle_md5, end_md5_compat32, SIZE_MAX},
    [RING_HASH_RING_SHA1] = {suffix_decimal, &nettle_sha1, end_sha1, UINT8_MAX},
    [RING_HASH_RING_MD5] = {suffix_decimal, &nettle_md5, end_md5, UINT8_MAX},
    [RING_HASH_RING_COMPAT32] = {suffix_of_hash_ring, &nettle_md5, end_md5_compat32, UINT8_MAX},
};

/* Appends what tells this replica from others to a name. Returns its size. */
/*@ requires RING_XXH3 <= rule < RING_CUSTOM || RING_CUSTOM < rule <= RING_HASH_RING_COMPAT32;
    requires \valid(name + (size .. size + PLACEMENT_SUFFIX_MAX - 1));
    assigns name[size .. size + PLACEMENT_SUFFIX_MAX - 1];
    ensures 1 <= \result <= PLACEMENT_SUFFIX_MAX;
    ensures rule == RING_XXH3 ==> \result == 4 && \forall integer i;
      0 <= i < 4 ==> name[size + i] == (unsigned char)(replica >> 8 * i);
    ensures rule == RING_SHA1 || rule == RING_MD5 ||
      rule == RING_HASH_RING_SHA1 || rule == RING_HASH_RING_MD5 ==>
        is_decimal(name + size, \result, replica);
    ensures rule == RING_MD5_COMPAT32 || (rule == RING_HASH_RING_COMPAT32 && \result < 8) ==>
      name[size] == '-' && is_decimal(name + size + 1, \result - 1, replica);
    ensures rule == RING_HASH_RING_COMPAT32 && \result == 8 ==>
      name[size] == '-' && is_decimal(name + size + 1, 6, replica / 10) && name[size + 7] == 0;
    ensures rule == RING_HASH_RING_COMPAT32 && replica < 10000000 ==> \result <= 8;
 */
static size_t append_suffix(enum ring_rule rule, unsigned char *name, size_t size, uint32_t replica)
{
    unsigned char *const suffix = name + size;
    size_t count = 0;
    assert(rule != RING_CUSTOM && (size_t)rule < sizeof rules / sizeof *rules);
    //@ calls suffix_binary, suffix_decimal, suffix_dash_decimal, suffix_of_hash_ring;
    count = rules[rule].suffix(suffix, replica);
    return count;
}

static bool digests_a_name_once(enum ring_rule rule)
{
    return rules[rule].hash != NULL && rules[rule].length_mask == SIZE_MAX;
}

bool ring_placement_valid(const struct placement *placement)
{
    if (placement->rule == RING_CUSTOM) {
        return placement->custom.point != NULL && placement->custom.key != NULL;
    }
    /* A caller may pass any integer as an enumeration, even a negative one. */
    return (unsigned)placement->rule < sizeof rules / sizeof *rules;
}

void ring_placer_init(struct placer *placer, const struct placement *placement, unsigned char *name,
                      size_t size)
{
    placer->placement = placement;
    placer->name = name;
    placer->size = size;
    if (placement->rule != RING_CUSTOM && digests_a_name_once(placement->rule)) {
        rules[placement->rule].hash->init(&placer->digest);
        rules[placement->rule].hash->update(&placer->digest, size, name);
    }
}

uint64_t ring_placer_point(const struct placer *placer, uint32_t replica)
{
    const struct placement *placement = placer->placement;
    if (placement->rule == RING_CUSTOM) {
        return placement->custom.point(placement->custom.context, placer->name, placer->size,
                                       replica);
    }
    const size_t suffix_size = append_suffix(placement->rule, placer->name, placer->size, replica);
    if (rules[placement->rule].hash == NULL) {
        return XXH3_64bits(placer->name, placer->size + suffix_size);
    }
    if (!digests_a_name_once(placement->rule)) {
        return ring_place_key(placement, placer->name, placer->size + suffix_size);
    }
    union ring_digest digest = placer->digest;
    rules[placement->rule].hash->update(&digest, suffix_size, placer->name + placer->size);
    return rules[placement->rule].end(&digest);
}

uint64_t ring_place_key(const struct placement *placement, const void *key, size_t size)
{
    if (placement->rule == RING_CUSTOM) {
        return placement->custom.key(placement->custom.context, key, size);
    }
    if (rules[placement->rule].hash == NULL) {
        return XXH3_64bits(key, size);
    }
    union ring_digest digest;
    rules[placement->rule].hash->init(&digest);
    rules[placement->rule].hash->update(&digest, size & rules[placement->rule].length_mask, key);
    return rules[placement->rule].end(&digest);
}
