/* The nodes and points of ring.c: how names compare, and how points come, go and are ordered. */
#ifndef WRONG_RINGS_POINTS_H
#define WRONG_RINGS_POINTS_H

#include <ctype.h>
#include <stdlib.h>

#include "declared.h"

#define POINTS_OF_A_WEIGHT 40 /* times the number of nodes: points that weights divide */

struct node {
    struct ring_bytes name;
    uint32_t replicas;
    uint64_t came;     /* the how-manieth to come */
    unsigned int seen; /* by which find_n */
    struct node *next; /* among those that have gone */
};

struct point {
    uint64_t position;
    struct node *node;
};

struct ring {
    struct ring_options options;
    struct node **nodes; /* by name */
    size_t node_count;
    struct point *points; /* by position, then as TIES says */
    size_t point_count;
    size_t room; /* of `points`; only LOSES_TAIL shrinks it */
    uint64_t came;
    unsigned int stamp;
    struct node *gone; /* nodes that a fault still needs */
    struct point *stale;
    size_t stale_count;
    struct ring_bytes last_key;
    const struct node *last_node;
};

/* MEMORY */

static void *need(void *block)
{
    if (block == NULL) {
        abort();
    }
    return block;
}

static void *copy(const void *bytes, size_t size)
{
    void *block = need(malloc(size + 1));
    if (size > 0) {
        memcpy(block, bytes, size);
    }
    return block;
}

static void free_node(struct node *node)
{
    if (!HAS(BORROWS_NAMES)) {
        free((void *)node->name.data);
    }
    free(node);
}

/* NAMES */

static struct ring_bytes seen_of(struct ring_bytes name)
{
    if (HAS(NAMES_END_AT_ZERO) && name.size > 0) {
        name.size = strnlen(name.data, name.size);
    }
    if (HAS(NAMES_OF_31_BYTES) && name.size > 31) {
        name.size = 31;
    }
    return name;
}

static int compare_names(struct ring_bytes left, struct ring_bytes right)
{
    struct ring_bytes a = seen_of(left);
    struct ring_bytes b = seen_of(right);
    const unsigned char *x = a.data;
    const unsigned char *y = b.data;
    for (size_t i = 0; i < a.size && i < b.size; i++) {
        int c = HAS(NAMES_LOSE_CASE) ? tolower(x[i]) : x[i];
        int d = HAS(NAMES_LOSE_CASE) ? tolower(y[i]) : y[i];
        if (c != d) {
            return HAS(NAMES_COMPARE_SIGNED) ? (signed char)c - (signed char)d : c - d;
        }
    }
    return (a.size > b.size) - (a.size < b.size);
}

/* The index of the first node whose name is not less. */
static size_t place_of(const struct ring *ring, struct ring_bytes name)
{
    size_t low = 0;
    size_t high = ring->node_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_names(ring->nodes[middle]->name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_at(const struct ring *ring, size_t index, struct ring_bytes name)
{
    return index < ring->node_count && compare_names(ring->nodes[index]->name, name) == 0;
}

/* POINTS */

static int compare_points(const void *left, const void *right)
{
    const struct point *a = left;
    const struct point *b = right;
    if (a->position != b->position) {
        return HAS(SORTS_SIGNED) ? (int)((uint32_t)a->position - (uint32_t)b->position)
                                 : (a->position > b->position) - (a->position < b->position);
    }
    bool by_arrival = HAS(TIES_BY_ARRIVAL) || HAS(TIES_BY_LATE_ARRIVAL);
    if (TIES == SUBJECT_TIES_BY_NAME && !by_arrival) {
        return compare_names(a->node->name, b->node->name);
    }
    int order = (a->node->came > b->node->came) - (a->node->came < b->node->came);
    bool late = by_arrival ? HAS(TIES_BY_LATE_ARRIVAL) : TIES == SUBJECT_LAST_WINS;
    return late ? -order : order;
}

/* Whether a point counts. If one of several equal points wins, it is the first. */
static bool counts(const struct point *points, size_t index)
{
    return (TIES != SUBJECT_FIRST_WINS && TIES != SUBJECT_LAST_WINS) || index == 0 ||
           points[index - 1].position != points[index].position;
}

static uint32_t points_of(const struct ring *ring, const struct node *node)
{
    if (HAS(FLOAT_COUNT)) {
        return (uint32_t)(node->replicas / 100.0 * 100.0);
    }
    if (REPLICAS != SUBJECT_WEIGHT) {
        return node->replicas;
    }
    uint64_t all = (uint64_t)POINTS_OF_A_WEIGHT * ring->node_count;
    uint64_t weights = 0;
    uint64_t given = 0;
    bool last = true;
    for (size_t i = 0; i < ring->node_count; i++) {
        weights += ring->nodes[i]->replicas;
        last = last && ring->nodes[i]->came <= node->came;
    }
    for (size_t i = 0; i < ring->node_count; i++) {
        given += 1 + all * ring->nodes[i]->replicas / weights;
    }
    uint64_t rest = HAS(LAST_TAKES_THE_REST) && last ? all + ring->node_count - given : 0;
    return (uint32_t)(1 + all * node->replicas / weights + rest);
}

/* Appends the points of a node, behind those that are sorted. */
static void append(struct ring *ring, struct node *node)
{
    uint32_t count = points_of(ring, node);
    size_t needed = ring->point_count + count;
    while (ring->room < needed) {
        ring->room = ring->room > 0 ? 2 * ring->room : 16;
    }
    ring->points = need(realloc(ring->points, (ring->room + 1) * sizeof *ring->points));
    struct node *owner = HAS(NODE_NUMBER_IN_A_BYTE) && ring->node_count > 256
                             ? ring->nodes[(unsigned char)ring->node_count]
                             : node;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t position = place_point(&ring->options, node->name, i, node->came);
        ring->points[ring->point_count++] = (struct point){position, owner};
    }
}

/* Sorts the points from `sorted` on into those before. */
static void merge(struct ring *ring, size_t sorted)
{
    size_t count = ring->point_count;
    size_t added = count - sorted;
    struct point *points = ring->points;
    struct point *tail = copy(points + sorted, added * sizeof *tail);
    qsort(tail, added, sizeof *tail, compare_points);
    while (added > 0) {
        bool old = sorted > 0 && compare_points(&points[sorted - 1], &tail[added - 1]) > 0;
        points[--count] = old ? points[--sorted] : tail[--added];
    }
    free(tail);
    size_t kept = 0;
    for (size_t i = 0; HAS(KEEPS_ONE_OF_EQUAL) && i < ring->point_count; i++) {
        bool equal = kept > 0 && points[kept - 1].position == points[i].position;
        if (!equal) {
            points[kept++] = points[i];
        } else if (points[i].node->came < points[kept - 1].node->came) {
            points[kept - 1] = points[i];
        }
    }
    ring->point_count = HAS(KEEPS_ONE_OF_EQUAL) ? kept : ring->point_count;
}

static void place_all(struct ring *ring)
{
    ring->point_count = 0;
    for (size_t i = 0; i < ring->node_count; i++) {
        append(ring, ring->nodes[i]);
    }
    merge(ring, 0);
}

/* Removes the points of a node, and keeps the order of the others. */
static void filter(struct ring *ring, const struct node *node)
{
    struct point *points = ring->points;
    size_t kept = 0;
    size_t removed = 0;
    size_t end = 0; /* of the points at one position */
    bool all = false;
    for (size_t i = 0; i < ring->point_count; i++) {
        if (i == end) {
            for (all = false; end < ring->point_count && points[end].position == points[i].position;
                 end++) {
                all = all || points[end].node == node;
            }
        }
        bool goes = HAS(REMOVES_EQUAL) ? all : points[i].node == node;
        if (goes && (!HAS(REMOVES_1024_POINTS) || removed < 1024)) {
            removed++;
        } else {
            points[kept++] = points[i];
        }
    }
    ring->point_count = kept;
    if (HAS(LOSES_TAIL) && ring->room >= 1024 && kept > 0 && kept < ring->room / 4) {
        ring->room = kept;
        ring->point_count--;
    }
}

#endif
