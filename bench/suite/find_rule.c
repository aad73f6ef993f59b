/* `find_xxh3`, `find_sha1`, `find_md5`, `find_md5_compat32`: lookups by placement rule and key
 * length. The limit `digest` is the digest of the same keys, which every lookup by key needs. */
#include "workload.h"

#include <string.h>

#include "../../core/placement.h"
#include "../../fuzz/base/memory.h"
#include "../base/mix.h"

#define POINTS 100000
#define REPLICAS 128
#define KEYS 102400 /* more than points, and more bytes than the caches near the core hold */
#define KEY_MAX 256
#define RULES 4

/* Distinct in their first 8 bytes. */
static const unsigned char *keys_of(void)
{
    static unsigned char *keys;
    if (keys == NULL) {
        keys = memory_resize(NULL, KEYS, KEY_MAX);
        for (size_t i = 0; i < (size_t)KEYS * KEY_MAX / sizeof(uint64_t); i++) {
            size_t key = i / (KEY_MAX / sizeof(uint64_t));
            size_t word = i % (KEY_MAX / sizeof(uint64_t));
            uint64_t number = mix(word * KEYS + key + 1);
            memcpy(keys + i * sizeof number, &number, sizeof number);
        }
    }
    return keys;
}

static struct ring *ring_of(struct bench_state *state, enum ring_rule rule)
{
    static struct ring *rings[RULES];
    const struct workload *load =
        workload_get(state, &(struct bench_case){"core", REPLICAS, POINTS});
    if (rings[rule] == NULL) {
        struct ring *ring = load->subject->create(&(struct ring_options){.rule = rule});
        if (ring == NULL || ring_add_many(ring, load->nodes, load->count) != RING_OK) {
            bench_fail("no memory for a ring");
        }
        rings[rule] = ring;
    }
    return rings[rule];
}

static void run_rule(struct bench_state *state, const struct bench_case *what, enum ring_rule rule)
{
    static size_t next; /* each run continues where the last one ended */
    const unsigned char *keys = keys_of();
    const struct ring *ring = ring_of(state, rule);
    const struct placement placement = {.rule = rule};
    size_t size = (size_t)what->size;
    bool digests = strcmp(what->contestant, "digest") == 0;
    while (bench_loop(state)) {
        const unsigned char *key = keys + next * KEY_MAX;
        if (digests) {
            uint64_t position = ring_place_key(&placement, key, size);
            bench_keep(&position);
        } else {
            struct ring_bytes node;
            (void)ring_find(ring, key, size, &node);
            bench_keep(&node);
        }
        next = next + 1 < KEYS ? next + 1 : 0;
    }
}

static void run_xxh3(struct bench_state *state, const struct bench_case *what)
{
    run_rule(state, what, RING_XXH3);
}

static void run_sha1(struct bench_state *state, const struct bench_case *what)
{
    run_rule(state, what, RING_SHA1);
}

static void run_md5(struct bench_state *state, const struct bench_case *what)
{
    run_rule(state, what, RING_MD5);
}

static void run_md5_compat32(struct bench_state *state, const struct bench_case *what)
{
    run_rule(state, what, RING_MD5_COMPAT32);
}

static const char *const contestants[] = {"core", "digest", NULL};
static const int64_t key_sizes[] = {8, 16, 32, 64, 128, KEY_MAX, 0};

#define FIND_RULE(its_name, its_run)                                                               \
    {                                                                                              \
        .name = (its_name), .contestants = contestants, .size = "bytes", .sizes = key_sizes,       \
        .run = (its_run),                                                                          \
    }

const struct bench bench_find_xxh3 = FIND_RULE("find_xxh3", run_xxh3);
const struct bench bench_find_sha1 = FIND_RULE("find_sha1", run_sha1);
const struct bench bench_find_md5 = FIND_RULE("find_md5", run_md5);
const struct bench bench_find_md5_compat32 = FIND_RULE("find_md5_compat32", run_md5_compat32);
