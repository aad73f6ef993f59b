#include "lookup.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "../base/text.h"

static bool among(const struct ring_bytes *nodes, size_t count, struct ring_bytes name)
{
    for (size_t i = 0; i < count; i++) {
        if (text_same(nodes[i], name)) {
            return true;
        }
    }
    return false;
}

/* All points at one position. */
struct group {
    const struct ring_point *points;
    size_t count;
};

static struct group group_at(const struct ring_point *points, size_t count, size_t begin)
{
    struct group group = {points + begin, 1};
    while (begin + group.count < count &&
           points[begin + group.count].position == points[begin].position) {
        group.count++;
    }
    return group;
}

/* COLLECTING */

/* The one point of the group that counts. */
static struct ring_point winner(const struct lookup *lookup, const struct group *group)
{
    size_t best = 0;
    for (size_t i = 1; i < group->count; i++) {
        bool earlier = present_index(lookup->present, group->points[i].node) <
                       present_index(lookup->present, group->points[best].node);
        if (earlier == (lookup->subject->ties == SUBJECT_FIRST_WINS) &&
            !text_same(group->points[i].node, group->points[best].node)) {
            best = i;
        }
    }
    return group->points[best];
}

static void drop_losers(struct lookup *lookup)
{
    size_t kept = 0;
    lookup->contested = memory_resize(NULL, lookup->count, sizeof *lookup->contested);
    for (size_t i = 0; i < lookup->count;) {
        struct group group = group_at(lookup->points, lookup->count, i);
        i += group.count; /* before the group's first place may be overwritten */
        lookup->contested[kept] = group.count > 1;
        lookup->points[kept++] = winner(lookup, &group);
    }
    lookup->count = kept;
}

static bool one_counts(const struct lookup *lookup)
{
    return lookup->subject->ties == SUBJECT_FIRST_WINS ||
           lookup->subject->ties == SUBJECT_LAST_WINS;
}

static int by_name(const void *left, const void *right)
{
    const struct ring_bytes *a = left;
    const struct ring_bytes *b = right;
    return text_order(*a, *b);
}

static size_t count_owners(const struct lookup *lookup)
{
    struct ring_bytes *names = memory_resize(NULL, lookup->count, sizeof *names);
    size_t owners = 0;
    for (size_t i = 0; i < lookup->count; i++) {
        names[i] = lookup->points[i].node;
    }
    qsort(names, lookup->count, sizeof *names, by_name);
    for (size_t i = 0; i < lookup->count; i++) {
        owners += i == 0 || !text_same(names[i], names[i - 1]);
    }
    free(names);
    return owners;
}

void lookup_collect(struct lookup *lookup, const struct subject *source, const void *ring,
                    size_t limit)
{
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    lookup->count = 0;
    while (lookup->count < limit && source->next_point(ring, &cursor, &point)) {
        lookup->points = memory_grow(lookup->points, lookup->count, sizeof *lookup->points);
        lookup->points[lookup->count++] = point;
    }
    if (one_counts(lookup)) {
        drop_losers(lookup);
    }
    /* Else every node has points. */
    bool some_have_none = lookup->subject->replicas == SUBJECT_WEIGHT ||
                          lookup->subject->placement == SUBJECT_LISTED || one_counts(lookup) ||
                          lookup->present->count == 0;
    lookup->owners = some_have_none ? count_owners(lookup) : lookup->present->count;
}

void lookup_free(struct lookup *lookup)
{
    free(lookup->points);
    free(lookup->contested);
    *lookup = (struct lookup){.count = 0};
}

/* THE FIRST POINT */

size_t lookup_after(const struct lookup *lookup, uint64_t position, bool at)
{
    size_t low = 0;
    size_t high = lookup->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint64_t other = lookup->points[middle].position;
        if (other > position || (at && other == position)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static size_t wrap(const struct lookup *lookup, size_t index)
{
    return index < lookup->count ? index : 0;
}

static size_t first_of_group(const struct lookup *lookup, size_t index)
{
    return lookup_after(lookup, lookup->points[index].position, true);
}

/* The way from a position up to another one, round the circle. */
static uint64_t distance(const struct lookup *lookup, uint64_t from, uint64_t to)
{
    unsigned int bits = lookup->subject->position_bits;
    uint64_t mask = bits == 0 || bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
    return (to - from) & mask;
}

/* The points from which a right answer may begin: one or two. */
static size_t beginnings(const struct lookup *lookup, uint64_t position, size_t begins[2])
{
    enum subject_successor successor = lookup->subject->successor;
    if (successor == SUBJECT_NEAREST) {
        size_t at = lookup_after(lookup, position, true);
        size_t before = first_of_group(lookup, (at + lookup->count - 1) % lookup->count);
        at = wrap(lookup, at);
        uint64_t up = distance(lookup, position, lookup->points[at].position);
        uint64_t down = distance(lookup, lookup->points[before].position, position);
        begins[0] = up <= down ? at : before;
        begins[1] = down <= up ? before : at;
    } else {
        bool first_is_at = successor != SUBJECT_AFTER;
        bool last_is_at = successor == SUBJECT_AT_OR_AFTER;
        begins[0] = wrap(lookup, lookup_after(lookup, position, first_is_at));
        begins[1] = first_is_at == last_is_at
                        ? begins[0]
                        : wrap(lookup, lookup_after(lookup, position, last_is_at));
    }
    return begins[0] == begins[1] ? 1 : 2;
}

/* ANSWERS */

/* Whether equal points answer in the order of the list. */
static bool in_order(const struct lookup *lookup)
{
    return lookup->subject->ties == SUBJECT_TIES_BY_NAME &&
           lookup->subject->successor != SUBJECT_NEAREST;
}

/* The owners of a group that are not among the first `taken` nodes, in the order of the list. */
static size_t new_owners(const struct group *group, const struct ring_bytes *nodes, size_t taken,
                         struct ring_bytes *owners)
{
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++) {
        struct ring_bytes name = group->points[i].node;
        if (!among(nodes, taken, name) && !among(owners, count, name)) {
            owners[count++] = name;
        }
    }
    return count;
}

/* Walks the circle group by group. The next nodes of the answer must be the owners of the group
 * that are new, and all of them before the next group follows. */
static bool follows(const struct lookup *lookup, size_t first, const struct ring_bytes *nodes,
                    size_t found)
{
    size_t taken = 0;
    struct ring_bytes *owners = memory_resize(NULL, lookup->owners, sizeof *owners);
    for (size_t passed = 0; passed < lookup->count && taken < found;) {
        struct group group =
            group_at(lookup->points, lookup->count, (first + passed) % lookup->count);
        size_t end = taken;
        size_t count = new_owners(&group, nodes, taken, owners);
        for (; end < found && end < taken + count; end++) {
            bool right = in_order(lookup)
                             ? text_same(nodes[end], owners[end - taken])
                             : among(owners, count, nodes[end]) && !among(nodes, end, nodes[end]);
            if (!right) {
                free(owners);
                return false;
            }
        }
        taken = end;
        passed += group.count;
    }
    free(owners);
    return taken == found;
}

/* The same for one node, which is most of what is asked. */
static bool may_be_first(const struct lookup *lookup, size_t first, struct ring_bytes node)
{
    if (in_order(lookup)) {
        return text_same(node, lookup->points[first].node);
    }
    struct group group = group_at(lookup->points, lookup->count, first);
    for (size_t i = 0; i < group.count; i++) {
        if (text_same(node, group.points[i].node)) {
            return true;
        }
    }
    return false;
}

static size_t wanted(const struct lookup *lookup, uint64_t n)
{
    return n < lookup->owners ? (size_t)n : lookup->owners;
}

bool lookup_is_right(const struct lookup *lookup, uint64_t position, uint64_t n,
                     const struct ring_bytes *nodes, size_t found)
{
    size_t begins[2];
    if (found != wanted(lookup, n) || found == 0) {
        return found == wanted(lookup, n);
    }
    size_t count = beginnings(lookup, position, begins);
    if (found == 1) {
        return may_be_first(lookup, begins[0], *nodes) ||
               (count > 1 && may_be_first(lookup, begins[1], *nodes));
    }
    return follows(lookup, begins[0], nodes, found) ||
           (count > 1 && follows(lookup, begins[1], nodes, found));
}

size_t lookup_answer(const struct lookup *lookup, uint64_t position, uint64_t n,
                     struct ring_bytes *nodes)
{
    size_t begins[2];
    size_t found = 0;
    if (wanted(lookup, n) == 0) {
        return 0;
    }
    (void)beginnings(lookup, position, begins);
    for (size_t i = 0; found < wanted(lookup, n); i++) {
        struct ring_bytes name = lookup->points[(begins[0] + i) % lookup->count].node;
        if (!among(nodes, found, name)) {
            nodes[found++] = name;
        }
    }
    return found;
}
