/* The digests of several libraries, each library in its own file: their headers do not agree on
 * who owns names like md5_init. Each function digests in one piece. */
#ifndef BENCH_CONTESTANTS_DIGEST_H
#define BENCH_CONTESTANTS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_MAX 20 /* bytes, of SHA-1; MD5 fills 16, XXH3-64 8 */

void digest_nettle_sha1(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_nettle_md5(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_libmd_sha1(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_libmd_md5(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_openssl_sha1(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_openssl_md5(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_xxhash_xxh3(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);

#endif
