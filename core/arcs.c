/* The point store of arcs, as a whole. */
#include "arcs.h"

#include "ring_internal.h"

static enum ring_error create_with(struct ring *ring, uint32_t lines_max)
{
    struct arcs *arcs = &ring->points.arcs;
    *arcs = (struct arcs){.scale = ring->placement.rule == RING_MD5_COMPAT32 ? 32 : 0,
                          .lines_max = lines_max};
    arcs->sectors = ring_take(ring, sizeof *arcs->sectors);
    struct block *block = ring_arcs_pack(ring, NULL, 0, 0, 0);
    if (arcs->sectors == NULL || block == NULL) {
        ring_give(ring, arcs->sectors, sizeof *arcs->sectors);
        if (block != NULL) {
            ring_arcs_free_block(ring, block);
        }
        return RING_NO_MEMORY;
    }
    *arcs->sectors = (struct sector){block, 0, block->lines, 0};
    return RING_OK;
}

static enum ring_error create(struct ring *ring)
{
    return create_with(ring, LINES_MAX);
}

static enum ring_error create_tiny(struct ring *ring)
{
    return create_with(ring, LINES_MAX_TINY);
}

void ring_arcs_free_sectors(struct ring *ring, struct sector *sectors, uint32_t depth)
{
    ring_give(ring, sectors, sizeof *sectors << depth);
}

static void destroy(struct ring *ring)
{
    struct arcs *arcs = &ring->points.arcs;
    for (size_t i = 0; i < (size_t)1 << arcs->depth;) {
        struct block *block = arcs->sectors[i].block;
        i += (size_t)1 << (arcs->depth - block->depth);
        ring_arcs_free_block(ring, block);
    }
    ring_arcs_free_sectors(ring, arcs->sectors, arcs->depth);
}

void ring_arcs_look_up(const struct arcs *arcs, const uint64_t *positions, size_t count,
                       struct spot *spots)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t scaled = arcs_scaled(arcs, positions[i]);
        spots[i].home = arcs_home(arcs, scaled);
        spots[i].place = arcs_place(scaled, spots[i].home->depth, spots[i].home->lines);
        RING_PREFETCH(spot_line(&spots[i]));
        RING_PREFETCH(spot_line(&spots[i]) - 1);
    }
    for (size_t i = 0; i < count; i++) {
        if (spot_line(&spots[i])->suffix[LINE_POINTS - 1] != NO_SUFFIX) {
            RING_PREFETCH(spots[i].home->block);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (spot_line(&spots[i])->suffix[LINE_POINTS - 1] != NO_SUFFIX) {
            const struct run *crowd = &spots[i].home->block->crowd;
            RING_PREFETCH(crowd->count > 0 ? &crowd->entries[crowd->count / 2] : NULL);
        }
    }
}

#define ARCS_STORE                                                                                 \
    .destroy = destroy, .reserve = ring_arcs_reserve, .cancel = ring_arcs_cancel,                  \
    .add = ring_arcs_add, .remove = ring_arcs_remove, .find = ring_arcs_find,                      \
    .seek = ring_arcs_seek, .next = ring_arcs_next, .check = ring_arcs_check

const struct point_store ring_arcs = {.create = create, ARCS_STORE};
const struct point_store ring_arcs_tiny = {.create = create_tiny, ARCS_STORE};
