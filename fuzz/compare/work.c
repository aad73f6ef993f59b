#include "work.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../check/isolate.h"
#include "../model/placement.h"
#include "../subjects/exec.h"
#include "../subjects/load.h"

/* Seconds for a call, or for CHUNK lookups. */
#define CALL_SECONDS 20
#define OPENING_SECONDS 60
#define CHUNK 256

static bool open_subject(struct work *work)
{
    isolate_deadline(OPENING_SECONDS);
    work->progress->doing = OPENING;
    work->subject = subject_open(work->text, work->progress->text, sizeof work->progress->text);
    work->progress->failed_to_open = work->subject == NULL;
    if (work->subject != NULL) {
        rule_own_set(work->subject);
        work->options = work->subject->placement == SUBJECT_BY_RULE && work->rule != NULL
                            ? &work->rule->options
                            : &rule_own.options;
    }
    return work->subject != NULL;
}

void work_declare(void *context)
{
    struct work *work = context;
    if (open_subject(work)) {
        compare_read_facts(work->declared, work->subject, work->text);
    }
}

/* RUNNING A SCRIPT */

static int by_name(const void *left, const void *right, void *names)
{
    const struct ring_bytes *nodes = names;
    return text_order(nodes[*(const size_t *)left], nodes[*(const size_t *)right]);
}

static void sort_names(struct work *work)
{
    size_t count = work->script->node_count;
    work->by_name = memory_resize(NULL, count, sizeof *work->by_name);
    for (size_t i = 0; i < count; i++) {
        work->by_name[i] = i;
    }
    qsort_r(work->by_name, count, sizeof *work->by_name, by_name, work->script->nodes);
}

static int32_t index_of(const struct work *work, struct ring_bytes name)
{
    size_t low = 0;
    size_t high = work->script->node_count;
    if (name.data == NULL) {
        return COMPARE_NOBODY;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int difference = text_order(name, work->script->nodes[work->by_name[middle]]);
        if (difference == 0) {
            return (int32_t)work->by_name[middle];
        }
        if (difference < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return COMPARE_STRANGER;
}

/* False: the work ends here. */
static bool accepted(struct work *work, enum ring_error error)
{
    work->progress->cannot = error == SUBJECT_CANNOT;
    work->progress->refused = error != RING_OK;
    work->progress->error = error;
    return error == RING_OK;
}

static bool renew(struct work *work)
{
    if (work->ring != NULL) {
        work->progress->doing = DESTROYING;
        work->subject->destroy(work->ring);
    }
    work->progress->doing = CREATING;
    work->ring = work->subject->create(work->options);
    work->present_count = 0;
    work->progress->refused = work->ring == NULL;
    return work->ring != NULL;
}

/* The adds from this step on, as one batch. */
static size_t adds_from(const struct compare_script *script, size_t step)
{
    size_t count = 0;
    while (step + count < script->count && script->steps[step + count].kind == COMPARE_ADD) {
        count++;
    }
    return count;
}

static uint32_t replicas_of(const struct work *work, const struct compare_step *step)
{
    return compare_replicas(&work->facts, step->number, work->points_of_one);
}

static bool add_batch(struct work *work, size_t step, size_t count)
{
    struct ring_node *nodes = memory_resize(NULL, count, sizeof *nodes);
    for (size_t i = 0; i < count; i++) {
        const struct compare_step *add = &work->script->steps[step + i];
        nodes[i] = (struct ring_node){work->script->nodes[add->node], replicas_of(work, add)};
    }
    bool good = accepted(work, work->subject->add_many(work->ring, nodes, count));
    free(nodes);
    return good;
}

static void note_present(struct work *work, const struct compare_step *step)
{
    size_t at = 0;
    if (step->kind == COMPARE_ADD) {
        work->present = memory_grow(work->present, work->present_count, sizeof *work->present);
        work->present[work->present_count++] = *step;
        return;
    }
    while (work->present[at].node != step->node) {
        at++;
    }
    work->present_count--;
    memmove(&work->present[at], &work->present[at + 1],
            (work->present_count - at) * sizeof *work->present);
}

/* Runs the change at *step, and moves *step behind it. */
static bool change(struct work *work, size_t *step)
{
    const struct compare_step *at = &work->script->steps[*step];
    size_t adds = adds_from(work->script, *step);
    bool batch = work->subject->rebuilds && work->subject->add_many != NULL && adds > 1;
    bool good = false;
    work->progress->doing = CHANGING;
    isolate_deadline(CALL_SECONDS);
    if (at->kind == COMPARE_REMOVE) {
        good = accepted(work, work->subject->remove(work->ring, work->script->nodes[at->node]));
    } else if (batch) {
        good = add_batch(work, *step, adds);
    } else {
        good = accepted(work, work->subject->add(work->ring, work->script->nodes[at->node],
                                                 replicas_of(work, at)));
    }
    for (size_t i = 0; i < (batch ? adds : 1); i++) {
        note_present(work, &at[i]);
    }
    *step += batch ? adds : 1;
    return good;
}

static bool look_up(struct work *work, size_t lookup, const struct ring_bytes *keys, size_t count)
{
    struct ring_bytes owners[CHUNK];
    int32_t *answers = work->answers.owners + lookup;
    isolate_deadline(CALL_SECONDS);
    if (work->subject->find_many != NULL && count > 1) {
        enum ring_error error = work->subject->find_many(work->ring, keys, count, owners);
        for (size_t i = 0; i < count && error == RING_OK; i++) {
            answers[i] = index_of(work, owners[i]);
        }
        if (error == RING_OK) {
            return true;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct ring_bytes owner = {NULL, 0};
        work->progress->lookup = lookup + i;
        enum ring_error error = work->subject->find(work->ring, keys[i], &owner);
        if (error == SUBJECT_CANNOT) {
            return accepted(work, error);
        }
        answers[i] = error == RING_OK ? index_of(work, owner) : COMPARE_ERROR;
    }
    return true;
}

static int by_position(const void *left, const void *right)
{
    const struct compare_point *a = left;
    const struct compare_point *b = right;
    if (a->position != b->position) {
        return a->position > b->position ? 1 : -1;
    }
    return a->node != b->node ? (a->node > b->node) - (a->node < b->node)
                              : (a->index > b->index) - (a->index < b->index);
}

static bool take_point(struct work *work, struct compare_range *range, struct compare_point point)
{
    range->known = work->points < work->answers.room;
    if (range->known) {
        work->answers.points[work->points++] = point;
        range->count++;
    }
    return range->known;
}

/* Asks for the first `count` positions of a node, unless they are known. */
static const uint64_t *positions_of(struct work *work, size_t node, uint32_t count)
{
    struct placed *placed = &work->placed[node];
    struct ring_bytes name = work->script->nodes[node];
    uint32_t known = placed->count;
    if (known >= count) {
        return placed->positions;
    }
    placed->positions = memory_resize(placed->positions, count, sizeof *placed->positions);
    placed->count = count;
    isolate_deadline(CALL_SECONDS);
    if (work->subject->placement == SUBJECT_OWN) {
        (void)subject_points(work->subject, name, known, count - known, placed->positions + known);
        return placed->positions;
    }
    for (uint32_t i = known; i < count; i++) {
        placed->positions[i] = model_point_position(work->options, name, i);
    }
    return placed->positions;
}

static void place_node(struct work *work, struct compare_range *range,
                       const struct compare_step *node)
{
    uint32_t count = replicas_of(work, node) * work->facts.points_per_replica;
    const uint64_t *positions = positions_of(work, node->node, count);
    for (uint32_t i = 0; i < count; i++) {
        struct compare_point point = {positions[i], (uint32_t)node->node, i};
        if (!take_point(work, range, point)) {
            break;
        }
    }
}

static void list_points(struct work *work, struct compare_range *range)
{
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    range->known = true;
    isolate_deadline(CALL_SECONDS);
    while (work->subject->next_point(work->ring, &cursor, &point)) {
        int32_t node = index_of(work, point.node);
        struct compare_point own = {point.position, (uint32_t)node, UINT32_MAX};
        if (node < 0 || !take_point(work, range, own)) {
            range->known = false;
            return;
        }
    }
}

/* Where the keys lie, at most CHUNK. */
static void place_keys(const struct work *work, const struct ring_bytes *keys, size_t count,
                       uint64_t *positions)
{
    isolate_deadline(CALL_SECONDS);
    if (work->subject->placement != SUBJECT_BY_RULE) {
        (void)subject_positions(work->subject, keys, count, positions);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        positions[i] = model_key_position(work->options, keys[i]);
    }
}

static void tell_points(struct work *work, const struct compare_ask *ask, size_t index)
{
    struct compare_range *range = &work->answers.ranges[index];
    *range = (struct compare_range){work->points, 0, true};
    work->progress->doing = LISTING;
    if (work->subject->placement == SUBJECT_LISTED) {
        list_points(work, range);
    } else {
        for (size_t i = 0; i < work->present_count && range->known; i++) {
            place_node(work, range, &work->present[i]);
        }
    }
    qsort(work->answers.points + range->first, range->count, sizeof *work->answers.points,
          by_position);
    for (size_t i = 0; i < ask->count; i += CHUNK) {
        size_t count = ask->count - i < CHUNK ? ask->count - i : CHUNK;
        place_keys(work, work->script->keys + ask->key + i, count,
                   work->answers.positions + ask->lookup + i);
    }
}

static bool answer(struct work *work, size_t index)
{
    const struct compare_ask *ask = &work->script->asks[index];
    work->progress->doing = ASKING;
    for (size_t i = 0; i < ask->count; i += CHUNK) {
        size_t count = ask->count - i < CHUNK ? ask->count - i : CHUNK;
        work->progress->lookup = ask->lookup + i;
        if (!look_up(work, ask->lookup + i, work->script->keys + ask->key + i, count)) {
            return false;
        }
    }
    if (work->answers.points != NULL) {
        tell_points(work, ask, index);
    }
    return true;
}

static bool run_steps(struct work *work)
{
    const struct compare_script *script = work->script;
    for (size_t step = 0; step < script->count;) {
        bool good = true;
        work->progress->step = step;
        switch (script->steps[step].kind) {
        case COMPARE_NEW:
            isolate_deadline(CALL_SECONDS);
            work->points_of_one = script->steps[step++].number;
            good = renew(work);
            break;
        case COMPARE_ADD:
        case COMPARE_REMOVE:
            good = change(work, &step);
            break;
        case COMPARE_ASK:
            good = answer(work, script->steps[step++].node);
            break;
        }
        if (!good) {
            return false;
        }
    }
    return true;
}

void work_run(void *context)
{
    struct work *work = context;
    if (!open_subject(work)) {
        return;
    }
    sort_names(work);
    work->placed = memory_resize(NULL, work->script->node_count, sizeof *work->placed);
    memset(work->placed, 0, work->script->node_count * sizeof *work->placed);
    bool good = run_steps(work);
    if (work->ring != NULL && good) {
        work->progress->doing = DESTROYING;
        isolate_deadline(CALL_SECONDS);
        work->subject->destroy(work->ring);
        work->progress->doing = AFTERWARDS;
    }
    for (size_t i = 0; i < work->script->node_count; i++) {
        free(work->placed[i].positions);
    }
    free(work->placed);
    free(work->by_name);
    free(work->present);
}

/* KEYS ON POINTS */

static bool is_on_point(const struct compare_point *points, size_t count, uint64_t position)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (points[middle].position < position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && points[low].position == position;
}

static void search_chunk(struct work *work, uint64_t first, const struct compare_range *range)
{
    char texts[CHUNK][16];
    struct ring_bytes keys[CHUNK];
    uint64_t positions[CHUNK] = {0};
    for (size_t i = 0; i < CHUNK; i++) {
        keys[i] = (struct ring_bytes){texts[i], compare_key_text(first + i, texts[i])};
    }
    place_keys(work, keys, CHUNK, positions);
    for (size_t i = 0; i < CHUNK && *work->found < work->max; i++) {
        if (is_on_point(work->answers.points + range->first, range->count, positions[i])) {
            work->numbers[(*work->found)++] = first + i;
        }
    }
}

void work_search(void *context)
{
    struct work *work = context;
    work_run(work);
    if (work->progress->doing != AFTERWARDS) {
        return;
    }
    const struct compare_range *range = &work->answers.ranges[work->answers.asks - 1];
    for (uint64_t i = 0; i < work->tries && *work->found < work->max && range->known; i += CHUNK) {
        search_chunk(work, i, range);
    }
}
