#include "lists.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../subjects/text_kinds.h"

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

/* WHAT IS LEGAL */

/* NULL, or what such a name or key must be. */
static const char *wrong_kind(enum subject_text kind, struct ring_bytes text)
{
    static const char *const wanted[] = {
        [SUBJECT_BYTES] = NULL,
        [SUBJECT_UTF8] = "valid UTF-8",
        [SUBJECT_PRINTABLE] = "printable ASCII without blanks",
        [SUBJECT_HOST_PORT] = "127.x.y.z:PORT",
    };
    return text_kind_fits(text, kind) ? NULL : wanted[kind];
}

static const char *wrong_text(enum subject_text kind, const bool *forbidden, size_t max,
                              struct ring_bytes text)
{
    const unsigned char *bytes = text.data;
    if (text.size > max) {
        return "shorter";
    }
    for (size_t i = 0; i < text.size; i++) {
        if (forbidden[bytes[i]]) {
            return "without one of its bytes";
        }
    }
    return wrong_kind(kind, text);
}

static const char *wrong_name(const struct compare_facts *facts, struct ring_bytes name)
{
    return wrong_text(facts->names, facts->not_in_names, facts->name_max, name);
}

static const char *wrong_key(const struct compare_facts *facts, struct ring_bytes key)
{
    if (key.size == 0 && !facts->takes_empty_key) {
        return "not empty";
    }
    return wrong_text(facts->keys, facts->not_in_keys, facts->key_max, key);
}

static bool takes_name(const struct compare_lists *lists, struct ring_bytes name)
{
    return wrong_name(&lists->sides[0].facts, name) == NULL &&
           wrong_name(&lists->sides[1].facts, name) == NULL;
}

bool compare_lists_takes_key(const struct compare_lists *lists, struct ring_bytes key)
{
    return wrong_key(&lists->sides[0].facts, key) == NULL &&
           wrong_key(&lists->sides[1].facts, key) == NULL;
}

/* POINTS AND WEIGHTS */

static bool counts_points(const struct compare_facts *facts)
{
    return facts->replicas == SUBJECT_EACH_NODE || facts->replicas == SUBJECT_ONE_NUMBER;
}

static uint32_t common_multiple(uint32_t a, uint32_t b)
{
    uint32_t multiple = a;
    while (multiple % b != 0) {
        multiple += a;
    }
    return multiple;
}

static bool fit_points(struct compare_lists *lists, char *error, size_t size)
{
    const struct compare_side *sides = lists->sides;
    uint32_t step = 1;
    uint32_t points = lists->request->points;
    uint32_t most = COMPARE_POINTS;
    for (int i = 0; i < 2; i++) {
        const struct compare_facts *facts = &sides[i].facts;
        if (counts_points(facts)) {
            step = common_multiple(step, facts->points_per_replica);
            uint64_t own = (uint64_t)facts->replicas_max * facts->points_per_replica;
            most = own < most ? (uint32_t)own : most;
        } else if (facts->replicas == SUBJECT_FIXED && facts->points_per_replica > 1) {
            most = facts->points_per_replica; /* so that the other has as many */
        }
    }
    for (int i = 0; i < 2; i++) {
        const struct compare_facts *facts = &sides[i].facts;
        uint64_t own = (uint64_t)facts->replicas_max * facts->points_per_replica;
        if (points > 0 && counts_points(facts) &&
            (points % facts->points_per_replica != 0 || points > own)) {
            (void)snprintf(error, size,
                           "--replicas %lu: %c gives a node points by the %lu, at most %llu: write "
                           "a multiple of %lu",
                           (unsigned long)points, sides[i].letter,
                           (unsigned long)facts->points_per_replica, (unsigned long long)own,
                           (unsigned long)step);
            return false;
        }
    }
    lists->points = points > 0 ? points : most < step ? step : most / step * step;
    lists->points_step =
        counts_points(&sides[0].facts) && counts_points(&sides[1].facts) ? step : 0;
    return true;
}

static bool takes_weights(const struct compare_facts *facts)
{
    return facts->replicas == SUBJECT_EACH_NODE || facts->replicas == SUBJECT_WEIGHT;
}

/* The most that a node may weigh. */
static uint32_t weight_max(const struct compare_lists *lists)
{
    uint32_t most = UINT16_MAX;
    for (int i = 0; i < 2; i++) {
        const struct compare_facts *facts = &lists->sides[i].facts;
        uint32_t own = facts->replicas_max;
        if (facts->replicas == SUBJECT_EACH_NODE) {
            own = own / (lists->points / facts->points_per_replica);
        }
        most = own < most ? own : most;
    }
    return lists->weighs ? most : 1;
}

/* NODES */

static void append_node(struct compare_lists *lists, struct ring_bytes name, uint32_t weight)
{
    lists->nodes = memory_grow(lists->nodes, lists->node_count, sizeof *lists->nodes);
    lists->weights = memory_grow(lists->weights, lists->node_count, sizeof *lists->weights);
    lists->nodes[lists->node_count] = name;
    lists->weights[lists->node_count++] = weight;
}

/* Writes name `index` in one of the forms. False: there is no such form. */
static bool write_name(char text[64], int form, size_t index)
{
    char letters[16] = {0};
    (void)compare_key_text(index, letters);
    switch (form) {
    case 0:
        (void)snprintf(text, 64, "node%zu", index + 1);
        return true;
    case 1:
        (void)snprintf(text, 64, "127.0.%zu.%zu:%zu", index / 50 + 1, index % 50 + 1,
                       11300 + index);
        return true;
    case 2:
        (void)snprintf(text, 64, "n%zu", index + 1);
        return true;
    case 3:
        (void)snprintf(text, 64, "%s", letters);
        return true;
    default:
        return false;
    }
}

static size_t nodes_max(const struct compare_lists *lists)
{
    size_t most = COMPARE_NODES;
    for (int i = 0; i < 2; i++) {
        const struct compare_facts *facts = &lists->sides[i].facts;
        size_t by_points = facts->points_max / (lists->points > 0 ? lists->points : 1);
        most = facts->nodes_max < most ? facts->nodes_max : most;
        most = by_points < most ? by_points : most;
    }
    return most;
}

static bool generate_nodes(struct compare_lists *lists, char *error, size_t size)
{
    char text[64];
    size_t wanted = nodes_max(lists);
    for (int form = 0; write_name(text, form, 0) && lists->node_count < wanted; form++) {
        lists->node_count = 0;
        while (lists->node_count < wanted && write_name(text, form, lists->node_count) &&
               takes_name(lists, (struct ring_bytes){text, strlen(text)})) {
            append_node(lists, program_bytes(&lists->memory, text, strlen(text)), 1);
        }
    }
    if (lists->node_count < 2) {
        (void)snprintf(error, size,
                       "no names fit the declarations of both A and B: name nodes with --nodes");
        return false;
    }
    return true;
}

/* FILES */

struct line {
    const char *text;
    size_t size;
    size_t number;
};

/* The next line without its end. */
static bool next_line(const char **at, const char *end, struct line *line)
{
    if (*at == end) {
        return false;
    }
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    const char *stop = newline != NULL ? newline : end;
    line->text = *at;
    line->size = (size_t)(stop - *at);
    line->number++;
    *at = newline != NULL ? newline + 1 : end;
    if (line->size > 0 && line->text[line->size - 1] == '\r') {
        line->size--;
    }
    return true;
}

/* Some editors begin a text with these bytes, which belong to no line. */
static const char *behind_byte_order_mark(const char *text, size_t size)
{
    static const char mark[] = {'\xef', '\xbb', '\xbf'};
    return size >= sizeof mark && memcmp(text, mark, sizeof mark) == 0 ? text + sizeof mark : text;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static size_t word(const char *text, size_t size)
{
    size_t length = 0;
    while (length < size && !is_blank(text[length])) {
        length++;
    }
    return length;
}

static size_t blanks(const char *text, size_t size)
{
    size_t length = 0;
    while (length < size && is_blank(text[length])) {
        length++;
    }
    return length;
}

/* 0: no whole number from 1 to 65535. */
static uint32_t read_weight(const char *text, size_t size)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9' || i > 5) {
            return 0;
        }
        value = value * 10 + (uint32_t)(text[i] - '0');
    }
    return value <= UINT16_MAX ? value : 0;
}

/* NULL, or what is wrong with the line. */
static const char *read_node(struct compare_lists *lists, const struct line *line, char *why,
                             size_t size)
{
    const char *at = line->text;
    const char *end = at + line->size;
    at += blanks(at, (size_t)(end - at));
    if (at == end || *at == '#') {
        return NULL;
    }
    struct ring_bytes name = {at, word(at, (size_t)(end - at))};
    at += name.size;
    at += blanks(at, (size_t)(end - at));
    size_t weight_size = word(at, (size_t)(end - at));
    uint32_t weight = weight_size > 0 ? read_weight(at, weight_size) : 1;
    at += weight_size;
    at += blanks(at, (size_t)(end - at));
    if (at != end) {
        return "more than a name and a weight: write NAME WEIGHT";
    }
    if (weight == 0) {
        return "the weight is not a whole number from 1 to 65535: write one, or leave it out";
    }
    for (size_t i = 0; i < lists->node_count; i++) {
        if (text_same(lists->nodes[i], name)) {
            return "this name was there before: leave one of them out";
        }
    }
    for (int i = 0; i < 2; i++) {
        const char *wrong = wrong_name(&lists->sides[i].facts, name);
        if (wrong != NULL) {
            (void)snprintf(why, size, "%c (%s) declares that names must be %s",
                           lists->sides[i].letter, lists->sides[i].text, wrong);
            return why;
        }
    }
    append_node(lists, program_bytes(&lists->memory, name.data, name.size), weight);
    return NULL;
}

static bool check_weights(struct compare_lists *lists, char *error, size_t size)
{
    const char *path = file_shown(lists->request->nodes_path);
    uint32_t most = weight_max(lists);
    for (size_t i = 0; i < lists->node_count; i++) {
        lists->unequal = lists->unequal || lists->weights[i] != lists->weights[0];
    }
    for (int i = 0; i < 2 && lists->unequal; i++) {
        if (!takes_weights(&lists->sides[i].facts)) {
            (void)snprintf(error, size,
                           "%s: its weights differ, and %c (%s) declares that it gives all nodes "
                           "the same number of points: leave the weights out",
                           path, lists->sides[i].letter, lists->sides[i].text);
            return false;
        }
    }
    for (size_t i = 0; i < lists->node_count; i++) {
        if (!lists->weighs) {
            lists->weights[i] = 1;
        }
        if (lists->weights[i] > most) {
            (void)snprintf(error, size,
                           "%s: a weight of %lu: at %lu points for each, the rings take %lu: write "
                           "smaller weights, or fewer --replicas",
                           path, (unsigned long)lists->weights[i], (unsigned long)lists->points,
                           (unsigned long)most);
            return false;
        }
    }
    return true;
}

static bool check_sizes(const struct compare_lists *lists, char *error, size_t size)
{
    uint64_t points = 0;
    for (size_t i = 0; i < lists->node_count; i++) {
        points += (uint64_t)lists->weights[i] * lists->points;
    }
    for (int i = 0; i < 2; i++) {
        const struct compare_facts *facts = &lists->sides[i].facts;
        if (lists->node_count > facts->nodes_max) {
            (void)snprintf(error, size, "%s: %zu nodes, and %c (%s) declares that it takes %zu",
                           file_shown(lists->request->nodes_path), lists->node_count,
                           lists->sides[i].letter, lists->sides[i].text, facts->nodes_max);
            return false;
        }
        if (facts->replicas == SUBJECT_EACH_NODE && points > facts->points_max) {
            (void)snprintf(error, size,
                           "%s: %llu points, and %c (%s) takes %zu: write fewer --replicas",
                           file_shown(lists->request->nodes_path), (unsigned long long)points,
                           lists->sides[i].letter, lists->sides[i].text, facts->points_max);
            return false;
        }
    }
    return true;
}

static bool read_nodes(struct compare_lists *lists, char *error, size_t size)
{
    size_t length = 0;
    char why[512];
    const char *path = lists->request->nodes_path;
    char *content = file_read(path, &length, error, size);
    const char *wrong = NULL;
    struct line line = {NULL, 0, 0};
    if (content == NULL) {
        return false;
    }
    const char *at = behind_byte_order_mark(content, length);
    while (wrong == NULL && next_line(&at, content + length, &line)) {
        wrong = read_node(lists, &line, why, sizeof why);
    }
    free(content);
    if (wrong != NULL) {
        (void)snprintf(error, size, "%s: line %zu: %s", file_shown(path), line.number, wrong);
        return false;
    }
    if (lists->node_count < 2) { /* one node owns all keys in every ring */
        (void)snprintf(error, size,
                       "%s: %s in it: write two or more, one a line, as NAME or NAME WEIGHT",
                       file_shown(path), lists->node_count == 0 ? "no nodes" : "only one node");
        return false;
    }
    return check_weights(lists, error, size) && check_sizes(lists, error, size);
}

static bool read_keys(struct compare_lists *lists, char *error, size_t size)
{
    size_t length = 0;
    const char *path = lists->request->keys_path;
    char *content = file_read(path, &length, error, size);
    const char *at = content != NULL ? behind_byte_order_mark(content, length) : NULL;
    struct line line = {NULL, 0, 0};
    bool good = content != NULL;
    while (good && next_line(&at, content + length, &line)) {
        struct ring_bytes key = {line.text, line.size};
        for (int i = 0; i < 2 && good; i++) {
            const char *wrong = wrong_key(&lists->sides[i].facts, key);
            if (wrong != NULL) {
                (void)snprintf(error, size, "%s: line %zu: %c (%s) declares that keys must be %s",
                               file_shown(path), line.number, lists->sides[i].letter,
                               lists->sides[i].text, wrong);
                good = false;
            }
        }
        if (good) {
            lists->keys = memory_grow(lists->keys, lists->key_count, sizeof *lists->keys);
            lists->keys[lists->key_count++] = program_bytes(&lists->memory, key.data, key.size);
        }
    }
    free(content);
    if (good && lists->key_count == 0) {
        (void)snprintf(error, size, "%s: no keys in it: write one a line", file_shown(path));
        good = false;
    }
    return good;
}

/* ALL OF IT */

/* Asks that count, and what the others cost together, as so many asks. */
#define ASKS 24

bool compare_lists_make(struct compare_lists *lists, const struct compare_side sides[2],
                        const struct compare_request *request, char *error, size_t size)
{
    *lists = (struct compare_lists){.sides = sides, .request = request, .random = request->seed};
    program_init(&lists->memory);
    lists->weighs = takes_weights(&sides[0].facts) && takes_weights(&sides[1].facts);
    if (!fit_points(lists, error, size)) {
        return false;
    }
    bool good = request->nodes_path != NULL ? read_nodes(lists, error, size)
                                            : generate_nodes(lists, error, size);
    good = good && (request->keys_path == NULL || read_keys(lists, error, size));
    size_t share = (size_t)(request->lookups / ASKS);
    lists->per_ask = lists->keys != NULL ? lists->key_count : share > 50 ? share : 50;
    return good;
}

void compare_lists_free(struct compare_lists *lists)
{
    program_free(&lists->memory);
    free(lists->nodes);
    free(lists->weights);
    free(lists->keys);
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
    uint32_t most = weight_max(lists) < 5 ? weight_max(lists) : 5;
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
            good = takes_name(lists, name) && j < nodes_max(lists);
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

void compare_lists_script(struct compare_lists *lists, struct compare_script *script)
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

void compare_lists_largest(const struct compare_lists *lists, struct compare_script *script)
{
    const uint32_t *weights = file_weights(lists);
    copy_nodes(lists, script);
    compare_script_new(script, lists->points);
    for (size_t i = 0; i < lists->node_count; i++) {
        compare_script_add(script, i, weights != NULL ? weights[i] : 1);
    }
    (void)compare_script_ask(script, COMPARE_ON_POINTS, 0, 0);
}

void compare_lists_on_points(struct compare_lists *lists, struct compare_script *script,
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
