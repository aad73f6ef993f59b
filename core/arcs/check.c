/* The invariants that arcs.h lists. ring_check() then walks over the points to find out whether they
 * are the right ones. */
#include "arcs.h"

/* Whether the chain has the lines that so many points need, and they are full. Never reads behind
 * that many lines. */
static bool chain_is_right(const struct line *line)
{
    uint32_t length = 0;
    for (; line_is_chained(line); line = line->more) {
        if (line_count(line) != CHAINED_POINTS || ++length > chain_length(ARC_MAX)) {
            return false;
        }
    }
    return length == chain_length(length * CHAINED_POINTS + line_count(line));
}

/* Whether the suffixes of each line ascend, which puts unused ones last, and those of the arc do. */
static bool suffixes_ascend(const struct line *line)
{
    for (;; line = line->more) {
        for (unsigned i = 1; i < LINE_POINTS; i++) {
            if (line->suffix[i] < line->suffix[i - 1]) {
                return false;
            }
        }
        if (!line_is_chained(line)) {
            return true;
        }
        if (line->more->suffix[0] < line->suffix[CHAINED_POINTS - 1]) {
            return false;
        }
    }
}

static bool owners_exist(const struct nodes *nodes, const struct points *points)
{
    for (uint32_t i = 0; i < points->count; i++) {
        if (points->owner[i] >= nodes->used ||
            ring_nodes_numbered(nodes, points->owner[i])->data == NULL) {
            return false;
        }
    }
    return true;
}

/* Whether the full position of every point is in the arc and has its suffix. */
static bool suffixes_match(const struct ring *ring, uint32_t arc, const struct points *points)
{
    const struct arcs *arcs = arcs_of(ring);
    for (uint32_t i = 0; i < points->count; i++) {
        const uint64_t position =
            ring_arcs_read(ring, arc, points->suffix, points->owner, i).position;
        if (arc_at(&arcs->lines, arcs_scaled(arcs, position)) != arc ||
            arcs_suffix(arcs, arc, position) != points->suffix[i]) {
            return false;
        }
    }
    return true;
}

static bool next_is_set(const struct lines *lines, uint32_t arc, const struct line *line)
{
    while (line_is_chained(line)) {
        line = line->more;
    }
    for (unsigned i = line_count(line); i <= LINE_POINTS; i++) {
        if (line->owner[i] != line_of(lines, arc_at(lines, arc_start(arc + 1)))->owner[0]) {
            return false;
        }
    }
    return true;
}

static const char *check_arc(const struct ring *ring, uint32_t arc, const struct line *line)
{
    struct points points;
    if (!chain_is_right(line)) {
        return "arcs: a chain is no longer than it must be, and all lines but its last are full";
    }
    if (!suffixes_ascend(line)) {
        return "arcs: the suffixes of an arc ascend, and unused ones come last in their line";
    }
    ring_arc_load(line, &points);
    if (!owners_exist(&ring->nodes, &points)) {
        return "arcs: every owner is the number of a node";
    }
    if (!suffixes_match(ring, arc, &points)) {
        return "arcs: the suffixes of an arc match the positions of its points";
    }
    return NULL;
}

const char *ring_arcs_check(const struct ring *ring)
{
    const struct lines *lines = &arcs_of(ring)->lines;
    size_t count = 0;
    if (lines->count == 0 || lines->level != ring_top_bit(lines->count) ||
        (uint64_t)lines->room * PIECE_LINES < lines->count) {
        return "arcs: the lines have the level of their number, and room in their table";
    }
    for (uint32_t arc = arc_first(lines); arc != 0; arc = arc_after(lines, arc)) {
        const struct line *line = line_of(lines, arc);
        const char *broken = check_arc(ring, arc, line);
        if (broken != NULL) {
            return broken;
        }
        count += ring_arc_count(line);
    }
    if (count != ring->point_count) {
        return "arcs: the lines have as many points as the ring";
    }
    for (uint32_t arc = arc_first(lines); arc != 0; arc = arc_after(lines, arc)) {
        if (!next_is_set(lines, arc, line_of(lines, arc))) {
            return "arcs: behind its points, each line has the owner of the next point";
        }
    }
    return NULL;
}
