#include "legacy_sort.h"

#include <stddef.h>

#ifdef LEGACY_SORT_MEASURED
#define LEGACY_STACK 4194304 /* never too small here, so that the need can be measured */
#define LEGACY_STORAGE static
int legacy_sort_depth;
#define LEGACY_MEASURE(entries)                                                                    \
    (legacy_sort_depth = (entries) > legacy_sort_depth ? (entries) : legacy_sort_depth)
#else
#define LEGACY_STACK 1024
#define LEGACY_STORAGE
#define LEGACY_MEASURE(entries) ((void)0)
#endif

/* A hole is greater than anything, another hole included. So a run of holes never splits in the
 * middle: each of them takes a stack entry. */
static int compare(const struct legacy_item *a, const struct legacy_item *b)
{
    if (a == NULL) {
        return 1;
    }
    if (b == NULL) {
        return -1;
    }
    return (a->position > b->position) - (a->position < b->position);
}

static void swap(struct legacy_item **a, struct legacy_item **b)
{
    struct legacy_item *item = *a;
    *a = *b;
    *b = item;
}

void quicksort(struct legacy_item **items, int count)
{
    LEGACY_STORAGE int starts[LEGACY_STACK];
    LEGACY_STORAGE int ends[LEGACY_STACK];
    int i = 0;
    starts[0] = 0;
    ends[0] = count;
    while (i >= 0) {
        int left = starts[i] + 1;
        int right = ends[i];
        if (left >= right) {
            i--;
            continue;
        }
        struct legacy_item *pivot = items[starts[i]];
        while (left < right) {
            if (compare(items[left], pivot) <= 0) {
                left++;
            } else {
                swap(&items[left], &items[--right]);
            }
        }
        swap(&items[--left], &items[starts[i]]);
        /* The defect: i + 1 may be LEGACY_STACK. */
        starts[i + 1] = right;
        ends[i + 1] = ends[i];
        ends[i] = left;
        i++;
        LEGACY_MEASURE(i + 1);
    }
}
