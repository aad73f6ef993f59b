/* The point store of arcs as a whole, and ring_create(), which makes rings with it. */
#include "arcs.h"

enum ring_error ring_arcs_create(struct ring *ring, uint32_t lines_max)
{
    struct arcs *arcs = arcs_in(ring);
    *arcs = (struct arcs){.scale = ring_placement_scale(&ring->placement), .lines_max = lines_max};
    arcs->directory = ring_take(&ring->allocation, sizeof *arcs->directory);
    struct block *block = ring_arcs_pack(ring, NULL, 0, 0, 0);
    if (arcs->directory == NULL || block == NULL) {
        ring_give(&ring->allocation, arcs->directory, sizeof *arcs->directory);
        if (block != NULL) {
            ring_arcs_free_block(ring, block);
        }
        return RING_NO_MEMORY;
    }
    *arcs->directory = (struct directory_entry){block, 0, block->lines, 0};
    return RING_OK;
}

static enum ring_error create(struct ring *ring)
{
    return ring_arcs_create(ring, LINES_MAX);
}

void ring_arcs_destroy(struct ring *ring)
{
    struct arcs *arcs = arcs_in(ring);
    for (size_t i = 0; i < (size_t)1 << arcs->depth;) {
        struct block *block = arcs->directory[i].block;
        i += (size_t)1 << (arcs->depth - block->depth);
        ring_arcs_free_block(ring, block);
    }
    ring_arcs_free_directory(ring, arcs->directory, arcs->depth);
}

const struct point_store ring_arcs = {.create = create, ARCS_STORE};

enum ring_error ring_create(struct ring **ring, const struct ring_options *options)
{
    return ring_create_over(ring, options, &ring_arcs, 1, 0);
}
