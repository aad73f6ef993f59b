#include "internal.h"

/* Whether this level of the skip list has `count` nodes that reach it, in the order of names. */
static bool names_ascend(const struct nodes *nodes, uint32_t level, size_t count)
{
    const struct node *last = NULL;
    for (;;) {
        const struct node *node = ring_nodes_link(nodes, last, level);
        if (node == NULL) {
            return count == 0;
        }
        if (node->levels <= level ||
            (last != NULL &&
             ring_compare_names(last->name, last->size, node->name, node->size) >= 0)) {
            return false; /* a circle of links ends here too: somewhere in it, names descend */
        }
        last = node;
        count--;
    }
}

static bool levels_are_right(const struct nodes *nodes)
{
    for (uint32_t level = 1; level < NODES_LEVELS; level++) {
        size_t count = 0;
        for (const struct node *node = ring_nodes_next(nodes, NULL); node != NULL;
             node = ring_nodes_next(nodes, node)) {
            count += node->levels > level;
        }
        if (!names_ascend(nodes, level, count)) {
            return false;
        }
    }
    return true;
}

static bool nodes_in_range(const struct nodes *nodes)
{
    for (const struct node *node = ring_nodes_next(nodes, NULL); node != NULL;
         node = ring_nodes_next(nodes, node)) {
        if (node->size == 0 || node->replicas == 0 || node->replicas > RING_REPLICAS_MAX) {
            return false;
        }
    }
    return true;
}

static bool numbers_lead_back(const struct nodes *nodes)
{
    size_t free_count = 0;
    for (uint32_t number = nodes->free; number != NODE_NONE; free_count++) {
        if (number >= nodes->used || free_count == nodes->free_count ||
            ring_nodes_numbered(nodes, number)->data != NULL) {
            return false;
        }
        number = (uint32_t)ring_nodes_numbered(nodes, number)->size;
    }
    for (const struct node *node = ring_nodes_next(nodes, NULL); node != NULL;
         node = ring_nodes_next(nodes, node)) {
        if (node->number >= nodes->used) {
            return false;
        }
        const struct ring_bytes *name = ring_nodes_numbered(nodes, node->number);
        if (name->data != node->name || name->size != node->size) {
            return false;
        }
    }
    return free_count == nodes->free_count && nodes->count + free_count == nodes->used;
}

static uint64_t replica_sum(const struct nodes *nodes)
{
    uint64_t sum = 0;
    for (const struct node *node = ring_nodes_next(nodes, NULL); node != NULL;
         node = ring_nodes_next(nodes, node)) {
        sum += node->replicas;
    }
    return sum;
}

static size_t longest_name(const struct nodes *nodes)
{
    size_t longest = 0;
    for (const struct node *node = ring_nodes_next(nodes, NULL); node != NULL;
         node = ring_nodes_next(nodes, node)) {
        longest = node->size > longest ? node->size : longest;
    }
    return longest;
}

/* Places the points of every node again. Compares them with the node's list of positions, and all
 * of them with a walk over the ring: no point is missing, moved, there twice, left over, or out of
 * order among equals. */
static const char *compare_with_fresh(const struct ring *ring, struct run *fresh,
                                      unsigned char *buffer)
{
    for (const struct node *node = ring_nodes_next(&ring->nodes, NULL); node != NULL;
         node = ring_nodes_next(&ring->nodes, node)) {
        size_t begin = fresh->count;
        ring_place(ring, (struct node *)node, 0, buffer, fresh);
        ring_run_sort(fresh->entries + begin, node->replicas, fresh->entries + ring->point_count);
        for (size_t i = 0; i < node->replicas; i++) {
            if (fresh->entries[begin + i].position != ring_node_positions(&ring->nodes, node)[i]) {
                return "each node has the list of its positions, sorted";
            }
        }
    }
    ring_run_sort(fresh->entries, fresh->count, fresh->entries + fresh->count);
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    for (size_t i = 0; i < fresh->count; i++) {
        if (ring->store->next(ring, &cursor, &point) == NODE_NONE ||
            point.position != fresh->entries[i].position ||
            point.node.data != fresh->entries[i].owner->name) {
            return "the ring has the points that the rule gives its nodes, and equal positions are "
                   "ordered by owner's name";
        }
    }
    return ring->store->next(ring, &cursor, NULL) != NODE_NONE ? "a walk ends behind the last point"
                                                               : NULL;
}

static enum ring_error check_points(const struct ring *ring, const char **broken)
{
    if (ring->point_count == 0) {
        return RING_OK;
    }
    size_t buffer_size = longest_name(&ring->nodes) + PLACEMENT_SUFFIX_MAX;
    unsigned char *buffer = ring_allocate(&ring->allocation, buffer_size);
    struct run fresh = {ring_allocate_unsorted(ring, ring->point_count), 0, ring->point_count};
    bool memory = buffer != NULL && fresh.entries != NULL;
    if (memory) {
        *broken = compare_with_fresh(ring, &fresh, buffer);
    }
    ring_release_unsorted(ring, fresh.entries, fresh.capacity);
    ring_release(&ring->allocation, buffer, buffer_size);
    return memory ? RING_OK : RING_NO_MEMORY;
}

/* THE INVARIANTS. Each check relies on the ones before it. The invariants of a point store are in
 * its check(): see arcs/check.c and merge.c. */
static enum ring_error find_broken(const struct ring *ring, const char **broken)
{
    const struct nodes *nodes = &ring->nodes;
    if (ring->point_count > RING_POINTS_MAX) {
        *broken = "a ring has at most 2^32 - 1 points";
    } else if (!names_ascend(nodes, 0, nodes->count)) {
        *broken = "nodes are ordered by name, and each is in the list once";
    } else if (!nodes_in_range(nodes)) {
        *broken = "every node has a name and 1 to 2^20 replicas";
    } else if (!levels_are_right(nodes)) {
        *broken = "every level of the skip list has the nodes that reach it";
    } else if (!numbers_lead_back(nodes)) {
        *broken = "every number leads to the node that has it, or is in the chain of free numbers";
    } else if (replica_sum(nodes) != ring->point_count) {
        *broken = "the ring has as many points as all nodes have replicas";
    } else {
        *broken = ring->store->check(ring);
    }
    return *broken == NULL ? check_points(ring, broken) : RING_OK;
}

enum ring_error ring_check(const struct ring *ring, const char **broken)
{
    const char *sentence = NULL;
    if (ring == NULL) {
        return RING_BAD_ARGUMENT;
    }
    enum ring_error error = find_broken(ring, &sentence);
    if (sentence == NULL) {
        return error;
    }
    if (broken != NULL) {
        *broken = sentence;
    }
    return RING_CORRUPT;
}
