/* Splitting arcs, and uniting halves. */
#include <string.h>

#include "arcs.h"

uint32_t ring_arcs_wanted(size_t points)
{
    assert(points <= UINT32_MAX);
    return (uint32_t)((uint64_t)points * 2 / 13) + 1; /* 6.5 points a line */
}

/* Moves suffixes to the window of the arc's halves. */
static void move_window(const struct ring *ring, uint32_t arc, struct points *points)
{
    uint16_t suffix[ARC_MAX];
    for (uint32_t i = 0; i < points->count; i++) {
        const struct entry entry = ring_arcs_read(ring, arc, points->suffix, points->owner, i);
        suffix[i] = arcs_suffix(arcs_of(ring), 2 * arc, entry.position);
    }
    memcpy(points->suffix, suffix, points->count * sizeof *suffix);
}

/* Moves the suffixes of a half back to the window of the whole arc. */
static void move_window_back(uint32_t half, struct points *points)
{
    for (uint32_t i = 0; i < points->count; i++) {
        const uint16_t suffix = (uint16_t)(half << 8 | points->suffix[i] >> 8);
        points->suffix[i] = (uint16_t)(suffix - (suffix == NO_SUFFIX));
    }
}

static bool window_moves(uint32_t arc)
{
    return suffix_base(arc_level(2 * arc)) != suffix_base(arc_level(arc));
}

/* Appends points behind others. */
static void append(struct points *points, const struct points *more, uint32_t begin, uint32_t end)
{
    memcpy(points->suffix + points->count, more->suffix + begin,
           (end - begin) * sizeof *more->suffix);
    memcpy(points->owner + points->count, more->owner + begin, (end - begin) * sizeof *more->owner);
    points->count += end - begin;
}

/* Splits the next arc. False if there is no memory for that. The halves need no more lines than the
 * chain of the arc has. */
static bool split(struct ring *ring)
{
    struct arcs *arcs = arcs_in(ring);
    const uint32_t arc = arcs->lines.count;
    struct line *line = line_of(&arcs->lines, arc);
    struct points first;
    struct points second;
    if (!ring_lines_push(ring, &arcs->lines)) {
        return false;
    }
    ring_arc_load(line, &first);
    const uint16_t middle = suffix_of(arc_start(2 * arc + 1), arc_level(arc));
    uint32_t left = 0;
    for (uint32_t i = 0; i < first.count; i++) {
        left += first.suffix[i] < middle;
    }
    if (window_moves(arc)) {
        move_window(ring, arc, &first);
    }
    second.count = 0;
    second.next = first.next;
    append(&second, &first, left, first.count);
    first.next = second.count > 0 ? second.owner[0] : first.next;
    first.count = left;
    ring_arc_store(arcs, line, &first);
    ring_arc_store(arcs, line_of(&arcs->lines, 2 * arc + 1), &second);
    return true;
}

void ring_arcs_grow(struct ring *ring, size_t points)
{
    const uint32_t wanted = ring_arcs_wanted(points);
    while (arcs_of(ring)->lines.count < wanted && split(ring)) {
    }
    ring_spares_free(ring);
}

/* Unites the halves that were split last. False if there is no memory for that, or if there are too
 * many points. */
static bool unite(struct ring *ring)
{
    struct arcs *arcs = arcs_in(ring);
    const uint32_t arc = arcs->lines.count - 1;
    struct line *line = line_of(&arcs->lines, 2 * arc);
    struct line *gone = line_of(&arcs->lines, 2 * arc + 1);
    struct points first;
    struct points second;
    const size_t count = ring_arc_count(line) + ring_arc_count(gone);
    if (count > ARC_MAX || !ring_spares_take(ring, chain_length(count))) {
        return false;
    }
    ring_arc_load(line, &first);
    ring_arc_load(gone, &second);
    if (window_moves(arc)) {
        move_window_back(2 * arc, &first);
        move_window_back(2 * arc + 1, &second);
    }
    append(&first, &second, 0, second.count);
    first.next = second.next;
    ring_arc_store(arcs, line, &first);
    second.count = 0; /* frees its chain */
    ring_arc_store(arcs, gone, &second);
    ring_lines_pop(ring, &arcs->lines);
    return true;
}

void ring_arcs_shrink(struct ring *ring, size_t points)
{
    const uint32_t wanted = ring_arcs_wanted(points);
    while (arcs_of(ring)->lines.count / 2 > wanted && unite(ring)) {
        ring_spares_free(ring);
    }
    ring_spares_free(ring);
}
