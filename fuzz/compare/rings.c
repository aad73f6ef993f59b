#include "rings.h"

#include <stdlib.h>
#include <string.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "kinds.h"
#include "marks.h"
#include "plan.h"
#include "smallest.h"
#include "view.h"

/* Keys that are tried in the search of one that lies on a point; a process answers slower. */
#define TRIES 2000000
#define TRIES_OF_PROCESS 20000
#define ON_POINTS_MAX 4
/* With more bits, no search finds a key on a point, unless the rule makes them common. */
#define BITS_MAX 34

static bool is_custom(const struct rule *rule)
{
    return rule != &rule_own && rule->options.rule == RING_CUSTOM;
}

/* The side whose positions are narrow enough, or -1. */
static int side_to_search(const struct compare_side sides[2], const struct rule *rule)
{
    for (int i = 0; i < 2; i++) {
        const struct compare_facts *facts = &sides[i].facts;
        bool narrow = facts->placement == SUBJECT_BY_RULE
                          ? is_custom(rule) || rule_is_narrow(rule->options.rule)
                          : facts->position_bits <= BITS_MAX;
        if (compare_knows(facts) && narrow && !facts->is_process) {
            return i;
        }
    }
    for (int i = 0; i < 2; i++) {
        if (compare_knows(&sides[i].facts) && sides[i].facts.is_process &&
            sides[i].facts.position_bits <= BITS_MAX) {
            return i;
        }
    }
    return -1;
}

static void search_on_points(const struct compare_side sides[2], struct compare_lists *lists,
                             const struct rule *rule, struct compare_script *script)
{
    uint64_t numbers[ON_POINTS_MAX];
    struct compare_script list = {.nodes = NULL};
    int side = side_to_search(sides, rule);
    if (side < 0 || lists->keys != NULL) {
        return;
    }
    compare_plan_largest(lists, &list);
    size_t found = compare_on_points(&sides[side], rule, &list,
                                     sides[side].facts.is_process ? TRIES_OF_PROCESS : TRIES,
                                     numbers, ON_POINTS_MAX);
    if (found > 0) {
        compare_plan_on_points(lists, script, numbers, found);
    }
    compare_script_free(&list);
}

/* COUNTING */

static void count_row(const struct compare_ask *ask, const unsigned char *marks,
                      struct compare_result *result)
{
    struct compare_row row = {ask->purpose, ask->of, ask->nodes, ask->count, 0, 0};
    for (size_t i = 0; i < ask->count; i++) {
        row.differ += marks[ask->lookup + i] != COMPARE_MARK_SAME;
        row.ties += marks[ask->lookup + i] == COMPARE_MARK_TIE;
    }
    result->rows = memory_grow(result->rows, result->row_count, sizeof *result->rows);
    result->rows[result->row_count++] = row;
    if (compare_counts(ask->purpose) && ask->nodes > 1) {
        result->lookups += row.lookups;
        result->differ += row.differ;
        result->ties += row.ties;
    }
    if (row.differ > row.ties) {
        result->verdict = COMPARE_DIFFERENT;
    } else if (row.differ > 0 && result->verdict == COMPARE_SAME) {
        result->verdict = COMPARE_SAME_BUT_TIES;
    }
}

/* The share that two unrelated rings would have, over all asks that count. */
static double unrelated(const struct compare_script *script,
                        const struct compare_answers answers[2])
{
    double sum = 0;
    uint64_t lookups = 0;
    uint64_t *counts[2];
    for (int i = 0; i < 2; i++) {
        counts[i] = memory_resize(NULL, script->node_count, sizeof **counts);
    }
    for (size_t i = 0; i < script->ask_count; i++) {
        const struct compare_ask *ask = &script->asks[i];
        if (!compare_counts(ask->purpose) || ask->nodes < 2) {
            continue;
        }
        for (int side = 0; side < 2; side++) {
            memset(counts[side], 0, script->node_count * sizeof **counts);
            for (size_t j = ask->lookup; j < ask->lookup + ask->count; j++) {
                if (answers[side].owners[j] >= 0) {
                    counts[side][answers[side].owners[j]]++;
                }
            }
        }
        sum += compare_unrelated(counts[0], counts[1], script->node_count) * (double)ask->count;
        lookups += ask->count;
    }
    free(counts[0]);
    free(counts[1]);
    return lookups > 0 ? sum / (double)lookups : 0;
}

static void count_all(const struct compare_lists *lists, const struct compare_script *script,
                      const struct compare_answers answers[2], const unsigned char *marks,
                      struct compare_result *result)
{
    for (size_t i = 0; i < script->ask_count; i++) {
        count_row(&script->asks[i], marks, result);
    }
    /* Keys of a file are asked of every list: their answers are not independent. */
    uint64_t asked = lists->keys != NULL && result->lookups > lists->key_count ? lists->key_count
                                                                               : result->lookups;
    result->trials = asked;
    double share = result->lookups > 0 ? (double)result->differ / (double)result->lookups : 0;
    uint64_t hits = (uint64_t)(share * (double)asked + 0.5);
    result->share = compare_share(hits == 0 && result->differ > 0 ? 1 : hits, asked);
    result->share.share = share;
    result->share.low = result->share.low < share ? result->share.low : share;
    result->unrelated = unrelated(script, answers);
}

static uint64_t count_on_points(const struct compare_side sides[2],
                                const struct compare_script *script,
                                const struct compare_answers answers[2])
{
    uint64_t on_points = 0;
    for (size_t i = 0; i < script->ask_count; i++) {
        const struct compare_ask *ask = &script->asks[i];
        struct compare_view view;
        int side = compare_knows(&sides[0].facts) ? 0 : 1;
        if (ask->nodes < 2 ||
            !compare_view_make(&view, script, &answers[side], i, sides[side].facts.position_bits)) {
            continue;
        }
        for (size_t j = ask->lookup; j < ask->lookup + ask->count; j++) {
            on_points += compare_view_on_point(&view, answers[side].positions[j]);
        }
        compare_view_free(&view);
    }
    return on_points;
}

/* ALL OF IT */

/* Whether a side answers otherwise when it runs the script again. */
static bool is_unsteady(const struct compare_side sides[2], const struct compare_script *script,
                        const struct rule *rule, const struct compare_answers answers[2])
{
    struct compare_answers again[2];
    struct compare_failure failure;
    bool unsteady = false;
    if (!compare_run(sides, script, rule, false, again, &failure)) {
        return !failure.stopped;
    }
    for (int i = 0; i < 2; i++) {
        unsteady = unsteady || memcmp(answers[i].owners, again[i].owners,
                                      script->lookups * sizeof *again[i].owners) != 0;
        compare_answers_free(&again[i]);
    }
    return unsteady;
}

bool compare_rings(const struct compare_side sides[2], const struct compare_request *request,
                   struct compare_lists *lists, const struct rule *rule,
                   struct compare_result *result, struct compare_failure *failure)
{
    struct compare_script script = {.nodes = NULL};
    struct compare_answers answers[2];
    *result = (struct compare_result){.rule = rule};
    lists->random = request->seed;
    compare_plan(lists, &script);
    search_on_points(sides, lists, rule, &script);
    bool good = compare_run(sides, &script, rule, true, answers, failure);
    if (good) {
        unsigned char *marks = compare_marks(sides, &script, answers);
        count_all(lists, &script, answers, marks, result);
        result->on_points = count_on_points(sides, &script, answers);
        if (result->verdict != COMPARE_SAME && interrupt_signal() == 0) {
            result->unsteady = is_unsteady(sides, &script, rule, answers);
            compare_shrink(sides, lists, &script, marks,
                           result->verdict == COMPARE_DIFFERENT ? COMPARE_MARK_DIFFERENT
                                                                : COMPARE_MARK_TIE,
                           result);
        }
        compare_tell_kinds(sides, lists, &script, answers, marks, result);
        free(marks);
        compare_answers_free(&answers[0]);
        compare_answers_free(&answers[1]);
    }
    compare_script_free(&script);
    return good;
}

void compare_result_free(struct compare_result *result)
{
    for (size_t i = 0; i < result->kind_count; i++) {
        free(result->kinds[i].sentence);
    }
    for (size_t i = 0; i < result->not_seen_count; i++) {
        free(result->not_seen[i]);
    }
    if (result->smallest.found) {
        compare_answers_free(&result->smallest.answers[0]);
        compare_answers_free(&result->smallest.answers[1]);
    }
    compare_script_free(&result->smallest.script);
    free(result->rows);
}

#define QUICK_KEYS 500

uint64_t compare_quickly(const struct compare_side sides[2], struct compare_lists *lists,
                         const struct rule *rule, struct compare_failure *failure)
{
    struct compare_script script = {.nodes = NULL};
    struct compare_answers answers[2];
    uint64_t differing = 0;
    char text[16];
    compare_plan_largest(lists, &script);
    for (uint64_t i = 0; i < QUICK_KEYS; i++) {
        size_t size = compare_key_text(i, text);
        struct ring_bytes key = {text, size};
        if (compare_lists_takes_key(lists, key)) {
            (void)compare_script_key(&script, program_bytes(&lists->memory, text, size));
        }
    }
    (void)compare_script_ask(&script, COMPARE_GROWN, 0, script.key_count);
    if (!compare_run(sides, &script, rule, false, answers, failure)) {
        differing = UINT64_MAX;
    } else {
        for (size_t i = 0; i < script.lookups; i++) {
            differing += answers[0].owners[i] != answers[1].owners[i];
        }
        compare_answers_free(&answers[0]);
        compare_answers_free(&answers[1]);
    }
    compare_script_free(&script);
    return differing;
}
