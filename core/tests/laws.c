/* For the prover alone: what is known of the axioms in core/.
 *
 * The laws of counting are axioms in core/proof.h. With COUNTED, counting has a definition there, and
 * no axioms. The laws are proved of that, for indexes of 64 bits, and for memories that differ in an
 * array of entries. That they hold for all indexes, and whatever else differs, the definition shows;
 * it is not proved.
 *
 * Conversion to unsigned integers has axioms in core/arcs/proof.h. The last two functions rely on
 * these. If an axiom were wrong, they would not hold, or one of their branches would never be taken,
 * which is what smoke tests look for. */
#define COUNTED
#include "../arcs/arcs.h"

/*@ assigns \nothing;
    ensures \forall kind k; begin >= end ==> counted(run, begin, end, k) == 0;
    ensures single(run, begin);
 */
void few_are_counted(struct entry *run, long long begin, long long end)
{
    //@ assert \forall kind k; counted(run, begin, begin, k) == 0;
}

/*@ requires begin <= middle <= end;
    assigns \nothing;
    ensures splits(run, begin, middle, end);
 */
void parts_are_counted(struct entry *run, long long begin, long long middle, long long end)
{
    /*@ loop invariant middle <= i <= end && splits(run, begin, middle, i);
        loop assigns i;
        loop variant end - i;
     */
    for (long long i = middle; i < end; i++) {
    }
}

/* Changes an array, which may overlap the run. */
/*@ requires \valid(array + (0 .. size - 1));
    assigns array[0 .. size - 1];
    ensures \forall kind k; unchanged{Pre, Post}(run, begin, end) ==>
      counted{Pre}(run, begin, end, k) == counted{Post}(run, begin, end, k);
 */
void changes_are_counted(struct entry *run, long long begin, long long end, struct entry *array,
                         size_t size, struct entry any)
{
    /* Behind this loop, the prover knows nothing of the array. */
    /*@ loop invariant 0 <= i <= size;
        loop assigns i, array[0 .. size - 1];
        loop variant size - i;
     */
    for (size_t i = 0; i < size; i++) {
        array[i] = any;
    }
    /*@ loop invariant begin <= i && (i <= end || begin >= end);
        loop invariant unchanged{Pre, Here}(run, begin, end) ==> \forall kind k;
          counted{Pre}(run, begin, i, k) == counted{Here}(run, begin, i, k);
        loop assigns i;
        loop variant end - i;
     */
    for (long long i = begin; i < end; i++) {
    }
}

/*@ requires number < 131072;
    assigns \nothing;
    ensures \result == (number < 65536 ? number : number - 65536);
 */
uint16_t shortened(uint32_t number)
{
    const uint16_t low = (uint16_t)number;
    if (low == number) {
        return low;
    }
    return low;
}

/*@ assigns \nothing;
    ensures \result == (a + b <= UINT64_MAX ? a + b : a + b - UINT64_MAX - 1);
 */
uint64_t added(uint64_t a, uint64_t b)
{
    const uint64_t sum = a + b;
    if (sum < a) {
        return sum;
    }
    return sum;
}
