#include "tiny.h"

static enum ring_error create(struct ring *ring)
{
    return ring_arcs_create(ring, LINES_MAX_TINY);
}

const struct point_store ring_arcs_tiny = {.create = create, ARCS_STORE};
