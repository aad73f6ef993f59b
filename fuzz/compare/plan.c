#include "plan.h"

#include <stdlib.h>

#include "../base/memory.h"

/* SplitMix64. */
static uint64_t draw(struct compare_lists *lists)
{
    uint64_t value = lists->random += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

static size_t below(struct compare_lists *lists, size_t limit)
{
    return (size_t)(draw(lists) % limit);
}

/* KEYS */

static size_t write_random(struct compare_lists *lists, char text[64])
{
    size_t size = 1 + below(lists, 32);
    for (size_t i = 0; i < size; i++) {
        text[i] = (char)('!' + below(lists, '~' - '!' + 1));
    }
    return size;
}

static size_t write_key(struct compare_lists *lists, char text[64])
{
    uint64_t value = draw(lists);
    switch (below(lists, 5)) {
    case 0:
        return (size_t)snprintf(text, 64, "%llu", (unsigned long long)value % 100000000);
    case 1:
        return (size_t)snprintf(text, 64, "user:%08llx", (unsigned long long)value >> 32);
    case 2:
        return (size_t)snprintf(text, 64, "/images/%llu.png", (unsigned long long)value >> 40);
    case 3:
        return compare_key_text(value >> 30, text);
    default:
        return write_random(lists, text);
    }
}

static struct ring_bytes make_key(struct compare_lists *lists)
{
    char text[64];
    size_t size = 0;
    for (int tries = 0; tries < 50; tries++) {
        size = write_key(lists, text);
        if (compare_lists_takes_key(lists, (struct ring_bytes){text, size})) {
            return program_bytes(&lists->memory, text, size);
        }
    }
    size = compare_key_text(draw(lists) % 10000000, text);
    return program_bytes(&lists->memory, text, size);
}

/* Appends keys to the script: those of the file, or new ones. */
static size_t append_keys(struct compare_lists *lists, struct compare_script *script, size_t count)
{
    size_t first = script->key_count;
    if (lists->keys != NULL && script->key_count > 0) {
        return 0; /* they are there already */
    }
    for (size_t i = 0; i < (lists->keys != NULL ? lists->key_count : count); i++) {
        (void)compare_script_key(script, lists->keys != NULL ? lists->keys[i] : make_key(lists));
    }
    return first;
}

static struct compare_ask *ask(struct compare_lists *lists, struct compare_script *script,
                               enum compare_purpose purpose, size_t count)
{
    size_t first = append_keys(lists, script, count);
    return compare_script_ask(script, purpose, first,
                              lists->keys != NULL ? lists->key_count : count);
}

/* SERIES */

static const size_t sizes[] = {1, 2, 3, 5, 8, 13, 21, 34, 55, 100, 200, 500, 1000};
#define SIZES (sizeof sizes / sizeof *sizes)

static bool is_size(size_t size, size_t largest)
{
    for (size_t i = 0; i < SIZES; i++) {
        if (sizes[i] == size) {
            return true;
        }
    }
    return size == largest;
}

/* A ring that grows to `largest` nodes, and is asked at each size. */
static void grow(struct compare_lists *lists, struct compare_script *script,
                 const uint32_t *weights, size_t largest, enum compare_purpose purpose,
                 size_t count)
{
    compare_script_new(script, lists->points);
    for (size_t i = 0; i < largest; i++) {
        compare_script_add(script, i, weights != NULL ? weights[i] : 1);
        if (is_size(i + 1, largest)) {
            (void)ask(lists, script, purpose, count);
        }
    }
}

/* After grow(): nodes go in any order, and some of them come back. */
static void shrink_list(struct compare_lists *lists, struct compare_script *script,
                        const uint32_t *weights, size_t largest)
{
    size_t *left = memory_resize(NULL, largest, sizeof *left);
    size_t *gone = memory_resize(NULL, largest, sizeof *gone);
    size_t count = largest;
    size_t stops[] = {largest - 1, largest * 2 / 3, largest / 4, 2};
    for (size_t i = 0; i < largest; i++) {
        left[i] = i;
    }
    for (size_t stop = 0; stop < sizeof stops / sizeof *stops; stop++) {
        if (stops[stop] >= count || stops[stop] == 0) {
            continue;
        }
        while (count > stops[stop]) {
            size_t at = below(lists, count);
            gone[largest - count] = left[at];
            compare_script_remove(script, left[at], weights != NULL ? weights[left[at]] : 1);
            left[at] = left[--count];
        }
        (void)ask(lists, script, COMPARE_SHRUNK, lists->per_ask);
    }
    for (size_t i = 0; i < (largest - count + 1) / 2; i++) {
        compare_script_add(script, gone[i], weights != NULL ? weights[gone[i]] : 1);
    }
    (void)ask(lists, script, COMPARE_SHRUNK, lists->per_ask);
    free(left);
    free(gone);
}

#define SMALL_LIST 8

static size_t small_list(const struct compare_lists *lists)
{
    return lists->node_count < SMALL_LIST ? lists->node_count : SMALL_LIST;
}

static const uint32_t *file_weights(const struct compare_lists *lists)
{
    return lists->request->nodes_path != NULL ? lists->weights : NULL;
}

/* The list of SMALL_LIST nodes in the other order, with the keys that it was asked before. */
static void reverse(struct compare_lists *lists, struct compare_script *script)
{
    size_t size = small_list(lists);
    const uint32_t *weights = file_weights(lists);
    for (size_t i = 0; i < script->ask_count; i++) {
        struct compare_ask before = script->asks[i];
        if (before.nodes == size && compare_counts(before.purpose)) {
            compare_script_new(script, lists->points);
            for (size_t j = size; j > 0; j--) {
                compare_script_add(script, j - 1, weights != NULL ? weights[j - 1] : 1);
            }
            (void)compare_script_ask(script, COMPARE_REVERSED, before.key, before.count);
            return;
        }
    }
}

static void weigh(struct compare_lists *lists, struct compare_script *script)
{
    uint32_t most = compare_lists_weight_max(lists) < 5 ? compare_lists_weight_max(lists) : 5;
    size_t largest = lists->node_count < 34 ? lists->node_count : 34;
    for (int i = 0; i < 2; i++) {
        size_t own = lists->sides[i].facts.points_max / lists->points / most;
        largest = own < largest ? own : largest;
    }
    if (most < 2 || largest < 2) {
        return;
    }
    uint32_t *weights = memory_resize(NULL, lists->node_count, sizeof *weights);
    for (size_t i = 0; i < lists->node_count; i++) {
        weights[i] = 1 + (uint32_t)below(lists, most);
    }
    weights[0] = 1;
    weights[1] = most;
    grow(lists, script, weights, largest, COMPARE_WEIGHTED, lists->per_ask);
    free(weights);
}

#define SHARES_KEYS 1500 /* at least */

/* Few points give nodes very unequal shares of the keys: by these rings can be told apart. */
static void ask_shares(struct compare_lists *lists, struct compare_script *script)
{
    const uint32_t *weights = file_weights(lists);
    compare_script_new(script, lists->points_step > 0 ? lists->points_step : lists->points);
    for (size_t i = 0; i < small_list(lists); i++) {
        compare_script_add(script, i, weights != NULL ? weights[i] : 1);
    }
    (void)ask(lists, script, COMPARE_SHARES,
              lists->per_ask * 3 > SHARES_KEYS ? lists->per_ask * 3 : SHARES_KEYS);
}

/* KINDS OF NAMES AND KEYS */

struct kind_of_text {
    const char *of;
    const char *format; /* of a name or key: %zu is its number */
    size_t zero;        /* this character becomes a byte 0; 0: none does */
};

/* clang-format off */
#define KINDS_OF_BYTES \
    {"with a byte above 127", "\xc3\xa9" "%zu", 0}, \
    {"that are not UTF-8", "\xff" "%zu", 0}, \
    {"with a byte 0", "ab0%zu", 2}
#define OF_300_BYTES \
    {"of 300 bytes", \
    "%zu....................................................................." \
    "........................................................................." \
    "........................................................................." \
    "........................................................................." \
    "...........", \
    0}
/* clang-format on */

static const struct kind_of_text kinds_of_names[] = {
    {"of hosts and port 11211", "127.0.0.%zu:11211", 0},
    {"of hosts without a port", "10.0.0.%zu", 0},
    {"with a dash and digits", "cache-%zu", 0},
    {"of digits alone", "%zu", 0},
    {"with capital letters", "Cache%zu.Example.ORG", 0},
    {"with a blank", "cache %zu", 0},
    KINDS_OF_BYTES,
    OF_300_BYTES,
};
static const struct kind_of_text kinds_of_keys[] = {
    {"with capital letters", "Key-%zu.HTML", 0},
    {"with a blank", "a key %zu", 0},
    KINDS_OF_BYTES,
    {"with a line feed", "%zu\n", 0},
    OF_300_BYTES,
};

static struct ring_bytes make_text(struct compare_lists *lists, const struct kind_of_text *kind,
                                   size_t number)
{
    char text[400];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    size_t size = (size_t)snprintf(text, sizeof text, kind->format, number);
#pragma GCC diagnostic pop
    if (kind->zero > 0) {
        text[kind->zero] = '\0';
    }
    return program_bytes(&lists->memory, text, size > 300 ? 300 : size);
}

static void ask_names(struct compare_lists *lists, struct compare_script *script)
{
    for (size_t i = 0; i < sizeof kinds_of_names / sizeof *kinds_of_names; i++) {
        size_t nodes[SMALL_LIST];
        bool good = true;
        for (size_t j = 0; j < SMALL_LIST && good; j++) {
            struct ring_bytes name = make_text(lists, &kinds_of_names[i], j + 1);
            good = compare_lists_takes_name(lists, name) && j < compare_lists_nodes_max(lists);
            nodes[j] = good ? compare_script_node(script, name) : 0;
        }
        if (!good) {
            continue;
        }
        compare_script_new(script, lists->points);
        for (size_t j = 0; j < SMALL_LIST; j++) {
            compare_script_add(script, nodes[j], 1);
        }
        ask(lists, script, COMPARE_NAMES, lists->per_ask / 4)->of = kinds_of_names[i].of;
    }
}

static void ask_keys(struct compare_lists *lists, struct compare_script *script)
{
    size_t count = lists->per_ask / 8;
    compare_script_new(script, lists->points);
    for (size_t i = 0; i < small_list(lists); i++) {
        compare_script_add(script, i, 1);
    }
    for (size_t i = 0; i < sizeof kinds_of_keys / sizeof *kinds_of_keys; i++) {
        size_t first = script->key_count;
        if (!compare_lists_takes_key(lists, make_text(lists, &kinds_of_keys[i], 100000))) {
            continue;
        }
        for (size_t j = 0; j < count; j++) {
            (void)compare_script_key(script, make_text(lists, &kinds_of_keys[i], j + 1));
        }
        compare_script_ask(script, COMPARE_KEYS, first, count)->of = kinds_of_keys[i].of;
    }
    if (compare_lists_takes_key(lists, (struct ring_bytes){"", 0})) {
        size_t first = compare_script_key(script, program_bytes(&lists->memory, "", 0));
        compare_script_ask(script, COMPARE_KEYS, first, 1)->of = "without a byte";
    }
}

static void copy_nodes(const struct compare_lists *lists, struct compare_script *script)
{
    for (size_t i = 0; i < lists->node_count; i++) {
        (void)compare_script_node(script, lists->nodes[i]);
    }
}

void compare_plan(struct compare_lists *lists, struct compare_script *script)
{
    const uint32_t *weights = file_weights(lists);
    copy_nodes(lists, script);
    grow(lists, script, weights, lists->node_count,
         lists->unequal ? COMPARE_WEIGHTED : COMPARE_GROWN, lists->per_ask);
    if (lists->sides[0].facts.removes && lists->sides[1].facts.removes && lists->node_count > 1) {
        shrink_list(lists, script, weights, lists->node_count);
    }
    if (lists->unequal) {
        grow(lists, script, NULL, lists->node_count, COMPARE_LEVEL, lists->per_ask / 4);
    }
    reverse(lists, script);
    if (lists->weighs && weights == NULL) {
        weigh(lists, script);
    }
    if (weights == NULL) {
        ask_names(lists, script);
    }
    if (lists->keys == NULL) {
        ask_keys(lists, script);
    }
    ask_shares(lists, script);
}

void compare_plan_largest(const struct compare_lists *lists, struct compare_script *script)
{
    const uint32_t *weights = file_weights(lists);
    copy_nodes(lists, script);
    compare_script_new(script, lists->points);
    for (size_t i = 0; i < lists->node_count; i++) {
        compare_script_add(script, i, weights != NULL ? weights[i] : 1);
    }
    (void)compare_script_ask(script, COMPARE_ON_POINTS, 0, 0);
}

void compare_plan_on_points(struct compare_lists *lists, struct compare_script *script,
                            const uint64_t *numbers, size_t count)
{
    const uint32_t *weights = file_weights(lists);
    size_t first = script->key_count;
    compare_script_new(script, lists->points);
    for (size_t i = 0; i < lists->node_count; i++) {
        compare_script_add(script, i, weights != NULL ? weights[i] : 1);
    }
    for (size_t i = 0; i < count; i++) {
        char text[16];
        size_t size = compare_key_text(numbers[i], text);
        if (compare_lists_takes_key(lists, (struct ring_bytes){text, size})) {
            (void)compare_script_key(script, program_bytes(&lists->memory, text, size));
        }
    }
    compare_script_ask(script, COMPARE_ON_POINTS, first, script->key_count - first)->of =
        "that lie on a point";
}
