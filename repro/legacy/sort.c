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
#elif defined(__FRAMAC__) /* which does not know variable-length arrays */
#define LEGACY_ARRAYS                                                                              \
    int starts[LEGACY_SORT_ENTRIES];                                                               \
    int ends[LEGACY_SORT_ENTRIES]
#define LEGACY_MEASURE(entries) ((void)0)
#else
#define LEGACY_ARRAYS                                                                              \
    int entries = LEGACY_SORT_ENTRIES;                                                             \
    int starts[entries];                                                                           \
    int ends[entries]
#define LEGACY_MEASURE(entries) ((void)0)
#endif

/* What ci/prove tries to prove: for up to so many items, quicksort() reads and writes only the items
 * and its arrays, no number overflows, and it ends, whatever the comparison answers. With INT_MAX
 * items, pivot + 1 may overflow. */
#ifndef LEGACY_SORT_ITEMS_MAX
#define LEGACY_SORT_ITEMS_MAX 2147483646
#endif

/*@ requires \valid(a) && \valid(b);
    assigns *a, *b;
    ensures *a == \old(*b) && *b == \old(*a);
 */
static void swap(struct legacy_item **a, struct legacy_item **b)
{
    struct legacy_item *item = *a;
    *a = *b;
    *b = item;
}

/*@ requires 0 <= count <= LEGACY_SORT_ITEMS_MAX;
    requires \valid(items + (0 .. count - 1));
    requires compare == &legacy_compare_any;
    assigns items[0 .. count - 1];
 */
void quicksort(struct legacy_item **items, int count, legacy_compare *compare)
{
    LEGACY_ARRAYS;
    int i = 0;
    starts[0] = 0;
    ends[0] = count - 1;
    /*@ loop invariant -1 <= i < LEGACY_SORT_ENTRIES;
        loop invariant \forall integer k; 0 <= k <= i ==>
          k <= starts[k] <= ends[k] + 1 && ends[k] < count;
        loop invariant \forall integer k; 0 <= k < i ==> ends[k] < starts[k + 1];
        loop invariant count > 0 ==> \forall integer k; 0 <= k <= i ==> starts[k] <= ends[k];
        loop assigns i, starts[0 .. LEGACY_SORT_ENTRIES - 1], ends[0 .. LEGACY_SORT_ENTRIES - 1];
        loop assigns items[0 .. count - 1];
        loop variant
          i < 0 ? -1 : (ends[i] + 1) * 0x80000000 + ends[i] + 1 - starts[i];
     */
    while (i >= 0) {
        int pivot = starts[i];
        int left = pivot + 1;
        int right = ends[i];
        if (left > right) {
            i--;
            continue;
        }
        /*@ loop invariant pivot < left <= right <= ends[i];
            loop assigns left, right, items[0 .. count - 1];
            loop variant right - left;
         */
        while (left < right) {
            //@ calls legacy_compare_any;
            if (compare(items[left], items[pivot]) <= 0) {
                left++;
            } else {
                swap(&items[left], &items[right--]);
            }
        }
        //@ calls legacy_compare_any;
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
