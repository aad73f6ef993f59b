#include "lists.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../subjects/text_kinds.h"

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

bool compare_lists_takes_name(const struct compare_lists *lists, struct ring_bytes name)
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
uint32_t compare_lists_weight_max(const struct compare_lists *lists)
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

size_t compare_lists_nodes_max(const struct compare_lists *lists)
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
    size_t wanted = compare_lists_nodes_max(lists);
    for (int form = 0; write_name(text, form, 0) && lists->node_count < wanted; form++) {
        lists->node_count = 0;
        while (lists->node_count < wanted && write_name(text, form, lists->node_count) &&
               compare_lists_takes_name(lists, (struct ring_bytes){text, strlen(text)})) {
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
    uint32_t most = compare_lists_weight_max(lists);
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
