/* `find_latency`: lookups by position that wait for each other, because the next position depends
 * on the last answer. The limit `line` loads one random cache line instead. Both include mix(). */
#include "workload.h"

#include <string.h>

#include "../../fuzz/base/memory.h"
#include "../base/mix.h"

#define STEPS 1024
#define LINE_SIZE 64
#define BYTES_PER_POINT 10 /* of cache lines: about what the ring itself uses */

/* Never reset, so that no position comes twice. */
static uint64_t counter;

static void chase_answers(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    workload_build(load);
    const struct ring *ring = workload_as_ring(load, load->ring);
    uint64_t position = mix(counter);
    while (bench_loop_many(state, STEPS)) {
        for (int step = 0; step < STEPS; step++) {
            struct ring_bytes node;
            (void)ring_find_positions(ring, &position, 1, &node);
            /* Always 0, which compiler and processor only know once the answer is there. */
            uint64_t nothing = (uint64_t)node.size >> 32 | (uint64_t)(uintptr_t)node.data >> 63;
            position = mix(++counter ^ nothing);
        }
    }
    bench_keep(&position);
}

/* One block from malloc(), in pages of 4 kB like the ring's: bench_main() turns huge pages off. */
struct lines {
    struct lines *before;
    size_t count;
    unsigned char *bytes;
};

static const struct lines *lines_of(size_t points)
{
    static struct lines *last;
    size_t count = points * BYTES_PER_POINT / LINE_SIZE + 1;
    for (struct lines *lines = last; lines != NULL; lines = lines->before) {
        if (lines->count == count) {
            return lines;
        }
    }
    struct lines *lines = memory_resize(NULL, 1, sizeof *lines);
    unsigned char *block = memory_resize(NULL, count + 1, LINE_SIZE);
    *lines = (struct lines){last, count, block + LINE_SIZE - (uintptr_t)block % LINE_SIZE};
    memset(lines->bytes, 1, count * LINE_SIZE);
    last = lines;
    return lines;
}

static void chase_lines(struct bench_state *state, const struct bench_case *what)
{
    const struct lines *lines = lines_of((size_t)what->size);
    uint64_t position = mix(counter);
    while (bench_loop_many(state, STEPS)) {
        for (int step = 0; step < STEPS; step++) {
            uint64_t loaded = 0;
            size_t index = (size_t)((position >> 32) * lines->count >> 32);
            memcpy(&loaded, lines->bytes + index * LINE_SIZE, sizeof loaded);
            position = mix(++counter ^ (loaded >> 63)); /* 0: each byte is 1 */
        }
    }
    bench_keep(&position);
}

static void run(struct bench_state *state, const struct bench_case *what)
{
    if (strcmp(what->contestant, "line") == 0) {
        chase_lines(state, what);
    } else {
        chase_answers(state, what);
    }
}

static const char *const contestants[] = {"line", "core", "merge", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 10000000, 0};

const struct bench bench_find_latency = {
    .name = "find_latency",
    .contestants = contestants,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .fitted = true,
    .run = run,
};
