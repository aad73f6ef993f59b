#include "internal.h"

#include <string.h>

/* What a walk over the nodes finds. Unless they are `ordered`, it may have ended early, and the rest
 * says nothing. */
struct survey {
    bool ordered;
    bool in_range;
    bool on_levels;
    bool numbered;
    uint64_t replicas;
    size_t longest; /* name */
};

static struct survey survey_nodes(const struct nodes *nodes)
{
    struct survey survey = {.in_range = true, .on_levels = true, .numbered = true};
    size_t count = 0;
    const struct node *last = NULL;
    const struct node *next[NODES_LEVELS]; /* what comes behind `last` on each level */
    memcpy(next, nodes->first, sizeof next);
    for (const struct node *node = next[0]; node != NULL; node = next[0]) {
        /* A circle of links ends here too: somewhere in it, names descend. So does a node without
         * levels, which is not passed below. */
        if (last != NULL &&
            ring_compare_names(last->name, last->size, node->name, node->size) >= 0) {
            return survey;
        }
        survey.in_range &=
            node->size > 0 && node->replicas > 0 && node->replicas <= RING_REPLICAS_MAX;
        for (uint32_t level = 0; level < NODES_LEVELS; level++) {
            const bool reached = level < node->levels;
            survey.on_levels &= reached == (next[level] == node);
            if (reached) {
                next[level] = ring_nodes_link(nodes, node, level);
            }
        }
        survey.numbered &= node->number < nodes->used &&
                           ring_nodes_numbered(nodes, node->number)->data == node->name &&
                           ring_nodes_numbered(nodes, node->number)->size == node->size;
        survey.replicas += node->replicas;
        survey.longest = node->size > survey.longest ? node->size : survey.longest;
        count++;
        last = node;
    }
    for (uint32_t level = 1; level < NODES_LEVELS; level++) {
        survey.on_levels &= next[level] == NULL;
    }
    survey.ordered = count == nodes->count;
    return survey;
}

static bool free_numbers_are_chained(const struct nodes *nodes)
{
    size_t free_count = 0;
    for (uint32_t number = nodes->free; number != NODE_NONE; free_count++) {
        if (number >= nodes->used || free_count == nodes->free_count ||
            ring_nodes_numbered(nodes, number)->data != NULL) {
            return false;
        }
        number = ring_nodes_next_free(nodes, number);
    }
    return free_count == nodes->free_count && nodes->count + free_count == nodes->used;
}

/* Places the points of every node again. Compares them with the node's list of positions, and all
 * of them with a walk over the ring: no point is missing, moved, there twice, left over, or out of
 * order among equals. */
static const char *compare_with_fresh(const struct ring *ring, struct run *fresh,
                                      unsigned char *buffer)
{
    struct node *node = NULL;
    while ((node = ring_nodes_next(&ring->nodes, node)) != NULL) {
        size_t begin = fresh->count;
        ring_place(ring, node, 0, buffer, fresh);
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

static enum ring_error check_points(const struct ring *ring, size_t longest, const char **broken)
{
    if (ring->point_count == 0) {
        return RING_OK;
    }
    size_t buffer_size = longest + PLACEMENT_SUFFIX_MAX;
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
    const struct survey survey = survey_nodes(&ring->nodes);
    if (ring->point_count > RING_POINTS_MAX) {
        *broken = "a ring has at most 2^32 - 1 points";
    } else if (!survey.ordered) {
        *broken = "nodes are ordered by name, and each is in the list once";
    } else if (!survey.in_range) {
        *broken = "every node has a name and 1 to 2^20 replicas";
    } else if (!survey.on_levels) {
        *broken = "every level of the skip list has the nodes that reach it";
    } else if (!survey.numbered || !free_numbers_are_chained(&ring->nodes)) {
        *broken = "every number leads to the node that has it, or is in the chain of free numbers";
    } else if (survey.replicas != ring->point_count) {
        *broken = "the ring has as many points as all nodes have replicas";
    } else {
        *broken = ring->store->check(ring);
    }
    return *broken == NULL ? check_points(ring, survey.longest, broken) : RING_OK;
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
