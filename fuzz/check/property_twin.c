#include "property_twin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

/* For so many keys, both rings are asked by turns, one question at a time. */
#define TURNS 12
#define TURNS_OF_SLOW 3

static bool has(unsigned int mask, enum property property)
{
    return (mask >> property & 1U) != 0;
}

size_t property_moved(const struct ring_bytes *keys, const struct ring_bytes *from,
                      const struct ring_bytes *to, size_t count, struct moved *moved)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (!question_is_nobody(from[i]) && !question_is_nobody(to[i]) &&
            !text_same(from[i], to[i])) {
            moved[found++] = (struct moved){keys[i], from[i], to[i]};
        }
    }
    return found;
}

bool property_says_moved(struct questions *questions, enum property property, const char *where,
                         const struct moved *moved)
{
    return finding_say(questions->finding, property_what(property),
                       &(struct said){"find ", &moved->key, &moved->from, 1, NULL},
                       &(struct said){"find ", &moved->key, &moved->to, 1, where});
}

bool property_says_moved_if_again(struct questions *questions, unsigned int mask,
                                  enum property property, const char *where, const void *ring,
                                  const struct present *present, const struct moved *moved)
{
    struct ring_bytes again = moved->to;
    if (has(mask, PROPERTY_SAME) && !questions->lend &&
        !questions_owners(questions, ring, present, &moved->key, 1, &again)) {
        return false;
    }
    if (!question_is_nobody(again) && !text_same(again, moved->to)) {
        const struct moved back = {moved->key, moved->to, again};
        return property_says_moved(questions, PROPERTY_SAME, ", when asked again", &back);
    }
    return property_says_moved(questions, property, where, moved);
}

/* A second ring beside the first. */
struct twin {
    struct questions *questions;
    unsigned int mask;
    const void *first;
    void *second;
    const struct present *present;
    const struct sample *sample;
    struct ring_node apart; /* the node that the second ring first lacks */
    struct present fewer;   /* the nodes without that one, in the order in which they are added */
    struct ring_bytes less[SAMPLE_KEYS_MAX]; /* what the second ring then answers */
    struct property_list less_lists[SAMPLE_LISTS];
};

/* If the first or the last of equal points wins, the second ring must get its nodes in the same order.
 * Otherwise the order is turned round, and the node that is apart owns the first key. */
static void choose_order(struct twin *twin)
{
    const struct present *present = twin->present;
    const struct subject *subject = twin->questions->subject;
    bool in_order =
        subject->ties == SUBJECT_FIRST_WINS || subject->ties == SUBJECT_LAST_WINS ||
        subject->adding_twice == SUBJECT_ACCEPTS; /* the last add of a name may be what counts */
    size_t apart = in_order ? present->count : present_index(present, twin->sample->owners[0]);
    if (apart == present->count) {
        apart = present->count - 1;
    }
    twin->apart = present->nodes[apart];
    twin->fewer.nodes = memory_resize(NULL, present->count, sizeof *twin->fewer.nodes);
    for (size_t i = 0; i < present->count; i++) {
        size_t next = in_order ? i : present->count - 1 - i;
        if (next != apart) {
            twin->fewer.nodes[twin->fewer.count++] = present->nodes[next];
        }
    }
}

/* Compares the latest answers of the second ring, whose nodes are *present, with those that it should
 * give. */
static bool compare(struct twin *twin, enum property property, const char *where,
                    const struct ring_bytes *expected, const struct ring_bytes *got,
                    const struct present *present)
{
    struct moved moved[SAMPLE_KEYS_MAX];
    size_t count = property_moved(twin->sample->keys, expected, got, twin->sample->count, moved);
    return count == 0 || !has(twin->mask, property) ||
           tied_explains(twin->questions, present, moved, count, twin->sample->count) ||
           (!twin->questions->cannot &&
            property_says_moved_if_again(twin->questions, twin->mask, property, where, twin->second,
                                         present, moved));
}

/* Asks for some keys, by turns with the other ring. */
static bool rings_are_apart(struct twin *twin)
{
    const struct sample *sample = twin->sample;
    const size_t turns = questions_slow(twin->questions->subject) ? TURNS_OF_SLOW : TURNS;
    for (size_t i = 0; i < sample->count && i < turns; i++) {
        struct ring_bytes second;
        struct ring_bytes first;
        if (!questions_owners(twin->questions, twin->second, &twin->fewer, &sample->keys[i], 1,
                              &second) ||
            !questions_owners(twin->questions, twin->first, twin->present, &sample->keys[i], 1,
                              &first)) {
            return false;
        }
        struct moved moved;
        const char *where = ", after another ring was asked";
        if (property_moved(&sample->keys[i], &twin->less[i], &second, 1, &moved) > 0) {
            return property_says_moved_if_again(twin->questions, twin->mask, PROPERTY_RINGS, where,
                                                twin->second, &twin->fewer, &moved);
        }
        if (property_moved(&sample->keys[i], &sample->owners[i], &first, 1, &moved) > 0) {
            return property_says_moved_if_again(twin->questions, twin->mask, PROPERTY_RINGS, where,
                                                twin->first, twin->present, &moved);
        }
    }
    return true;
}

/* The node that was apart came, and took keys for itself alone. */
static bool others_stay(struct twin *twin, const struct ring_bytes *owners)
{
    struct ring_bytes others[SAMPLE_KEYS_MAX];
    for (size_t i = 0; i < twin->sample->count; i++) {
        bool own = text_same(owners[i], twin->apart.name);
        others[i] = own ? question_nobody : owners[i];
    }
    return compare(twin, PROPERTY_MOVES, ", after another node came", twin->less, others,
                   twin->present);
}

static bool holds_without_one(struct twin *twin)
{
    const struct sample *sample = twin->sample;
    if (twin->fewer.count == 0) {
        return true;
    }
    if (!questions_owners(twin->questions, twin->second, &twin->fewer, sample->keys, sample->count,
                          twin->less)) {
        return false;
    }
    for (size_t i = 0; i < sample->list_count; i++) {
        if (!property_list_ask(twin->questions, twin->second, &twin->fewer, sample->lists[i].key,
                               &twin->less_lists[i])) {
            return false;
        }
    }
    return !has(twin->mask, PROPERTY_RINGS) || rings_are_apart(twin);
}

/* Of equal points that hide one another, one appears where another goes. */
static bool hides_points(const struct twin *twin)
{
    const struct subject *subject = twin->questions->subject;
    return (subject->ties == SUBJECT_FIRST_WINS || subject->ties == SUBJECT_LAST_WINS) &&
           tied_is_common(subject, twin->present);
}

/* Whether the ring holds, with all nodes, to what it answered without one. */
static bool lists_hold(struct twin *twin, bool monotone)
{
    const struct sample *sample = twin->sample;
    bool less =
        monotone && sample->list_count > 0 && has(twin->mask, PROPERTY_LESS) && !hides_points(twin);
    for (size_t i = 0; i < sample->list_count; i++) {
        struct property_list list;
        if (!property_list_ask(twin->questions, twin->second, twin->present, sample->lists[i].key,
                               &list) ||
            (has(twin->mask, PROPERTY_HISTORY) &&
             !property_lists_same(twin->questions, twin->present, &sample->lists[i], &list)) ||
            (less && !property_lists_less(twin->questions, twin->present, twin->apart.name, &list,
                                          &twin->less_lists[i]))) {
            return false;
        }
    }
    return true;
}

static bool holds_with_all(struct twin *twin)
{
    static const char what[] = ", in a ring made of the same nodes";
    const struct sample *sample = twin->sample;
    const struct subject *subject = twin->questions->subject;
    struct ring_bytes owners[SAMPLE_KEYS_MAX];
    bool monotone = twin->fewer.count > 0 && subject->replicas != SUBJECT_WEIGHT &&
                    subject->adding_twice != SUBJECT_ACCEPTS;
    return questions_add(twin->questions, property_what(PROPERTY_HISTORY), twin->second,
                         &twin->apart) &&
           questions_owners(twin->questions, twin->second, twin->present, sample->keys,
                            sample->count, owners) &&
           compare(twin, PROPERTY_HISTORY, what, sample->owners, owners, twin->present) &&
           (!monotone || others_stay(twin, owners)) && lists_hold(twin, monotone);
}

/* The node goes again. */
static bool holds_without_it_again(struct twin *twin)
{
    static const char what[] = ", after a node came and went";
    const struct sample *sample = twin->sample;
    const struct subject *subject = twin->questions->subject;
    struct ring_bytes owners[SAMPLE_KEYS_MAX];
    if (twin->fewer.count == 0 || subject->remove == NULL || subject->rebuilds ||
        subject->adding_twice == SUBJECT_ACCEPTS) {
        return true;
    }
    return questions_remove(twin->questions, property_what(PROPERTY_HISTORY), twin->second,
                            twin->apart.name) &&
           questions_owners(twin->questions, twin->second, &twin->fewer, sample->keys,
                            sample->count, owners) &&
           compare(twin, PROPERTY_HISTORY, what, twin->less, owners, &twin->fewer);
}

static bool twin_holds(struct questions *questions, unsigned int mask, const void *ring,
                       const struct present *present, const struct sample *sample)
{
    struct twin twin = {
        .questions = questions, .mask = mask, .first = ring, .present = present, .sample = sample};
    choose_order(&twin);
    bool holds = questions_build(questions, property_what(PROPERTY_HISTORY), twin.fewer.nodes,
                                 twin.fewer.count, true, &twin.second) &&
                 holds_without_one(&twin) && holds_with_all(&twin) && holds_without_it_again(&twin);
    questions_destroy(questions, twin.second);
    free(twin.fewer.nodes);
    return holds;
}

/* Whether the first ring still answers as it did before the second one came and went. */
static bool first_is_unchanged(struct questions *questions, unsigned int mask, const void *ring,
                               const struct present *present, const struct sample *sample)
{
    struct ring_bytes owners[SAMPLE_KEYS_MAX];
    struct moved moved[SAMPLE_KEYS_MAX];
    return questions_owners(questions, ring, present, sample->keys, sample->count, owners) &&
           (property_moved(sample->keys, sample->owners, owners, sample->count, moved) == 0 ||
            property_says_moved_if_again(questions, mask, PROPERTY_RINGS,
                                         ", after another ring was destroyed", ring, present,
                                         moved));
}

static bool lending_holds(struct questions *questions, unsigned int mask, const void *ring,
                          const struct present *present, const struct sample *sample)
{
    questions->lend = true;
    bool holds = twin_holds(questions, mask, ring, present, sample);
    questions_end_lending(questions);
    return holds;
}

bool property_twin_holds(struct questions *questions, unsigned int mask, const void *ring,
                         const struct present *present, const struct sample *sample)
{
    const bool lends = has(mask, PROPERTY_BORROWED) && !questions_slow(questions->subject);
    bool holds = lends ? lending_holds(questions, mask, ring, present, sample)
                       : twin_holds(questions, mask, ring, present, sample);
    if (!holds && lends && questions->finding->found) {
        /* Is it because names and keys did not stay where they were? Does it come again? */
        struct finding ignored = {.found = false};
        struct questions other = *questions;
        other.finding = &ignored;
        if (twin_holds(&other, mask, ring, present, sample)) {
            enum property property = lending_holds(&other, mask, ring, present, sample)
                                         ? PROPERTY_SAME
                                         : PROPERTY_BORROWED;
            (void)snprintf(questions->finding->what, sizeof questions->finding->what, "%s",
                           property_what(property));
        }
    }
    return holds && (!has(mask, PROPERTY_RINGS) ||
                     first_is_unchanged(questions, mask, ring, present, sample));
}
