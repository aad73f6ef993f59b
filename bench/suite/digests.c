/* `digest/...`: one digest of a short input, by library. These decided which library the ring
 * uses. */
#include "../base/bench.h"
#include "../contestants/digest.h"
#include "benchmarks.h"

#include <string.h>

#define INPUT_MAX 64

typedef void digest_function(const void *data, size_t size, uint8_t digest[DIGEST_MAX]);

struct library {
    const char *name;
    digest_function *function;
};

static const struct library sha1_libraries[] = {
    {"nettle", digest_nettle_sha1},
    {"libmd", digest_libmd_sha1},
    {"openssl", digest_openssl_sha1},
};

static const struct library md5_libraries[] = {
    {"nettle", digest_nettle_md5},
    {"libmd", digest_libmd_md5},
    {"openssl", digest_openssl_md5},
};

static void run_digest(struct bench_state *state, const struct bench_case *what,
                       const struct library *libraries)
{
    const struct library *library = libraries;
    while (strcmp(library->name, what->contestant) != 0) {
        library++;
    }
    unsigned char input[INPUT_MAX] = {0};
    uint8_t expected[DIGEST_MAX] = {0};
    uint8_t digest[DIGEST_MAX] = {0};
    size_t size = (size_t)what->size;
    libraries->function(input, size, expected);
    library->function(input, size, digest);
    if (memcmp(digest, expected, sizeof digest) != 0) {
        bench_fail("the libraries disagree on a digest");
    }
    while (bench_loop(state)) {
        input[0]++;
        library->function(input, size, digest);
        bench_keep(digest);
    }
}

static void run_sha1(struct bench_state *state, const struct bench_case *what)
{
    run_digest(state, what, sha1_libraries);
}

static void run_md5(struct bench_state *state, const struct bench_case *what)
{
    run_digest(state, what, md5_libraries);
}

static void run_xxh3(struct bench_state *state, const struct bench_case *what)
{
    run_digest(state, what, &(struct library){"xxhash", digest_xxhash_xxh3});
}

static const char *const libraries_compared[] = {"nettle", "libmd", "openssl", NULL};
static const char *const xxhash_alone[] = {"xxhash", NULL};
static const int64_t input_sizes[] = {8, 16, 32, 64, 0};

const struct bench bench_digest_sha1 = {
    .name = "digest/sha1",
    .contestants = libraries_compared,
    .size = "bytes",
    .sizes = input_sizes,
    .run = run_sha1,
};

const struct bench bench_digest_md5 = {
    .name = "digest/md5",
    .contestants = libraries_compared,
    .size = "bytes",
    .sizes = input_sizes,
    .run = run_md5,
};

const struct bench bench_digest_xxh3 = {
    .name = "digest/xxh3",
    .contestants = xxhash_alone,
    .size = "bytes",
    .sizes = input_sizes,
    .run = run_xxh3,
};
