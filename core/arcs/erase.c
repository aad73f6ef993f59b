/* Removing the points of a node from a large ring. Nothing here allocates. */
#include "arcs.h"

#define STEP 128 /* as many as a node usually has points */

/* Erases a point from an arc without a chain. */
/*@ requires \valid(line) && \exists integer count; has_points(line, count);
    requires suffix < NO_SUFFIX;
    assigns line->suffix[0 .. LINE_POINTS - 1], line->owner[0 .. LINE_POINTS - 1];
    ensures \forall integer count; \old(has_points(line, count)) ==>
      has_points(line, count) || has_points(line, count - 1);
    behavior there:
      assumes \exists integer i; 0 <= i < LINE_POINTS &&
        line->suffix[i] == suffix && line->owner[i] == owner;
      ensures \forall integer count; \old(has_points(line, count)) ==> has_points(line, count - 1);
      ensures \exists integer i; 0 <= i < LINE_POINTS &&
        \old(line->suffix[i]) == suffix && \old(line->owner[i]) == owner &&
        suffixes_by{Pre, Post}(line, 0, 0, i) && owners_by{Pre, Post}(line, 0, 0, i) &&
        suffixes_by{Pre, Post}(line, -1, i, LINE_POINTS - 1) &&
        owners_by{Pre, Post}(line, -1, i, LINE_POINTS);
    behavior not_there:
      assumes \forall integer i; 0 <= i < LINE_POINTS ==>
        line->suffix[i] != suffix || line->owner[i] != owner;
      assigns \nothing;
    complete behaviors;
    disjoint behaviors;
 */
static void erase_point(struct line *line, uint16_t suffix, uint32_t owner)
{
    assert(suffix < NO_SUFFIX && line_is_right(line));
    /*@ loop invariant 0 <= i <= LINE_POINTS;
        loop invariant \forall integer k; 0 <= k < i ==>
          line->suffix[k] != suffix || line->owner[k] != owner;
        loop invariant \forall integer k; i <= k < LINE_POINTS ==> line->suffix[k] >= suffix;
        loop assigns i;
        loop variant LINE_POINTS - i;
     */
    for (unsigned i = line_less(line, suffix); i < LINE_POINTS && line->suffix[i] == suffix; i++) {
        if (line->owner[i] == owner) {
            ring_line_close(line, i);
            /*@ assert \let k = i; \at(line->suffix[k], Pre) == suffix &&
                  \at(line->owner[k], Pre) == owner; */
            /*@ assert suffixes_by{Pre, Here}(line, -1, i, LINE_POINTS - 1) &&
                  owners_by{Pre, Here}(line, -1, i, LINE_POINTS); */
            return;
        }
    }
    /*@ assert \forall integer k; 0 <= k < LINE_POINTS ==>
          line->suffix[k] != suffix || line->owner[k] != owner; */
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
