/* Blocks: packing points, unpacking them, installing blocks in the directory, and coalescing. */
#include <string.h>

#include "arcs.h"

/* A new block has fewer points a line than this, unless it has the most lines. */
#define LINE_BEGIN 6

/* How many lines are prefetched together when a block is unpacked. */
#define UNPACK_STEP 16

static uint16_t lines_for(const struct arcs *arcs, size_t count)
{
    size_t lines = count / LINE_BEGIN + 1;
    return (uint16_t)(lines < arcs->lines_max ? lines : arcs->lines_max);
}

/* How many of these points do not fit into the lines of this block. */
static size_t overflow_of(const struct arcs *arcs, const struct block *block,
                          const struct entry *entries, size_t count)
{
    size_t overflow = 0;
    size_t in_arc = 0;
    uint32_t arc = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t place = arcs_place_in(arcs, block, entries[i].position);
        in_arc = PLACE_ARC(place) == arc ? in_arc + 1 : 1;
        arc = PLACE_ARC(place);
        overflow += in_arc > LINE_POINTS;
    }
    return overflow;
}

/* Fills the lines and the overflow run of a block. The next owners are set when it is installed. */
static void fill(const struct arcs *arcs, struct block *block, const struct entry *entries,
                 size_t count)
{
    for (uint32_t arc = 0; arc < block->lines; arc++) {
        struct line *line = &block->line[arc];
        memset(line->suffix, 0xff, sizeof line->suffix); /* NO_SUFFIX */
        memset(line->owner, 0, sizeof line->owner);
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): every block has at least one line */
    block->width = (UINT64_C(1) << 48) / block->lines;
    block->count = (uint32_t)count;
    block->overflow.count = 0;
    uint32_t last = 0;
    unsigned index = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t place = arcs_place_in(arcs, block, entries[i].position);
        struct line *line = &block->line[PLACE_ARC(place)];
        index = PLACE_ARC(place) == last ? index : 0;
        last = PLACE_ARC(place);
        if (index < LINE_POINTS) {
            line->suffix[index] = PLACE_SUFFIX(place);
            /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): all `count` owners are set */
            line->owner[index++] = entries[i].owner->number;
        } else {
            line->owner[LINE_POINTS] = NO_OWNER;
            block->overflow.entries[block->overflow.count++] = entries[i];
        }
    }
}

static size_t block_size(uint32_t lines)
{
    /* The allocator aligns for any object, which may be less than the size of a line. */
    return sizeof(struct block) + lines * sizeof(struct line) + _Alignof(struct block) - 1;
}

struct block *ring_arcs_pack(struct ring *ring, const struct entry *entries, size_t count,
                             uint64_t first, uint32_t depth)
{
    uint16_t lines = lines_for(arcs_of(ring), count);
    void *memory = ring_take(&ring->allocation, block_size(lines));
    if (memory == NULL) {
        return NULL;
    }
    size_t gap = -(uintptr_t)memory % _Alignof(struct block);
    struct block *block = (struct block *)(void *)((char *)memory + gap);
    *block = (struct block){.first = first,
                            .lines = lines,
                            .lines_room = lines,
                            .depth = (uint8_t)depth,
                            .memory = memory};
    size_t overflow = overflow_of(arcs_of(ring), block, entries, count);
    if (overflow > 0) {
        block->overflow.entries =
            ring_take(&ring->allocation, overflow * sizeof *block->overflow.entries);
        if (block->overflow.entries == NULL) {
            ring_arcs_free_block(ring, block);
            return NULL;
        }
        block->overflow.capacity = overflow;
    }
    fill(arcs_of(ring), block, entries, count);
    return block;
}

void ring_arcs_free_block(struct ring *ring, struct block *block)
{
    ring_give(&ring->allocation, block->overflow.entries,
              block->overflow.capacity * sizeof *block->overflow.entries);
    ring_give(&ring->allocation, block->memory, block_size(block->lines_room));
}

const void *ring_arcs_source(const struct ring *ring, const struct block *block, uint32_t arc,
                             unsigned index, unsigned step)
{
    const struct arcs *arcs = arcs_of(ring);
    const struct line *line = &block->line[arc];
    const struct ring_bytes *name = ring_nodes_numbered(&ring->nodes, line->owner[index]);
    if (step == 0) {
        return name;
    }
    const struct node *node = ring_node_of(*name);
    if (step == 1) {
        return node;
    }
    uint64_t lowest = arcs_lowest(arcs, block, arc << 16 | line->suffix[index]);
    size_t guess = ring_node_interpolate(node, lowest, arcs->scale);
    size_t low = guess > 4 ? guess - 4 : 0;
    size_t high = guess + 4 < node->replicas ? guess + 4 : node->replicas - 1;
    return ring_node_positions(&ring->nodes, node) + (step == 2 ? low : high);
}

/* Prefetches all that leads to the positions of the next lines. Returns the line behind these. */
static uint32_t fetch(const struct ring *ring, const struct block *block, uint32_t begin)
{
    uint32_t end = block->lines - begin < UNPACK_STEP ? block->lines : begin + UNPACK_STEP;
    for (unsigned step = 0; step < ARCS_SOURCES; step++) {
        for (uint32_t arc = begin; arc < end; arc++) {
            unsigned count = line_count(&block->line[arc]);
            for (unsigned i = 0; i < count; i++) {
                RING_PREFETCH(ring_arcs_source(ring, block, arc, i, step));
            }
        }
    }
    return end;
}

void ring_arcs_unpack(const struct ring *ring, const struct block *block, struct entry *into)
{
    size_t overflow = 0;
    uint32_t fetched = 0;
    for (uint32_t arc = 0; arc < block->lines; arc++) {
        const struct line *line = &block->line[arc];
        unsigned count = line_count(line);
        if (arc == fetched) {
            fetched = fetch(ring, block, arc);
        }
        for (unsigned i = 0; i < count; i++) {
            uint64_t position = ring_arcs_position(ring, block, arc, i);
            *into++ = (struct entry){position, ring_arcs_owner(ring, line, i)};
        }
        while (line_overflows(line) && overflow < block->overflow.count) {
            const struct entry *entry = &block->overflow.entries[overflow];
            if (PLACE_ARC(arcs_place_in(arcs_of(ring), block, entry->position)) != arc) {
                break;
            }
            *into++ = *entry;
            overflow++;
        }
    }
}

void ring_arcs_set_next(const struct arcs *arcs, struct block *block, uint32_t arc, uint32_t head)
{
    struct block *at = block;
    uint32_t i = arc;
    unsigned count = 0;
    do {
        if (i == 0) {
            at = arcs_before(arcs, at);
            i = at->lines;
        }
        struct line *line = &at->line[--i];
        if (line_overflows(line)) {
            return;
        }
        count = line_count(line);
        line_set_next(line, head);
    } while (count == 0 && (at != block || i != arc));
}

void ring_arcs_install(struct ring *ring, struct block *block)
{
    struct arcs *arcs = arcs_in(ring);
    struct directory_entry *dirent = arcs_entry(arcs, block->first);
    for (size_t i = 0; i < (size_t)1 << (arcs->depth - block->depth); i++) {
        dirent[i] = (struct directory_entry){block, block->count, block->lines, block->depth};
    }
    for (uint32_t arc = block->lines; arc > 0; arc--) {
        struct line *line = &block->line[arc - 1];
        if (!line_overflows(line)) {
            line_set_next(line, arcs_head(arcs, block, arc));
        }
    }
    ring_arcs_set_next(arcs, block, 0, block->line[0].owner[0]);
}

void ring_arcs_free_directory(struct ring *ring, struct directory_entry *directory, uint32_t depth)
{
    ring_give(&ring->allocation, directory, sizeof *directory << depth);
}

void ring_arcs_coalesce(struct ring *ring, const struct directory_entry *dirent)
{
    struct arcs *arcs = arcs_in(ring);
    if (dirent->depth == 0 || dirent->count > arcs->lines_max) {
        return;
    }
    uint64_t first = dirent->block->first;
    const struct directory_entry *other =
        arcs_first_entry(arcs, first ^ UINT64_C(1) << (64 - dirent->depth));
    size_t count = (size_t)dirent->count + other->count;
    if (other->depth != dirent->depth || count > arcs->lines_max) {
        return;
    }
    const struct directory_entry *low = dirent < other ? dirent : other;
    const struct directory_entry *high = dirent < other ? other : dirent;
    struct entry entries[LINES_MAX] = {{0, NULL}};
    ring_arcs_unpack(ring, low->block, entries);
    ring_arcs_unpack(ring, high->block, entries + low->count);
    /* Only in the memory of one of them: a removal must not allocate. */
    struct block coalesced = {.first = low->block->first,
                              .depth = (uint8_t)(low->depth - 1),
                              .lines = lines_for(arcs, count)};
    size_t overflow = overflow_of(arcs, &coalesced, entries, count);
    struct block *kept = low->block;
    struct block *gone = high->block;
    if (gone->overflow.capacity > kept->overflow.capacity) {
        kept = high->block;
        gone = low->block;
    }
    if (coalesced.lines > kept->lines_room || overflow > kept->overflow.capacity) {
        return;
    }
    kept->first = coalesced.first;
    kept->depth = coalesced.depth;
    kept->lines = coalesced.lines;
    fill(arcs, kept, entries, count);
    ring_arcs_install(ring, kept);
    ring_arcs_free_block(ring, gone);
}
