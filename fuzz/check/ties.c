#include "ties.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../model/placement.h"

static bool same(struct ring_bytes a, struct ring_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool among(const struct ring_bytes *nodes, size_t count, struct ring_bytes name)
{
    for (size_t i = 0; i < count; i++) {
        if (same(nodes[i], name)) {
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

static bool owns_one(const struct group *group, struct ring_bytes name)
{
    for (size_t i = 0; i < group->count; i++) {
        if (same(group->points[i].node, name)) {
            return true;
        }
    }
    return false;
}

/* How many owners of the group are not among the first `taken` nodes. */
static size_t new_owners(const struct group *group, const struct ring_bytes *nodes, size_t taken)
{
    size_t owners = 0;
    for (size_t i = 0; i < group->count; i++) {
        struct ring_bytes name = group->points[i].node;
        bool met = among(nodes, taken, name);
        for (size_t j = 0; j < i && !met; j++) {
            met = same(group->points[j].node, name);
        }
        owners += !met;
    }
    return owners;
}

/* Walks the circle group by group. The next nodes of the answer must be the owners of the group
 * that are new, in any order, and all of them before the next group follows. */
static bool follow(const struct ring_point *points, size_t count, size_t first,
                   const struct ring_bytes *nodes, size_t found)
{
    size_t taken = 0;
    for (size_t passed = 0; passed < count && taken < found;) {
        struct group group = {points + (first + passed) % count, 1};
        while (group.points + group.count < points + count &&
               group.points[group.count].position == group.points[0].position) {
            group.count++;
        }
        size_t end = taken + new_owners(&group, nodes, taken);
        for (; taken < end && taken < found; taken++) {
            if (!owns_one(&group, nodes[taken]) || among(nodes, taken, nodes[taken])) {
                return false;
            }
        }
        passed += group.count;
    }
    return taken == found;
}

bool ties_explain(const struct subject *reference, const void *ring,
                  const struct ring_options *options, const struct operation *operation,
                  const struct ring_bytes *nodes, size_t found)
{
    size_t count = reference->point_count(ring);
    uint64_t position = model_key_position(options, operation->key);
    struct ring_point *points = memory_resize(NULL, count, sizeof *points);
    struct ring_cursor cursor = {{0}};
    size_t first = 0;
    for (size_t i = 0; i < count && reference->next_point(ring, &cursor, &points[i]); i++) {
        first += points[i].position <= position;
    }
    bool explained = follow(points, count, first < count ? first : 0, nodes, found);
    free(points);
    return explained;
}
