#include "bench.h"

const struct bench *const benches[] = {
    &bench_add,
    &bench_remove,
    &bench_find,
    &bench_find_n,
    &bench_find_latency,
    &bench_find_many,
    &bench_find_many_keys,
    &bench_build_batch,
    &bench_build_one_by_one,
    &bench_grow,
    &bench_bytes,
    &bench_digest_sha1,
    &bench_digest_md5,
    &bench_digest_xxh3,
    NULL,
};
