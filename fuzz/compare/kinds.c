#include "kinds.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "view.h"

/* The words of kinds, for programs that read them. */
static const char POINTS[] = "points";               /* points lie elsewhere */
static const char POINT_COUNTS[] = "point-counts";   /* a node has another number of points */
static const char KEY_POSITIONS[] = "key-positions"; /* keys lie elsewhere */
static const char SUCCESSOR[] = "successor";         /* another point is next to a key */
static const char WEIGHTS[] = "weights";             /* only nodes of unequal weight differ */
static const char TIES[] = "ties";                   /* equal points come in another order */
static const char ORDER[] = "order-of-coming";       /* the order in which nodes came matters */
static const char HISTORY[] = "history";             /* only rings that nodes have left differ */
static const char NAMES[] = "names";                 /* only names of a kind */
static const char KEYS[] = "keys";                   /* only keys of a kind */
static const char OWN_POINTS[] = "own-points";       /* a side does not answer as its points say */
static const char STRANGERS[] = "strangers";         /* a side answers nodes that are not there */
static const char UNSTEADY[] = "unsteady";           /* a side answers otherwise when asked again */

struct telling {
    const struct compare_side *sides;
    const struct compare_lists *lists;
    const struct compare_script *script;
    const struct compare_answers *answers;
    const unsigned char *marks;
    struct compare_result *result;
    bool knows[2];
};

static char *print(const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0) {
        abort();
    }
    return text;
}

__attribute__((format(printf, 4, 5))) static void tell(struct telling *telling, const char *word,
                                                       bool inferred, const char *format, ...)
{
    struct compare_result *result = telling->result;
    va_list arguments;
    if (result->kind_count == COMPARE_KINDS_MAX) {
        return;
    }
    va_start(arguments, format);
    result->kinds[result->kind_count++] =
        (struct compare_kind){word, inferred, print(format, arguments)};
    va_end(arguments);
}

__attribute__((format(printf, 2, 3))) static void not_seen(struct telling *telling,
                                                           const char *format, ...)
{
    struct compare_result *result = telling->result;
    va_list arguments;
    if (result->not_seen_count == COMPARE_KINDS_MAX) {
        return;
    }
    va_start(arguments, format);
    result->not_seen[result->not_seen_count++] = print(format, arguments);
    va_end(arguments);
}

static bool is_told(const struct telling *telling, const char *word)
{
    for (size_t i = 0; i < telling->result->kind_count; i++) {
        if (telling->result->kinds[i].word == word) {
            return true;
        }
    }
    return false;
}

/* A name or key in quotes. To be freed. */
static char *quoted(struct ring_bytes bytes)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        abort();
    }
    text_write(out, bytes);
    (void)fclose(out);
    return text;
}

/* COUNTS OF MARKS */

struct counts {
    uint64_t lookups, different, ties;
};

/* Of all asks with the purpose, and two nodes or more. */
static struct counts count(const struct telling *telling, enum compare_purpose purpose)
{
    struct counts counts = {0, 0, 0};
    for (size_t i = 0; i < telling->script->ask_count; i++) {
        const struct compare_ask *ask = &telling->script->asks[i];
        for (size_t j = 0; ask->purpose == purpose && ask->nodes > 1 && j < ask->count; j++) {
            counts.lookups++;
            counts.different += telling->marks[ask->lookup + j] == COMPARE_MARK_DIFFERENT;
            counts.ties += telling->marks[ask->lookup + j] == COMPARE_MARK_TIE;
        }
    }
    return counts;
}

/* WHAT POINTS SAY */

/* The points of one ask of both sides, next to one another. */
struct pair {
    const struct compare_point *points[2];
    size_t count[2];
    bool known;
};

static struct pair pair_of(const struct compare_answers answers[2], size_t ask)
{
    struct pair pair = {.known = true};
    for (int i = 0; i < 2; i++) {
        pair.known = pair.known && answers[i].points != NULL && answers[i].ranges[ask].known;
        if (pair.known) {
            pair.points[i] = answers[i].points + answers[i].ranges[ask].first;
            pair.count[i] = answers[i].ranges[ask].count;
        }
    }
    return pair;
}

static bool same_points(const struct pair *pair)
{
    if (pair->count[0] != pair->count[1]) {
        return false;
    }
    for (size_t i = 0; i < pair->count[0]; i++) {
        if (pair->points[0][i].position != pair->points[1][i].position ||
            pair->points[0][i].node != pair->points[1][i].node) {
            return false;
        }
    }
    return true;
}

static size_t points_of_node(const struct pair *pair, int side, size_t node)
{
    size_t points = 0;
    for (size_t i = 0; i < pair->count[side]; i++) {
        points += pair->points[side][i].node == node;
    }
    return points;
}

/* A node of which one side has more points than the other; false if there is none. */
static bool uneven_node(const struct telling *telling, const struct pair *pair, size_t *node)
{
    for (*node = 0; *node < telling->script->node_count; (*node)++) {
        if (points_of_node(pair, 0, *node) != points_of_node(pair, 1, *node)) {
            return true;
        }
    }
    return false;
}

/* How many points of side 0 are among those of side 1, with their nodes. */
static size_t common_points(const struct pair *pair)
{
    size_t common = 0;
    for (size_t i = 0, j = 0; i < pair->count[0] && j < pair->count[1];) {
        const struct compare_point *a = &pair->points[0][i];
        const struct compare_point *b = &pair->points[1][j];
        if (a->position == b->position && a->node == b->node) {
            common++;
            i++;
            j++;
        } else if (a->position < b->position || (a->position == b->position && a->node < b->node)) {
            i++;
        } else {
            j++;
        }
    }
    return common;
}

static const struct compare_point *point_of(const struct pair *pair, int side, size_t node,
                                            size_t index)
{
    for (size_t i = 0; i < pair->count[side]; i++) {
        if (pair->points[side][i].node == node && pair->points[side][i].index == index) {
            return &pair->points[side][i];
        }
    }
    return NULL;
}

/* The first point by node and index that lies elsewhere, if both sides number their points. */
static bool moved_point(const struct telling *telling, const struct pair *pair, size_t *node,
                        size_t *index)
{
    for (*node = 0; *node < telling->script->node_count; (*node)++) {
        const struct compare_point *a = NULL;
        for (*index = 0; (a = point_of(pair, 0, *node, *index)) != NULL; (*index)++) {
            const struct compare_point *b = point_of(pair, 1, *node, *index);
            if (b == NULL || b->position != a->position) {
                return b != NULL;
            }
        }
    }
    return false;
}

/* How large the circle of a side is. */
static unsigned int bits(const struct telling *telling, int side)
{
    bool narrow = telling->sides[side].facts.placement == SUBJECT_BY_RULE &&
                  rule_is_narrow(telling->result->rule->options.rule);
    return narrow ? 32 : telling->sides[side].facts.position_bits;
}

/* " of 2^32" if the sides differ in it, and otherwise "". One of two static strings. */
static const char *circle(const struct telling *telling, int side)
{
    static char texts[2][32];
    if (bits(telling, 0) == bits(telling, 1)) {
        return "";
    }
    (void)snprintf(texts[side], sizeof texts[side], " of 2^%u", bits(telling, side));
    return texts[side];
}

static void tell_moved_point(struct telling *telling, const struct pair *pair, const char *share)
{
    size_t node = 0;
    size_t index = 0;
    if (moved_point(telling, pair, &node, &index)) {
        char *name = quoted(telling->script->nodes[node]);
        tell(telling, POINTS, false,
             "%s of all points are in one ring alone: point %zu of %s: A at %llu%s, B at %llu%s",
             share, index, name, (unsigned long long)point_of(pair, 0, node, index)->position,
             circle(telling, 0), (unsigned long long)point_of(pair, 1, node, index)->position,
             circle(telling, 1));
        free(name);
        return;
    }
    for (size_t i = 0; i < pair->count[0] && i < pair->count[1]; i++) {
        const struct compare_point *a = &pair->points[0][i];
        const struct compare_point *b = &pair->points[1][i];
        if (a->position != b->position || a->node != b->node) {
            char *name_a = quoted(telling->script->nodes[a->node]);
            char *name_b = quoted(telling->script->nodes[b->node]);
            tell(telling, POINTS, false,
                 "%s of all points are in one ring alone: point %zu of the circle: A has %llu of "
                 "%s, B has %llu of %s",
                 share, i, (unsigned long long)a->position, name_a, (unsigned long long)b->position,
                 name_b);
            free(name_a);
            free(name_b);
            return;
        }
    }
}

/* Whether the points differ in an ask of the purpose: the first is *where. */
static bool points_differ(const struct telling *telling, enum compare_purpose purpose,
                          size_t *where)
{
    for (size_t i = 0; i < telling->script->ask_count; i++) {
        struct pair pair = pair_of(telling->answers, i);
        if (telling->script->asks[i].purpose == purpose && pair.known && !same_points(&pair)) {
            *where = i;
            return true;
        }
    }
    return false;
}

static void tell_points_of(struct telling *telling, size_t ask)
{
    struct pair pair = pair_of(telling->answers, ask);
    size_t node = 0;
    if (uneven_node(telling, &pair, &node)) {
        char *name = quoted(telling->script->nodes[node]);
        bool weighted = telling->script->asks[ask].purpose == COMPARE_WEIGHTED;
        tell(telling, weighted ? WEIGHTS : POINT_COUNTS, false,
             "%s has %zu point%s in A and %zu in B, %s", name, points_of_node(&pair, 0, node),
             points_of_node(&pair, 0, node) == 1 ? "" : "s", points_of_node(&pair, 1, node),
             weighted ? "in a ring of unequal weights" : "with the same weight as the others");
        free(name);
    }
    size_t common = common_points(&pair);
    size_t most = pair.count[0] > pair.count[1] ? pair.count[0] : pair.count[1];
    size_t least = pair.count[0] < pair.count[1] ? pair.count[0] : pair.count[1];
    char share[32];
    (void)snprintf(share, sizeof share, "%.1f %%",
                   100.0 * (double)(most - common) / (double)(most > 0 ? most : 1));
    if (common < least) {
        tell_moved_point(telling, &pair, share);
    }
}

static bool tell_points_seen(struct telling *telling)
{
    static const enum compare_purpose purposes[] = {COMPARE_GROWN, COMPARE_SHRUNK, COMPARE_LEVEL,
                                                    COMPARE_WEIGHTED};
    size_t ask = 0;
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        if (points_differ(telling, purposes[i], &ask)) {
            tell_points_of(telling, ask);
            return true;
        }
    }
    return false;
}

static bool tell_key_positions_seen(struct telling *telling)
{
    uint64_t moved = 0;
    size_t first = SIZE_MAX;
    const struct compare_answers *answers = telling->answers;
    for (size_t i = 0; i < telling->script->lookups; i++) {
        if (answers[0].positions[i] != answers[1].positions[i]) {
            moved++;
            first = first == SIZE_MAX ? i : first;
        }
    }
    for (size_t i = 0; i < telling->script->ask_count && moved > 0; i++) {
        const struct compare_ask *ask = &telling->script->asks[i];
        if (first >= ask->lookup && first < ask->lookup + ask->count) {
            char *key = quoted(telling->script->keys[ask->key + first - ask->lookup]);
            tell(telling, KEY_POSITIONS, false,
                 "%.1f %% of the keys lie elsewhere: %s: A at %llu%s, B at %llu%s",
                 100.0 * (double)moved / (double)telling->script->lookups, key,
                 (unsigned long long)answers[0].positions[first], circle(telling, 0),
                 (unsigned long long)answers[1].positions[first], circle(telling, 1));
            free(key);
        }
    }
    return moved > 0;
}

/* SUCCESSORS */

static const char *successor_words(enum subject_successor successor)
{
    switch (successor) {
    case SUBJECT_AT_OR_AFTER:
        return "the first point at the key or after it";
    case SUBJECT_AFTER:
        return "the first point after the key, and not one at it";
    case SUBJECT_NEAREST:
        return "the nearest point";
    case SUBJECT_SUCCESSOR_NOT_SAID:
        break;
    }
    return "a point";
}

/* Which successors explain each answer of `side`, by the points of `source`: a bit for each of
 * compare_successors. */
static unsigned int explained(const struct telling *telling, int side, int source, uint64_t *passed)
{
    unsigned int all = (1U << COMPARE_SUCCESSORS) - 1;
    *passed = 0;
    for (size_t i = 0; i < telling->script->ask_count && all != 0; i++) {
        const struct compare_ask *ask = &telling->script->asks[i];
        struct compare_view view;
        if (ask->nodes < 2 || !compare_view_make(&view, telling->script, &telling->answers[source],
                                                 i, telling->sides[source].facts.position_bits)) {
            continue;
        }
        for (size_t j = ask->lookup; j < ask->lookup + ask->count && all != 0; j++) {
            int32_t owner = telling->answers[side].owners[j];
            (*passed)++;
            for (size_t k = 0; k < COMPARE_SUCCESSORS; k++) {
                if (!compare_view_explains(&view, compare_successors[k],
                                           telling->answers[source].positions[j], owner)) {
                    all &= ~(1U << k);
                }
            }
        }
        compare_view_free(&view);
    }
    return all;
}

static enum subject_successor first_of(unsigned int set)
{
    size_t i = 0;
    while ((set >> i & 1U) == 0) {
        i++;
    }
    return compare_successors[i];
}

/* Returns whether a successor of each side is known, and they differ. */
static bool tell_successor(struct telling *telling, const unsigned int sets[2], bool inferred)
{
    if (sets[0] == 0 || sets[1] == 0 || (sets[0] & sets[1]) != 0) {
        return false;
    }
    tell(telling, SUCCESSOR, inferred, "A takes %s, B takes %s", successor_words(first_of(sets[0])),
         successor_words(first_of(sets[1])));
    return true;
}

/* SHARES */

static enum compare_likeness likeness_of_shares(const struct telling *telling)
{
    enum compare_likeness likeness = COMPARE_UNCLEAR;
    for (size_t i = 0; i < telling->script->ask_count; i++) {
        const struct compare_ask *ask = &telling->script->asks[i];
        if (ask->purpose != COMPARE_SHARES) {
            continue;
        }
        uint64_t *counts[2];
        for (int side = 0; side < 2; side++) {
            counts[side] = memory_resize(NULL, telling->script->node_count, sizeof **counts);
            memset(counts[side], 0, telling->script->node_count * sizeof **counts);
            for (size_t j = 0; j < ask->count; j++) {
                int32_t owner = telling->answers[side].owners[ask->lookup + j];
                if (owner >= 0) {
                    counts[side][owner]++;
                }
            }
        }
        likeness = compare_likeness(counts[0], counts[1], ask->nodes);
        free(counts[0]);
        free(counts[1]);
    }
    return likeness;
}

/* ONE BY ONE */

static void tell_where_both_know(struct telling *telling)
{
    uint64_t passed = 0;
    bool points = tell_points_seen(telling);
    bool keys = tell_key_positions_seen(telling);
    unsigned int sets[2] = {explained(telling, 0, 0, &passed), explained(telling, 1, 1, &passed)};
    for (int i = 0; i < 2; i++) {
        if (sets[i] == 0) {
            tell(telling, OWN_POINTS, false,
                 "%c does not answer as the points that it tells demand: judge it by 'ringproof "
                 "check --subject'",
                 telling->sides[i].letter);
        }
    }
    if (!tell_successor(telling, sets, false) && !points && !keys && sets[0] != 0 && sets[1] != 0 &&
        telling->result->verdict == COMPARE_DIFFERENT) {
        not_seen(telling,
                 "points and keys lie at the same places, and no single successor explains "
                 "what differs");
    }
}

static double share_of(struct counts counts)
{
    return counts.lookups > 0 ? (double)counts.different / (double)counts.lookups : 0;
}

static void tell_part(struct telling *telling, const char *reason)
{
    tell(telling, POINTS, true,
         "%s, but not always: part of the points lie elsewhere, or a key takes another of its "
         "neighbours",
         reason);
}

/* From answers alone: are other points or other places of keys the reason? */
static void infer_placement(struct telling *telling)
{
    struct counts grown = count(telling, COMPARE_GROWN);
    const struct compare_result *result = telling->result;
    bool nothing_in_common = result->share.share > 0.8 * result->unrelated;
    uint32_t step = telling->lists->points_step;
    if (grown.lookups > 0 && share_of(grown) == 0) {
        return;
    }
    if (result->smallest.found && result->smallest.agrees_with > 0 &&
        result->smallest.agrees_with < telling->lists->points && !nothing_in_common) {
        tell(telling, POINTS, true,
             "no key differed with up to %lu points of each node, and keys differ with %lu: the "
             "points that come then lie elsewhere (index %lu%s)",
             (unsigned long)result->smallest.agrees_with,
             (unsigned long)result->smallest.agrees_with + step,
             (unsigned long)(result->smallest.agrees_with / step),
             step > 1 ? " of the hashes" : "");
        return;
    }
    switch (likeness_of_shares(telling)) {
    case COMPARE_ALIKE:
        if (nothing_in_common) {
            tell(telling, KEY_POSITIONS, true,
                 "both give each node the same uneven share of the keys, but not the same keys: "
                 "points lie at the same places, and keys elsewhere");
            return;
        }
        tell_part(telling, "both divide the circle nearly alike");
        return;
    case COMPARE_UNLIKE:
        if (!nothing_in_common) {
            tell_part(telling, "they give the nodes different shares of the keys");
            return;
        }
        tell(telling, POINTS, true,
             "they give the nodes different shares of the keys, and agree no more often than by "
             "chance: points lie elsewhere; whether keys do, too, cannot be seen");
        return;
    case COMPARE_UNCLEAR:
        if (!nothing_in_common) {
            tell_part(telling, "they agree far more often than by chance");
            return;
        }
        not_seen(telling,
                 "whether points or keys lie elsewhere: the shares of the nodes are too even "
                 "to tell%s",
                 step == 0 ? "" : "; ask more keys with --ops");
        return;
    }
}

static void tell_where_one_knows(struct telling *telling)
{
    int known = telling->knows[0] ? 0 : 1;
    uint64_t passed = 0;
    unsigned int sets[2];
    sets[known] = explained(telling, known, known, &passed);
    sets[1 - known] = explained(telling, 1 - known, known, &passed);
    if (sets[known] == 0) {
        tell(telling, OWN_POINTS, false,
             "%c does not answer as the points that it tells demand: judge it by 'ringproof check "
             "--subject'",
             telling->sides[known].letter);
    }
    if (tell_successor(telling, sets, true)) {
        return;
    }
    if (sets[1 - known] != 0 && sets[known] != 0) {
        return; /* ties */
    }
    infer_placement(telling);
}

/* Whether even the smallest list that tells has to be reached by a removal. */
static bool needs_a_removal(const struct compare_result *result)
{
    for (size_t i = 0; i < result->smallest.script.count; i++) {
        if (result->smallest.script.steps[i].kind == COMPARE_REMOVE) {
            return true;
        }
    }
    return false;
}

/* Only under some condition: the rest must be the same. */
static void tell_conditions(struct telling *telling)
{
    struct counts grown = count(telling, COMPARE_GROWN);
    struct counts level = count(telling, COMPARE_LEVEL);
    struct counts weighted = count(telling, COMPARE_WEIGHTED);
    struct counts shrunk = count(telling, COMPARE_SHRUNK);
    bool level_same = grown.lookups + level.lookups > 0 && grown.different + level.different == 0;
    if (level_same && weighted.different > 0 && !is_told(telling, WEIGHTS)) {
        tell(telling, WEIGHTS, true,
             "no key differs while all nodes have the same weight, and %.1f %% do where weights "
             "are unequal",
             100 * share_of(weighted));
    }
    if (level_same && weighted.different == 0 && shrunk.different > 0 &&
        needs_a_removal(telling->result)) {
        tell(telling, HISTORY, true,
             "no key differs while the ring grows, and %.1f %% do after nodes have left",
             100 * share_of(shrunk));
    }
}

/* Kinds of names or keys that alone differ. */
static void tell_texts(struct telling *telling)
{
    struct counts grown = count(telling, COMPARE_GROWN);
    if (grown.different > 0) {
        return;
    }
    for (size_t i = 0; i < telling->script->ask_count; i++) {
        const struct compare_ask *ask = &telling->script->asks[i];
        bool names = ask->purpose == COMPARE_NAMES;
        uint64_t different = 0;
        for (size_t j = 0; (names || ask->purpose == COMPARE_KEYS) && j < ask->count; j++) {
            different += telling->marks[ask->lookup + j] == COMPARE_MARK_DIFFERENT;
        }
        if (different > 0) {
            tell(telling, names ? NAMES : KEYS, true, "%llu of %zu keys differ %s %s",
                 (unsigned long long)different, ask->count,
                 names ? "where nodes have names" : "among those", ask->of);
        }
    }
}

static void tell_order(struct telling *telling)
{
    const struct compare_script *script = telling->script;
    uint64_t changed[2] = {0, 0};
    for (size_t i = 0; i < script->ask_count; i++) {
        const struct compare_ask *reversed = &script->asks[i];
        for (size_t j = 0; j < i && reversed->purpose == COMPARE_REVERSED; j++) {
            const struct compare_ask *before = &script->asks[j];
            bool same = before->key == reversed->key && before->count == reversed->count &&
                        before->nodes == reversed->nodes && compare_counts(before->purpose);
            for (size_t k = 0; same && k < before->count; k++) {
                for (int side = 0; side < 2; side++) {
                    changed[side] += telling->answers[side].owners[before->lookup + k] !=
                                     telling->answers[side].owners[reversed->lookup + k];
                }
            }
        }
    }
    for (int side = 0; side < 2; side++) {
        if (changed[side] > 0 && changed[1 - side] == 0) {
            tell(telling, ORDER, false,
                 "%c gives %llu keys to other nodes if the same nodes come in the other order, and "
                 "%c none",
                 telling->sides[side].letter, (unsigned long long)changed[side],
                 telling->sides[1 - side].letter);
        }
    }
}

static void tell_strangers(struct telling *telling)
{
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < telling->script->lookups; i++) {
            if (telling->answers[side].owners[i] == COMPARE_STRANGER) {
                tell(telling, STRANGERS, false,
                     "%c answers a name that was never added: judge it by 'ringproof check "
                     "--subject'",
                     telling->sides[side].letter);
                break;
            }
        }
    }
}

/* Whether lookups on points were among those that could tell. */
static void tell_what_was_not_seen(struct telling *telling)
{
    const struct compare_result *result = telling->result;
    bool possible = result->verdict != COMPARE_DIFFERENT || !is_told(telling, SUCCESSOR);
    if (possible && result->on_points == 0) {
        not_seen(telling, "whether they agree about a key that lies on a point: no key did%s",
                 telling->knows[0] || telling->knows[1] ? "" : ", as far as is known");
    }
    if (!telling->knows[0] && !telling->knows[1]) {
        not_seen(telling, "where points and keys lie: both rings are opaque");
    } else if (!telling->knows[0] || !telling->knows[1]) {
        not_seen(telling, "where points and keys of %c lie: it is opaque",
                 telling->knows[0] ? 'B' : 'A');
    }
    if (!telling->lists->weighs) {
        not_seen(telling, "unequal weights: %c gives all nodes the same number of points",
                 telling->sides[0].facts.replicas == SUBJECT_EACH_NODE ||
                         telling->sides[0].facts.replicas == SUBJECT_WEIGHT
                     ? 'B'
                     : 'A');
    }
    if (!telling->sides[0].facts.removes || !telling->sides[1].facts.removes) {
        not_seen(telling, "rings that nodes have left: %c cannot remove",
                 telling->sides[0].facts.removes ? 'B' : 'A');
    }
}

void compare_tell_kinds(const struct compare_side sides[2], const struct compare_lists *lists,
                        const struct compare_script *script,
                        const struct compare_answers answers[2], const unsigned char *marks,
                        struct compare_result *result)
{
    struct telling telling = {sides,
                              lists,
                              script,
                              answers,
                              marks,
                              result,
                              {compare_knows(&sides[0].facts), compare_knows(&sides[1].facts)}};
    if (result->verdict == COMPARE_DIFFERENT) {
        tell_strangers(&telling);
        if (telling.knows[0] && telling.knows[1]) {
            tell_where_both_know(&telling);
        } else if (telling.knows[0] || telling.knows[1]) {
            tell_where_one_knows(&telling);
        } else {
            infer_placement(&telling);
        }
        tell_conditions(&telling);
        tell_texts(&telling);
    }
    if (result->ties > 0 || result->verdict == COMPARE_SAME_BUT_TIES) {
        tell(&telling, TIES, false, "equal points of different nodes come in another order");
    }
    if (result->verdict != COMPARE_SAME) {
        tell_order(&telling);
    }
    if (result->verdict != COMPARE_SAME && !result->smallest.found && !result->unsteady &&
        interrupt_signal() == 0) {
        tell(&telling, UNSTEADY, false,
             "what differed does not differ in a ring that is asked nothing else: look for state "
             "that a side keeps between rings or calls");
    }
    if (result->unsteady) {
        tell(&telling, UNSTEADY, false, "a side gives other answers when it is asked again");
    }
    tell_what_was_not_seen(&telling);
}
