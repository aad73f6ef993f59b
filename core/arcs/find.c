/* Finding and walking, and looking up where changes will be made. */
#include "arcs.h"

/* How many positions are looked up side by side: as many lines as a CPU can wait for at once. */
#define STEP 32

/* Marks functions that few lookups call, to keep them out of the code that all lookups run. */
#if defined(__GNUC__) && !defined(RING_PLAIN)
#define RARE __attribute__((cold, noinline))
#else
#define RARE
#endif

struct node *ring_arcs_owner(const struct ring *ring, const struct line *line, unsigned index)
{
    return ring_node_of(*ring_nodes_numbered(&ring->nodes, line->owner[index]));
}

/* Returns the first position of this place. `lowest` is its arcs_lowest(). It is below the first
 * position by less than the width of a place, and so within the block. If places are narrower than
 * two positions, it is below by two at most. */
static uint64_t first_of(const struct arcs *arcs, const struct block *block, uint32_t place,
                         uint64_t lowest)
{
    uint64_t high = lowest + (UINT64_C(1) << 24 >> block->depth >> arcs->scale) + 2;
    while (lowest < high) {
        uint64_t middle = lowest + (high - lowest) / 2;
        if (arcs_place_in(arcs, block, middle) < place) {
            lowest = middle + 1;
        } else {
            high = middle;
        }
    }
    return lowest;
}

uint64_t ring_arcs_position(const struct ring *ring, const struct block *block, uint32_t arc,
                            unsigned index)
{
    const struct arcs *arcs = arcs_of(ring);
    const struct line *line = &block->line[arc];
    const struct node *node = ring_arcs_owner(ring, line, index);
    const uint64_t *positions = ring_node_positions(&ring->nodes, node);
    uint32_t place = arc << 16 | line->suffix[index];
    uint64_t lowest = arcs_lowest(arcs, block, place);
    size_t i = ring_node_lower_bound(&ring->nodes, node, lowest, arcs->scale);
    if (i < node->replicas && arcs_place_in(arcs, block, positions[i]) < place) {
        lowest = first_of(arcs, block, place, lowest);
        i = ring_node_lower_bound(&ring->nodes, node, lowest, arcs->scale);
    }
    /* If one node has several points in one place, the line has them in the order of its list. */
    for (unsigned j = index; j > 0 && line->suffix[j - 1] == line->suffix[index]; j--) {
        i += line->owner[j - 1] == line->owner[index];
    }
    return i < node->replicas ? positions[i] : 0; /* not found: ring_check() reads broken rings */
}

/* Counts the line's points that are not behind a position. Equal suffixes are compared by full
 * position. */
RARE static unsigned count_exactly(const struct ring *ring, const struct block *block,
                                   uint32_t place, uint64_t position)
{
    const struct line *line = &block->line[PLACE_ARC(place)];
    unsigned low = line_less(line, PLACE_SUFFIX(place));
    unsigned high = line_less(line, (uint16_t)(PLACE_SUFFIX(place) + 1));
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (ring_arcs_position(ring, block, PLACE_ARC(place), middle) <= position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Returns the owner of the successor of a position that lies behind the ten points of a line that
 * overflows. */
RARE static uint32_t find_in_overflow(const struct arcs *arcs, const struct block *block,
                                      uint32_t arc, uint64_t position)
{
    size_t index = ring_run_after(&block->overflow, position);
    if (index < block->overflow.count) {
        const struct entry *entry = &block->overflow.entries[index];
        if (PLACE_ARC(arcs_place_in(arcs, block, entry->position)) == arc) {
            return entry->owner->number;
        }
    }
    return arcs_head(arcs, block, arc + 1);
}

static uint32_t find_in_line(const struct ring *ring, const struct block *block, uint32_t place,
                             uint64_t position)
{
    const struct line *line = &block->line[PLACE_ARC(place)];
    const uint16_t suffix = PLACE_SUFFIX(place);
    unsigned count = line_less(line, (uint16_t)(suffix + 1)); /* no wrap: suffix < NO_SUFFIX */
    if (line->suffix[count - (count > 0)] == suffix) {
        count = count_exactly(ring, block, place, position);
    }
    uint32_t owner = line->owner[count];
    return owner != NO_OWNER ? owner
                             : find_in_overflow(arcs_of(ring), block, PLACE_ARC(place), position);
}

void ring_arcs_find(const struct ring *ring, const uint64_t *positions, size_t count,
                    struct ring_bytes *nodes)
{
    const struct arcs *arcs = arcs_of(ring);
    const struct block *blocks[STEP];
    uint32_t places[STEP];
    const struct ring_bytes *names[STEP];
    if (count == 1) { /* no waits to overlap */
        uint64_t scaled = arcs_scaled(arcs, *positions);
        const struct directory_entry *dirent = arcs_entry(arcs, scaled);
        uint32_t place = arcs_place(scaled, dirent->depth, dirent->lines);
        uint32_t owner = find_in_line(ring, dirent->block, place, *positions);
        const struct ring_bytes *name = ring_nodes_numbered(&ring->nodes, owner);
        nodes->data = name->data;
        nodes->size = name->size;
        return;
    }
    for (size_t done = 0; done < count;) {
        size_t step = count - done < STEP ? count - done : STEP;
        for (size_t i = 0; i < step; i++) {
            uint64_t scaled = arcs_scaled(arcs, positions[done + i]);
            const struct directory_entry *dirent = arcs_entry(arcs, scaled);
            blocks[i] = dirent->block;
            places[i] = arcs_place(scaled, dirent->depth, dirent->lines);
            RING_PREFETCH(&blocks[i]->line[PLACE_ARC(places[i])]);
        }
        for (size_t i = 0; i < step; i++) {
            uint32_t owner = find_in_line(ring, blocks[i], places[i], positions[done + i]);
            names[i] = ring_nodes_numbered(&ring->nodes, owner);
            RING_PREFETCH(names[i]);
        }
        for (size_t i = 0; i < step; i++) {
            nodes[done + i] = *names[i];
        }
        done += step;
    }
}

/* THE CURSOR. Its first word has the index of the block's first directory entry, the arc, and the
 * index of the point in the line. Its second word has an index into the block's overflow run. */

static uint64_t cursor_word(uint64_t dirent_index, uint32_t arc, unsigned index)
{
    return dirent_index << 32 | (uint64_t)arc << 8 | index;
}

void ring_arcs_seek(const struct ring *ring, uint64_t position, struct ring_cursor *cursor)
{
    const struct arcs *arcs = arcs_of(ring);
    const struct block *block = arcs_block(arcs, arcs_scaled(arcs, position));
    uint32_t place = arcs_place_in(arcs, block, position);
    unsigned index = count_exactly(ring, block, place, position);
    uint64_t dirent_index = (uint64_t)(arcs_entry(arcs, block->first) - arcs->directory);
    cursor->state[0] = cursor_word(dirent_index, PLACE_ARC(place), index);
    cursor->state[1] = ring_run_after(&block->overflow, position);
}

bool ring_arcs_next(const struct ring *ring, struct ring_cursor *cursor, struct ring_bytes *node,
                    uint64_t *position)
{
    const struct arcs *arcs = arcs_of(ring);
    uint64_t dirent_index = cursor->state[0] >> 32;
    uint32_t arc = (uint32_t)cursor->state[0] >> 8;
    unsigned index = cursor->state[0] & 0xff;
    while (dirent_index >> arcs->depth == 0) {
        const struct block *block = arcs->directory[dirent_index].block;
        const struct line *line = &block->line[arc];
        if (index < LINE_POINTS && line->suffix[index] != NO_SUFFIX) {
            *node = *ring_nodes_numbered(&ring->nodes, line->owner[index]);
            if (position != NULL) {
                *position = ring_arcs_position(ring, block, arc, index);
            }
            cursor->state[0] = cursor_word(dirent_index, arc, index + 1);
            return true;
        }
        if (line_overflows(line) && cursor->state[1] < block->overflow.count) {
            const struct entry *entry = &block->overflow.entries[cursor->state[1]];
            if (PLACE_ARC(arcs_place_in(arcs, block, entry->position)) == arc) {
                *node = (struct ring_bytes){entry->owner->name, entry->owner->size};
                if (position != NULL) {
                    *position = entry->position;
                }
                cursor->state[0] = cursor_word(dirent_index, arc, index);
                cursor->state[1]++;
                return true;
            }
        }
        index = 0;
        if (++arc == block->lines) {
            arc = 0;
            cursor->state[1] = 0;
            dirent_index += UINT64_C(1) << (arcs->depth - block->depth);
        }
    }
    cursor->state[0] = cursor_word(dirent_index, 0, 0);
    return false;
}

void ring_arcs_look_up(const struct arcs *arcs, const uint64_t *positions, size_t count,
                       struct location *locations)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t scaled = arcs_scaled(arcs, positions[i]);
        locations[i].dirent = arcs_first_entry(arcs, scaled);
        locations[i].place =
            arcs_place(scaled, locations[i].dirent->depth, locations[i].dirent->lines);
        RING_PREFETCH(location_line(&locations[i]));
        RING_PREFETCH(location_line(&locations[i]) - 1);
    }
    for (size_t i = 0; i < count; i++) {
        if (location_line(&locations[i])->suffix[LINE_POINTS - 1] != NO_SUFFIX) {
            RING_PREFETCH(locations[i].dirent->block);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (location_line(&locations[i])->suffix[LINE_POINTS - 1] != NO_SUFFIX) {
            const struct run *overflow = &locations[i].dirent->block->overflow;
            RING_PREFETCH(overflow->count > 0 ? &overflow->entries[overflow->count / 2] : NULL);
        }
    }
}
