#include "rules.h"

enum ring_rule rule_of_hash(uint8_t hash)
{
    static const enum ring_rule of_hash[] = {[HASH_SHA1] = RING_HASH_RING_SHA1,
                                             [HASH_MD5] = RING_HASH_RING_MD5,
                                             [HASH_SHA1_WHOLE] = RING_SHA1,
                                             [HASH_MD5_WHOLE] = RING_MD5};
    return of_hash[hash];
}

bool rule_has_modes(enum ring_rule rule)
{
    return rule != RING_SHA1 && rule != RING_HASH_RING_SHA1;
}

enum ring_rule rule_in_mode(enum ring_rule rule, uint8_t mode)
{
    bool whole = rule == RING_MD5 || rule == RING_MD5_COMPAT32;
    return mode == MODE_LIBMEMCACHED ? (whole ? RING_MD5_COMPAT32 : RING_HASH_RING_COMPAT32)
                                     : (whole ? RING_MD5 : RING_HASH_RING_MD5);
}

enum status status_of(enum ring_error error)
{
    switch (error) {
    case RING_OK:
        return STATUS_DONE;
    case RING_NODE_EXISTS:
        return STATUS_NODE_EXISTS;
    case RING_NO_SUCH_NODE:
        return STATUS_NO_SUCH_NODE;
    case RING_TOO_MANY_POINTS:
        return STATUS_TOO_MANY_POINTS;
    case RING_NO_MEMORY:
        return STATUS_NO_MEMORY;
    case RING_BAD_ARGUMENT:
    case RING_CORRUPT:
        break;
    }
    return STATUS_BAD_COMMAND;
}
