#include "property_lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "tied.h"

#define LIST_MAX (sizeof((struct property_list *)NULL)->nodes / sizeof(struct ring_bytes))
/* Rings of more nodes are not asked for all of them. */
#define WHOLE_MAX 128

static bool has(unsigned int mask, enum property property)
{
    return (mask >> property & 1U) != 0;
}

/* The index of the first node that is in the list twice, or `count`. */
static size_t repeated(const struct ring_bytes *nodes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (text_same(nodes[i], nodes[j])) {
                return i;
            }
        }
    }
    return count;
}

/* Nodes may have no points of their own, if only one of equal points counts, or if weights are
 * rounded. */
static bool may_lack_nodes(const struct subject *subject)
{
    return subject->ties == SUBJECT_FIRST_WINS || subject->ties == SUBJECT_LAST_WINS ||
           subject->replicas == SUBJECT_WEIGHT;
}

static bool is_distinct(struct questions *questions, struct ring_bytes key,
                        const struct ring_bytes *nodes, size_t found, size_t expected)
{
    char want[64];
    char have[64];
    if (found == expected && repeated(nodes, found) == found) {
        return true;
    }
    (void)snprintf(want, sizeof want, " -> %zu distinct nodes", expected);
    (void)snprintf(have, sizeof have, " (%zu nodes)", found);
    return finding_say(
        questions->finding, property_what(PROPERTY_DISTINCT),
        &(struct said){.before = "find-n ", .key = &key, .after = want},
        &(struct said){"find-n ", &key, nodes, found < expected ? found : expected, have});
}

static bool begins(struct questions *questions, struct ring_bytes key,
                   const struct ring_bytes *nodes, size_t found, struct ring_bytes owner)
{
    return found == 0 || question_is_nobody(owner) || question_is_nobody(nodes[0]) ||
           text_same(nodes[0], owner) ||
           finding_say(questions->finding, property_what(PROPERTY_BEGINS),
                       &(struct said){"find-n ", &key, &owner, 1, ", as find answers"},
                       &(struct said){"find-n ", &key, nodes, 1, NULL});
}

static bool is_prefix(struct questions *questions, struct ring_bytes key,
                      const struct ring_bytes *shorter, size_t count,
                      const struct ring_bytes *longer, size_t found)
{
    bool same = count <= found;
    for (size_t i = 0; i < count && same; i++) {
        same = text_same(shorter[i], longer[i]);
    }
    return same || finding_say(questions->finding, property_what(PROPERTY_PREFIX),
                               &(struct said){"find-n ", &key, shorter, count, " ..."},
                               &(struct said){"find-n ", &key, longer, found, NULL});
}

/* The lengths to ask for, in ascending order. */
static size_t lengths_of(size_t nodes, size_t lengths[8])
{
    size_t count = 0;
    for (size_t n = 1; n <= 3 && n < nodes; n++) {
        lengths[count++] = n;
    }
    if (nodes > LIST_MAX) {
        lengths[count++] = LIST_MAX;
    }
    if (nodes <= WHOLE_MAX) {
        lengths[count++] = nodes;
        lengths[count++] = nodes + 1;
        lengths[count++] = 2 * nodes + 10;
    }
    return count;
}

bool property_lists_hold(struct questions *questions, unsigned int mask, const void *ring,
                         const struct present *present, struct ring_bytes key,
                         struct ring_bytes owner)
{
    size_t lengths[8];
    size_t count = lengths_of(present->count, lengths);
    struct ring_bytes *before = NULL;
    size_t found_before = 0;
    size_t all = present->count; /* the nodes that a list can have */
    bool holds = true;
    for (size_t i = 0; i < count && holds; i++) {
        size_t room = lengths[i] < present->count ? lengths[i] : present->count;
        size_t found = 0;
        struct ring_bytes *nodes = memory_resize(NULL, room, sizeof *nodes);
        holds = questions_list(questions, ring, present, key, lengths[i], nodes, &found);
        if (found < room && found > 0 && all == present->count &&
            may_lack_nodes(questions->subject)) {
            all = found;
        }
        size_t expected = room < all ? room : all;
        holds = holds && (!has(mask, PROPERTY_DISTINCT) ||
                          is_distinct(questions, key, nodes, found, expected));
        found = found < expected ? found : expected;
        holds = holds && (!has(mask, PROPERTY_PREFIX) ||
                          is_prefix(questions, key, before, found_before, nodes, found));
        holds =
            holds && (!has(mask, PROPERTY_BEGINS) || begins(questions, key, nodes, found, owner));
        free(before);
        before = nodes;
        found_before = found;
    }
    free(before);
    return holds;
}

bool property_list_ask(struct questions *questions, const void *ring, const struct present *present,
                       struct ring_bytes key, struct property_list *list)
{
    size_t n = present->count < LIST_MAX ? present->count : LIST_MAX;
    list->key = key;
    list->count = 0;
    size_t found = 0;
    bool answered = questions_list(questions, ring, present, key, n, list->nodes, &found);
    list->count = found < n ? found : n;
    return answered;
}

/* Where two lists first differ, as far as both go; or the length of the shorter one. */
static size_t first_difference(const struct property_list *a, const struct property_list *b)
{
    size_t same = 0;
    while (same < a->count && same < b->count && text_same(a->nodes[same], b->nodes[same])) {
        same++;
    }
    return same;
}

/* Whether two lists begin alike, as far as both go. Equal points, also those of `gone`, may excuse the
 * first difference; what follows is then not compared. */
static bool alike(struct questions *questions, const struct present *present,
                  const struct property_list *expected, const struct property_list *got,
                  struct ring_bytes gone)
{
    size_t at = first_difference(expected, got);
    if (at == expected->count || at == got->count || question_is_nobody(expected->nodes[at]) ||
        question_is_nobody(got->nodes[at])) {
        return true;
    }
    const struct moved apart = {expected->key, expected->nodes[at], got->nodes[at]};
    const struct moved hidden = {expected->key, gone, got->nodes[at]};
    return questions->subject->ties != SUBJECT_TIES_BY_NAME &&
           (tied_is_seen(questions, present, &apart) ||
            (!question_is_nobody(gone) && tied_is_seen(questions, present, &hidden)));
}

bool property_lists_same(struct questions *questions, const struct present *present,
                         const struct property_list *expected, const struct property_list *got)
{
    return alike(questions, present, expected, got, question_nobody) ||
           finding_say(
               questions->finding, property_what(PROPERTY_HISTORY),
               &(struct said){"find-n ", &expected->key, expected->nodes, expected->count, NULL},
               &(struct said){"find-n ", &got->key, got->nodes, got->count,
                              ", in a ring made of the same nodes"});
}

bool property_lists_less(struct questions *questions, const struct present *present,
                         struct ring_bytes name, const struct property_list *with,
                         const struct property_list *without)
{
    struct property_list expected = {.key = with->key};
    for (size_t i = 0; i < with->count; i++) {
        if (!text_same(with->nodes[i], name)) {
            expected.nodes[expected.count++] = with->nodes[i];
        }
    }
    /* If the nearest point goes, the list may begin on the other side of the key. A list that repeats
     * nodes is another finding. */
    bool begins_elsewhere = questions->subject->successor == SUBJECT_NEAREST && with->count > 0 &&
                            text_same(with->nodes[0], name);
    return begins_elsewhere || repeated(with->nodes, with->count) < with->count ||
           repeated(without->nodes, without->count) < without->count ||
           alike(questions, present, &expected, without, name) ||
           finding_say(questions->finding, property_what(PROPERTY_LESS),
                       &(struct said){"find-n ", &with->key, expected.nodes, expected.count,
                                      ", without one node"},
                       &(struct said){"find-n ", &with->key, without->nodes, without->count, NULL});
}
