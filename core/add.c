/* Adding nodes. All that can fail happens first: building a batch, and making room for it in the
 * ring. Only then do the nodes enter the ring, in steps that cannot fail. */
#include <string.h>

#include "internal.h"

struct entry *ring_allocate_unsorted(const struct ring *ring, size_t count)
{
    if (count > SIZE_MAX / 2 / sizeof(struct entry)) {
        return NULL;
    }
    return ring_allocate(&ring->allocation, 2 * count * sizeof(struct entry));
}

void ring_release_unsorted(const struct ring *ring, struct entry *entries, size_t count)
{
    ring_release(&ring->allocation, entries, 2 * count * sizeof(struct entry));
}

static void sort_run(struct run *run)
{
    ring_run_sort(run->entries, run->count, run->entries + run->count);
}

bool ring_batch_valid(const struct ring *ring, const struct ring_node *nodes, size_t count)
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

/* Counts the points of the batch. False if the ring would have too many. The sum never exceeds the
 * limit, which is the greatest number that a 32-bit size_t can hold. */
static bool count_points(const struct ring *ring, struct batch *batch,
                         const struct ring_node *nodes, size_t count)
{
    size_t room = RING_POINTS_MAX - ring->point_count;
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (nodes[i].replicas > room - sum) {
            return false;
        }
        sum += nodes[i].replicas;
    }
    batch->points.capacity = sum;
    return true;
}

/* Copies the nodes into the batch and sorts them by name. `too_many`: the add will be refused, so
 * the copies get no room for positions. */
static enum ring_error take_nodes(struct ring *ring, struct batch *batch,
                                  const struct ring_node *nodes, size_t count, bool too_many)
{
    batch->nodes.entries = ring_allocate_unsorted(ring, count);
    if (batch->nodes.entries == NULL) {
        return RING_NO_MEMORY;
    }
    batch->nodes.capacity = count;
    for (size_t i = 0; i < count; i++) {
        struct node *node =
            ring_node_create(&ring->nodes, nodes[i].name, too_many ? 0 : nodes[i].replicas);
        if (node == NULL) {
            return RING_NO_MEMORY;
        }
        batch->nodes.entries[batch->nodes.count++] = (struct entry){0, node};
    }
    sort_run(&batch->nodes);
    return RING_OK;
}

/* Whether a name of the batch is in the batch twice, or in the ring already. */
static bool any_exists(const struct ring *ring, const struct batch *batch)
{
    for (size_t i = 0; i < batch->nodes.count; i++) {
        const struct entry *entry = &batch->nodes.entries[i];
        if (i > 0 && !ring_entry_before(entry - 1, entry)) {
            return true;
        }
        if (ring_nodes_named(&ring->nodes, entry->owner->name, entry->owner->size) != NULL) {
            return true;
        }
    }
    return false;
}

void ring_place(const struct ring *ring, struct node *node, uint32_t first, unsigned char *buffer,
                struct run *run)
{
    struct placer placer;
    memcpy(buffer, node->name, node->size);
    ring_placer_init(&placer, &ring->placement, buffer, node->size);
    for (uint32_t replica = first; replica < node->replicas; replica++) {
        uint64_t position = ring_placer_point(&placer, replica);
        run->entries[run->count++] = (struct entry){position, node};
    }
}

static size_t longest_name(const struct run *nodes)
{
    size_t longest = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        size_t size = nodes->entries[i].owner->size;
        longest = size > longest ? size : longest;
    }
    return longest;
}

/* Places the batch's points, sorts them, and gives each node its positions. */
static enum ring_error place_points(const struct ring *ring, struct batch *batch)
{
    size_t buffer_size = longest_name(&batch->nodes) + PLACEMENT_SUFFIX_MAX;
    unsigned char *buffer = ring_allocate(&ring->allocation, buffer_size);
    if (buffer == NULL) {
        return RING_NO_MEMORY;
    }
    batch->points.entries = ring_allocate_unsorted(ring, batch->points.capacity);
    if (batch->points.entries != NULL) {
        for (size_t i = 0; i < batch->nodes.count; i++) {
            ring_place(ring, batch->nodes.entries[i].owner, 0, buffer, &batch->points);
            batch->nodes.entries[i].owner->number = 0; /* for now, counts its positions */
        }
        sort_run(&batch->points);
        for (size_t i = 0; i < batch->points.count; i++) {
            struct node *node = batch->points.entries[i].owner;
            ring_node_positions(&ring->nodes, node)[node->number++] =
                batch->points.entries[i].position;
        }
    }
    ring_release(&ring->allocation, buffer, buffer_size);
    return batch->points.entries != NULL ? RING_OK : RING_NO_MEMORY;
}

static enum ring_error prepare(struct ring *ring, struct batch *batch,
                               const struct ring_node *nodes, size_t count)
{
    /* Known before any memory is needed, but returned only if no earlier error applies. */
    bool too_many = !count_points(ring, batch, nodes, count);
    enum ring_error error = take_nodes(ring, batch, nodes, count, too_many);
    if (error != RING_OK) {
        return error;
    }
    if (any_exists(ring, batch)) {
        return RING_NODE_EXISTS;
    }
    if (too_many) {
        return RING_TOO_MANY_POINTS;
    }
    return place_points(ring, batch);
}

enum ring_error ring_batch_create(struct ring *ring, struct batch *batch,
                                  const struct ring_node *nodes, size_t count, void *data)
{
    *batch = (struct batch){.nodes = {NULL, 0, 0}};
    enum ring_error error = prepare(ring, batch, nodes, count);
    if (error != RING_OK) {
        ring_batch_free(ring, batch, true);
        return error;
    }
    for (size_t i = 0; i < count; i++) {
        ring_node_set(batch->nodes.entries[i].owner, data);
    }
    return RING_OK;
}

void ring_batch_free(struct ring *ring, struct batch *batch, bool nodes)
{
    for (size_t i = 0; nodes && i < batch->nodes.count; i++) {
        ring_node_destroy(&ring->nodes, batch->nodes.entries[i].owner);
    }
    ring_release_unsorted(ring, batch->points.entries, batch->points.capacity);
    ring_release_unsorted(ring, batch->nodes.entries, batch->nodes.capacity);
}

/* Gives the batch's nodes the numbers that they will have after they are added in this order. */
static void number_nodes(const struct nodes *nodes, const struct run *batch)
{
    uint32_t free = nodes->free;
    uint32_t unused = nodes->used;
    for (size_t i = 0; i < batch->count; i++) {
        batch->entries[i].owner->number = free != NODE_NONE ? free : unused++;
        free = free != NODE_NONE ? ring_nodes_next_free(nodes, free) : NODE_NONE;
    }
}

enum ring_error ring_batch_reserve(struct ring *ring, struct batch *batch)
{
    batch->piece_count = ring->nodes.piece_count;
    enum ring_error error = ring_nodes_reserve(&ring->nodes, batch->nodes.count);
    if (error == RING_OK) {
        number_nodes(&ring->nodes, &batch->nodes);
        error = ring->store->reserve(ring, &batch->points, NULL);
    }
    if (error != RING_OK) {
        ring_nodes_trim(&ring->nodes, batch->piece_count);
    }
    return error;
}

void ring_batch_cancel(struct ring *ring, const struct batch *batch)
{
    ring->store->cancel(ring, &batch->points);
    ring_nodes_trim(&ring->nodes, batch->piece_count);
}

void ring_batch_commit(struct ring *ring, const struct batch *batch)
{
    for (size_t i = 0; i < batch->nodes.count; i++) {
        ring_nodes_add(&ring->nodes, batch->nodes.entries[i].owner);
    }
    ring->store->add(ring, &batch->points);
    ring->point_count += batch->points.count;
}

static enum ring_error add_nodes(struct ring *ring, const struct ring_node *nodes, size_t count,
                                 void *data)
{
    struct batch batch;
    if (!ring_batch_valid(ring, nodes, count)) {
        return RING_BAD_ARGUMENT;
    }
    if (count == 0) {
        return RING_OK;
    }
    enum ring_error error = ring_batch_create(ring, &batch, nodes, count, data);
    if (error != RING_OK) {
        return error;
    }
    error = ring_batch_reserve(ring, &batch);
    if (error == RING_OK) {
        ring_batch_commit(ring, &batch);
    }
    ring_batch_free(ring, &batch, error != RING_OK);
    return error;
}

enum ring_error ring_add_many(struct ring *ring, const struct ring_node *nodes, size_t count)
{
    return add_nodes(ring, nodes, count, NULL);
}

enum ring_error ring_add(struct ring *ring, const void *name, size_t size, uint32_t replicas)
{
    return ring_add_with_data(ring, name, size, replicas, NULL);
}

enum ring_error ring_add_with_data(struct ring *ring, const void *name, size_t size,
                                   uint32_t replicas, void *data)
{
    struct ring_node node = {{name, size}, replicas};
    return add_nodes(ring, &node, 1, data);
}
