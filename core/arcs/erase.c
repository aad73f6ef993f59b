/* Removing the points of a node from a large ring. Nothing here allocates. */
#include "arcs.h"

#define STEP 128 /* as many as a node usually has points */

/* Erases a point from an arc without a chain. */
static void erase_point(struct line *line, uint16_t suffix, uint32_t owner)
{
    for (unsigned i = line_less(line, suffix); i < LINE_POINTS && line->suffix[i] == suffix; i++) {
        if (line->owner[i] == owner) {
            ring_line_close(line, i);
            return;
        }
    }
}

/* Erases all points of the node from an arc with a chain. */
static void erase_all(struct arcs *arcs, struct line *line, uint32_t owner)
{
    struct points points;
    ring_arc_load(line, &points);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < points.count; i++) {
        points.suffix[kept] = points.suffix[i];
        points.owner[kept] = points.owner[i];
        kept += points.owner[i] != owner;
    }
    points.count = kept;
    ring_arc_store(arcs, line, &points);
}

void ring_arcs_erase(struct ring *ring, const struct node *node)
{
    struct arcs *arcs = arcs_in(ring);
    const uint64_t *positions = ring_node_positions(&ring->nodes, node);
    for (size_t done = 0; done < node->replicas; done += STEP) {
        struct spot spots[STEP];
        const size_t rest = node->replicas - done;
        const size_t step = rest < STEP ? rest : STEP;
        ring_arcs_look_up(arcs, positions + done, sizeof *positions, step, spots);
        for (size_t i = 0; i < step; i++) {
            struct line *line = spots[i].line;
            const uint32_t first = line->owner[0];
            if (line_is_chained(line)) {
                erase_all(arcs, line, node->number);
            } else {
                erase_point(line, spots[i].suffix, node->number);
            }
            if (line->owner[0] != first) {
                ring_lines_set_next_before(&arcs->lines, spots[i].arc);
            }
        }
    }
}
