/* Finding and walking, and looking up where changes will be made. */
#include <string.h>

#include "arcs.h"

/* How many positions are looked up side by side: as many lines as a CPU can wait for at once. */
#define STEP 32

/* From this level on, with more than 100,000 points, nodes do not stay in the caches next to a CPU. */
#define FAR 14

/* Marks functions that few lookups call, to keep them out of the code that all lookups run. */
#if defined(__GNUC__) && !defined(RING_PLAIN)
#define RARE __attribute__((cold, noinline))
#else
#define RARE
#endif

/* The lowest position that can have this suffix in this arc. */
static uint64_t lowest(const struct arcs *arcs, uint32_t arc, uint16_t suffix)
{
    const unsigned base = suffix_base(arc_level(arc));
    const uint64_t before = arc_start(arc) & ~(UINT64_MAX >> base);
    return (before | (uint64_t)suffix << (48 - base)) >> arcs->scale;
}

struct entry ring_arcs_read(const struct ring *ring, uint32_t arc, const uint16_t *suffix,
                            const uint32_t *owner, size_t index)
{
    const struct arcs *arcs = arcs_of(ring);
    struct node *node = ring_node_of(*ring_nodes_numbered(&ring->nodes, owner[index]));
    size_t i =
        ring_node_lower_bound(&ring->nodes, node, lowest(arcs, arc, suffix[index]), arcs->scale);
    /* If one node has several points with one suffix, the arc has them in the order of its list. */
    for (size_t j = index; j > 0 && suffix[j - 1] == suffix[index]; j--) {
        i += owner[j - 1] == owner[index];
    }
    i = i < node->replicas ? i : 0; /* not found: ring_check() reads broken rings */
    return (struct entry){ring_node_positions(&ring->nodes, node)[i], node};
}

/* Counts the points of an arc that are not behind a position. */
RARE static size_t count_exactly(const struct ring *ring, uint32_t arc, const struct line *line,
                                 uint16_t suffix, uint64_t position)
{
    struct points points;
    ring_arc_load(line, &points);
    size_t count = 0;
    while (count < points.count &&
           (points.suffix[count] < suffix ||
            (points.suffix[count] == suffix &&
             ring_arcs_read(ring, arc, points.suffix, points.owner, count).position <= position))) {
        count++;
    }
    return count;
}

static inline struct spot spot_of(const struct arcs *arcs, uint64_t position)
{
    const uint64_t scaled = arcs_scaled(arcs, position);
    const uint32_t arc = arc_at(&arcs->lines, scaled);
    return (struct spot){line_of(&arcs->lines, arc), arc, suffix_of(scaled, arc_level(arc))};
}

/* Returns the line that has the successor of a position, and its index there; or the last line, and
 * the index of the next owner. */
static inline const struct line *locate(const struct ring *ring, struct spot spot,
                                        uint64_t position, size_t *index)
{
    for (const struct line *line = spot.line;; line = line->more) {
        *index = line_less(line, (uint16_t)(spot.suffix + 1)); /* no wrap: it is below NO_SUFFIX */
        if (line->suffix[*index - (*index > 0)] == spot.suffix) {
            *index = count_exactly(ring, spot.arc, spot.line, spot.suffix, position);
            for (line = spot.line; line_is_chained(line) && *index >= CHAINED_POINTS;) {
                line = line->more;
                *index -= CHAINED_POINTS;
            }
            return line;
        }
        if (line->owner[*index] != NO_OWNER) {
            return line;
        }
    }
}

void ring_arcs_find(const struct ring *ring, const uint64_t *positions, size_t count,
                    struct ring_bytes *nodes)
{
    const struct arcs *arcs = arcs_of(ring);
    struct spot spots[STEP];
    const struct ring_bytes *names[STEP];
    size_t index = 0;
    if (count == 1) { /* no waits to overlap */
        const struct line *line = locate(ring, spot_of(arcs, *positions), *positions, &index);
        *nodes = *ring_nodes_numbered(&ring->nodes, line->owner[index]);
        return;
    }
    for (size_t done = 0; done < count; done += STEP) {
        const size_t step = count - done < STEP ? count - done : STEP;
        for (size_t i = 0; i < step; i++) {
            spots[i] = spot_of(arcs, positions[done + i]);
            RING_PREFETCH(spots[i].line);
        }
        for (size_t i = 0; i < step; i++) {
            const struct line *line = locate(ring, spots[i], positions[done + i], &index);
            names[i] = ring_nodes_numbered(&ring->nodes, line->owner[index]);
            RING_PREFETCH(names[i]);
        }
        for (size_t i = 0; i < step; i++) {
            nodes[done + i] = *names[i];
        }
    }
}

/* THE CURSOR. Its first word has an arc, and an index in a line of that. The second is the address of
 * the line. Both are 0 at the start. */

static void set_cursor(struct ring_cursor *cursor, uint32_t arc, const struct line *line,
                       size_t index)
{
    cursor->state[0] = (uint64_t)arc << 32 | index;
    cursor->state[1] = 0;
    memcpy(&cursor->state[1], (const void *)&line, sizeof(void *));
}

void ring_arcs_seek(const struct ring *ring, uint64_t position, struct ring_cursor *cursor)
{
    const struct spot spot = spot_of(arcs_of(ring), position);
    size_t index = 0;
    const struct line *line = locate(ring, spot, position, &index);
    set_cursor(cursor, spot.arc, line, index);
}

/* Reads a point in this line of an arc. Returns the number of its owner. */
static uint32_t read_point(const struct ring *ring, uint32_t arc, const struct line *line,
                           size_t index, struct ring_point *point)
{
    const struct arcs *arcs = arcs_of(ring);
    const struct node *nodes[LINE_POINTS];
    struct points points;
    const uint16_t *suffix = line->suffix;
    const uint32_t *owner = line->owner;
    const struct line *each = line_of(&arcs->lines, arc);
    /* At a new line, waits for all its nodes at once, and then for all positions. This is no function
     * of its own, because GCC drops calls of functions that only prefetch. */
    const unsigned count = index == 0 && arcs->lines.level >= FAR ? line_count(line) : 0;
    for (unsigned i = 0; i < count; i++) {
        nodes[i] = ring_node_of(*ring_nodes_numbered(&ring->nodes, owner[i]));
        RING_PREFETCH(nodes[i]);
    }
    for (unsigned i = 0; i < count; i++) {
        RING_PREFETCH(
            ring_node_positions(&ring->nodes, nodes[i]) +
            ring_interpolate(nodes[i]->replicas, lowest(arcs, arc, suffix[i]), arcs->scale));
    }
    if (each != line) {
        ring_arc_load(each, &points);
        suffix = points.suffix;
        owner = points.owner;
        for (; each != line; each = each->more) {
            index += CHAINED_POINTS;
        }
    }
    const struct entry entry = ring_arcs_read(ring, arc, suffix, owner, index);
    *point = (struct ring_point){entry.position, {entry.owner->name, entry.owner->size}};
    return owner[index];
}

uint32_t ring_arcs_next(const struct ring *ring, struct ring_cursor *cursor,
                        struct ring_point *point)
{
    const struct lines *lines = &arcs_of(ring)->lines;
    const struct line *line = NULL;
    memcpy((void *)&line, &cursor->state[1], sizeof(void *));
    uint32_t arc = (uint32_t)(cursor->state[0] >> 32);
    uint32_t index = (uint32_t)cursor->state[0];
    /* Behind the last point of a line, goes on to the next line with points. */
    while (arc == 0 || index == LINE_POINTS || line->suffix[index] == NO_SUFFIX) {
        if (arc != 0 && line_is_chained(line)) {
            line = line->more;
        } else {
            arc = arc != 0 ? arc_after(lines, arc) : arc_first(lines);
            if (arc == 0) {
                return NODE_NONE; /* as will the next call: the cursor stays where it is */
            }
            line = line_of(lines, arc);
        }
        index = 0;
        set_cursor(cursor, arc, line, index);
    }
    cursor->state[0]++;
    return point != NULL ? read_point(ring, arc, line, index, point) : line->owner[index];
}

void ring_arcs_look_up(const struct arcs *arcs, const void *positions, size_t stride, size_t count,
                       struct spot *spots)
{
    const struct lines *lines = &arcs->lines;
    for (size_t i = 0; i < count; i++) {
        const uint64_t *position = (const void *)((const char *)positions + i * stride);
        spots[i] = spot_of(arcs, *position);
        RING_PREFETCH(spots[i].line);
    }
    for (size_t i = 0; i < count; i++) {
        if (line_is_chained(spots[i].line)) {
            RING_PREFETCH(spots[i].line->more);
        }
        /* What becomes or was the first point of its arc changes the line before. */
        if (spots[i].suffix <= spots[i].line->suffix[0]) {
            RING_PREFETCH(line_of(lines, arc_before(lines, spots[i].arc)));
        }
    }
}
