#include "sort.h"

/* As in the original, the arrays are variable-length arrays. The compiler puts those below everything
 * else in the frame, so a write past their end reaches the parameters first. ci/autopsy reads the
 * local variables by name. */
#ifdef LEGACY_SORT_MEASURED
enum { ENTRIES = 4194304 }; /* always enough, so that the need can be measured */
#define LEGACY_ARRAYS                                                                              \
    static int starts[ENTRIES];                                                                    \
    static int ends[ENTRIES]
int legacy_sort_depth;
#define LEGACY_MEASURE(entries)                                                                    \
    (legacy_sort_depth = (entries) > legacy_sort_depth ? (entries) : legacy_sort_depth)
#else
#define LEGACY_ARRAYS                                                                              \
    int entries = LEGACY_SORT_ENTRIES;                                                             \
    int starts[entries];                                                                           \
    int ends[entries]
#define LEGACY_MEASURE(entries) ((void)0)
#endif

static void swap(struct legacy_item **a, struct legacy_item **b)
{
    struct legacy_item *item = *a;
    *a = *b;
    *b = item;
}

void quicksort(struct legacy_item **items, int count, legacy_compare *compare)
{
    LEGACY_ARRAYS;
    int i = 0;
    starts[0] = 0;
    ends[0] = count - 1;
    while (i >= 0) {
        int pivot = starts[i];
        int left = pivot + 1;
        int right = ends[i];
        if (left > right) {
            i--;
            continue;
        }
        while (left < right) {
            if (compare(items[left], items[pivot]) <= 0) {
                left++;
            } else {
                swap(&items[left], &items[right--]);
            }
        }
        if (compare(items[left], items[pivot]) < 0) {
            swap(&items[left], &items[pivot]);
        }
        if (right == ends[i]) {
            ends[i] = left - 1;
            continue;
        }
        /* The defect: i + 1 may be LEGACY_SORT_ENTRIES, or more. */
        starts[i + 1] = right;
        ends[i + 1] = ends[i];
        ends[i] = left - 1;
        i++;
        LEGACY_MEASURE(i + 1);
    }
}
