#include "sides.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../model/placement.h"
#include "../subjects/exec.h"
#include "../subjects/load.h"

/* Seconds for a call, or for CHUNK lookups. */
#define CALL_SECONDS 20
#define OPENING_SECONDS 60
#define CHUNK 256

/* WHAT A CHILD TELLS */

struct progress {
    enum { OPENING, CREATING, CHANGING, ASKING, LISTING, DESTROYING, AFTERWARDS } doing;
    size_t step;
    size_t lookup;
    bool refused, cannot, failed_to_open;
    enum ring_error error;
    char text[FILE_ERROR_MAX];
};

/* Where the points of a node lie, as far as that was asked: a process answers slowly. */
struct placed {
    uint64_t *positions;
    uint32_t count;
};

struct work {
    const struct compare_side *side;
    const struct compare_script *script;
    const struct rule *rule;
    struct compare_answers answers;
    struct progress *progress; /* shared */
    struct compare_facts *facts;
    /* of the child */
    const struct subject *subject;
    const struct ring_options *options;
    void *ring;
    size_t *by_name; /* indices of nodes, in the order of their names */
    struct compare_step *present;
    size_t present_count;
    size_t points;          /* told so far */
    uint32_t points_of_one; /* of a node of weight 1 */
    struct placed *placed;  /* for each node of the script */
    /* of the search of keys on points */
    uint64_t *numbers;
    size_t *found, max, tries;
};

static bool open_subject(struct work *work)
{
    isolate_deadline(OPENING_SECONDS);
    work->progress->doing = OPENING;
    work->subject =
        subject_open(work->side->text, work->progress->text, sizeof work->progress->text);
    work->progress->failed_to_open = work->subject == NULL;
    if (work->subject != NULL) {
        rule_own_set(work->subject);
        work->options = work->subject->placement == SUBJECT_BY_RULE && work->rule != NULL
                            ? &work->rule->options
                            : &rule_own.options;
    }
    return work->subject != NULL;
}

/* DECLARATIONS */

static size_t limit(size_t declared)
{
    return declared == 0 ? SIZE_MAX : declared;
}

static void forbid(bool *bytes, struct ring_bytes list)
{
    for (size_t i = 0; i < list.size; i++) {
        bytes[((const unsigned char *)list.data)[i]] = true;
    }
}

static void declare(void *context)
{
    struct work *work = context;
    struct compare_facts *facts = work->facts;
    if (!open_subject(work)) {
        return;
    }
    const struct subject *subject = work->subject;
    bool by_rule = subject->placement == SUBJECT_BY_RULE;
    unsigned int served = 0;
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        served |= rule_is_served(rule, subject) ? 1U << rule->options.rule : 0;
    }
    (void)snprintf(facts->name, sizeof facts->name, "%s", subject->name);
    facts->placement = subject->placement;
    facts->rules = served;
    facts->successor = subject->successor;
    facts->ties = subject->ties;
    facts->replicas = subject->replicas;
    facts->points_per_replica =
        by_rule || subject->points_per_replica == 0 ? 1 : subject->points_per_replica;
    facts->position_bits = by_rule || subject->position_bits == 0 ? 64 : subject->position_bits;
    facts->names = subject->names;
    facts->keys = subject->keys;
    forbid(facts->not_in_names, subject->not_in_names);
    forbid(facts->not_in_keys, subject->not_in_keys);
    facts->name_max = limit(subject->name_max);
    facts->key_max = limit(subject->key_max);
    facts->nodes_max = limit(subject->nodes_max);
    facts->points_max = subject->points_max == 0 ? RING_POINTS_MAX : subject->points_max;
    facts->replicas_max = subject->replicas_max == 0 ? RING_REPLICAS_MAX : subject->replicas_max;
    facts->removes = subject->remove != NULL;
    facts->takes_empty_key =
        subject->empty_key == SUBJECT_ACCEPTS || subject->empty_key == SUBJECT_AS_RING_H;
    facts->is_process = strncmp(work->side->text, "exec:", 5) == 0;
}

bool compare_knows(const struct compare_facts *facts)
{
    return facts->placement != SUBJECT_OPAQUE;
}

uint32_t compare_replicas(const struct compare_facts *facts, uint32_t weight, uint32_t points)
{
    switch (facts->replicas) {
    case SUBJECT_EACH_NODE:
        return weight * (points / facts->points_per_replica);
    case SUBJECT_ONE_NUMBER:
        return points / facts->points_per_replica;
    case SUBJECT_WEIGHT:
        return weight;
    case SUBJECT_FIXED:
        break;
    }
    return 1;
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
    return compare_replicas(&work->side->facts, step->number, work->points_of_one);
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
    uint32_t count = replicas_of(work, node) * work->side->facts.points_per_replica;
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

static void run_script(void *context)
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

/* FAILURES */

static void write_step(FILE *out, const struct work *work)
{
    const struct compare_step *step = &work->script->steps[work->progress->step];
    switch (step->kind) {
    case COMPARE_ADD:
        (void)fputs("add ", out);
        text_write(out, work->script->nodes[step->node]);
        break;
    case COMPARE_REMOVE:
        (void)fputs("remove ", out);
        text_write(out, work->script->nodes[step->node]);
        break;
    case COMPARE_NEW:
    case COMPARE_ASK:
        (void)fputs("find ", out);
        const struct compare_ask *ask = &work->script->asks[step->node];
        size_t at = work->progress->lookup - ask->lookup;
        text_write(out, work->script->keys[ask->key + (at < ask->count ? at : 0)]);
        (void)fprintf(out, " (or a key soon after it) among %zu node%s", ask->nodes,
                      ask->nodes == 1 ? "" : "s");
        break;
    }
}

static void describe_place(FILE *out, const struct work *work)
{
    switch (work->progress->doing) {
    case OPENING:
        (void)fputs("while it was loaded", out);
        break;
    case CREATING:
        (void)fputs("while it created a ring", out);
        break;
    case CHANGING:
    case ASKING:
        (void)fputs("at ", out);
        write_step(out, work);
        break;
    case LISTING:
        (void)fputs("while it told where points and keys are", out);
        break;
    case DESTROYING:
        (void)fputs("while it destroyed a ring", out);
        break;
    case AFTERWARDS:
        (void)fputs("after its last ring was destroyed", out);
        break;
    }
}

static void read_tail(const char *path, char *text, size_t size)
{
    FILE *in = fopen(path, "rb");
    text[0] = '\0';
    if (in == NULL) {
        return;
    }
    if (fseek(in, 0, SEEK_END) == 0) {
        long length = ftell(in);
        long begin = length > (long)size - 1 ? length - (long)size + 1 : 0;
        (void)fseek(in, begin, SEEK_SET);
        text[fread(text, 1, size - 1, in)] = '\0';
    }
    (void)fclose(in);
    for (size_t end = strlen(text); end > 0 && text[end - 1] == '\n'; end--) {
        text[end - 1] = '\0';
    }
}

static void describe_failure(const struct work *work, int side, struct ending ending,
                             const char *printed, struct compare_failure *failure)
{
    const struct progress *progress = work->progress;
    char how[128];
    failure->side = side;
    failure->stopped = ending.kind == ENDING_STOPPED;
    failure->usage = progress->failed_to_open || progress->cannot ||
                     (progress->doing == OPENING && ending.kind != ENDING_RETURNED);
    read_tail(printed, failure->printed, sizeof failure->printed);
    FILE *out = fmemopen(failure->what, sizeof failure->what - 1, "w");
    if (out == NULL) {
        return;
    }
    if (progress->failed_to_open) {
        (void)fputs(progress->text, out);
    } else if (progress->cannot) {
        (void)fputs("its adapter cannot express this: ", out);
        write_step(out, work);
    } else if (progress->refused && progress->doing == CREATING) {
        (void)fputs("create returned NULL", out);
    } else if (progress->refused) {
        (void)fputs("refuses ", out);
        write_step(out, work);
        (void)fputs(": ", out);
        text_write_error(out, progress->error);
    } else {
        isolate_describe(ending, how, sizeof how);
        (void)fprintf(out, "%s ", how);
        describe_place(out, work);
    }
    (void)fclose(out);
}

static bool failed(const struct progress *progress)
{
    return progress->failed_to_open || progress->refused;
}

/* Runs the work of one side or both. */
static bool run_works(struct work *works, size_t count, void (*run)(void *), int first,
                      struct compare_failure *failure)
{
    struct isolation isolations[2] = {{.work = NULL}, {.work = NULL}};
    char printed[2][32] = {"/tmp/ringproof.XXXXXX", "/tmp/ringproof.XXXXXX"};
    struct ending ending;
    size_t which = 0;
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        int file = mkstemp(printed[i]);
        if (file >= 0) {
            (void)close(file);
        }
        works[i].progress = isolate_share(sizeof *works[i].progress);
        isolations[i] = (struct isolation){
            .work = run, .context = &works[i], .interruptible = true, .output = printed[i]};
    }
    ending = isolate_all(isolations, count, &which);
    if (ending.kind != ENDING_RETURNED) {
        describe_failure(&works[which], first + (int)which, ending, printed[which], failure);
        good = false;
    }
    for (size_t i = 0; i < count; i++) {
        if (good && failed(works[i].progress)) {
            describe_failure(&works[i], first + (int)i, ending, printed[i], failure);
            good = false;
        }
        (void)unlink(printed[i]);
    }
    for (size_t i = 0; i < count; i++) {
        (void)munmap(works[i].progress, sizeof *works[i].progress);
    }
    return good;
}

bool compare_open(struct compare_side *side, int index, struct compare_failure *failure)
{
    struct work work = {.side = side, .facts = isolate_share(sizeof *work.facts)};
    bool good = run_works(&work, 1, declare, index, failure);
    side->facts = *work.facts;
    (void)munmap(work.facts, sizeof *work.facts);
    return good;
}

/* ANSWERS */

static void *share(size_t count, size_t size)
{
    return isolate_share((count + 1) * size);
}

static size_t points_of(const struct compare_script *script, const struct compare_facts *facts)
{
    uint64_t points = 0;
    for (size_t i = 0; i < script->ask_count; i++) {
        const struct compare_ask *ask = &script->asks[i];
        points += ask->weight * (ask->points + facts->points_per_replica);
    }
    return facts->placement == SUBJECT_LISTED ? (size_t)points * 4 + 100000 : (size_t)points;
}

static void make_answers(const struct compare_script *script, const struct compare_facts *facts,
                         bool details, struct compare_answers *answers)
{
    *answers = (struct compare_answers){.lookups = script->lookups, .asks = script->ask_count};
    answers->owners = share(script->lookups, sizeof *answers->owners);
    if (details && compare_knows(facts)) {
        answers->room = points_of(script, facts);
        answers->positions = share(script->lookups, sizeof *answers->positions);
        answers->points = share(answers->room, sizeof *answers->points);
        answers->ranges = share(script->ask_count, sizeof *answers->ranges);
    }
}

void compare_answers_free(struct compare_answers *answers)
{
    (void)munmap(answers->owners, (answers->lookups + 1) * sizeof *answers->owners);
    if (answers->points != NULL) {
        (void)munmap(answers->positions, (answers->lookups + 1) * sizeof *answers->positions);
        (void)munmap(answers->points, (answers->room + 1) * sizeof *answers->points);
        (void)munmap(answers->ranges, (answers->asks + 1) * sizeof *answers->ranges);
    }
}

bool compare_run(const struct compare_side sides[2], const struct compare_script *script,
                 const struct rule *rule, bool details, struct compare_answers answers[2],
                 struct compare_failure *failure)
{
    struct work works[2];
    for (int i = 0; i < 2; i++) {
        works[i] = (struct work){.side = &sides[i], .script = script, .rule = rule};
        make_answers(script, &sides[i].facts, details, &works[i].answers);
        answers[i] = works[i].answers;
    }
    bool good = run_works(works, 2, run_script, 0, failure);
    for (int i = 0; i < 2 && !good; i++) {
        compare_answers_free(&answers[i]);
    }
    return good;
}

/* KEYS ON POINTS */

size_t compare_key_text(uint64_t number, char text[16])
{
    size_t size = 0;
    for (number++; number > 0; number = (number - 1) / 26) {
        text[size++] = (char)('a' + (number - 1) % 26);
    }
    return size;
}

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

static void search_keys(void *context)
{
    struct work *work = context;
    run_script(work);
    if (work->progress->doing != AFTERWARDS) {
        return;
    }
    const struct compare_range *range = &work->answers.ranges[work->answers.asks - 1];
    for (uint64_t i = 0; i < work->tries && *work->found < work->max && range->known; i += CHUNK) {
        search_chunk(work, i, range);
    }
}

size_t compare_on_points(const struct compare_side *side, const struct rule *rule,
                         const struct compare_script *list, size_t tries, uint64_t *numbers,
                         size_t max)
{
    struct compare_failure failure;
    struct work work = {.side = side,
                        .script = list,
                        .rule = rule,
                        .numbers = share(max, sizeof *numbers),
                        .found = share(1, sizeof *work.found),
                        .max = max,
                        .tries = tries};
    make_answers(list, &side->facts, true, &work.answers);
    bool good = run_works(&work, 1, search_keys, 0, &failure);
    size_t found = good ? *work.found : 0;
    memcpy(numbers, work.numbers, found * sizeof *numbers);
    compare_answers_free(&work.answers);
    (void)munmap(work.numbers, (max + 1) * sizeof *numbers);
    (void)munmap(work.found, 2 * sizeof *work.found);
    return found;
}
