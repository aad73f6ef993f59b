#include "workload.h"

#include <stdio.h>
#include <stdlib.h>

#include "../fuzz/memory.h"

#define NAME_ROOM 16
#define KEY_SIZE 16
#define KEYS_MIN 4096

const char *const workload_contestants[] = {"core", "resort", "legacy", NULL};
const int64_t workload_replicas[] = {16, 128, 512, 0};
const int64_t workload_points[] = {1, 1000, 10000, 100000, 1000000, 0};

void workload_init(struct workload *workload, struct bench_state *state,
                   const struct bench_case *what)
{
    size_t points = (size_t)what->size;
    uint32_t replicas = (uint32_t)what->variant;
    size_t full = points / replicas;
    uint32_t rest = (uint32_t)(points % replicas);
    *workload = (struct workload){
        .subject = subject_named(what->contestant),
        .points = points,
        .count = full + (rest > 0 ? 1 : 0),
        .full = full > 0 ? full : 1,
    };
    workload->nodes = memory_resize(NULL, workload->count + 1, sizeof *workload->nodes);
    workload->names = memory_resize(NULL, workload->count + 1, NAME_ROOM);
    for (size_t i = 0; i <= workload->count; i++) {
        char *name = workload->names + i * NAME_ROOM;
        int size = snprintf(name, NAME_ROOM, "node-%06zu", i);
        bool last = rest > 0 && i + 1 == workload->count;
        workload->nodes[i] = (struct ring_node){{name, (size_t)size}, last ? rest : replicas};
    }
    bench_count(state, "points", (double)points);
    bench_count(state, "nodes", (double)workload->count);
    bench_count(state, "replicas", (double)replicas);
}

void workload_free(struct workload *workload)
{
    free(workload->nodes);
    free(workload->names);
}

void *workload_empty(const struct workload *workload)
{
    void *ring = workload->subject->create(&(struct ring_options){.rule = RING_XXH3});
    if (ring == NULL) {
        (void)memory_resize(NULL, SIZE_MAX, 2); /* says that there is no memory, and stops */
    }
    return ring;
}

void *workload_ring(const struct workload *workload, size_t count)
{
    size_t points = 0;
    for (size_t i = 0; i < count; i++) {
        points += workload->nodes[i].replicas;
    }
    void *ring = workload_empty(workload);
    (void)workload->subject->add_many(ring, workload->nodes, count);
    workload_check(workload, ring, points);
    return ring;
}

void workload_check(const struct workload *workload, const void *ring, size_t points)
{
    if (workload->subject->point_count(ring) != points) {
        bench_fail("the ring has not the points that it should have");
    }
}

/* The mixing function of SplitMix64: distinct for distinct numbers. */
static uint64_t mix(uint64_t number)
{
    number *= UINT64_C(0x9e3779b97f4a7c15);
    number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

void workload_keys_init(struct workload_keys *keys, size_t points)
{
    keys->count = points > KEYS_MIN ? points : KEYS_MIN;
    keys->keys = memory_resize(NULL, keys->count, sizeof *keys->keys);
    keys->bytes = memory_resize(NULL, keys->count, KEY_SIZE);
    for (size_t i = 0; i < keys->count; i++) {
        char *key = keys->bytes + i * KEY_SIZE;
        uint64_t number = mix(i + 1);
        for (int digit = 0; digit < KEY_SIZE; digit++) {
            key[digit] = "0123456789abcdef"[number >> 4 * digit & 15];
        }
        keys->keys[i] = (struct ring_bytes){key, KEY_SIZE};
    }
}

void workload_keys_free(struct workload_keys *keys)
{
    free(keys->keys);
    free(keys->bytes);
}
