/* Adding nodes. Everything that can fail happens on the side, in a batch; only then is it merged
 * into the ring, by steps that cannot fail. */
#include "ring_internal.h"

#include <string.h>

struct batch {
    struct run nodes; /* owned, until they are merged */
    struct run points;
    unsigned char *buffer;
    size_t buffer_size;
    size_t point_count;
    size_t node_bytes;
    /* Where the merged runs will stand: the ring's own arrays, or larger ones. */
    struct run merged_nodes;
    struct run merged_points;
};

/* A run to be filled with `count` entries and sorted: the sort's scratch lies behind them. */
static enum ring_error allocate_unsorted(const struct ring *ring, size_t count, struct run *run)
{
    if (count > SIZE_MAX / 2) {
        return RING_NO_MEMORY;
    }
    run->capacity = count + count / 2;
    run->entries = ring_allocate(ring, run->capacity, sizeof *run->entries);
    return run->entries != NULL ? RING_OK : RING_NO_MEMORY;
}

static void release_run(const struct ring *ring, const struct run *run)
{
    ring_release(ring, run->entries, run->capacity, sizeof *run->entries);
}

static void sort_run(struct run *run)
{
    ring_run_sort(run->entries, run->count, run->entries + run->count);
}

static bool arguments_valid(const struct ring *ring, const struct ring_node *nodes, size_t count)
{
    if (ring == NULL || (nodes == NULL && count > 0)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (nodes[i].name.data == NULL || nodes[i].name.size == 0 || nodes[i].replicas == 0 ||
            nodes[i].replicas > RING_REPLICAS_MAX) {
            return false;
        }
    }
    return true;
}

static struct node *copy_node(const struct ring *ring, const struct ring_node *from)
{
    if (from->name.size > SIZE_MAX - sizeof(struct node) - PLACEMENT_SUFFIX_MAX) {
        return NULL;
    }
    struct node *node = ring_allocate(ring, 1, sizeof *node + from->name.size);
    if (node != NULL) {
        node->size = from->name.size;
        node->replicas = from->replicas;
        memcpy(node->name, from->name.data, from->name.size);
    }
    return node;
}

/* Copies the nodes into the batch and sorts them by name. */
static enum ring_error take_nodes(const struct ring *ring, struct batch *batch,
                                  const struct ring_node *nodes, size_t count)
{
    if (allocate_unsorted(ring, count, &batch->nodes) != RING_OK) {
        return RING_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        struct node *node = copy_node(ring, &nodes[i]);
        if (node == NULL) {
            return RING_NO_MEMORY;
        }
        batch->nodes.entries[batch->nodes.count++] = (struct entry){0, node};
        batch->node_bytes += ring_node_block_size(node);
        if (batch->buffer_size < node->size + PLACEMENT_SUFFIX_MAX) {
            batch->buffer_size = node->size + PLACEMENT_SUFFIX_MAX;
        }
    }
    sort_run(&batch->nodes);
    return RING_OK;
}

/* Whether a name of the batch stands in it twice, or in the ring. */
static bool any_exists(const struct ring *ring, const struct batch *batch)
{
    for (size_t i = 0; i < batch->nodes.count; i++) {
        const struct entry *entry = &batch->nodes.entries[i];
        if (i > 0 && !ring_entry_before(entry - 1, entry)) {
            return true;
        }
        size_t index = ring_run_find(&ring->nodes, entry->owner->name, entry->owner->size);
        if (index < ring->nodes.count && !ring_entry_before(entry, &ring->nodes.entries[index])) {
            return true;
        }
    }
    return false;
}

/* False: the ring would have too many. The sum never exceeds the limit, which is all that a 32-bit
 * size_t can hold. */
static bool count_points(const struct ring *ring, struct batch *batch)
{
    size_t room = RING_POINTS_MAX - ring->points.count;
    for (size_t i = 0; i < batch->nodes.count; i++) {
        uint32_t replicas = batch->nodes.entries[i].owner->replicas;
        if (replicas > room - batch->point_count) {
            return false;
        }
        batch->point_count += replicas;
    }
    return true;
}

void ring_place(const struct ring *ring, struct node *node, unsigned char *buffer, struct run *run)
{
    struct placer placer;
    memcpy(buffer, node->name, node->size);
    ring_placer_init(&placer, &ring->placement, buffer, node->size);
    for (uint32_t replica = 0; replica < node->replicas; replica++) {
        uint64_t position = ring_placer_point(&placer, replica);
        run->entries[run->count++] = (struct entry){position, node};
    }
}

/* Places the batch's points and sorts them. */
static enum ring_error place_points(const struct ring *ring, struct batch *batch)
{
    batch->buffer = ring_allocate(ring, batch->buffer_size, 1);
    if (batch->buffer == NULL ||
        allocate_unsorted(ring, batch->point_count, &batch->points) != RING_OK) {
        return RING_NO_MEMORY;
    }
    for (size_t i = 0; i < batch->nodes.count; i++) {
        ring_place(ring, batch->nodes.entries[i].owner, batch->buffer, &batch->points);
    }
    sort_run(&batch->points);
    return RING_OK;
}

/* `merged` is one of the ring's runs still. Makes it room for `extra` entries more: the run's own
 * array, or one grown by half at least, so that a ring built node by node copies each point a
 * bounded number of times. */
static enum ring_error find_room(const struct ring *ring, size_t extra, struct run *merged)
{
    if (extra <= merged->capacity - merged->count) {
        return RING_OK;
    }
    size_t needed = merged->count + extra;
    size_t grown = merged->capacity + merged->capacity / 2;
    merged->capacity = needed > grown ? needed : grown;
    merged->entries = ring_allocate(ring, merged->capacity, sizeof *merged->entries);
    return merged->entries != NULL ? RING_OK : RING_NO_MEMORY;
}

static void merge_run(const struct ring *ring, struct run *run, struct run merged,
                      const struct run *fresh)
{
    ring_run_merge(merged.entries, run->entries, run->count, fresh->entries, fresh->count);
    merged.count = run->count + fresh->count;
    if (merged.entries != run->entries) {
        release_run(ring, run);
    }
    *run = merged;
}

static void free_room(const struct ring *ring, const struct run *run, const struct run *merged)
{
    if (merged->entries != run->entries) {
        release_run(ring, merged);
    }
}

static enum ring_error prepare(const struct ring *ring, struct batch *batch,
                               const struct ring_node *nodes, size_t count)
{
    enum ring_error error = take_nodes(ring, batch, nodes, count);
    if (error != RING_OK) {
        return error;
    }
    if (any_exists(ring, batch)) {
        return RING_NODE_EXISTS;
    }
    if (!count_points(ring, batch)) {
        return RING_TOO_MANY_POINTS;
    }
    error = place_points(ring, batch);
    if (error == RING_OK) {
        error = find_room(ring, count, &batch->merged_nodes);
    }
    if (error == RING_OK) {
        error = find_room(ring, batch->point_count, &batch->merged_points);
    }
    return error;
}

enum ring_error ring_add_many(struct ring *ring, const struct ring_node *nodes, size_t count)
{
    if (!arguments_valid(ring, nodes, count)) {
        return RING_BAD_ARGUMENT;
    }
    if (count == 0) {
        return RING_OK;
    }
    struct batch batch = {.merged_nodes = ring->nodes, .merged_points = ring->points};
    enum ring_error error = prepare(ring, &batch, nodes, count);
    if (error == RING_OK) {
        merge_run(ring, &ring->points, batch.merged_points, &batch.points);
        merge_run(ring, &ring->nodes, batch.merged_nodes, &batch.nodes);
        ring->node_bytes += batch.node_bytes;
    } else {
        free_room(ring, &ring->points, &batch.merged_points);
        free_room(ring, &ring->nodes, &batch.merged_nodes);
        for (size_t i = 0; i < batch.nodes.count; i++) {
            ring_release_node(ring, batch.nodes.entries[i].owner);
        }
    }
    release_run(ring, &batch.points);
    ring_release(ring, batch.buffer, batch.buffer_size, 1);
    release_run(ring, &batch.nodes);
    return error;
}

enum ring_error ring_add(struct ring *ring, const void *name, size_t size, uint32_t replicas)
{
    struct ring_node node = {{name, size}, replicas};
    return ring_add_many(ring, &node, 1);
}
