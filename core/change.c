/* Adding and removing nodes, and changing their replicas. All that can fail happens first: preparing
 * a change, and making room for it in the ring. Only then is it made, in steps that cannot fail. */
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

static bool are_valid(const struct ring *ring, const struct ring_node *nodes, size_t count)
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

/* Counts the points that come. False if the ring would have too many. The sum never exceeds the
 * limit, which is the greatest number that a 32-bit size_t can hold. */
static bool count_points(const struct ring *ring, struct change *change,
                         const struct ring_node *nodes, size_t count)
{
    const size_t leaving = change->leaving != NULL ? change->leaving->replicas : 0;
    const size_t room = RING_POINTS_MAX - ring->point_count + leaving;
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (nodes[i].replicas > room - sum) {
            return false;
        }
        sum += nodes[i].replicas;
    }
    change->points.capacity = sum > leaving ? sum : leaving;
    return true;
}

/* Copies the nodes and sorts them by name. `too_many`: the change will be refused, so the copies get
 * no room for positions. */
static enum ring_error take_nodes(struct ring *ring, struct change *change,
                                  const struct ring_node *nodes, size_t count, void *data,
                                  bool too_many)
{
    struct run *run = &change->nodes;
    *run = (struct run){ring_allocate_unsorted(ring, count), 0, count};
    if (run->entries == NULL) {
        return RING_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        struct node *node =
            ring_node_create(&ring->nodes, nodes[i].name, too_many ? 0 : nodes[i].replicas, data);
        if (node == NULL) {
            return RING_NO_MEMORY;
        }
        run->entries[run->count++] = (struct entry){0, node};
        change->longest = node->size > change->longest ? node->size : change->longest;
    }
    ring_run_sort(run->entries, count, run->entries + count);
    return RING_OK;
}

/* Whether a name that comes comes twice, or is in the ring already. */
static bool any_exists(const struct ring *ring, const struct run *nodes)
{
    for (size_t i = 0; i < nodes->count; i++) {
        const struct entry *entry = &nodes->entries[i];
        if ((i > 0 && !ring_entry_before(entry - 1, entry)) ||
            ring_nodes_named(&ring->nodes, entry->owner->name, entry->owner->size) != NULL) {
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
        run->entries[run->count++] = (struct entry){ring_placer_point(&placer, replica), node};
    }
}

/* Lists the points of a node with another number of replicas. Places only the replicas that come or
 * go, those with the highest indexes: few digests for a small change. */
static void place_others(const struct ring *ring, struct change *change, unsigned char *buffer)
{
    struct run *points = &change->points;
    struct run others = {points->entries + points->capacity, 0, points->capacity};
    struct node *node = change->nodes.entries->owner;
    struct node *leaving = change->leaving;
    const uint64_t *positions = ring_node_positions(&ring->nodes, leaving);
    const bool drops = node->replicas < leaving->replicas;
    size_t dropped = 0;
    ring_place(ring, drops ? leaving : node, drops ? node->replicas : leaving->replicas, buffer,
               &others);
    ring_run_sort(others.entries, others.count, points->entries);
    for (size_t i = 0; i < leaving->replicas; i++) {
        if (drops && dropped < others.count && others.entries[dropped].position == positions[i]) {
            dropped++;
        } else {
            points->entries[points->count++] = (struct entry){positions[i], node};
        }
    }
    if (!drops) {
        ring_run_merge(points->entries, points->entries, points->count, others.entries,
                       others.count);
        points->count += others.count;
    }
}

/* Places the points that come, sorts them, and gives each node its positions. */
static enum ring_error place_points(const struct ring *ring, struct change *change)
{
    struct run *points = &change->points;
    const size_t buffer_size = change->longest + PLACEMENT_SUFFIX_MAX;
    unsigned char *buffer = ring_allocate(&ring->allocation, buffer_size);
    if (buffer == NULL) {
        return RING_NO_MEMORY;
    }
    points->entries = ring_allocate_unsorted(ring, points->capacity);
    if (points->entries != NULL && change->leaving != NULL) {
        place_others(ring, change, buffer);
    } else if (points->entries != NULL) {
        for (size_t i = 0; i < change->nodes.count; i++) {
            ring_place(ring, change->nodes.entries[i].owner, 0, buffer, points);
        }
        ring_run_sort(points->entries, points->count, points->entries + points->count);
    }
    for (size_t i = 0; i < points->count; i++) {
        struct node *node = points->entries[i].owner; /* its number counts them for now */
        ring_node_positions(&ring->nodes, node)[node->number++] = points->entries[i].position;
    }
    ring_release(&ring->allocation, buffer, buffer_size);
    return points->entries != NULL ? RING_OK : RING_NO_MEMORY;
}

static enum ring_error prepare(struct ring *ring, struct change *change,
                               const struct ring_node *nodes, size_t count, void *data)
{
    /* Known before any memory is needed, but returned only if no earlier error applies. */
    const bool too_many = !count_points(ring, change, nodes, count);
    enum ring_error error = take_nodes(ring, change, nodes, count, data, too_many);
    if (error == RING_OK && change->leaving == NULL && any_exists(ring, &change->nodes)) {
        error = RING_NODE_EXISTS;
    } else if (error == RING_OK) {
        error = too_many ? RING_TOO_MANY_POINTS : place_points(ring, change);
    }
    if (error != RING_OK) {
        ring_change_free(ring, change, false);
    }
    return error;
}

enum ring_error ring_prepare_add(struct ring *ring, struct change *change,
                                 const struct ring_node *nodes, size_t count, void *data)
{
    *change = (struct change){.leaving = NULL};
    if (!are_valid(ring, nodes, count)) {
        return RING_BAD_ARGUMENT;
    }
    return count > 0 ? prepare(ring, change, nodes, count, data) : RING_OK;
}

enum ring_error ring_prepare_replicas(struct ring *ring, struct change *change, const void *name,
                                      size_t size, uint32_t replicas)
{
    const struct ring_node node = {{name, size}, replicas};
    if (!are_valid(ring, &node, 1)) {
        return RING_BAD_ARGUMENT;
    }
    const enum ring_error error = ring_prepare_remove(ring, change, name, size);
    if (error != RING_OK || change->leaving->replicas == replicas) {
        change->leaving = NULL;
        return error;
    }
    return prepare(ring, change, &node, 1, ring_node_get(change->leaving));
}

enum ring_error ring_prepare_remove(struct ring *ring, struct change *change, const void *name,
                                    size_t size)
{
    struct ring_bytes own;
    const enum ring_error error = ring_own_name(ring, name, size, &own);
    *change = (struct change){.leaving = error == RING_OK ? ring_node_of(own) : NULL};
    return error;
}

/* Gives the nodes the numbers that they will have after they are added in this order. */
static void number_nodes(const struct nodes *nodes, const struct change *change)
{
    uint32_t free = change->leaving != NULL ? change->leaving->number : nodes->free;
    uint32_t unused = nodes->used;
    for (size_t i = 0; i < change->nodes.count; i++) {
        change->nodes.entries[i].owner->number = free != NODE_NONE ? free : unused++;
        free = free != NODE_NONE ? ring_nodes_next_free(nodes, free) : NODE_NONE;
    }
}

enum ring_error ring_change_reserve(struct ring *ring, const struct change *change)
{
    const size_t come = change->nodes.count;
    if (come == 0) {
        return RING_OK;
    }
    enum ring_error error = ring_nodes_reserve(&ring->nodes, come - (change->leaving != NULL));
    if (error == RING_OK) {
        number_nodes(&ring->nodes, change);
        error = ring->store->reserve(ring, &change->points, change->leaving);
    }
    if (error != RING_OK) {
        ring_nodes_trim(&ring->nodes, ring->nodes.used);
    }
    return error;
}

void ring_change_cancel(struct ring *ring, const struct change *change)
{
    ring->store->cancel(ring, &change->points);
    ring_nodes_trim(&ring->nodes, ring->nodes.used);
}

void ring_change_commit(struct ring *ring, const struct change *change)
{
    if (change->leaving != NULL) {
        ring_nodes_remove(&ring->nodes, change->leaving);
    }
    for (size_t i = 0; i < change->nodes.count; i++) {
        ring_nodes_add(&ring->nodes, change->nodes.entries[i].owner);
    }
    ring->store->commit(ring, &change->points, change->leaving);
    ring->point_count += change->points.count;
    ring->point_count -= change->leaving != NULL ? change->leaving->replicas : 0;
}

void ring_change_free(struct ring *ring, struct change *change, bool made)
{
    for (size_t i = 0; !made && i < change->nodes.count; i++) {
        ring_node_destroy(&ring->nodes, change->nodes.entries[i].owner);
    }
    if (made && change->leaving != NULL) {
        ring_node_destroy(&ring->nodes, change->leaving);
    }
    ring_release_unsorted(ring, change->points.entries, change->points.capacity);
    ring_release_unsorted(ring, change->nodes.entries, change->nodes.capacity);
}

/* Makes a change that was prepared with this result. */
static enum ring_error make(struct ring *ring, struct change *change, enum ring_error error)
{
    if (error != RING_OK) {
        return error;
    }
    error = ring_change_reserve(ring, change);
    if (error == RING_OK) {
        ring_change_commit(ring, change);
    }
    ring_change_free(ring, change, error == RING_OK);
    return error;
}

enum ring_error ring_add_many(struct ring *ring, const struct ring_node *nodes, size_t count)
{
    struct change change;
    return make(ring, &change, ring_prepare_add(ring, &change, nodes, count, NULL));
}

enum ring_error ring_add(struct ring *ring, const void *name, size_t size, uint32_t replicas)
{
    return ring_add_with_data(ring, name, size, replicas, NULL);
}

enum ring_error ring_add_with_data(struct ring *ring, const void *name, size_t size,
                                   uint32_t replicas, void *data)
{
    const struct ring_node node = {{name, size}, replicas};
    struct change change;
    return make(ring, &change, ring_prepare_add(ring, &change, &node, 1, data));
}

enum ring_error ring_set_replicas(struct ring *ring, const void *name, size_t size,
                                  uint32_t replicas)
{
    struct change change;
    return make(ring, &change, ring_prepare_replicas(ring, &change, name, size, replicas));
}

enum ring_error ring_remove(struct ring *ring, const void *name, size_t size)
{
    struct change change;
    return make(ring, &change, ring_prepare_remove(ring, &change, name, size));
}
