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

static const char *check_arc(const struct ring *ring, uint32_t arc, const struct line *line)
{
    const struct arcs *arcs = arcs_of(ring);
    struct points points;
    if (!chain_is_right(line)) {
        return "arcs: a chain is no longer than it must be, and all lines but its last are full";
    }
    /* A line has as many suffixes as points: if those are first, the unused ones are last. */
    ring_arc_load(line, &points);
    for (uint32_t i = 0; i < points.count; i++) {
        if (points.suffix[i] == NO_SUFFIX || (i > 0 && points.suffix[i] < points.suffix[i - 1])) {
            return "arcs: the suffixes of an arc ascend, and unused ones come last in their line";
        }
    }
    for (uint32_t i = 0; i < points.count; i++) {
        if (points.owner[i] >= ring->nodes.used ||
            ring_nodes_numbered(&ring->nodes, points.owner[i])->data == NULL) {
            return "arcs: every owner is the number of a node";
        }
    }
    for (uint32_t i = 0; i < points.count; i++) {
        const uint64_t position =
            ring_arcs_read(ring, arc, points.suffix, points.owner, i).position;
        if (arc_at(&arcs->lines, arcs_scaled(arcs, position)) != arc ||
            arcs_suffix(arcs, arc, position) != points.suffix[i]) {
            return "arcs: the suffixes of an arc match the positions of its points";
        }
    }
    return NULL;
}

const char *ring_arcs_check(const struct ring *ring)
{
    const struct lines *lines = &arcs_of(ring)->lines;
    size_t count = 0;
    if (!lines_are_right(lines)) {
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
        const struct line *before = line_of(lines, arc_before(lines, arc));
        while (line_is_chained(before)) {
            before = before->more;
        }
        for (unsigned i = line_count(before); i <= LINE_POINTS; i++) {
            if (before->owner[i] != line_of(lines, arc)->owner[0]) {
                return "arcs: behind its points, each line has the owner of the next point";
            }
        }
    }
    return NULL;
}
