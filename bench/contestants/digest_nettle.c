#include "digest.h"

#include <nettle/md5.h>
#include <nettle/sha1.h>

void digest_nettle_sha1(const void *data, size_t size, uint8_t digest[DIGEST_MAX])
{
    struct sha1_ctx context;
    sha1_init(&context);
    sha1_update(&context, size, data);
    sha1_digest(&context, SHA1_DIGEST_SIZE, digest);
}

void digest_nettle_md5(const void *data, size_t size, uint8_t digest[DIGEST_MAX])
{
    struct md5_ctx context;
    md5_init(&context);
    md5_update(&context, size, data);
    md5_digest(&context, MD5_DIGEST_SIZE, digest);
}
