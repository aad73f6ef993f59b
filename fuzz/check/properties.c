#include "properties.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "property_lists.h"
#include "property_shares.h"
#include "property_twin.h"
#include "tied.h"

/* Keys that are asked for after each change: the first numbers, and the latest keys of the program's
 * own finds. */
#define NUMBERS 32
#define NUMBERS_OF_SLOW 16
#define PROGRAM_KEYS 16
/* At the end, more numbers. */
#define NUMBERS_AT_END 64
#define NUMBERS_AT_END_OF_SLOW 32
/* In long programs and large rings, fewer numbers and no other keys. */
#define NUMBERS_OF_LARGE 6
#define LONG_CHANGES 100
#define LARGE_NODES 64
#define NODES_MADE_AGAIN 512
#define NODES_MADE_AGAIN_OF_SLOW 48
/* Which rings are judged as at the end while the program still runs. */
#define SMALL_POINTS 2000
#define FIRST_LOOK 8

_Static_assert(NUMBERS_AT_END + PROGRAM_KEYS <= SAMPLE_KEYS_MAX, "a sample has room for all keys");

struct properties {
    const struct subject *subject;
    const struct rule *rule;
    unsigned int mask;
    bool ended;            /* a call returned SUBJECT_CANNOT: nothing more can be asked */
    size_t nodes, changes; /* after the last operation */

    struct question_key numbers[NUMBERS_AT_END];
    size_t number_count, program_key_count;
    size_t next_program_key;
    struct ring_bytes keys[NUMBERS + PROGRAM_KEYS];   /* numbers, then keys of the program */
    struct ring_bytes owners[NUMBERS + PROGRAM_KEYS]; /* in a ring of `nodes` > 0 */
    size_t watched;                                   /* how many of the numbers are in keys[] */
};

struct properties *properties_new(const struct subject *subject, const struct rule *rule)
{
    struct properties *properties = memory_resize(NULL, 1, sizeof *properties);
    *properties = (struct properties){.subject = subject, .rule = rule, .mask = ~0U};
    size_t watched = questions_slow(subject) ? NUMBERS_OF_SLOW : NUMBERS;
    size_t numbers = questions_slow(subject) ? NUMBERS_AT_END_OF_SLOW : NUMBERS_AT_END;
    while (properties->number_count < numbers &&
           question_key(subject, properties->number_count,
                        &properties->numbers[properties->number_count])) {
        properties->number_count++;
    }
    while (properties->watched < watched && properties->watched < properties->number_count) {
        properties->keys[properties->watched] =
            question_bytes(&properties->numbers[properties->watched]);
        properties->watched++;
    }
    return properties;
}

void properties_free(struct properties *properties)
{
    free(properties);
}

void properties_only(struct properties *properties, unsigned int mask)
{
    properties->mask = mask;
}

static bool has(const struct properties *properties, enum property property)
{
    return (properties->mask >> property & 1U) != 0;
}

static struct questions questions_of(const struct properties *properties, struct finding *finding)
{
    return (struct questions){.subject = properties->subject,
                              .options = &properties->rule->options,
                              .members = has(properties, PROPERTY_MEMBERS),
                              .finding = finding};
}

static size_t key_count(const struct properties *properties)
{
    return properties->watched + properties->program_key_count;
}

/* The same answers to a key that was asked for before. */
static bool same_answers(struct questions *questions, const struct ring_bytes *keys,
                         const struct ring_bytes *before, const struct ring_bytes *now,
                         size_t count)
{
    struct moved moved[SAMPLE_KEYS_MAX];
    return property_moved(keys, before, now, count, moved) == 0 ||
           property_says_moved(questions, PROPERTY_SAME, ", when asked again", moved);
}

/* Asks for each key twice in a row. */
static bool ask_twice(const struct properties *properties, struct questions *questions,
                      const void *ring, const struct present *present,
                      const struct ring_bytes *keys, size_t count, struct ring_bytes *owners)
{
    struct ring_bytes twice[2 * SAMPLE_KEYS_MAX];
    struct ring_bytes answers[2 * SAMPLE_KEYS_MAX];
    struct ring_bytes again[SAMPLE_KEYS_MAX];
    if (!has(properties, PROPERTY_SAME)) {
        return questions_owners(questions, ring, present, keys, count, owners);
    }
    for (size_t i = 0; i < 2 * count; i++) {
        twice[i] = keys[i / 2];
    }
    if (!questions_owners(questions, ring, present, twice, 2 * count, answers)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        owners[i] = answers[2 * i];
        again[i] = answers[2 * i + 1];
    }
    return same_answers(questions, keys, owners, again, count);
}

/* A key of the program's own finds is asked for from now on. */
static bool watch(struct properties *properties, struct questions *questions, const void *ring,
                  const struct present *present, struct ring_bytes key)
{
    size_t index = 0;
    while (index < key_count(properties) && !text_same(properties->keys[index], key)) {
        index++;
    }
    if (index == key_count(properties)) {
        if (properties->program_key_count < PROGRAM_KEYS) {
            properties->program_key_count++;
        } else {
            index = properties->watched + properties->next_program_key;
            properties->next_program_key = (properties->next_program_key + 1) % PROGRAM_KEYS;
        }
        properties->keys[index] = key;
        properties->owners[index] = question_nobody;
    }
    struct ring_bytes owner;
    bool known = !question_is_nobody(properties->owners[index]);
    if (present->count == 0 || (known && !has(properties, PROPERTY_SAME))) {
        return true;
    }
    if (!ask_twice(properties, questions, ring, present, &key, 1, &owner)) {
        return false;
    }
    struct ring_bytes before = properties->owners[index];
    properties->owners[index] = owner;
    return properties->nodes == 0 || same_answers(questions, &key, &before, &owner, 1);
}

static bool is_of(const struct operation *operation, struct ring_bytes name)
{
    for (size_t i = 0; i < operation->count; i++) {
        if (text_same(operation->nodes[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Whether the change may move these keys: `after` are their owners now. */
static bool moves_its_own(const struct properties *properties, struct questions *questions,
                          const void *ring, const struct present *present,
                          const struct operation *operation, const struct ring_bytes *after)
{
    struct moved moved[NUMBERS + PROGRAM_KEYS];
    bool sets = operation->kind == OP_SET_REPLICAS;
    bool changed = present->count != properties->nodes || sets;
    bool accepts = properties->subject->adding_twice == SUBJECT_ACCEPTS;
    size_t count =
        property_moved(properties->keys, properties->owners, after, key_count(properties), moved);
    size_t wrong = 0;
    if (!has(properties, PROPERTY_MOVES) ||
        (changed && (properties->subject->replicas == SUBJECT_WEIGHT || accepts))) {
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        struct ring_bytes own = operation->kind == OP_REMOVE ? moved[i].from : moved[i].to;
        bool from = sets && is_of(operation, moved[i].from); /* it may have fewer now */
        if (!changed || (!is_of(operation, own) && !from)) {
            moved[wrong++] = moved[i];
        }
    }
    return wrong == 0 ||
           (changed && tied_explains(questions, present, moved, wrong, key_count(properties))) ||
           (!questions->cannot &&
            property_says_moved_if_again(questions, properties->mask, PROPERTY_MOVES,
                                         changed ? ", after other nodes came or went"
                                                 : ", after a call that changes nothing",
                                         ring, present, moved));
}

/* Each key in the memory where others were before. */
static bool holds_when_lent(struct questions *questions, const void *ring,
                            const struct present *present, const struct sample *sample)
{
    size_t differ = 0;
    struct moved moved[SAMPLE_KEYS_MAX];
    for (int i = 0; i < 2 && (i == 0 || differ > 0); i++) {
        struct ring_bytes owners[SAMPLE_KEYS_MAX];
        struct moved again[SAMPLE_KEYS_MAX];
        questions->lend = true;
        bool answered =
            questions_owners(questions, ring, present, sample->keys, sample->count, owners);
        questions_end_lending(questions);
        if (!answered) {
            return false;
        }
        size_t before = differ;
        differ = property_moved(sample->keys, sample->owners, owners, sample->count,
                                i == 0 ? moved : again);
        if (i == 1 && differ == 0 && before > 0) {
            return property_says_moved(questions, PROPERTY_SAME, ", when asked again", moved);
        }
    }
    return differ == 0 || property_says_moved(questions, PROPERTY_BORROWED,
                                              ", with the key where other keys were before", moved);
}

/* Where each node that is added changes the points of all, only small rings are made again. */
static bool is_cheap_to_make(const struct subject *subject, const struct present *present)
{
    bool changes_all = subject->replicas == SUBJECT_WEIGHT || questions_slow(subject);
    bool at_once = subject->add_many != NULL && questions_slow(subject);
    return present->count <=
           (at_once || !changes_all ? NODES_MADE_AGAIN : NODES_MADE_AGAIN_OF_SLOW);
}

/* All properties that can be seen at one time. */
static bool judge(const struct properties *properties, struct questions *questions,
                  const void *ring, const struct present *present, bool last)
{
    struct ring_bytes keys[SAMPLE_KEYS_MAX];
    struct ring_bytes owners[SAMPLE_KEYS_MAX];
    struct sample sample = {.keys = keys, .owners = owners, .count = properties->number_count};
    for (size_t i = 0; i < properties->number_count; i++) {
        keys[i] = question_bytes(&properties->numbers[i]);
    }
    for (size_t i = 0; i < properties->program_key_count; i++) {
        keys[sample.count++] = properties->keys[properties->watched + i];
    }
    if (sample.count == 0) {
        return true; /* no key can be asked for */
    }
    if (!ask_twice(properties, questions, ring, present, keys, sample.count, owners) ||
        (has(properties, PROPERTY_SAME) && properties->nodes > 0 &&
         !same_answers(questions, keys, properties->owners, owners, properties->watched))) {
        return false;
    }
    if (has(properties, PROPERTY_BORROWED) && !questions_slow(properties->subject) &&
        !holds_when_lent(questions, ring, present, &sample)) {
        return false;
    }
    if (properties->subject->find_n != NULL) {
        size_t lists = questions_slow(properties->subject) ? SAMPLE_LISTS_OF_SLOW : SAMPLE_LISTS;
        for (; sample.list_count < lists && sample.list_count < sample.count; sample.list_count++) {
            /* The program's latest keys are at the end. */
            size_t i =
                sample.list_count % 2 == 0 ? sample.list_count : sample.count - sample.list_count;
            if (!property_lists_hold(questions, properties->mask, ring, present, keys[i],
                                     owners[i]) ||
                !property_list_ask(questions, ring, present, keys[i],
                                   &sample.lists[sample.list_count])) {
                return false;
            }
        }
    }
    return (!is_cheap_to_make(properties->subject, present) ||
            property_twin_holds(questions, properties->mask, ring, present, &sample)) &&
           (!last || !has(properties, PROPERTY_SHARES) ||
            property_shares_hold(questions, ring, present, owners, properties->number_count));
}

/* How many keys are asked for after a change. */
static size_t keys_now(const struct properties *properties, const struct present *present)
{
    bool large = properties->changes > LONG_CHANGES || present->count > LARGE_NODES;
    size_t few = properties->watched < NUMBERS_OF_LARGE ? properties->watched : NUMBERS_OF_LARGE;
    return large && few > 0 ? few : key_count(properties);
}

/* After a change: which keys moved? */
static bool after_change(struct properties *properties, struct questions *questions,
                         const void *ring, const struct present *present,
                         const struct operation *operation)
{
    struct ring_bytes owners[NUMBERS + PROGRAM_KEYS];
    size_t count = keys_now(properties, present);
    if (present->count == 0 || count == 0) {
        return true;
    }
    for (size_t i = count; i < key_count(properties); i++) {
        owners[i] = question_nobody; /* not known any more */
    }
    if (!questions_owners(questions, ring, present, properties->keys, count, owners)) {
        return false;
    }
    bool holds = properties->nodes == 0 ||
                 moves_its_own(properties, questions, ring, present, operation, owners);
    memcpy(properties->owners, owners, key_count(properties) * sizeof *owners);
    return holds;
}

static bool looks_now(const struct properties *properties, const struct present *present)
{
    size_t changes = properties->changes;
    return changes >= FIRST_LOOK && (changes & (changes - 1)) == 0 && present->count > 0 &&
           !questions_slow(properties->subject) &&
           tied_points(properties->subject, present) <= SMALL_POINTS;
}

bool properties_after(struct properties *properties, void *ring, const struct present *present,
                      const struct operation *operation, struct finding *finding)
{
    struct questions questions = questions_of(properties, finding);
    bool holds = true;
    if (properties->ended || operation->kind == OP_USE) {
        return true;
    }
    if (operation->kind == OP_FIND || operation->kind == OP_FIND_N) {
        /* An empty key that fails has no owner to watch. */
        enum subject_case empty = properties->subject->empty_key;
        bool owned =
            operation->key.size > 0 || empty == SUBJECT_ACCEPTS || empty == SUBJECT_AS_RING_H;
        holds = !owned || watch(properties, &questions, ring, present, operation->key);
    } else {
        properties->changes++;
        holds = after_change(properties, &questions, ring, present, operation);
    }
    properties->nodes = present->count;
    if (holds && operation->count > 0 && looks_now(properties, present)) {
        holds = judge(properties, &questions, ring, present, false);
    }
    properties->ended = questions.cannot;
    return holds || !finding->found;
}

bool properties_end(struct properties *properties, void *ring, const struct present *present,
                    struct finding *finding)
{
    struct questions questions = questions_of(properties, finding);
    return properties->ended || present->count == 0 ||
           judge(properties, &questions, ring, present, true) || !finding->found;
}
