#include "digest.h"

#include <openssl/evp.h>

void digest_openssl_sha1(const void *data, size_t size, uint8_t digest[DIGEST_MAX])
{
    (void)EVP_Digest(data, size, digest, NULL, EVP_sha1(), NULL);
}

void digest_openssl_md5(const void *data, size_t size, uint8_t digest[DIGEST_MAX])
{
    (void)EVP_Digest(data, size, digest, NULL, EVP_md5(), NULL);
}
