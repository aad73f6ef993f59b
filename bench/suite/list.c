#include "benchmarks.h"

static const struct bench *const benches[] = {
    &bench_add,
    &bench_add_batch,
    &bench_remove,
    &bench_remove_first,
    &bench_remove_middle,
    &bench_remove_last,
    &bench_churn,
    &bench_set_replicas,
    &bench_find,
    &bench_find_position,
    &bench_find_2,
    &bench_find_n,
    &bench_find_10,
    &bench_find_if,
    &bench_moves,
    &bench_shares,
    &bench_find_latency,
    &bench_find_many,
    &bench_find_many_keys,
    &bench_find_xxh3,
    &bench_find_sha1,
    &bench_find_md5,
    &bench_find_md5_compat32,
    &bench_build_batch,
    &bench_build_one_by_one,
    &bench_free,
    &bench_ketama_find,
    &bench_ketama_add,
    &bench_ketama_remove,
    &bench_ketama_build,
    &bench_grow,
    &bench_add_times,
    &bench_remove_times,
    &bench_bytes,
    &bench_digest_sha1,
    &bench_digest_md5,
    &bench_digest_xxh3,
    NULL,
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, benches);
}
