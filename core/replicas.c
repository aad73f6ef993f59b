/* Changing the replicas of a node. As in add.c, all that can fail happens first. */
#include "internal.h"

/* Writes the positions of the new node: those of the present one with the others merged in, or
 * without them. Both are sorted. */
static void list_positions(const struct ring *ring, const struct change *change,
                           const struct run *others)
{
    const uint64_t *from = ring_node_positions(&ring->nodes, change->present);
    uint64_t *into = ring_node_positions(&ring->nodes, change->node);
    const size_t count = change->present->replicas;
    const bool drops = change->node->replicas < count;
    size_t other = 0;
    for (size_t i = 0; i < count; i++) {
        while (!drops && other < others->count && others->entries[other].position < from[i]) {
            *into++ = others->entries[other++].position;
        }
        if (drops && other < others->count && others->entries[other].position == from[i]) {
            other++;
        } else {
            *into++ = from[i];
        }
    }
    while (other < others->count) {
        *into++ = others->entries[other++].position;
    }
}

/* Lists the points of the new node, over what lies in their place. */
static void list_points(const struct ring *ring, struct change *change)
{
    const uint64_t *positions = ring_node_positions(&ring->nodes, change->node);
    struct run *points = &change->points;
    for (; points->count < change->node->replicas; points->count++) {
        points->entries[points->count] = (struct entry){positions[points->count], change->node};
    }
}

/* Places the replicas that come or go, those with the highest indexes, and lists all points with
 * their help: few digests for a small change. */
static enum ring_error place_points(const struct ring *ring, struct change *change)
{
    const bool drops = change->node->replicas < change->present->replicas;
    struct node *more = drops ? change->present : change->node;
    const uint32_t first = drops ? change->node->replicas : change->present->replicas;
    const size_t buffer_size = more->size + PLACEMENT_SUFFIX_MAX;
    unsigned char *buffer = ring_allocate(&ring->allocation, buffer_size);
    if (buffer == NULL) {
        return RING_NO_MEMORY;
    }
    change->points.entries = ring_allocate_unsorted(ring, more->replicas);
    if (change->points.entries != NULL) {
        struct run others = {change->points.entries, 0, more->replicas};
        change->points.capacity = more->replicas;
        ring_place(ring, more, first, buffer, &others);
        ring_run_sort(others.entries, others.count, others.entries + others.count);
        list_positions(ring, change, &others);
        list_points(ring, change);
    }
    ring_release(&ring->allocation, buffer, buffer_size);
    return change->points.entries != NULL ? RING_OK : RING_NO_MEMORY;
}

enum ring_error ring_change_create(struct ring *ring, struct change *change, const void *name,
                                   size_t size, uint32_t replicas)
{
    *change = (struct change){.node = NULL};
    if (ring == NULL || name == NULL || size == 0 || replicas == 0 ||
        replicas > RING_REPLICAS_MAX) {
        return RING_BAD_ARGUMENT;
    }
    struct node *present = ring_nodes_named(&ring->nodes, name, size);
    if (present == NULL) {
        return RING_NO_SUCH_NODE;
    }
    if (present->replicas == replicas) {
        return RING_OK;
    }
    if (replicas > present->replicas &&
        replicas - present->replicas > RING_POINTS_MAX - ring->point_count) {
        return RING_TOO_MANY_POINTS;
    }
    change->present = present;
    change->node =
        ring_node_create(&ring->nodes, (struct ring_bytes){present->name, present->size}, replicas);
    if (change->node == NULL) {
        return RING_NO_MEMORY;
    }
    change->node->number = present->number;
    ring_node_set(change->node, ring_node_get(present));
    enum ring_error error = place_points(ring, change);
    if (error != RING_OK) {
        ring_change_free(ring, change, change->node);
    }
    return error;
}

void ring_change_free(struct ring *ring, struct change *change, struct node *spare)
{
    ring_release_unsorted(ring, change->points.entries, change->points.capacity);
    ring_node_destroy(&ring->nodes, spare);
}

enum ring_error ring_change_reserve(struct ring *ring, const struct change *change)
{
    return ring->store->reserve(ring, &change->points, change->present);
}

void ring_change_cancel(struct ring *ring, const struct change *change)
{
    ring->store->cancel(ring, &change->points);
}

void ring_change_commit(struct ring *ring, const struct change *change)
{
    ring_nodes_replace(&ring->nodes, change->present, change->node);
    ring->store->replace(ring, change->present, &change->points);
    ring->point_count = ring->point_count - change->present->replicas + change->node->replicas;
}

enum ring_error ring_set_replicas(struct ring *ring, const void *name, size_t size,
                                  uint32_t replicas)
{
    struct change change;
    enum ring_error error = ring_change_create(ring, &change, name, size, replicas);
    if (error != RING_OK || change.node == NULL) {
        return error;
    }
    error = ring_change_reserve(ring, &change);
    if (error == RING_OK) {
        ring_change_commit(ring, &change);
    }
    ring_change_free(ring, &change, error == RING_OK ? change.present : change.node);
    return error;
}
