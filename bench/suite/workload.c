#include "workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fuzz/base/memory.h"
#include "../base/mix.h"
#include "../contestants/pointers.h"

#define KEY_SIZE 16
#define KEYS_MIN 4096
#define KEYS_MULTIPLE 1024
#define NAME_SIZE_MAX 16
#define REPLICAS_USUAL 128
#define POINTS_USUAL 1000000
#define POINTS_LEGACY 100000

const char *const workload_contestants[] = {"core", "merge", "resort", "legacy", NULL};
const char *const workload_with_pointers[] = {"core",   "merge",    "resort",
                                              "legacy", "pointers", NULL};
const int64_t workload_replicas[] = {16, 128, 512, 0};
const int64_t workload_points[] = {1, 1000, 10000, 100000, 1000000, 10000000, 0};

#define SMALL(replicas)                                                                            \
    {(replicas), (replicas)}, {(replicas), 3 * (replicas)}, {(replicas), 10 * (replicas)},         \
        {(replicas), 30 * (replicas)}, {(replicas), 100 * (replicas)},                             \
    {                                                                                              \
        (replicas), 300 * (replicas)                                                               \
    }

const struct bench_pair workload_small[] = {SMALL(40), SMALL(128), SMALL(160), {0, 0}};

struct kept {
    struct kept *before;
    struct workload workload;
};

static struct kept *last_kept;

/* `pointers` is not registered as a subject, because it supports too little for `ringproof
 * check`. */
static const struct subject *subject_of(const char *contestant)
{
    bool pointers = strcmp(contestant, subject_pointers.name) == 0;
    return pointers ? &subject_pointers : subject_named(contestant);
}

bool workload_is_legacy(const struct subject *subject)
{
    return subject != NULL && strcmp(subject->name, "legacy") == 0;
}

bool workload_too_large(const struct bench_case *what)
{
    bool usual = what->variant == REPLICAS_USUAL;
    if (workload_is_legacy(subject_of(what->contestant))) {
        return what->size > (usual ? POINTS_USUAL : POINTS_LEGACY);
    }
    return what->size > POINTS_USUAL && !usual;
}

static void make_nodes(struct workload *workload)
{
    size_t full = workload->points / workload->replicas;
    uint32_t rest = (uint32_t)(workload->points % workload->replicas);
    workload->count = full + (rest > 0 ? 1 : 0);
    workload->full = full > 0 ? full : 1;
    workload->nodes = memory_resize(NULL, workload->count, sizeof *workload->nodes);
    workload->names = memory_resize(NULL, workload->count, NAME_SIZE_MAX);
    for (size_t i = 0; i < workload->count; i++) {
        char *name = workload->names + i * NAME_SIZE_MAX;
        int size = snprintf(name, NAME_SIZE_MAX, "node-%06zu", i);
        bool last = rest > 0 && i + 1 == workload->count;
        workload->nodes[i] =
            (struct ring_node){{name, (size_t)size}, last ? rest : workload->replicas};
    }
}

static struct workload *find_kept(const struct workload *wanted)
{
    for (struct kept *kept = last_kept; kept != NULL; kept = kept->before) {
        struct workload *workload = &kept->workload;
        if (workload->subject == wanted->subject && workload->points == wanted->points &&
            workload->replicas == wanted->replicas) {
            return workload;
        }
    }
    struct kept *kept = memory_resize(NULL, 1, sizeof *kept);
    *kept = (struct kept){last_kept, *wanted};
    make_nodes(&kept->workload);
    last_kept = kept;
    return &kept->workload;
}

struct workload *workload_get(struct bench_state *state, const struct bench_case *what)
{
    struct workload *workload = find_kept(&(struct workload){
        .subject = subject_of(what->contestant),
        .points = (size_t)what->size,
        .replicas = (uint32_t)what->variant,
    });
    bench_count(state, "points", (double)workload->points);
    bench_count(state, "nodes", (double)workload->count);
    bench_count(state, "replicas", (double)workload->replicas);
    return workload;
}

void workload_build(struct workload *workload)
{
    if (workload->ring == NULL) {
        workload_rebuild(workload);
    }
}

void workload_rebuild(struct workload *workload)
{
    const struct subject *subject = workload->subject;
    if (workload->ring != NULL) {
        subject->destroy(workload->ring);
    }
    workload->ring = workload_empty(workload);
    (void)subject->add_many(workload->ring, workload->nodes, workload->count);
    /* For `legacy`, whose changes may take seconds, making room does not matter. */
    if (!workload_is_legacy(subject)) {
        char name[WORKLOAD_NAME_ROOM];
        struct ring_node spare = workload_newcomer(workload, name);
        (void)subject->add(workload->ring, spare.name, spare.replicas);
        (void)subject->remove(workload->ring, spare.name);
    }
    workload_check(workload, workload->ring, workload->points);
}

static size_t common_divisor(size_t a, size_t b)
{
    while (b != 0) {
        size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

const struct ring_node *workload_walk(struct workload *workload)
{
    /* Successive multiples of the golden section are far from each other. */
    size_t stride = (size_t)(0.618 * (double)workload->full) + 1;
    while (common_divisor(workload->full, stride) != 1) {
        stride++;
    }
    workload->walked = (workload->walked + stride) % workload->full;
    return &workload->nodes[workload->walked];
}

struct ring_node workload_newcomer(struct workload *workload, char name[WORKLOAD_NAME_ROOM])
{
    int size = snprintf(name, WORKLOAD_NAME_ROOM, "new-%07zu", workload->newcomers++);
    return (struct ring_node){{name, (size_t)size}, workload->replicas};
}

void *workload_empty(const struct workload *workload)
{
    void *ring = workload->subject->create(&(struct ring_options){.rule = RING_XXH3});
    if (ring == NULL) {
        (void)memory_resize(NULL, SIZE_MAX, 2); /* reports that there is no memory, and stops */
    }
    return ring;
}

struct ring *workload_as_ring(const struct workload *workload, void *ring)
{
    if (workload->subject != &subject_core && workload->subject != &subject_merge) {
        bench_fail("this contestant is not a struct ring");
    }
    return ring;
}

void workload_check(const struct workload *workload, const void *ring, size_t points)
{
    if (workload->subject->point_count(ring) != points) {
        bench_fail("the ring has a wrong number of points");
    }
}

const struct ring *workload_core(struct bench_state *state, const struct bench_case *what)
{
    struct workload *core =
        workload_get(state, &(struct bench_case){"core", what->variant, what->size});
    workload_build(core);
    return core->ring;
}

void workload_check_owners(struct bench_state *state, const struct bench_case *what,
                           const uint64_t *positions, const struct ring_bytes *owners, size_t count)
{
    const struct ring *core = workload_core(state, what);
    for (size_t i = 0; i < count; i++) {
        struct ring_bytes right;
        (void)ring_find_positions(core, &positions[i], 1, &right);
        if (owners[i].size != right.size || memcmp(owners[i].data, right.data, right.size) != 0) {
            bench_fail("the contestants do not agree on an owner");
        }
    }
}

size_t workload_key_count(size_t points)
{
    size_t count = points > KEYS_MIN ? points : KEYS_MIN;
    return (count + KEYS_MULTIPLE - 1) / KEYS_MULTIPLE * KEYS_MULTIPLE;
}

const struct ring_bytes *workload_keys(size_t count)
{
    static struct ring_bytes *keys;
    static char *bytes;
    static size_t made;
    if (made < count) {
        keys = memory_resize(keys, count, sizeof *keys);
        bytes = memory_resize(bytes, count, KEY_SIZE);
        for (size_t i = 0; i < count; i++) {
            char *key = bytes + i * KEY_SIZE;
            uint64_t number = mix(i + 1);
            for (int digit = 0; digit < KEY_SIZE; digit++) {
                key[digit] = "0123456789abcdef"[number >> 4 * digit & 15];
            }
            keys[i] = (struct ring_bytes){key, KEY_SIZE};
        }
        made = count;
    }
    return keys;
}

const uint64_t *workload_positions(size_t count)
{
    static uint64_t *positions;
    static size_t made;
    if (made < count) {
        positions = memory_resize(positions, count, sizeof *positions);
        for (size_t i = 0; i < count; i++) {
            positions[i] = mix(i + 1);
        }
        made = count;
    }
    return positions;
}
