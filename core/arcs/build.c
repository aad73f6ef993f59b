/* Building the lines of a whole ring. */
#include "arcs.h"

/* Fills empty lines. False if there is no memory, or if the points are not spread evenly. */
static bool fill(struct ring *ring, struct lines *lines, const struct run *run, bool *even)
{
    struct arcs *arcs = arcs_in(ring);
    size_t at = 0;
    for (uint32_t arc = arc_first(lines); arc != 0; arc = arc_after(lines, arc)) {
        const uint64_t last = arc_start(arc_around(lines, arc)) - 1; /* 0 - 1: the last of all */
        struct points points;
        points.count = 0;
        for (; at < run->count; at++) {
            const uint64_t scaled = arcs_scaled(arcs, run->entries[at].position);
            if (scaled > last) {
                break;
            }
            if (points.count == ARC_MAX) {
                *even = false;
                return false;
            }
            points.suffix[points.count] = suffix_of(scaled, arc_level(arc));
            points.owner[points.count++] = run->entries[at].owner->number;
        }
        points.next = run->entries[at < run->count ? at : 0].owner->number;
        if (!ring_spares_take(ring, chain_length(points.count))) {
            return false;
        }
        ring_arc_store(arcs, line_of(lines, arc), &points);
    }
    return true;
}

enum ring_error ring_arcs_build(struct ring *ring, struct lines *lines, const struct run *points)
{
    const uint32_t wanted = ring_arcs_wanted(points->count);
    bool even = true;
    while (lines->count < wanted && ring_lines_push(ring, lines)) {
    }
    if (lines->count == wanted && fill(ring, lines, points, &even)) {
        return RING_OK;
    }
    ring_spares_free(ring);
    ring_lines_free(ring, lines);
    return even ? RING_NO_MEMORY : RING_OK;
}
