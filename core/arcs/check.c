#include "arcs.h"

/* Whether the directory entries of the block at this index agree with the block, and this is its
 * first. */
static bool directory_agrees(const struct arcs *arcs, size_t index)
{
    const struct block *block = arcs->directory[index].block;
    if (block->depth > arcs->depth || arcs_entry(arcs, block->first) != &arcs->directory[index] ||
        block->first << block->depth != 0) {
        return false;
    }
    for (size_t i = 0; i < (size_t)1 << (arcs->depth - block->depth); i++) {
        const struct directory_entry *each = &arcs->directory[index + i];
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

/* Whether the full position of every point in the line leads to its place in the line. */
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

/* Whether the suffixes ascend, which puts unused ones last. */
static bool suffixes_ascend(const struct line *line)
{
    for (unsigned i = 1; i < LINE_POINTS; i++) {
        if (line->suffix[i] < line->suffix[i - 1]) {
            return false;
        }
    }
    return true;
}

static bool next_is_set(const struct arcs *arcs, const struct block *block, uint32_t arc)
{
    const struct line *line = &block->line[arc];
    for (unsigned i = line_count(line); i <= LINE_POINTS && !line_overflows(line); i++) {
        if (line->owner[i] != arcs_head(arcs, block, arc + 1)) {
            return false;
        }
    }
    return true;
}

/* Whether the overflow run is in the order of arcs, and exactly the lines of these arcs are marked
 * and full. */
static bool overflow_is_right(const struct arcs *arcs, const struct block *block)
{
    size_t index = 0;
    const struct run *overflow = &block->overflow;
    for (uint32_t arc = 0; arc < block->lines; arc++) {
        size_t begin = index;
        while (index < overflow->count &&
               PLACE_ARC(arcs_place_in(arcs, block, overflow->entries[index].position)) == arc) {
            index++;
        }
        bool full = line_count(&block->line[arc]) == LINE_POINTS;
        if (line_overflows(&block->line[arc]) != (index > begin) || (index > begin && !full)) {
            return false;
        }
    }
    return index == overflow->count;
}

static const char *check_block(const struct ring *ring, const struct directory_entry *dirent)
{
    const struct arcs *arcs = arcs_of(ring);
    const struct block *block = dirent->block;
    if (block->lines == 0 || block->lines > block->lines_room || block->lines > arcs->lines_max ||
        block->overflow.count > block->overflow.capacity) {
        return "arcs: lines and overflow runs are within their blocks";
    }
    size_t count = block->overflow.count;
    for (uint32_t arc = 0; arc < block->lines; arc++) {
        const struct line *line = &block->line[arc];
        if (!suffixes_ascend(line)) {
            return "arcs: the suffixes of a line ascend, and unused ones come last";
        }
        if (!owners_exist(&ring->nodes, line)) {
            return "arcs: every owner is the number of a node";
        }
        if (!places_are_right(ring, block, arc)) {
            return "arcs: the suffixes of a line match the positions of its points";
        }
        count += line_count(line);
    }
    if (count != dirent->count) {
        return "arcs: a block counts the points in its lines and its overflow run";
    }
    if (!overflow_is_right(arcs, block)) {
        return "arcs: a line overflows exactly if its arc has points in the overflow run; it is "
               "full then, and the run is in order";
    }
    return NULL;
}

/* The invariants that arcs.h lists. ring_check() then walks over the points to find out whether
 * they are the right ones. */
const char *ring_arcs_check(const struct ring *ring)
{
    const struct arcs *arcs = arcs_of(ring);
    size_t count = 0;
    for (size_t i = 0; i < (size_t)1 << arcs->depth;) {
        const struct block *block = arcs->directory[i].block;
        if (!directory_agrees(arcs, i)) {
            return "arcs: each directory entry has the block of its part of the circle";
        }
        const char *broken = check_block(ring, &arcs->directory[i]);
        if (broken != NULL) {
            return broken;
        }
        count += arcs->directory[i].count;
        i += (size_t)1 << (arcs->depth - block->depth);
    }
    if (count != ring->point_count) {
        return "arcs: the blocks have as many points as the ring";
    }
    for (size_t i = 0; i < (size_t)1 << arcs->depth && count > 0; i++) {
        const struct block *block = arcs->directory[i].block;
        for (uint32_t arc = 0; arc < block->lines; arc++) {
            if (!next_is_set(arcs, block, arc)) {
                return "arcs: behind its points, each line has the owner of the next point";
            }
        }
    }
    return NULL;
}
