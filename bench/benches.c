#include "bench.h"

const struct bench *const benches[] = {
    &bench_add,
    &bench_remove,
    &bench_find,
    &bench_find_n,
    &bench_build_batch,
    &bench_build_one_by_one_core,
    &bench_build_one_by_one,
    &bench_digest_sha1,
    &bench_digest_md5,
    &bench_digest_xxh3,
    NULL,
};
