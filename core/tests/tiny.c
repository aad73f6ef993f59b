#include "tiny.h"

static void create(struct ring *ring)
{
    ring_arcs.create(ring);
    arcs_in(ring)->run_max = RUN_MAX_TINY;
    ring->store = &ring_arcs;
}

const struct point_store ring_arcs_tiny = {.ring_size = sizeof(struct arcs), .create = create};
