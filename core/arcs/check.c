#include "arcs.h"

/* Whether the sectors of the block at this one say of it what it says itself. */
static bool sectors_agree(const struct arcs *arcs, size_t sector)
{
    const struct block *block = arcs->sectors[sector].block;
    if (block->depth > arcs->depth || arcs_sector(arcs, block->first) != &arcs->sectors[sector] ||
        block->first << block->depth != 0) {
        return false;
    }
    for (size_t i = 0; i < (size_t)1 << (arcs->depth - block->depth); i++) {
        const struct sector *each = &arcs->sectors[sector + i];
        if (each->block != block || each->lines != block->lines || each->depth != block->depth) {
            return false;
        }
    }
    return true;
}

static bool owners_exist(const struct nodes *nodes, const struct line *line)
{
    for (unsigned i = 0; i < line_count(line); i++) {
        if (line->owner[i] >= nodes->used ||
            ring_nodes_numbered(nodes, line->owner[i])->data == NULL) {
            return false;
        }
    }
    return true;
}

/* Whether every point in the line has that place, by its full position. */
static bool places_are_right(const struct ring *ring, const struct block *block, uint32_t arc)
{
    const struct line *line = &block->line[arc];
    for (unsigned i = 0; i < line_count(line); i++) {
        uint64_t position = ring_arcs_position(ring, block, arc, i);
        if (arcs_place_in(arcs_of(ring), block, position) != (arc << 16 | line->suffix[i])) {
            return false;
        }
    }
    return true;
}

/* Whether the used suffixes come first, in order. */
static bool suffixes_ascend(const struct line *line)
{
    for (unsigned i = 1; i < LINE_POINTS; i++) {
        if (line->suffix[i] < line->suffix[i - 1]) {
            return false;
        }
    }
    return true;
}

static bool next_is_told(const struct arcs *arcs, const struct block *block, uint32_t arc)
{
    const struct line *line = &block->line[arc];
    for (unsigned i = line_count(line); i <= LINE_POINTS && !line_is_crowded(line); i++) {
        if (line->owner[i] != arcs_head(arcs, block, arc + 1)) {
            return false;
        }
    }
    return true;
}

/* Whether the crowd is in order, of full lines that say so, and no other line says so. */
static bool crowd_is_right(const struct arcs *arcs, const struct block *block)
{
    size_t index = 0;
    const struct run *crowd = &block->crowd;
    for (uint32_t arc = 0; arc < block->lines; arc++) {
        size_t begin = index;
        while (index < crowd->count &&
               PLACE_ARC(arcs_place_in(arcs, block, crowd->entries[index].position)) == arc) {
            index++;
        }
        bool full = line_count(&block->line[arc]) == LINE_POINTS;
        if (line_is_crowded(&block->line[arc]) != (index > begin) || (index > begin && !full)) {
            return false;
        }
    }
    return index == crowd->count;
}

static const char *check_block(const struct ring *ring, const struct sector *sector)
{
    const struct arcs *arcs = arcs_of(ring);
    const struct block *block = sector->block;
    if (block->lines == 0 || block->lines > block->lines_room || block->lines > arcs->lines_max ||
        block->crowd.count > block->crowd.capacity) {
        return "arcs: lines and crowds are within their blocks";
    }
    size_t count = block->crowd.count;
    for (uint32_t arc = 0; arc < block->lines; arc++) {
        const struct line *line = &block->line[arc];
        if (!suffixes_ascend(line)) {
            return "arcs: the suffixes of a line ascend, and unused ones come last";
        }
        if (!owners_exist(&ring->nodes, line)) {
            return "arcs: every owner is the number of a node";
        }
        if (!places_are_right(ring, block, arc)) {
            return "arcs: the suffixes of a line are those of its points";
        }
        count += line_count(line);
    }
    if (count != sector->count) {
        return "arcs: a block has as many points as its lines and its crowd";
    }
    if (!crowd_is_right(arcs, block)) {
        return "arcs: those lines that are full, and no others, may have points in the crowd, in "
               "order";
    }
    return NULL;
}

/* The invariants. Whether the points are the right ones is seen by a walk, in ring_check(). */
const char *ring_arcs_check(const struct ring *ring)
{
    const struct arcs *arcs = arcs_of(ring);
    size_t count = 0;
    for (size_t i = 0; i < (size_t)1 << arcs->depth;) {
        const struct block *block = arcs->sectors[i].block;
        if (!sectors_agree(arcs, i)) {
            return "arcs: each sector has the block of its part of the circle";
        }
        const char *broken = check_block(ring, &arcs->sectors[i]);
        if (broken != NULL) {
            return broken;
        }
        count += arcs->sectors[i].count;
        i += (size_t)1 << (arcs->depth - block->depth);
    }
    if (count != ring->point_count) {
        return "arcs: the blocks have as many points as the ring";
    }
    for (size_t i = 0; i < (size_t)1 << arcs->depth && count > 0; i++) {
        const struct block *block = arcs->sectors[i].block;
        for (uint32_t arc = 0; arc < block->lines; arc++) {
            if (!next_is_told(arcs, block, arc)) {
                return "arcs: behind its points, each line has the owner of the next one";
            }
        }
    }
    return NULL;
}
