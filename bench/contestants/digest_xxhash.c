#include "digest.h"

#include <string.h>
#include <xxhash.h>

void digest_xxhash_xxh3(const void *data, size_t size, uint8_t digest[DIGEST_MAX])
{
    uint64_t hash = XXH3_64bits(data, size);
    memcpy(digest, &hash, sizeof hash);
}
