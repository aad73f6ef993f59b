/* SHA-1 and MD5 from several libraries, and XXH3. Each function digests `size` bytes in one call.
 *
 * Each library has a file to itself, because their headers declare the same names, such as
 * md5_init. */
#ifndef BENCH_CONTESTANTS_DIGEST_H
#define BENCH_CONTESTANTS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_MAX 20 /* bytes: SHA-1 writes 20, MD5 16, XXH3-64 8 */

void digest_nettle_sha1(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_nettle_md5(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_libmd_sha1(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_libmd_md5(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_openssl_sha1(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_openssl_md5(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);
void digest_xxhash_xxh3(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);

#endif
