#include "replay.h"

#include <stdlib.h>
#include <string.h>

#include "../../core/placement.h"
#include "../../fuzz/base/memory.h"
#include "../../fuzz/base/place.h"

/* An item is its index in the circle, which sorts as positions do. A hole is greater than all. */
#define HOLE UINT32_MAX

struct point {
    uint64_t position;
    uint32_t node;
    uint32_t replica;
};

struct depth_circle {
    size_t count;
    struct point points[];
};

static int compare_points(const void *left, const void *right)
{
    const struct point *a = left;
    const struct point *b = right;
    return (a->position > b->position) - (a->position < b->position);
}

struct depth_circle *depth_circle_make(size_t nodes, uint32_t replicas)
{
    const struct placement placement = {.rule = RING_SHA1};
    struct depth_circle *circle =
        memory_resize(NULL, 1, sizeof *circle + nodes * replicas * sizeof *circle->points);
    circle->count = 0;
    for (size_t node = 0; node < nodes; node++) {
        char name[DEPTH_NAME_SIZE + PLACEMENT_SUFFIX_MAX];
        size_t size = depth_name(name, node).size;
        for (uint32_t replica = 0; replica < replicas; replica++) {
            uint64_t position = place_point(&placement, (unsigned char *)name, size, replica);
            circle->points[circle->count++] = (struct point){position, (uint32_t)node, replica};
        }
    }
    qsort(circle->points, circle->count, sizeof *circle->points, compare_points);
    /* Distinct positions have one sorted order, however the ring was built. So the ring before the
     * change need not be built node by node. */
    for (size_t i = 1; i < circle->count; i++) {
        if (circle->points[i - 1].position == circle->points[i].position) {
            (void)fputs("depth: two points are equal, so their order is unknown; choose another "
                        "number of nodes or replicas\n",
                        stderr);
            exit(2);
        }
    }
    return circle;
}

void depth_circle_free(struct depth_circle *circle)
{
    free(circle);
}

/* The array as the sort gets it: holes in place of the removed points, or the added points at the
 * end, in the order of their replica index. */
static uint32_t *make_items(const struct depth_circle *circle, const struct depth_case *asked)
{
    uint32_t changed = (uint32_t)depth_case_node(asked);
    uint32_t *items = memory_resize(NULL, asked->nodes * asked->replicas, sizeof *items);
    uint32_t *added = items + (asked->nodes - 1) * asked->replicas;
    uint32_t *next = items;
    for (size_t i = 0; i < circle->count; i++) {
        const struct point *point = &circle->points[i];
        if (point->node >= asked->nodes || point->replica >= asked->replicas) {
            continue;
        }
        if (point->node != changed) {
            *next++ = (uint32_t)i;
        } else if (asked->operation == DEPTH_REMOVE) {
            *next++ = HOLE;
        } else {
            added[point->replica] = (uint32_t)i;
        }
    }
    return items;
}

enum { BLOCK = 64 }; /* large enough for the compiler to vectorise the loops */

static bool all_greater(const uint32_t *items, uint32_t pivot)
{
    unsigned int others = 0;
    for (int i = 0; i < BLOCK; i++) {
        others += items[i] <= pivot;
    }
    return others == 0;
}

/* While the item on the left is greater than the pivot, the sort swaps it with the one on the right
 * and moves the right end down. The effect of a run of such swaps: each item passed moves up by one,
 * and the first left item ends up above them. Does the whole run at once; returns the new right end. */
static int shift(uint32_t *items, int left, int right, uint32_t pivot)
{
    uint32_t held = items[left];
    while (left < right && held > pivot) {
        while (right - left >= BLOCK && all_greater(&items[right - BLOCK + 1], pivot)) {
            uint32_t *block = &items[right - BLOCK + 1];
            uint32_t lowest = block[0];
            memmove(block, block + 1, (BLOCK - 1) * sizeof *block);
            block[BLOCK - 1] = held;
            held = lowest;
            right -= BLOCK;
        }
        for (int i = 0; i < BLOCK && left < right && held > pivot; i++) {
            uint32_t swapped = items[right];
            items[right--] = held;
            held = swapped;
        }
    }
    items[left] = held;
    return right;
}

static int partition(uint32_t *items, int left, int right, uint32_t pivot)
{
    while (left < right) {
        if (items[left] <= pivot) {
            left++;
        } else {
            right = shift(items, left, right, pivot);
        }
    }
    return left;
}

/* legacy/sort.c, line by line. The ranges on the stack are disjoint and not empty, so there are never
 * more of them than items. */
static int replay(uint32_t *items, int count)
{
    int *starts = memory_resize(NULL, (size_t)count, sizeof *starts);
    int *ends = memory_resize(NULL, (size_t)count, sizeof *ends);
    int most = 0;
    int i = 0;
    starts[0] = 0;
    ends[0] = count - 1;
    while (i >= 0) {
        int pivot = starts[i];
        if (pivot + 1 > ends[i]) {
            i--;
            continue;
        }
        /* A hole is greater than another hole. */
        int right =
            partition(items, pivot + 1, ends[i], items[pivot] == HOLE ? HOLE - 1 : items[pivot]);
        if (items[right] < items[pivot]) {
            uint32_t lower = items[right];
            items[right] = items[pivot];
            items[pivot] = lower;
        }
        if (right == ends[i]) {
            ends[i] = right - 1;
            continue;
        }
        starts[i + 1] = right;
        ends[i + 1] = ends[i];
        ends[i] = right - 1;
        i++;
        most = i + 1 > most ? i + 1 : most;
    }
    free(starts);
    free(ends);
    return most;
}

int depth_entries(const struct depth_circle *circle, const struct depth_case *asked)
{
    uint32_t *items = make_items(circle, asked);
    int entries = replay(items, (int)(asked->nodes * asked->replicas));
    free(items);
    return entries;
}
