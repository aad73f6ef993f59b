/* `find_latency`: lookups by position that wait for each other, because the next position depends
 * on the last answer. All include mix().
 *
 * `limit` makes the two loads that any ring with a table of names needs, each at an address that the
 * one before has told: the position tells the line of the ring, and the line tells the entry of the
 * table of names, whose pointer and size are the answer. `line` makes the first load alone. */
#include "workload.h"

#include <string.h>

#include "../../fuzz/base/memory.h"
#include "../base/mix.h"
#include "../contestants/pointers.h"
#include "limit.h"
#include "lines.h"

#define STEPS 1024
/* Of the number in a line. limit.c changes the word before it. */
#define NUMBER_AT 8
#define BYTES_PER_POINT 10 /* of what lookups read: ring.h, MEMORY */

/* Never reset, so that no position comes twice. */
static uint64_t counter;

/* Always 0, which compiler and processor only know once the answer is there. */
static uint64_t nothing_of(struct ring_bytes node)
{
    return (uint64_t)node.size >> 32 | (uint64_t)(uintptr_t)node.data >> 63;
}

static void chase_answers(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    workload_build(load);
    const bool is_ring = load->subject != &subject_pointers;
    const struct ring *ring = is_ring ? workload_as_ring(load, load->ring) : NULL;
    uint64_t position = mix(counter);
    while (bench_loop_many(state, STEPS)) {
        for (int step = 0; step < STEPS; step++) {
            struct ring_bytes node;
            if (is_ring) {
                (void)ring_find_positions(ring, &position, 1, &node);
            } else {
                (void)subject_pointers.find_positions(load->ring, &position, 1, &node);
            }
            position = mix(++counter ^ nothing_of(node));
        }
    }
    bench_keep(&position);
}

/* What every ring of that size loads for a lookup, whatever it looks like inside. */
struct table {
    struct table *before;
    struct lines *lines; /* each has the number of a node, below `count`, at NUMBER_AT */
    struct ring_bytes *names;
    size_t count;
};

static const struct table *table_of(size_t points, size_t count)
{
    static struct table *last;
    struct lines *lines = lines_of(points * BYTES_PER_POINT);
    for (struct table *table = last; table != NULL; table = table->before) {
        if (table->lines == lines && table->count == count) {
            return table;
        }
    }
    struct table *table = memory_resize(NULL, 1, sizeof *table);
    *table = (struct table){last, lines, memory_resize(NULL, count, sizeof *table->names), count};
    for (size_t i = 0; i < count; i++) {
        table->names[i] = (struct ring_bytes){"name", 4};
    }
    for (size_t i = 0; i < lines->count; i++) {
        const uint64_t number = (mix(i) >> 32) * count >> 32;
        memcpy(lines->bytes + i * LINE_SIZE + NUMBER_AT, &number, sizeof number);
    }
    last = table;
    return table;
}

static void chase_table(struct bench_state *state, const struct bench_case *what)
{
    const size_t points = (size_t)what->size;
    const size_t replicas = (size_t)what->variant;
    const struct table *table = table_of(points, (points + replicas - 1) / replicas);
    uint64_t position = mix(counter);
    while (bench_loop_many(state, STEPS)) {
        for (int step = 0; step < STEPS; step++) {
            uint64_t number;
            memcpy(&number, lines_at(table->lines, position) + NUMBER_AT, sizeof number);
            position = mix(++counter ^ nothing_of(table->names[number]));
        }
    }
    bench_keep(&position);
}

static void chase_lines(struct bench_state *state, const struct bench_case *what)
{
    const struct lines *lines = lines_of((size_t)what->size * BYTES_PER_POINT);
    uint64_t position = mix(counter);
    while (bench_loop_many(state, STEPS)) {
        for (int step = 0; step < STEPS; step++) {
            uint64_t loaded;
            memcpy(&loaded, lines_at(lines, position), sizeof loaded);
            position = mix(++counter ^ (loaded >> 63)); /* 0: each byte is 1 */
        }
    }
    bench_keep(&position);
}

static void run(struct bench_state *state, const struct bench_case *what)
{
    if (limit_is(what)) {
        chase_table(state, what);
    } else if (strcmp(what->contestant, "line") == 0) {
        chase_lines(state, what);
    } else {
        chase_answers(state, what);
    }
}

static const char *const contestants[] = {"limit", "line", "core", "merge", "pointers", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 10000000, 0};

const struct bench bench_find_latency = {
    .name = "find_latency",
    .contestants = contestants,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .pairs = workload_small,
    .fitted = true,
    .run = run,
};
