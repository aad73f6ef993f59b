#include "ranges.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "difference.h"

/* The points of a ring times its nodes: larger rings take too long. */
#define WORK_MAX 1024

static const struct ring_bytes nobody = {NULL, 0};

static uint64_t last_position(const struct pair *pair)
{
    unsigned int bits = pair->subject.subject->position_bits;
    bool narrow = rule_is_narrow(pair->options->rule);
    return narrow ? UINT32_MAX : bits == 0 || bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* RIGHT RANGES */

/* The owner of a position, if all points of one node are left out. */
static struct ring_bytes owner_without(const struct lookup *right, uint64_t position,
                                       struct ring_bytes left_out)
{
    size_t after = lookup_after(right, position, false);
    for (size_t i = 0; i < right->count; i++) {
        struct ring_bytes node = right->points[(after + i) % right->count].node;
        if (!text_same(node, left_out)) {
            return node;
        }
    }
    return nobody;
}

struct ranges {
    struct ring_range *list;
    size_t count;
    size_t most;
};

static void append(struct ranges *ranges, struct ring_range range)
{
    ranges->list = memory_grow(ranges->list, ranges->count, sizeof *ranges->list);
    ranges->list[ranges->count++] = range;
}

/* Appends a range, or makes the last one longer. */
static void join(struct ranges *ranges, struct ring_range range)
{
    struct ring_range *last = ranges->count > 0 ? &ranges->list[ranges->count - 1] : NULL;
    if (last != NULL && last->last + 1 == range.first && text_same(last->before, range.before) &&
        text_same(last->after, range.after)) {
        last->last = range.last;
    } else if (!text_same(range.before, range.after)) {
        append(ranges, range);
    }
}

/* What moves from a ring without this node. Owners change only at points. */
static struct ranges right_ranges(const struct pair *pair, const struct lookup *right,
                                  struct ring_bytes left_out)
{
    struct ranges ranges = {.count = 0};
    uint64_t first = 0;
    for (size_t i = 0; i <= right->count; i++) {
        bool end = i == right->count;
        if (!end && right->points[i].position <= first) {
            continue;
        }
        uint64_t last = end ? last_position(pair) : right->points[i].position - 1;
        struct ring_bytes before = owner_without(right, first, left_out);
        join(&ranges,
             (struct ring_range){first, last, before, owner_without(right, first, nobody)});
        first = last + 1;
    }
    return ranges;
}

/* THE SUBJECT'S */

static bool note(void *context, const struct ring_range *range)
{
    struct ranges *ranges = context;
    append(ranges, *range);
    return ranges->count < ranges->most;
}

static void write_range(FILE *out, const void *context)
{
    const struct ring_range *range = context;
    if (range == NULL) {
        (void)fputs("no more ranges", out);
        return;
    }
    (void)fprintf(out, "%llu to %llu ", (unsigned long long)range->first,
                  (unsigned long long)range->last);
    text_write(out, range->before);
    (void)fputs(" -> ", out);
    text_write(out, range->after);
}

static bool same_range(const struct ring_range *a, const struct ring_range *b)
{
    return a->first == b->first && a->last == b->last && text_same(a->before, b->before) &&
           text_same(a->after, b->after);
}

static bool same_ranges(const struct ranges *expected, const struct ranges *got,
                        struct finding *finding)
{
    for (size_t i = 0; i < expected->count || i < got->count; i++) {
        const struct ring_range *a = i < expected->count ? &expected->list[i] : NULL;
        const struct ring_range *b = i < got->count ? &got->list[i] : NULL;
        if (a == NULL || b == NULL || !same_range(a, b)) {
            char what[sizeof finding->what];
            (void)snprintf(what, sizeof what, "range %zu that moves", i);
            return difference(finding, what, write_range, a, b);
        }
    }
    return true;
}

/* Asks what moves from a ring without this node. */
static bool moves_are_right(const struct pair *pair, const struct lookup *right,
                            struct ring_bytes left_out, struct finding *finding)
{
    const struct subject *subject = pair->subject.subject;
    struct ranges expected = right_ranges(pair, right, left_out);
    struct ranges got = {.most = expected.count + 1};
    void *before = subject->create(pair->options);
    enum ring_error error = before != NULL ? RING_OK : SUBJECT_CANNOT;
    for (size_t i = 0; i < pair->present.count && error == RING_OK; i++) {
        const struct ring_node *node = &pair->present.nodes[i];
        if (!text_same(node->name, left_out)) {
            error = subject->add(before, node->name, node->replicas);
        }
    }
    if (error == RING_OK) {
        error = subject->moves(before, pair->subject.ring, note, &got);
    }
    bool same = error == SUBJECT_CANNOT ||
                (error == RING_OK
                     ? same_ranges(&expected, &got, finding)
                     : difference_in_words(finding, "range 0 that moves", "success", "an error"));
    if (before != NULL) {
        enum check_phase phase = finding->phase;
        finding->phase = CHECK_DESTROYS; /* for what is said if it crashes */
        subject->destroy(before);
        finding->phase = phase;
    }
    free(expected.list);
    free(got.list);
    return same;
}

/* SHARES */

static int by_name(const void *left, const void *right)
{
    const struct ring_node *a = left;
    const struct ring_node *b = right;
    return text_order(a->name, b->name);
}

/* The positions from each point up to the next belong to the owner of the next. */
static double right_share(const struct pair *pair, const struct lookup *right,
                          struct ring_bytes name)
{
    uint64_t last = last_position(pair);
    uint64_t owned = 0;
    bool all = true;
    for (size_t i = 0; i < right->count; i++) {
        uint64_t position = right->points[i].position;
        if (text_same(owner_without(right, position, nobody), name)) {
            size_t after = lookup_after(right, position, false);
            owned += i + 1 < after
                         ? 0 /* an equal point follows, which counts */
                         : (right->points[after % right->count].position - position) & last;
        } else {
            all = false;
        }
    }
    return all ? 1 : (double)owned / ((double)last + 1);
}

struct share {
    struct ring_bytes name;
    double share;
};

static void write_share(FILE *out, const void *context)
{
    const struct share *share = context;
    text_write(out, share->name);
    (void)fprintf(out, " %.17g", share->share);
}

static bool shares_are_right(const struct pair *pair, const struct lookup *right,
                             struct finding *finding)
{
    size_t count = pair->present.count;
    struct ring_node *nodes = memory_resize(NULL, count, sizeof *nodes);
    double *shares = memory_resize(NULL, count, sizeof *shares);
    memcpy(nodes, pair->present.nodes, count * sizeof *nodes);
    qsort(nodes, count, sizeof *nodes, by_name);
    enum ring_error error = pair->subject.subject->shares(pair->subject.ring, shares);
    bool same = error == RING_OK || difference_in_words(finding, "shares", "success", "an error");
    for (size_t i = 0; i < count && same; i++) {
        double expected = right_share(pair, right, nodes[i].name);
        same = (expected <= shares[i] && expected >= shares[i]) ||
               difference(finding, "shares", write_share, &(struct share){nodes[i].name, expected},
                          &(struct share){nodes[i].name, shares[i]});
    }
    free(shares);
    free(nodes);
    return same;
}

bool ranges_hold(struct pair *pair, struct finding *finding)
{
    const struct subject *subject = pair->subject.subject;
    if (pair->options == NULL || pair->reference.ring == NULL || pair->present.count == 0 ||
        subject->ties != SUBJECT_TIES_BY_NAME || subject->successor != SUBJECT_AFTER ||
        (subject->moves == NULL && subject->shares == NULL)) {
        return true;
    }
    const struct lookup *right = whole_lookup(pair);
    if (right->count * pair->present.count > WORK_MAX) {
        return true;
    }
    size_t which = (size_t)(right->points[0].position % pair->present.count);
    return (subject->moves == NULL ||
            moves_are_right(pair, right, pair->present.nodes[which].name, finding)) &&
           (subject->shares == NULL || shares_are_right(pair, right, finding));
}
