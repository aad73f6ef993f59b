#include "digest.h"

#include <sys/types.h> /* md5.h and sha1.h need it and do not include it */

#include <md5.h>
#include <sha1.h>

void digest_libmd_sha1(const void *data, size_t size, uint8_t digest[DIGEST_MAX])
{
    SHA1_CTX context;
    SHA1Init(&context);
    SHA1Update(&context, data, size);
    SHA1Final(digest, &context);
}

void digest_libmd_md5(const void *data, size_t size, uint8_t digest[DIGEST_MAX])
{
    MD5_CTX context;
    MD5Init(&context);
    MD5Update(&context, data, size);
    MD5Final(digest, &context);
}
