#include "smallest.h"

#include <stdlib.h>
#include <string.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "../check/isolate.h"

/* Keys that each candidate is asked; fewer if a side is a process, which answers slower. */
#define KEYS 1024
#define KEYS_OF_PROCESS 256
/* After so many seconds the best candidate so far is taken: a ring that is built again for each node
 * takes long. */
#define SHRINK_SECONDS 30
/* Of a round. */
#define CANDIDATES_MAX 64

struct candidate {
    struct compare_step *steps; /* adds and removes */
    size_t count;
    uint32_t points;
};

struct shrinking {
    const struct compare_side *sides;
    struct compare_lists *lists;
    const struct compare_script *script;
    const struct rule *rule;
    enum compare_mark mark;
    enum compare_purpose purpose;
    struct candidate best;
    struct ring_bytes *keys; /* shortest first, once a key is chosen */
    size_t key_count;
    size_t key; /* the shortest that tells */
    double deadline;
};

/* RUNNING CANDIDATES */

static void add_candidate(const struct candidate *candidate, struct compare_script *script)
{
    compare_script_new(script, candidate->points);
    for (size_t i = 0; i < candidate->count; i++) {
        const struct compare_step *step = &candidate->steps[i];
        if (step->kind == COMPARE_ADD) {
            compare_script_add(script, step->node, step->number);
        } else {
            compare_script_remove(script, step->node, step->number);
        }
    }
}

/* Writes the first key that tells for each candidate into told[]: SIZE_MAX if none does. */
static void run_candidates(const struct shrinking *shrinking, const struct candidate *candidates,
                           size_t count, const struct ring_bytes *keys, size_t key_count,
                           size_t *told)
{
    struct compare_script script = {.nodes = NULL};
    struct compare_answers answers[2];
    struct compare_failure failure = {.side = 0};
    for (size_t i = 0; i < shrinking->script->node_count; i++) {
        (void)compare_script_node(&script, shrinking->script->nodes[i]);
    }
    for (size_t i = 0; i < key_count; i++) {
        (void)compare_script_key(&script, keys[i]);
    }
    for (size_t i = 0; i < count; i++) {
        told[i] = SIZE_MAX;
        add_candidate(&candidates[i], &script);
        (void)compare_script_ask(&script, COMPARE_CANDIDATE, 0, key_count);
    }
    if (interrupt_signal() == 0 &&
        compare_run(shrinking->sides, &script, shrinking->rule, true, answers, &failure)) {
        unsigned char *marks = compare_marks(shrinking->sides, &script, answers);
        for (size_t i = 0; i < count * key_count; i++) {
            if (marks[i] == shrinking->mark && told[i / key_count] == SIZE_MAX) {
                told[i / key_count] = i % key_count;
            }
        }
        free(marks);
        compare_answers_free(&answers[0]);
        compare_answers_free(&answers[1]);
    }
    compare_script_free(&script);
}

static struct candidate copy(const struct candidate *from)
{
    struct candidate made = *from;
    made.steps = memory_resize(NULL, from->count, sizeof *made.steps);
    memcpy(made.steps, from->steps, from->count * sizeof *made.steps);
    return made;
}

/* Takes the first candidate that tells as the best one, and frees all. Returns its index, or
 * `count`. */
static size_t take_first(struct shrinking *shrinking, struct candidate *candidates, size_t count)
{
    size_t told[CANDIDATES_MAX];
    size_t taken = 0;
    if (count > 0) {
        run_candidates(shrinking, candidates, count, shrinking->keys, shrinking->key_count, told);
    }
    while (taken < count && told[taken] == SIZE_MAX) {
        taken++;
    }
    for (size_t i = 0; i < count; i++) {
        if (i == taken) {
            free(shrinking->best.steps);
            shrinking->best = candidates[i];
            shrinking->key = told[i];
        } else {
            free(candidates[i].steps);
        }
    }
    return taken;
}

/* NODES */

static bool is_present_at_end(const struct candidate *candidate, size_t step)
{
    if (candidate->steps[step].kind != COMPARE_ADD) {
        return false;
    }
    for (size_t i = step + 1; i < candidate->count; i++) {
        if (candidate->steps[i].kind == COMPARE_REMOVE &&
            candidate->steps[i].node == candidate->steps[step].node) {
            return false;
        }
    }
    return true;
}

/* Only adds of the nodes that stay. */
static void forget_history(struct shrinking *shrinking)
{
    struct candidate candidate = copy(&shrinking->best);
    candidate.count = 0;
    for (size_t i = 0; i < shrinking->best.count; i++) {
        if (is_present_at_end(&shrinking->best, i)) {
            candidate.steps[candidate.count++] = shrinking->best.steps[i];
        }
    }
    if (candidate.count == shrinking->best.count) {
        free(candidate.steps);
        return;
    }
    (void)take_first(shrinking, &candidate, 1);
}

static void level_weights(struct shrinking *shrinking)
{
    struct candidate candidate = copy(&shrinking->best);
    bool changed = false;
    for (size_t i = 0; i < candidate.count; i++) {
        changed = changed || candidate.steps[i].number != 1;
        candidate.steps[i].number = 1;
    }
    if (changed) {
        (void)take_first(shrinking, &candidate, 1);
    } else {
        free(candidate.steps);
    }
}

/* The distinct nodes of the best candidate. To be freed. */
static size_t *nodes_of(const struct candidate *candidate, size_t *count)
{
    size_t *nodes = memory_resize(NULL, candidate->count, sizeof *nodes);
    *count = 0;
    for (size_t i = 0; i < candidate->count; i++) {
        size_t at = 0;
        while (at < *count && nodes[at] != candidate->steps[i].node) {
            at++;
        }
        if (at == *count) {
            nodes[(*count)++] = candidate->steps[i].node;
        }
    }
    return nodes;
}

static struct candidate without(const struct candidate *from, const size_t *nodes, size_t count)
{
    struct candidate made = copy(from);
    made.count = 0;
    for (size_t i = 0; i < from->count; i++) {
        bool stays = true;
        for (size_t j = 0; j < count; j++) {
            stays = stays && from->steps[i].node != nodes[j];
        }
        if (stays) {
            made.steps[made.count++] = from->steps[i];
        }
    }
    return made;
}

/* Leaves out as many nodes at a time as `size`. Returns whether any could be left out. */
static bool leave_out(struct shrinking *shrinking, size_t size)
{
    struct candidate candidates[CANDIDATES_MAX];
    size_t made = 0;
    size_t count = 0;
    size_t *nodes = nodes_of(&shrinking->best, &count);
    for (size_t first = 0; first < count && made < CANDIDATES_MAX; first += size) {
        size_t taken = count - first < size ? count - first : size;
        if (count - taken >= 2) {
            candidates[made++] = without(&shrinking->best, nodes + first, taken);
        }
    }
    free(nodes);
    return take_first(shrinking, candidates, made) < made;
}

static void fewer_nodes(struct shrinking *shrinking)
{
    size_t count = 0;
    free(nodes_of(&shrinking->best, &count));
    for (size_t size = count > 2 ? count - 2 : 1; size > 0 && interrupt_signal() == 0;) {
        if (!leave_out(shrinking, size)) {
            size = size == 1 ? 0 : (size + 1) / 2;
        }
    }
}

/* A weight of one node after the other becomes 1 or 2. */
static void lower_weights(struct shrinking *shrinking)
{
    for (uint32_t weight = 1; weight <= 2; weight++) {
        for (size_t i = 0; i < shrinking->best.count && i < CANDIDATES_MAX; i++) {
            if (shrinking->best.steps[i].number > weight) {
                struct candidate candidate = copy(&shrinking->best);
                for (size_t j = 0; j < candidate.count; j++) {
                    bool same = candidate.steps[j].node == candidate.steps[i].node;
                    candidate.steps[j].number = same ? weight : candidate.steps[j].number;
                }
                (void)take_first(shrinking, &candidate, 1);
            }
        }
    }
}

/* POINTS */

/* Tries so many points for each node, from `from` on. Returns whether one of them tells. */
static bool try_points(struct shrinking *shrinking, uint32_t from, uint32_t by)
{
    struct candidate candidates[CANDIDATES_MAX];
    size_t made = 0;
    uint32_t points = from;
    for (; points < shrinking->best.points && made < CANDIDATES_MAX; points += by) {
        candidates[made] = copy(&shrinking->best);
        candidates[made++].points = points;
    }
    return take_first(shrinking, candidates, made) < made;
}

/* Returns the most points with which no key told, if fewer have none, too; 0: not known. */
static uint32_t fewer_points(struct shrinking *shrinking)
{
    uint32_t step = shrinking->lists->points_step;
    uint32_t jump = 1;
    if (step == 0) {
        return 0;
    }
    while (shrinking->best.points > (uint64_t)step * jump * CANDIDATES_MAX) {
        jump *= 2;
    }
    if (jump > 1) {
        (void)try_points(shrinking, step * jump, step * jump);
        uint32_t at = shrinking->best.points;
        (void)try_points(shrinking, at > step * jump ? at - step * jump + step : step, step);
    } else {
        (void)try_points(shrinking, step, step);
    }
    return shrinking->best.points - step;
}

/* KEYS */

static int by_size(const void *left, const void *right)
{
    const struct ring_bytes *a = left;
    const struct ring_bytes *b = right;
    size_t size = a->size < b->size ? a->size : b->size;
    if (a->size != b->size) {
        return a->size > b->size ? 1 : -1;
    }
    return size > 0 ? memcmp(a->data, b->data, size) : 0;
}

/* Keys of the ask: those that tell, then others. */
static void collect_keys(struct shrinking *shrinking, const struct compare_ask *ask,
                         const unsigned char *marks)
{
    bool slow = shrinking->sides[0].facts.is_process || shrinking->sides[1].facts.is_process;
    size_t all = slow ? KEYS_OF_PROCESS : KEYS;
    shrinking->keys = memory_resize(NULL, all, sizeof *shrinking->keys);
    for (int telling = 1; telling >= 0; telling--) {
        size_t most = telling ? all / 2 : all;
        for (size_t i = 0; i < ask->count && shrinking->key_count < most; i++) {
            if ((marks[ask->lookup + i] == shrinking->mark) == (telling == 1)) {
                shrinking->keys[shrinking->key_count++] = shrinking->script->keys[ask->key + i];
            }
        }
    }
    qsort(shrinking->keys, shrinking->key_count, sizeof *shrinking->keys, by_size);
}

static void append_key(const struct shrinking *shrinking, struct ring_bytes **keys, size_t *count,
                       struct ring_bytes key)
{
    if (compare_lists_takes_key(shrinking->lists, key)) {
        *keys = memory_grow(*keys, *count, sizeof **keys);
        (*keys)[(*count)++] = program_bytes(&shrinking->lists->memory, key.data, key.size);
    }
}

#define SHORT_KEYS 702 /* of one letter or two */

/* Replaces the keys by one that tells: of letters, or the beginning or the end of a key. */
static void shorter_key(struct shrinking *shrinking)
{
    struct ring_bytes *keys = NULL;
    struct ring_bytes told = shrinking->keys[shrinking->key];
    size_t count = 0;
    size_t at = SIZE_MAX;
    char text[16];
    if (shrinking->lists->keys == NULL && shrinking->purpose != COMPARE_ON_POINTS) {
        for (size_t i = 0; i < SHORT_KEYS && shrinking->purpose != COMPARE_KEYS; i++) {
            size_t size = compare_key_text(i, text);
            append_key(shrinking, &keys, &count, (struct ring_bytes){text, size});
        }
        for (size_t i = 0; i < told.size; i++) {
            const char *bytes = told.data;
            append_key(shrinking, &keys, &count, (struct ring_bytes){bytes, i});
            append_key(shrinking, &keys, &count, (struct ring_bytes){bytes + told.size - i, i});
        }
    }
    if (count > 0) {
        qsort(keys, count, sizeof *keys, by_size);
        run_candidates(shrinking, &shrinking->best, 1, keys, count, &at);
    }
    if (at != SIZE_MAX) {
        shrinking->keys[0] = keys[at];
        shrinking->key = 0;
    }
    free(keys);
}

/* ALL OF IT */

static int rank(enum compare_purpose purpose)
{
    static const enum compare_purpose ranks[] = {
        COMPARE_GROWN,    COMPARE_ON_POINTS, COMPARE_WEIGHTED, COMPARE_SHRUNK, COMPARE_LEVEL,
        COMPARE_REVERSED, COMPARE_SHARES,    COMPARE_KEYS,     COMPARE_NAMES};
    int at = 0;
    while (ranks[at] != purpose) {
        at++;
    }
    return at;
}

static const struct compare_ask *choose(const struct compare_script *script,
                                        const unsigned char *marks, enum compare_mark mark)
{
    const struct compare_ask *best = NULL;
    for (size_t i = 0; i < script->ask_count; i++) {
        const struct compare_ask *ask = &script->asks[i];
        bool better = best == NULL || rank(ask->purpose) < rank(best->purpose) ||
                      (ask->purpose == best->purpose && ask->nodes < best->nodes);
        if (better && memchr(marks + ask->lookup, (int)mark, ask->count) != NULL) {
            best = ask;
        }
    }
    return best;
}

static void finish(struct shrinking *shrinking, struct compare_result *result)
{
    struct compare_smallest *smallest = &result->smallest;
    struct compare_failure failure;
    for (size_t i = 0; i < shrinking->script->node_count; i++) {
        (void)compare_script_node(&smallest->script, shrinking->script->nodes[i]);
    }
    (void)compare_script_key(&smallest->script, shrinking->keys[shrinking->key]);
    add_candidate(&shrinking->best, &smallest->script);
    (void)compare_script_ask(&smallest->script, shrinking->purpose, 0, 1);
    smallest->found = compare_run(shrinking->sides, &smallest->script, shrinking->rule, true,
                                  smallest->answers, &failure);
}

void compare_shrink(const struct compare_side sides[2], struct compare_lists *lists,
                    const struct compare_script *script, const unsigned char *marks,
                    enum compare_mark mark, struct compare_result *result)
{
    const struct compare_ask *ask = choose(script, marks, mark);
    if (ask == NULL) {
        return;
    }
    size_t begin = compare_script_begin(script, ask->step);
    struct shrinking shrinking = {.sides = sides,
                                  .lists = lists,
                                  .script = script,
                                  .rule = result->rule,
                                  .mark = mark,
                                  .purpose = ask->purpose,
                                  .deadline = isolate_now() + SHRINK_SECONDS,
                                  .best = {.points = script->steps[begin].number}};
    shrinking.best.steps = memory_resize(NULL, ask->step - begin, sizeof *shrinking.best.steps);
    for (size_t i = begin + 1; i < ask->step; i++) {
        if (script->steps[i].kind != COMPARE_ASK) {
            shrinking.best.steps[shrinking.best.count++] = script->steps[i];
        }
    }
    collect_keys(&shrinking, ask, marks);
    struct candidate first = copy(&shrinking.best);
    if (take_first(&shrinking, &first, 1) == 0) {
        forget_history(&shrinking);
        level_weights(&shrinking);
        uint32_t agrees = fewer_points(&shrinking);
        uint32_t points = shrinking.best.points;
        fewer_nodes(&shrinking);
        lower_weights(&shrinking);
        (void)fewer_points(&shrinking);
        result->smallest.agrees_with = shrinking.best.points == points ? agrees : 0;
        shorter_key(&shrinking);
        finish(&shrinking, result);
    }
    free(shrinking.keys);
    free(shrinking.best.steps);
}
