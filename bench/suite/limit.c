#include "limit.h"

#include <stdlib.h>
#include <string.h>

#include "../../core/placement.h"
#include "../../fuzz/base/memory.h"
#include "../base/mix.h"
#include "lines.h"
#include "radix.h"
#include "workload.h"

#define AHEAD 32

/* The numbers of one change, and the block that they change. */
struct limit {
    struct workload *load; /* of `core` */
    struct lines *lines;
    size_t count;
    uint64_t *numbers;
    uint64_t *scratch;
};

bool limit_is(const struct bench_case *what)
{
    return strcmp(what->contestant, "limit") == 0;
}

/* In whole bytes for each point, since each change of a ring may change its size a little. */
static size_t bytes_of(const struct ring *ring)
{
    const size_t points = ring_point_count(ring);
    return (ring_bytes_used(ring) + points / 2) / points * points;
}

static struct limit begin(struct bench_state *state, const struct bench_case *what)
{
    const struct ring *ring = workload_core(state, what);
    const size_t room = (size_t)what->variant;
    return (struct limit){
        .load = workload_get(state, &(struct bench_case){"core", what->variant, what->size}),
        .lines = lines_of(bytes_of(ring)),
        .numbers = memory_resize(NULL, room, sizeof(uint64_t)),
        .scratch = memory_resize(NULL, room, sizeof(uint64_t)),
    };
}

static void end(const struct limit *limit)
{
    free(limit->numbers);
    free(limit->scratch);
}

static void place(struct limit *limit, const struct ring_node *node)
{
    static const struct placement placement = {.rule = RING_XXH3};
    unsigned char buffer[WORKLOAD_NAME_ROOM + PLACEMENT_SUFFIX_MAX];
    struct placer placer;
    memcpy(buffer, node->name.data, node->name.size);
    ring_placer_init(&placer, &placement, buffer, node->name.size);
    limit->count = node->replicas;
    for (uint32_t i = 0; i < node->replicas; i++) {
        limit->numbers[i] = ring_placer_point(&placer, i);
    }
}

static void change(const struct limit *limit)
{
    radix_sort(limit->numbers, limit->count, limit->scratch);
    for (size_t i = 0; i < AHEAD && i < limit->count; i++) {
        __builtin_prefetch(lines_at(limit->lines, limit->numbers[i]), 1);
    }
    for (size_t i = 0; i < limit->count; i++) {
        if (i + AHEAD < limit->count) {
            __builtin_prefetch(lines_at(limit->lines, limit->numbers[i + AHEAD]), 1);
        }
        uint64_t word;
        unsigned char *line = lines_at(limit->lines, limit->numbers[i]);
        memcpy(&word, line, sizeof word);
        word++;
        memcpy(line, &word, sizeof word);
    }
    bench_keep(limit->lines->bytes);
}

/* A sort that does nothing would be fastest. */
static void check(const struct limit *limit)
{
    for (size_t i = 1; i < limit->count; i++) {
        if (limit->numbers[i - 1] > limit->numbers[i]) {
            bench_fail("the numbers are not sorted");
        }
    }
}

void limit_run_add(struct bench_state *state, const struct bench_case *what)
{
    char name[WORKLOAD_NAME_ROOM];
    struct limit limit = begin(state, what);
    while (bench_loop(state)) {
        const struct ring_node newcomer = workload_newcomer(limit.load, name);
        bench_start(state);
        place(&limit, &newcomer);
        change(&limit);
        bench_stop(state);
        check(&limit);
    }
    end(&limit);
}

void limit_run_remove(struct bench_state *state, const struct bench_case *what)
{
    static uint64_t counter; /* never reset, so that no number comes twice */
    struct limit limit = begin(state, what);
    limit.count = limit.load->nodes[0].replicas; /* as many as a node has that is removed */
    while (bench_loop(state)) {
        for (size_t i = 0; i < limit.count; i++) {
            limit.numbers[i] = mix(++counter);
        }
        bench_start(state);
        change(&limit);
        bench_stop(state);
        check(&limit);
    }
    end(&limit);
}
