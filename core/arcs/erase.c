/* Removing points from the arcs. Nothing here allocates. */
#include <string.h>

#include "arcs.h"

/* A pass over a block's crowd: entries before `read` have been seen, those kept stand before `write`. */
struct sieve {
    size_t read;
    size_t write;
};

/* Keeps all entries up to `end`. */
static void keep(struct run *crowd, struct sieve *sieve, size_t end)
{
    if (sieve->write != sieve->read) {
        memmove(&crowd->entries[sieve->write], &crowd->entries[sieve->read],
                (end - sieve->read) * sizeof *crowd->entries);
    }
    sieve->write += end - sieve->read;
    sieve->read = end;
}

/* The first entry of the crowd that lies in this arc or behind it. */
static size_t crowd_reach(const struct arcs *arcs, const struct block *block, uint32_t arc)
{
    size_t low = 0;
    size_t high = block->crowd.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (PLACE_ARC(arcs_place_in(arcs, block, block->crowd.entries[middle].position)) < arc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Drops a node's entries of one arc from the crowd, and lets others move up into the line. */
static void sift(const struct arcs *arcs, struct block *block, uint32_t arc,
                 const struct node *node, struct sieve *sieve)
{
    struct line *line = &block->line[arc];
    unsigned count = line_count(line);
    size_t end = crowd_reach(arcs, block, arc + 1);
    line_set_next(line, arcs_head(arcs, block, arc + 1));
    keep(&block->crowd, sieve, crowd_reach(arcs, block, arc));
    for (; sieve->read < end && count < LINE_POINTS; sieve->read++) {
        const struct entry *entry = &block->crowd.entries[sieve->read];
        if (entry->owner != node) {
            line->suffix[count] = PLACE_SUFFIX(arcs_place_in(arcs, block, entry->position));
            line->owner[count++] = entry->owner->number;
        }
    }
    size_t kept = sieve->write;
    for (; sieve->read < end; sieve->read++) {
        block->crowd.entries[sieve->write] = block->crowd.entries[sieve->read];
        sieve->write += block->crowd.entries[sieve->read].owner != node;
    }
    if (sieve->write > kept) {
        line->owner[LINE_POINTS] = NO_OWNER;
    }
}

/* Takes a point out of its line, if it is not in the crowd. */
static void take(struct line *line, uint16_t suffix, uint32_t owner)
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

/* A removal under way: in this block, and there in this arc. */
struct removal {
    const struct arcs *arcs;
    const struct node *node;
    struct sector *home;
    uint32_t arc;
    uint32_t head; /* who owned the arc's first point */
    bool crowded;
    bool sparse; /* some block has few points now */
    struct sieve sieve;
};

static void enter_arc(struct removal *removal, uint32_t arc)
{
    const struct line *line = &removal->home->block->line[arc];
    removal->arc = arc;
    removal->head = line->owner[0];
    removal->crowded = line_is_crowded(line);
}

static void leave_arc(struct removal *removal)
{
    struct block *block = removal->home->block;
    const uint32_t *head = &block->line[removal->arc].owner[0];
    if (removal->crowded) {
        sift(removal->arcs, block, removal->arc, removal->node, &removal->sieve);
    }
    if (*head != removal->head) {
        ring_arcs_tell(removal->arcs, block, removal->arc, *head);
    }
}

static void leave_block(struct removal *removal)
{
    leave_arc(removal);
    if (removal->sieve.read > 0) {
        struct run *crowd = &removal->home->block->crowd;
        keep(crowd, &removal->sieve, crowd->count);
        crowd->count = removal->sieve.write;
    }
    removal->sparse |= removal->home->count <= removal->arcs->lines_max;
}

static void remove_at(struct removal *removal, const struct spot *spot)
{
    const uint32_t arc = PLACE_ARC(spot->place);
    if (spot->home != removal->home) {
        leave_block(removal);
        removal->home = spot->home;
        removal->sieve = (struct sieve){0, 0};
        enter_arc(removal, arc);
    } else if (arc != removal->arc) {
        leave_arc(removal);
        enter_arc(removal, arc);
    }
    take(spot_line(spot), PLACE_SUFFIX(spot->place), removal->node->number);
    spot->home->count--;
}

void ring_arcs_remove(struct ring *ring, const struct node *node)
{
    const struct arcs *arcs = arcs_of(ring);
    const uint64_t *positions = ring_node_positions(&ring->nodes, node);
    const uint64_t first = arcs_scaled(arcs, positions[0]);
    struct removal removal = {.arcs = arcs, .node = node, .home = arcs_home(arcs, first)};
    enter_arc(&removal, PLACE_ARC(arcs_place(first, removal.home->depth, removal.home->lines)));
    for (size_t done = 0; done < node->replicas;) {
        struct spot spots[ARCS_STEP];
        size_t step = node->replicas - done < ARCS_STEP ? node->replicas - done : ARCS_STEP;
        ring_arcs_look_up(arcs, positions + done, step, spots);
        for (size_t i = 0; i < step; i++) {
            remove_at(&removal, &spots[i]);
        }
        done += step;
    }
    leave_block(&removal);
    /* Only now: what remains of the node would be in the way. */
    for (size_t i = 0; i < node->replicas && removal.sparse; i++) {
        ring_arcs_join(ring, arcs_home(arcs, arcs_scaled(arcs, positions[i])));
    }
}
