#include "whole.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "difference.h"
#include "replicas.h"

/* THE RIGHT POINTS */

void whole_forget(struct pair *pair)
{
    lookup_free(&pair->lookup);
    pair->looked = false;
}

/* More than any right ring lists: a list that goes on for ever has to end. */
static size_t limit_of(const struct pair *pair)
{
    size_t factor = pair->subject.subject->points_per_replica;
    size_t limit = 1000;
    for (size_t i = 0; i < pair->present.count; i++) {
        limit += 2 * (size_t)pair->present.nodes[i].replicas * (factor > 0 ? factor : 1);
    }
    return pair->subject.subject->replicas == SUBJECT_WEIGHT ? SIZE_MAX : limit;
}

const struct lookup *whole_lookup(struct pair *pair)
{
    const struct side *source = pair->reference.ring != NULL ? &pair->reference : &pair->subject;
    bool listed = pair->subject.subject->placement == SUBJECT_LISTED;
    if (pair->reference.ring == NULL && !listed) {
        return NULL;
    }
    if (!pair->looked) {
        pair->lookup = (struct lookup){.subject = pair->subject.subject, .present = &pair->present};
        lookup_collect(&pair->lookup, source->subject, source->ring,
                       listed ? limit_of(pair) : SIZE_MAX);
        pair->looked = true;
    }
    return &pair->lookup;
}

static bool one_counts(const struct subject *subject)
{
    return subject->ties == SUBJECT_FIRST_WINS || subject->ties == SUBJECT_LAST_WINS;
}

/* COUNTS */

static size_t right_point_count(struct pair *pair)
{
    return one_counts(pair->subject.subject) || pair->reference.ring == NULL
               ? whole_lookup(pair)->count
               : pair->reference.subject->point_count(pair->reference.ring);
}

bool whole_counts(struct pair *pair, struct finding *finding)
{
    const struct side *subject = &pair->subject;
    if (subject->subject->node_count != NULL) {
        size_t expected = pair->reference.ring != NULL
                              ? pair->reference.subject->node_count(pair->reference.ring)
                              : pair->present.count;
        size_t got = subject->subject->node_count(subject->ring);
        if (expected != got) {
            return difference(finding, "number of nodes", difference_write_count, &expected, &got);
        }
    }
    if (subject->subject->point_count != NULL && subject->subject->placement != SUBJECT_OPAQUE) {
        size_t expected = right_point_count(pair);
        size_t got = subject->subject->point_count(subject->ring);
        if (expected != got) {
            return difference(finding, "number of points", difference_write_count, &expected, &got);
        }
    }
    return true;
}

/* POINTS */

static bool differs_at(size_t index, const struct ring_point *expected,
                       const struct ring_point *got, struct finding *finding)
{
    char what[sizeof finding->what];
    (void)snprintf(what, sizeof what, "point %zu in ring order", index);
    return difference(finding, what, difference_write_point, expected, got);
}

bool whole_points(struct pair *pair, struct finding *finding)
{
    const struct side *reference = &pair->reference;
    const struct side *subject = &pair->subject;
    struct ring_cursor reference_cursor = {{0}};
    struct ring_cursor subject_cursor = {{0}};
    for (size_t i = 0;; i++) {
        struct ring_point expected;
        struct ring_point got;
        bool more = reference->subject->next_point(reference->ring, &reference_cursor, &expected);
        bool subject_more = subject->subject->next_point(subject->ring, &subject_cursor, &got);
        if (more != subject_more ||
            (more && (expected.position != got.position || !text_same(expected.node, got.node)))) {
            return differs_at(i, more ? &expected : NULL, subject_more ? &got : NULL, finding);
        }
        if (!more) {
            return true;
        }
    }
}

/* All points of the subject's ring, and at most one more than `most`. To be freed. */
static struct ring_point *collect(const struct side *side, size_t most, size_t *count)
{
    struct ring_point *points = memory_resize(NULL, most + 1, sizeof *points);
    struct ring_cursor cursor = {{0}};
    *count = 0;
    while (*count <= most && side->subject->next_point(side->ring, &cursor, &points[*count])) {
        ++*count;
    }
    return points;
}

static int by_position_and_name(const void *left, const void *right)
{
    const struct ring_point *a = left;
    const struct ring_point *b = right;
    if (a->position != b->position) {
        return a->position < b->position ? -1 : 1;
    }
    return text_order(a->node, b->node);
}

static bool in_order(const struct ring_point *points, size_t count, size_t *where)
{
    for (*where = 1; *where < count; ++*where) {
        if (points[*where - 1].position > points[*where].position) {
            return false;
        }
    }
    return true;
}

/* Compares the points with the right ones, apart from the order of those at equal positions. Sorts
 * copies of both lists, so that many equal points cost no more than others. */
static bool points_except_ties(struct pair *pair, struct finding *finding)
{
    const struct lookup *right = whole_lookup(pair);
    size_t count = 0;
    size_t where = 0;
    struct ring_point *expected = memory_resize(NULL, right->count, sizeof *expected);
    struct ring_point *got = collect(&pair->subject, right->count, &count);
    bool same =
        in_order(got, count, &where) ||
        differs_at(where, &right->points[where < right->count ? where : 0], &got[where], finding);
    if (right->count > 0) {
        memcpy(expected, right->points, right->count * sizeof *expected);
    }
    qsort(expected, right->count, sizeof *expected, by_position_and_name);
    qsort(got, count, sizeof *got, by_position_and_name);
    for (size_t i = 0; same && (i < right->count || i < count); i++) {
        const struct ring_point *a = i < right->count ? &expected[i] : NULL;
        const struct ring_point *b = i < count ? &got[i] : NULL;
        same = (a != NULL && b != NULL && by_position_and_name(a, b) == 0) ||
               differs_at(i, a, b, finding);
    }
    free(expected);
    free(got);
    return same;
}

/* A LISTED RING: its list must fit the nodes that it holds. */

struct listed_node {
    struct ring_bytes name;
    size_t points;
};

static int by_node(const void *left, const void *right)
{
    const struct ring_point *a = left;
    const struct ring_point *b = right;
    return text_order(a->node, b->node);
}

/* The points that a present node must have; 0: not known. */
static size_t points_due(const struct subject *subject, const struct ring_node *node)
{
    bool known = subject->replicas != SUBJECT_WEIGHT && !one_counts(subject);
    size_t factor = subject->points_per_replica > 0 ? subject->points_per_replica : 1;
    return known ? factor * node->replicas : 0;
}

static bool node_is_listed_rightly(const struct pair *pair, const struct ring_point *points,
                                   size_t count, size_t index, size_t *listed,
                                   struct finding *finding)
{
    const struct ring_node *node = &pair->present.nodes[index];
    const struct ring_point wanted = {0, node->name};
    const struct ring_point *first =
        count > 0 ? bsearch(&wanted, points, count, sizeof *points, by_node) : NULL;
    size_t got = 0;
    for (; first != NULL && first > points && by_node(first - 1, &wanted) == 0; first--) {
    }
    for (; first != NULL && first + got < points + count && by_node(first + got, &wanted) == 0;) {
        got++;
    }
    size_t due = points_due(pair->subject.subject, node);
    *listed += got;
    if (due == 0 || due == got) {
        return true;
    }
    char what[sizeof finding->what];
    (void)snprintf(what, sizeof what, "listed points of node %zu", index + 1);
    return difference(finding, what, difference_write_count, &due, &got);
}

static bool stranger_is_listed(const struct pair *pair, struct finding *finding)
{
    for (size_t i = 0; i < pair->lookup.count; i++) {
        struct ring_bytes name = pair->lookup.points[i].node;
        if (present_index(&pair->present, name) == pair->present.count) {
            char text[sizeof finding->got];
            (void)snprintf(text, sizeof text, "a point of a node that is not in the ring: %.*s",
                           name.size < 60 ? (int)name.size : 60, (const char *)name.data);
            return !difference_in_words(finding, "listed points", "points of the ring's nodes",
                                        text);
        }
    }
    return false;
}

static bool in_range(const struct pair *pair, struct finding *finding)
{
    unsigned int bits = pair->subject.subject->position_bits;
    size_t where = 0;
    const struct lookup *lookup = &pair->lookup;
    if (!in_order(lookup->points, lookup->count, &where)) {
        return differs_at(where, &lookup->points[where - 1], &lookup->points[where], finding);
    }
    if (bits > 0 && bits < 64 && lookup->count > 0 &&
        lookup->points[lookup->count - 1].position >> bits > 0) {
        return difference_in_words(finding, "listed points", "positions of position_bits",
                                   "a greater position");
    }
    return true;
}

static bool list_fits(struct pair *pair, struct finding *finding)
{
    const struct lookup *lookup = whole_lookup(pair);
    size_t listed = 0;
    bool fits = in_range(pair, finding);
    struct ring_point *points = memory_resize(NULL, lookup->count, sizeof *points);
    if (lookup->count > 0) {
        memcpy(points, lookup->points, lookup->count * sizeof *points);
    }
    qsort(points, lookup->count, sizeof *points, by_node);
    for (size_t i = 0; i < pair->present.count && fits; i++) {
        fits = node_is_listed_rightly(pair, points, lookup->count, i, &listed, finding);
    }
    fits = fits && (listed == lookup->count || !stranger_is_listed(pair, finding));
    free(points);
    return fits;
}

/* LOOKUPS AT EVERY POINT */

struct probe {
    uint64_t position;
    struct ring_bytes node;
};

static void write_probe(FILE *out, const void *context)
{
    const struct probe *probe = context;
    (void)fprintf(out, "%llu -> ", (unsigned long long)probe->position);
    text_write(out, probe->node);
}

/* With pair->samples, one of so many points is looked up, and all points of a small ring. */
#define SAMPLED 8
#define SMALL_RING 16

/* Which points are looked up: from *first on, one of so many. The ring itself draws them, so that
 * the same program has the same ones. */
static size_t step_of(const struct pair *pair, const struct lookup *right, size_t *first)
{
    bool all = !pair->samples || right->count <= SMALL_RING;
    *first = all ? 0 : (size_t)((right->points[0].position ^ right->count) % SAMPLED);
    return all ? 1 : SAMPLED;
}

/* Looks up the position of each point, and the one before it, in one call. Before position 0 comes
 * the greatest one. The last position is far behind all points, if these have few bits. */
static bool successors(struct pair *pair, struct finding *finding)
{
    const struct side *subject = &pair->subject;
    const struct lookup *right = whole_lookup(pair);
    if (subject->subject->find_positions == NULL || subject->subject->point_count == NULL ||
        subject->subject->next_point == NULL || right == NULL || right->count == 0) {
        return true;
    }
    size_t first = 0;
    size_t step = step_of(pair, right, &first);
    size_t count = 2 * ((right->count - first + step - 1) / step) + 1;
    unsigned int bits = subject->subject->position_bits;
    uint64_t mask = bits == 0 || bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
    uint64_t *positions = memory_resize(NULL, count, sizeof *positions);
    struct ring_bytes *got = memory_resize(NULL, count, sizeof *got);
    for (size_t i = 0; i < count / 2; i++) {
        uint64_t position = right->points[first + i * step].position;
        positions[2 * i] = (position - 1) & mask;
        positions[2 * i + 1] = position;
    }
    const uint64_t middle = right->points[right->count / 2].position;
    positions[count - 1] = (middle + (UINT64_C(1) << 32)) & mask;
    enum ring_error error = subject->subject->find_positions(subject->ring, positions, count, got);
    bool same =
        error == RING_OK || difference_in_words(finding, "find_positions", "success", "an error");
    for (size_t i = 0; i < count && same; i++) {
        struct probe expected = {positions[i], {NULL, 0}};
        if (!lookup_is_right(right, positions[i], 1, &got[i], 1)) {
            (void)lookup_answer(right, positions[i], 1, &expected.node);
            same = difference(finding, "find_positions", write_probe, &expected,
                              &(struct probe){positions[i], got[i]});
        }
    }
    free(positions);
    free(got);
    return same;
}

/* WALKS OVER THE OWNERS */

/* How many points the walks pass together, on average. */
#define PASSED_MAX 512

struct owners {
    uint64_t position;
    const struct ring_bytes *nodes;
    size_t count;
};

static void write_owners(FILE *out, const void *context)
{
    const struct owners *owners = context;
    (void)fprintf(out, "%llu ->", (unsigned long long)owners->position);
    for (size_t i = 0; i < owners->count; i++) {
        (void)fputs(" ", out);
        text_write(out, owners->nodes[i]);
    }
}

/* Walks over all owners, and at most one more. `nodes` has room for twice as many. */
static bool walk_is_right(const struct side *side, const struct lookup *right, uint64_t position,
                          struct ring_bytes *nodes, struct finding *finding)
{
    struct ring_bytes *answer = nodes + right->owners + 1;
    struct ring_owner_cursor cursor;
    size_t count = 0;
    side->subject->seek_position(side->ring, position, &cursor);
    while (count <= right->owners &&
           side->subject->next_owner(side->ring, &cursor, &nodes[count])) {
        count++;
    }
    if (lookup_is_right(right, position, UINT64_MAX, nodes, count)) {
        return true;
    }
    (void)lookup_answer(right, position, UINT64_MAX, answer);
    return difference(finding, "next_owner", write_owners,
                      &(struct owners){position, answer, right->owners},
                      &(struct owners){position, nodes, count});
}

/* Starts at some points, and at the positions before them. */
bool whole_walks(struct pair *pair, struct finding *finding)
{
    const struct side *side = &pair->subject;
    const struct lookup *right = whole_lookup(pair);
    if (side->subject->next_owner == NULL || side->subject->seek_position == NULL ||
        right == NULL || right->count == 0) {
        return true;
    }
    struct ring_bytes *nodes = memory_resize(NULL, 2 * right->owners + 1, sizeof *nodes);
    uint64_t step = 1 + 2 * (uint64_t)right->count * right->count / PASSED_MAX;
    bool same = true;
    for (uint64_t i = right->points[0].position % step; i < right->count && same; i += step) {
        uint64_t position = right->points[i].position;
        same = walk_is_right(side, right, position, nodes, finding) &&
               walk_is_right(side, right, position - 1, nodes, finding);
    }
    free(nodes);
    return same;
}

/* ALL */

static bool invariants_hold(const struct side *subject, struct finding *finding)
{
    const char *broken =
        subject->subject->check != NULL ? subject->subject->check(subject->ring) : NULL;
    return broken == NULL || difference_in_words(finding, "the subject's check of itself", broken,
                                                 "this does not hold");
}

static bool right_points(struct pair *pair, struct finding *finding)
{
    const struct subject *subject = pair->subject.subject;
    if (subject->placement == SUBJECT_LISTED) {
        return list_fits(pair, finding);
    }
    if (subject->next_point == NULL || pair->reference.ring == NULL) {
        return true;
    }
    if (subject->ties == SUBJECT_TIES_BY_NAME) {
        return whole_points(pair, finding);
    }
    return points_except_ties(pair, finding);
}

/* With pair->samples, a ring of many points checks itself in one of so many programs. */
#define CHECKS_ITSELF 4

static bool checks_itself(struct pair *pair)
{
    size_t drawn = 0;
    const struct lookup *right = pair->samples ? whole_lookup(pair) : NULL;
    return right == NULL || step_of(pair, right, &drawn) == 1 || drawn % CHECKS_ITSELF == 0;
}

bool whole_rings(struct pair *pair, struct finding *finding)
{
    return right_points(pair, finding) &&
           (!checks_itself(pair) || invariants_hold(&pair->subject, finding)) &&
           successors(pair, finding) &&
           replicas_hold(&pair->subject, &pair->present, pair->present.nodes, pair->present.count,
                         finding);
}
