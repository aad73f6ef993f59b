/* Removing points from the arcs, and replacing those of a node. Nothing here allocates. */
#include <string.h>

#include "arcs.h"

/* A pass over a block's overflow run. Entries before `read` were visited; the kept ones are now
 * before `write`. */
struct compaction {
    size_t read;
    size_t write;
};

/* Keeps all entries from `read` up to `end`. */
static void keep_until(struct run *overflow, struct compaction *compaction, size_t end)
{
    if (compaction->write != compaction->read) {
        memmove(&overflow->entries[compaction->write], &overflow->entries[compaction->read],
                (end - compaction->read) * sizeof *overflow->entries);
    }
    compaction->write += end - compaction->read;
    compaction->read = end;
}

/* Returns the index of the first entry of the overflow run that lies in this arc or behind it. */
static size_t overflow_lower_bound(const struct arcs *arcs, const struct block *block, uint32_t arc)
{
    size_t low = 0;
    size_t high = block->overflow.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (PLACE_ARC(arcs_place_in(arcs, block, block->overflow.entries[middle].position)) < arc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Drops a node's entries in one arc from the overflow run, and moves others up into the line. */
static void erase_from_overflow(const struct arcs *arcs, struct block *block, uint32_t arc,
                                const struct node *node, struct compaction *compaction)
{
    struct line *line = &block->line[arc];
    unsigned count = line_count(line);
    size_t end = overflow_lower_bound(arcs, block, arc + 1);
    line_set_next(line, arcs_head(arcs, block, arc + 1));
    keep_until(&block->overflow, compaction, overflow_lower_bound(arcs, block, arc));
    for (; compaction->read < end && count < LINE_POINTS; compaction->read++) {
        const struct entry *entry = &block->overflow.entries[compaction->read];
        if (entry->owner != node) {
            line->suffix[count] = PLACE_SUFFIX(arcs_place_in(arcs, block, entry->position));
            line->owner[count++] = entry->owner->number;
        }
    }
    size_t kept = compaction->write;
    for (; compaction->read < end; compaction->read++) {
        block->overflow.entries[compaction->write] = block->overflow.entries[compaction->read];
        compaction->write += block->overflow.entries[compaction->read].owner != node;
    }
    if (compaction->write > kept) {
        line->owner[LINE_POINTS] = NO_OWNER;
    }
}

/* Erases a point from its line. Does nothing if the point is in the overflow run. */
static void erase_point(struct line *line, uint16_t suffix, uint32_t owner)
{
    unsigned index = line_less(line, suffix);
    while (index < LINE_POINTS && line->suffix[index] == suffix) {
        if (line->owner[index] == owner) {
            line_close(line, index);
            return;
        }
        index++;
    }
}

/* A removal in progress: in this block, and in this arc of it. */
struct removal {
    const struct arcs *arcs;
    const struct node *node;
    struct directory_entry *dirent;
    uint32_t arc;
    uint32_t head;  /* owner of the arc's first point before the removal */
    bool overflows; /* the arc did, before the removal */
    bool sparse;    /* some block has few points now */
    struct compaction compaction;
};

static void enter_arc(struct removal *removal, uint32_t arc)
{
    const struct line *line = &removal->dirent->block->line[arc];
    removal->arc = arc;
    removal->head = line->owner[0];
    removal->overflows = line_overflows(line);
}

static void leave_arc(struct removal *removal)
{
    struct block *block = removal->dirent->block;
    const uint32_t *head = &block->line[removal->arc].owner[0];
    if (removal->overflows) {
        erase_from_overflow(removal->arcs, block, removal->arc, removal->node,
                            &removal->compaction);
    }
    if (*head != removal->head) {
        ring_arcs_set_next(removal->arcs, block, removal->arc, *head);
    }
}

static void leave_block(struct removal *removal)
{
    leave_arc(removal);
    if (removal->compaction.read > 0) {
        struct run *overflow = &removal->dirent->block->overflow;
        keep_until(overflow, &removal->compaction, overflow->count);
        overflow->count = removal->compaction.write;
    }
    removal->sparse |= removal->dirent->count <= removal->arcs->lines_max;
}

static void remove_at(struct removal *removal, const struct location *location)
{
    const uint32_t arc = PLACE_ARC(location->place);
    if (location->dirent != removal->dirent) {
        leave_block(removal);
        removal->dirent = location->dirent;
        removal->compaction = (struct compaction){0, 0};
        enter_arc(removal, arc);
    } else if (arc != removal->arc) {
        leave_arc(removal);
        enter_arc(removal, arc);
    }
    erase_point(location_line(location), PLACE_SUFFIX(location->place), removal->node->number);
    location->dirent->count--;
}

/* Erases the points of a node. Returns whether some block has few points now. */
static bool erase_all(const struct ring *ring, const struct node *node)
{
    const struct arcs *arcs = arcs_of(ring);
    const uint64_t *positions = ring_node_positions(&ring->nodes, node);
    const uint64_t first = arcs_scaled(arcs, positions[0]);
    struct removal removal = {.arcs = arcs, .node = node, .dirent = arcs_first_entry(arcs, first)};
    enter_arc(&removal, PLACE_ARC(arcs_place(first, removal.dirent->depth, removal.dirent->lines)));
    for (size_t done = 0; done < node->replicas;) {
        struct location locations[ARCS_STEP];
        size_t step = node->replicas - done < ARCS_STEP ? node->replicas - done : ARCS_STEP;
        ring_arcs_look_up(arcs, positions + done, step, locations);
        for (size_t i = 0; i < step; i++) {
            remove_at(&removal, &locations[i]);
        }
        done += step;
    }
    leave_block(&removal);
    return removal.sparse;
}

static void coalesce_all(struct ring *ring, const struct node *node)
{
    const struct arcs *arcs = arcs_of(ring);
    const uint64_t *positions = ring_node_positions(&ring->nodes, node);
    for (size_t i = 0; i < node->replicas; i++) {
        ring_arcs_coalesce(ring, arcs_first_entry(arcs, arcs_scaled(arcs, positions[i])));
    }
}

void ring_arcs_remove(struct ring *ring, const struct node *node)
{
    if (erase_all(ring, node)) {
        /* Only now: blocks with points of the removed node must not be repacked. */
        coalesce_all(ring, node);
    }
}

/* All points are erased and inserted again, since points of one node in one place are told apart by
 * their order in its list: points cannot come between them. The points that stay find the room
 * again that they had. */
void ring_arcs_replace(struct ring *ring, const struct node *present, struct run *points)
{
    bool sparse = erase_all(ring, present);
    for (struct block *block = arcs_of(ring)->fresh; block != NULL; block = block->next) {
        for (size_t i = 0; i < block->overflow.count; i++) {
            struct entry *entry = &block->overflow.entries[i];
            entry->owner = entry->owner == present ? points->entries->owner : entry->owner;
        }
    }
    ring_arcs_add(ring, points);
    if (sparse) {
        coalesce_all(ring, present);
    }
}
