/* Building the lines of a whole ring. */
#include "arcs.h"

/* Fills lines that were just pushed. */
static enum ring_error fill(struct ring *ring, struct lines *lines, const struct run *run)
{
    struct arcs *arcs = arcs_in(ring);
    size_t at = 0;
    for (uint32_t arc = arc_first(lines); arc != 0; arc = arc_after(lines, arc)) {
        struct points points;
        points.count = 0;
        for (; at < run->count; at++) {
            const uint64_t scaled = arcs_scaled(arcs, run->entries[at].position);
            if (arc_at(lines, scaled) != arc) {
                break;
            }
            if (points.count == ARC_MAX) {
                return RING_TOO_MANY_POINTS;
            }
            points.suffix[points.count] = suffix_of(scaled, arc_level(arc));
            points.owner[points.count++] = run->entries[at].owner->number;
        }
        points.next = run->entries[at < run->count ? at : 0].owner->number;
        if (!ring_spares_take(ring, chain_length(points.count))) {
            return RING_NO_MEMORY;
        }
        ring_arc_store(arcs, line_of(lines, arc), &points);
    }
    return RING_OK;
}

enum ring_error ring_arcs_build(struct ring *ring, struct lines *lines, const struct run *points)
{
    const uint32_t wanted = ring_arcs_wanted(points->count);
    while (lines->count < wanted && ring_lines_push(ring, lines)) {
    }
    const enum ring_error error =
        lines->count == wanted ? fill(ring, lines, points) : RING_NO_MEMORY;
    if (error != RING_OK) {
        ring_lines_free(ring, lines);
    }
    return error;
}
