/* The benchmarks of bench_ring. list.c runs them in this order; bench/README.md says what each
 * times. */
#ifndef BENCH_SUITE_BENCHMARKS_H
#define BENCH_SUITE_BENCHMARKS_H

#include "../base/bench.h"

extern const struct bench bench_add;
extern const struct bench bench_add_batch;
extern const struct bench bench_remove;
extern const struct bench bench_remove_first;
extern const struct bench bench_remove_middle;
extern const struct bench bench_remove_last;
extern const struct bench bench_churn;
extern const struct bench bench_set_replicas;
extern const struct bench bench_find;
extern const struct bench bench_find_position;
extern const struct bench bench_find_2;
extern const struct bench bench_find_n;
extern const struct bench bench_find_10;
extern const struct bench bench_find_if;
extern const struct bench bench_moves;
extern const struct bench bench_shares;
extern const struct bench bench_find_latency;
extern const struct bench bench_find_many;
extern const struct bench bench_find_many_keys;
extern const struct bench bench_find_xxh3;
extern const struct bench bench_find_sha1;
extern const struct bench bench_find_md5;
extern const struct bench bench_find_md5_compat32;
extern const struct bench bench_walk;
extern const struct bench bench_build_batch;
extern const struct bench bench_build_one_by_one;
extern const struct bench bench_free;
extern const struct bench bench_ketama_find;
extern const struct bench bench_ketama_add;
extern const struct bench bench_ketama_remove;
extern const struct bench bench_ketama_build;
extern const struct bench bench_ketama_free;
extern const struct bench bench_ketama_heap;
extern const struct bench bench_grow;
extern const struct bench bench_add_times;
extern const struct bench bench_remove_times;
extern const struct bench bench_bytes;
extern const struct bench bench_heap;
extern const struct bench bench_digest_sha1;
extern const struct bench bench_digest_md5;
extern const struct bench bench_digest_xxh3;

#endif
