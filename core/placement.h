/* Placement rules turn the bytes of names and keys into positions. ring.h specifies them. */
#ifndef RING_PLACEMENT_H
#define RING_PLACEMENT_H

#include <nettle/md5.h>
#include <nettle/sha1.h>

#include <ringproof/ring.h>

/* The most bytes that a rule appends to a name: "-" and ten digits. */
#define PLACEMENT_SUFFIX_MAX 11

struct placement {
    enum ring_rule rule;
    struct ring_custom_rule custom;
};

/* Positions of the rule are below 2^(64 - this). */
static inline unsigned ring_placement_scale(const struct placement *placement)
{
    return placement->rule == RING_MD5_COMPAT32 || placement->rule == RING_HASH_RING_COMPAT32 ? 32
                                                                                              : 0;
}

/* Whether the rule is known and, if it is custom, has both functions. */
bool ring_placement_valid(const struct placement *placement);

union ring_digest {
    struct sha1_ctx sha1;
    struct md5_ctx md5;
};

/* Places the points of one name. SHA-1 and MD5 digest the name once for all replicas. */
struct placer {
    const struct placement *placement;
    unsigned char *name;
    size_t size;
    union ring_digest digest;
};

/* Prepares a placer. PLACEMENT_SUFFIX_MAX bytes of room must follow `name`; ring_placer_point()
 * overwrites them. Name and placement must live as long as the placer is used. */
void ring_placer_init(struct placer *placer, const struct placement *placement, unsigned char *name,
                      size_t size);
uint64_t ring_placer_point(const struct placer *placer, uint32_t replica);

uint64_t ring_place_key(const struct placement *placement, const void *key, size_t size);

#endif
