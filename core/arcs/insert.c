/* Adding points to a large ring, in the two phases that arcs.h describes. */
#include <string.h>

#include "arcs.h"

#define AHEAD 16 /* how far ahead lines are prefetched: a large batch does not stay in a cache */

/* How many of these points lie in the same arc as the first. */
static size_t group_of(const struct spot *spots, size_t count)
{
    size_t group = 1;
    while (group < count && spots[group].arc == spots->arc) {
        group++;
    }
    return group;
}

void ring_arcs_cancel(struct ring *ring, const struct run *fresh)
{
    ring_spares_free(ring);
    ring_release(&ring->allocation, arcs_in(ring)->spots, fresh->count * sizeof(struct spot));
}

enum ring_error ring_arcs_reserve(struct ring *ring, const struct run *fresh)
{
    struct arcs *arcs = arcs_in(ring);
    enum ring_error error = RING_OK;
    arcs->spots = ring_allocate(&ring->allocation, fresh->count * sizeof(struct spot));
    if (arcs->spots == NULL) {
        return RING_NO_MEMORY;
    }
    ring_arcs_look_up(arcs, &fresh->entries->position, sizeof *fresh->entries, fresh->count,
                      arcs->spots);
    for (size_t i = 0; i < fresh->count && error == RING_OK;) {
        const struct line *line = arcs->spots[i].line;
        const size_t group = group_of(arcs->spots + i, fresh->count - i);
        if (group > 1 || !line_has_room(line)) {
            const size_t count = ring_arc_count(line);
            if (count + group > ARC_MAX) {
                error = RING_TOO_MANY_POINTS;
            } else if (!ring_spares_take(ring, chain_length(count + group) - chain_length(count))) {
                error = RING_NO_MEMORY;
            }
        }
        i += group;
    }
    if (error != RING_OK) {
        ring_arcs_cancel(ring, fresh);
    }
    return error;
}

/* Returns the index in an arc at which a point belongs: behind its equals. `index`: of the first
 * point that does not have a smaller suffix. */
static uint32_t behind_equals(const struct ring *ring, const struct spot *spot,
                              const uint16_t *suffix, const uint32_t *owner, uint32_t count,
                              uint32_t index, const struct entry *entry)
{
    while (index < count && suffix[index] == spot->suffix) {
        const struct entry other = ring_arcs_read(ring, spot->arc, suffix, owner, index);
        if (ring_entry_before(entry, &other)) {
            break;
        }
        index++;
    }
    return index;
}

/* Puts a point into a line with room for it, at the index where it belongs. */
/*@ requires \valid(line) && index < LINE_POINTS && suffix < NO_SUFFIX && owner != NO_OWNER;
    requires line->suffix[LINE_POINTS - 1] == NO_SUFFIX;
    requires \exists integer count; has_points(line, count);
    requires index > 0 ==> line->suffix[index - 1] <= suffix;
    requires line->suffix[index] >= suffix;
    assigns line->suffix[0 .. LINE_POINTS - 1], line->owner[0 .. LINE_POINTS];
    ensures \forall integer count; \old(has_points(line, count)) ==> has_points(line, count + 1);
    ensures line->suffix[index] == suffix && line->owner[index] == owner;
    ensures suffixes_by{Pre, Post}(line, 0, 0, index) && owners_by{Pre, Post}(line, 0, 0, index);
    ensures suffixes_by{Pre, Post}(line, 1, index + 1, LINE_POINTS);
    ensures owners_by{Pre, Post}(line, 1, index + 1, LINE_POINTS + 1);
 */
static void insert_point(struct line *line, unsigned index, uint16_t suffix, uint32_t owner)
{
    assert(index < LINE_POINTS && line_has_room(line) && line->suffix[index] >= suffix);
    assert(suffix < NO_SUFFIX && owner != NO_OWNER && line_is_right(line));
    assert(index == 0 || line->suffix[index - 1] <= suffix);
    ring_line_open(line, index);
    line->suffix[index] = suffix;
    line->owner[index] = owner;
}

/* Inserts points into an arc that has a chain, or will have one. */
static void insert_in_chain(struct ring *ring, const struct spot *spots,
                            const struct entry *entries, size_t count)
{
    struct points points;
    ring_arc_load(spots->line, &points);
    for (size_t i = 0; i < count; i++) {
        uint32_t index = 0;
        while (index < points.count && points.suffix[index] < spots[i].suffix) {
            index++;
        }
        index = behind_equals(ring, &spots[i], points.suffix, points.owner, points.count, index,
                              &entries[i]);
        const size_t behind = points.count - index;
        memmove(&points.suffix[index + 1], &points.suffix[index], behind * sizeof *points.suffix);
        memmove(&points.owner[index + 1], &points.owner[index], behind * sizeof *points.owner);
        points.suffix[index] = spots[i].suffix;
        points.owner[index] = entries[i].owner->number;
        points.count++;
    }
    ring_arc_store(arcs_in(ring), spots->line, &points);
}

void ring_arcs_insert(struct ring *ring, const struct run *fresh)
{
    struct arcs *arcs = arcs_in(ring);
    for (size_t i = 0; i < fresh->count;) {
        const struct spot *spot = &arcs->spots[i];
        struct line *line = spot->line;
        const uint32_t first = line->owner[0];
        size_t group = 1;
        if (i + AHEAD < fresh->count) {
            RING_PREFETCH(arcs->spots[i + AHEAD].line);
        }
        if (line_has_room(line)) {
            const struct entry *entry = &fresh->entries[i];
            const unsigned index = behind_equals(ring, spot, line->suffix, line->owner, LINE_POINTS,
                                                 line_less(line, spot->suffix), entry);
            insert_point(line, index, spot->suffix, entry->owner->number);
        } else {
            group = group_of(spot, fresh->count - i);
            insert_in_chain(ring, spot, &fresh->entries[i], group);
        }
        if (line->owner[0] != first) {
            ring_lines_set_next_before(&arcs->lines, spot->arc);
        }
        i += group;
    }
    ring_arcs_cancel(ring, fresh);
}
