/* Building the lines of a whole ring. */
#include "arcs.h"

/* Fills empty lines, from the last arc to the first, so that the owner of the next point is known.
 * False if there is no memory, or if the points are not spread evenly. */
static bool fill(struct ring *ring, struct lines *lines, const struct run *run, bool *even)
{
    struct arcs *arcs = arcs_in(ring);
    struct points points = {.next = run->entries->owner->number};
    uint32_t arc = arc_at(lines, UINT64_MAX);
    size_t end = run->count;
    for (uint32_t left = lines->count; left > 0; left--) {
        const uint64_t start = arc_start(arc);
        size_t begin = end;
        while (begin > 0 && arcs_scaled(arcs, run->entries[begin - 1].position) >= start) {
            begin--;
        }
        *even = end - begin <= ARC_MAX;
        if (!*even || !ring_spares_take(ring, chain_length(end - begin))) {
            return false;
        }
        points.count = (uint32_t)(end - begin);
        for (uint32_t i = 0; i < points.count; i++) {
            const struct entry *entry = &run->entries[begin + i];
            points.suffix[i] = arcs_suffix(arcs, arc, entry->position);
            points.owner[i] = entry->owner->number;
        }
        ring_arc_store(arcs, line_of(lines, arc), &points);
        points.next = points.count > 0 ? points.owner[0] : points.next;
        end = begin;
        arc = arc_before(lines, arc);
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
