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

/* What ci/prove tries to prove: for up to so many items, quicksort() ends, reads and writes only the
 * items and its arrays, loses no item, and no number overflows, whatever the comparison answers. If
 * that orders items by a key, they are sorted. With INT_MAX items, pivot + 1 may overflow. */
#ifndef LEGACY_SORT_ITEMS_MAX
#define LEGACY_SORT_ITEMS_MAX 2147483646
#endif

/* The words of the contracts:
 *
 *     orders      the comparison orders items by their keys
 *     below       then, one is not behind the other; leq: the same of two indexes
 *     occurs      how often an item is among the first `count`
 *     same_items  each item is there as often as it was
 *     exchanged   two items have changed places, and nothing else has
 *     within      both indexes are in one of the ranges that are still to be sorted
 */
/*@ axiomatic order {
      predicate orders;
      logic integer key(struct legacy_item *item);
    }

    predicate below(struct legacy_item *a, struct legacy_item *b) = orders ==> key(a) <= key(b);

    predicate leq{L}(struct legacy_item **items, integer a, integer b) = below(items[a], items[b]);

    logic integer once(struct legacy_item *here, struct legacy_item *item) = here == item ? 1 : 0;

    logic integer occurs{L}(struct legacy_item **items, integer count, struct legacy_item *item) =
      count <= 0 ? 0 : occurs(items, count - 1, item) + once(items[count - 1], item);

    predicate same_items{L1, L2}(struct legacy_item **items, integer count) =
      \forall struct legacy_item *item;
        occurs{L1}(items, count, item) == occurs{L2}(items, count, item);

    logic integer swapped(integer a, integer b, integer i) = i == a ? b : i == b ? a : i;

    predicate exchanged{L1, L2}(struct legacy_item **items, integer count, integer a, integer b) =
      \forall integer i; 0 <= i < count ==>
        \at(items[i], L2) == \at(items[swapped(a, b, i)], L1);

    predicate within{L}(int *starts, int *ends, integer last, integer a, integer b) =
      \exists integer k; 0 <= k <= last && starts[k] <= a && b <= ends[k];
 */
#ifdef __FRAMAC__
/*@ assigns \nothing;
    ensures orders ==> (\result < 0 <==> key(a) < key(b));
    ensures orders ==> (\result > 0 <==> key(a) > key(b));
 */
int legacy_compare_any(const struct legacy_item *a, const struct legacy_item *b);
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
    ensures \forall integer a, b; 0 <= a < b < count ==> leq(items, a, b);
    ensures same_items{Pre, Post}(items, count);
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
        loop invariant \forall integer k, j; 0 <= k < j <= i ==> ends[k] < starts[j];
        loop invariant count > 0 ==> \forall integer k; 0 <= k <= i ==> starts[k] <= ends[k];
        loop invariant \forall integer a, b; 0 <= a < b < count ==>
          leq(items, a, b) || within(&starts[0], &ends[0], i, a, b);
        loop invariant same_items{Pre, Here}(items, count);
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
            loop invariant \forall integer k; pivot < k < left ==> leq(items, k, pivot);
            loop invariant \forall integer k; right < k <= ends[i] ==> leq(items, pivot, k);
            loop invariant \forall integer a, b;
              0 <= a < b < count && (a < pivot || b > ends[i]) ==>
                leq(items, a, b) || within(&starts[0], &ends[0], i - 1, a, b);
            loop invariant same_items{Pre, Here}(items, count);
            loop assigns left, right, items[0 .. count - 1];
            loop variant right - left;
         */
        while (left < right) {
            //@ calls legacy_compare_any;
            if (compare(items[left], items[pivot]) <= 0) {
                left++;
            } else {
                //@ ghost Before: ;
                swap(&items[left], &items[right--]);
                //@ assert exchanged{Before, Here}(items, count, left, right + 1);
                /*@ ghost
                  /@ loop invariant 0 <= k <= count;
                     loop invariant \forall struct legacy_item *item;
                       occurs(items, k, item) - occurs{Before}(items, k, item) ==
                         (left < k ?
                           once(items[left], item) - once(items[right + 1], item) : 0) +
                         (right + 1 < k ?
                           once(items[right + 1], item) - once(items[left], item) : 0);
                     loop assigns k;
                     loop variant count - k;
                   @/
                  for (int k = 0; k < count; k++) {
                    /@ assert items[k] ==
                         \at(items[\at(swapped(left, right + 1, k), Here)], Before); @/
                  }
                 */
                //@ assert same_items{Before, Here}(items, count);
                /*@ assert \forall integer a, b;
                      0 <= a < b < count && (a < pivot || b > ends[i]) ==>
                        leq{Before}(items, swapped(left, right + 1, a),
                                    swapped(left, right + 1, b)) ||
                        within(&starts[0], &ends[0], i - 1, a, b); */
            }
        }
        //@ ghost struct legacy_item *const middle = items[pivot];
        //@ assert left == right;
        //@ assert \forall integer k; right < k <= ends[i] ==> leq(items, pivot, k);
        //@ assert \forall integer k; left < k <= ends[i] ==> below(middle, items[k]);
        //@ assert \forall integer k; pivot <= k < left ==> below(items[k], middle);
        //@ calls legacy_compare_any;
        if (compare(items[left], items[pivot]) < 0) {
            //@ ghost Last: ;
            swap(&items[left], &items[pivot]);
            //@ assert exchanged{Last, Here}(items, count, pivot, left);
            /*@ ghost
              /@ loop invariant 0 <= k <= count;
                 loop invariant \forall struct legacy_item *item;
                   occurs(items, k, item) - occurs{Last}(items, k, item) ==
                     (pivot < k ? once(items[pivot], item) - once(items[left], item) : 0) +
                     (left < k ? once(items[left], item) - once(items[pivot], item) : 0);
                 loop assigns k;
                 loop variant count - k;
               @/
              for (int k = 0; k < count; k++) {
                /@ assert items[k] == \at(items[\at(swapped(pivot, left, k), Here)], Last); @/
              }
             */
            //@ assert same_items{Last, Here}(items, count);
            //@ assert items[left] == middle && below(items[pivot], middle);
            /*@ assert \forall integer k; pivot < k < left || left < k <= ends[i] ==>
                  items[k] == \at(items[k], Last); */
            /*@ assert \forall integer a, b;
                  0 <= a < b < count && (a < pivot || b > ends[i]) ==>
                    leq{Last}(items, swapped(pivot, left, a), swapped(pivot, left, b)) ||
                    within(&starts[0], &ends[0], i - 1, a, b); */
            /*@ assert \forall integer a, b;
                  0 <= a < b < count && (a < pivot || b > ends[i]) ==>
                    leq(items, a, b) || within(&starts[0], &ends[0], i - 1, a, b); */
        }
        //@ assert \forall integer k; pivot <= k < left ==> below(items[k], middle);
        //@ assert \forall integer k; left <= k <= ends[i] ==> below(middle, items[k]);
        /*@ assert \forall integer a, b; pivot <= a < left <= b <= ends[i] ==> leq(items, a, b); */
        /*@ assert \forall integer a, b;
              0 <= a < b < count && (a < pivot || b > ends[i]) ==>
                leq(items, a, b) || within(&starts[0], &ends[0], i - 1, a, b); */
        if (right == ends[i]) {
            ends[i] = left - 1;
            continue;
        }
        //@ ghost Split: ;
        /* The defect: i + 1 may be LEGACY_SORT_ENTRIES, or more. */
        starts[i + 1] = right;
        ends[i + 1] = ends[i];
        ends[i] = left - 1;
        i++;
        LEGACY_MEASURE(i + 1);
        //@ assert starts[i - 1] == pivot && ends[i - 1] == left - 1 && starts[i] == left;
        /*@ assert \forall integer k; 0 <= k < i - 1 ==>
              starts[k] == \at(starts[k], Split) && ends[k] == \at(ends[k], Split); */
        //@ assert \forall integer k, j; 0 <= k < j <= i - 1 ==> ends[k] < starts[j];
        //@ assert \forall integer k; 0 <= k < i ==> ends[k] < starts[i];
    }
}
