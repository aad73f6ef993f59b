/* The sort of a run: ring_run_sort() of run.h. */
#include "run.h"

#include <assert.h>
#include <string.h>

/*@ ghost
    /@ requires part_of(part, run, start);
       requires sorted(run, start, start + count) && owned(run, start, start + count);
       assigns \nothing;
       ensures sorted(part, 0, count) && owned(part, 0, count);
     @/
    static void into_part(struct entry *part, struct entry *run, size_t start, size_t count)
    {
        /@ assert \forall integer i; 0 <= i < count ==>
             forth(start, i) == start + i && run + forth(start, i) == part + i; @/
    }

    /@ requires part_of(part, run, start);
       requires sorted(part, 0, count) && owned(part, 0, count);
       assigns \nothing;
       ensures sorted(run, start, start + count) && owned(run, start, start + count);
     @/
    static void from_part(struct entry *part, struct entry *run, size_t start, size_t count)
    {
        /@ assert \forall integer i; start <= i < start + count ==>
             back(start, i) == i - start && part + back(start, i) == run + i; @/
    }

    /@ requires part_of(part, run, start);
       requires owned(run, start, start + count);
       assigns \nothing;
       ensures owned(part, 0, count);
     @/
    static void into_part_owned(struct entry *part, struct entry *run, size_t start, size_t count)
    {
        /@ assert \forall integer i; 0 <= i < count ==>
             forth(start, i) == start + i && run + forth(start, i) == part + i; @/
    }

    /@ requires part_of(part, run, start) && start + count <= SIZE_MAX;
       assigns \nothing;
       ensures \forall kind k; counted(part, 0, count, k) == counted(run, start, start + count, k);
     @/
    static void count_part(struct entry *part, struct entry *run, size_t start, size_t count)
    {
        /@ loop invariant 0 <= i <= count;
           loop invariant
             \forall kind k; counted(part, 0, i, k) == counted(run, start, start + i, k);
           loop assigns i;
           loop variant count - i;
         @/
        for (size_t i = 0; i < count; i++) {
            /@ assert forth(start, i) == start + i && run + forth(start, i) == part + i; @/
            /@ assert single(part, i) && splits(part, 0, i, i + 1); @/
            /@ assert single(run, start + i) && splits(run, start, start + i, start + i + 1); @/
        }
    }

    /@ requires width > 0 && begin + 2 * width <= SIZE_MAX;
       requires blocks(run, begin, end, width);
       assigns \nothing;
       ensures \forall integer i, j; begin <= i < j < begin + width && j < end ==>
         !before(run[j], run[i]);
       ensures \forall integer i, j; begin + width <= i < j < begin + 2 * width && j < end ==>
         !before(run[j], run[i]);
       ensures blocks(run, begin + 2 * width, end, width);
     @/
    static void first_blocks(struct entry *run, size_t begin, size_t end, size_t width)
    {
        /@ assert times(0, width) == 0 && times(1, width) == width; @/
        /@ assert times(2, width) == 2 * width; @/
        /@ assert \forall integer k; 0 <= k ==>
             times(k + 2, width) == times(k, width) + 2 * width &&
             times(k + 2 + 1, width) == times(k + 1, width) + 2 * width; @/
    }

    /@ requires width > 0;
       requires begin == times(count, width) && begin <= end <= begin + width;
       requires blocks(run, 0, begin, width) && sorted(run, begin, end);
       assigns \nothing;
       ensures blocks(run, 0, end, width);
       ensures times(count + 1, width) == begin + width;
     @/
    static void add_block(struct entry *run, size_t begin, size_t end, size_t width, size_t count)
    {
        /@ assert \forall integer k; 0 <= k < count ==>
             times(k, width) <= times(k + 1, width) <= times(count, width); @/
        /@ assert \forall integer k; k >= count ==> times(k, width) >= times(count, width); @/
    }
 */

/* Merges the sorted run from `start` on and the one behind it. */
/*@ requires start + left_count + right_count <= SIZE_MAX / sizeof(struct entry);
    requires \valid(entries + (start .. start + left_count + right_count - 1));
    requires \valid(scratch + (0 .. right_count - 1));
    requires \separated(entries + (start .. start + left_count + right_count - 1),
                        scratch + (0 .. right_count - 1));
    requires sorted(entries, start, start + left_count);
    requires
      sorted(entries, start + left_count, start + left_count + right_count);
    requires owned(entries, start, start + left_count + right_count);
    assigns entries[start .. start + left_count + right_count - 1], scratch[0 .. right_count - 1];
    ensures owned(entries, start, start + left_count + right_count);
    ensures sorted(entries, start, start + left_count + right_count);
    ensures \forall kind k; counted(entries, start, start + left_count + right_count, k) ==
      \old(counted(entries, start, start + left_count + right_count, k));
 */
static void merge_neighbours(struct entry *entries, size_t start, size_t left_count,
                             size_t right_count, struct entry *scratch)
{
    struct entry *left = entries + start;
    struct entry *right = left + left_count;
    //@ ghost Before: ;
    memcpy(scratch, right, right_count * sizeof *scratch);
    //@ assert unchanged{Before, Here}(entries, start, start + left_count + right_count);
    //@ assert sorted(entries, start, start + left_count);
    //@ assert sorted(entries, start + left_count, start + left_count + right_count);
    //@ assert owned(entries, start, start + left_count + right_count);
    //@ assert \forall integer i; 0 <= i < right_count ==> equal(scratch[i], right[i]);
    //@ assert part_of(left, entries, start);
    //@ assert part_of(right, entries, start + left_count);
    //@ ghost into_part(left, entries, start, left_count);
    //@ ghost into_part(right, entries, start + left_count, right_count);
    //@ ghost count_part(left, entries, start, left_count);
    //@ ghost count_part(right, entries, start + left_count, right_count);
    //@ ghost same_counts(scratch, right, right_count);
    /*@ assert \forall kind k; counted(entries, start, start + left_count + right_count, k) ==
          counted{Before}(entries, start, start + left_count + right_count, k); */
    //@ assert sorted(scratch, 0, right_count);
    //@ assert owned(scratch, 0, right_count);
    //@ ghost const size_t middle = start + left_count;
    //@ ghost const size_t end = middle + right_count;
    //@ assert middle == start + left_count && end == middle + right_count;
    //@ assert splits(entries, start, middle, end);
    /*@ assert \forall kind k;
          counted(left, 0, left_count, k) == counted(entries, start, middle, k); */
    /*@ assert \forall kind k;
          counted(right, 0, right_count, k) == counted(entries, middle, end, k); */
    /*@ assert \forall kind k;
          counted(left, 0, left_count, k) + counted(scratch, 0, right_count, k) ==
            counted{Before}(entries, start, start + left_count + right_count, k); */
    ring_run_merge(left, left, left_count, scratch, right_count);
    /*@ assert \forall kind k; counted(left, 0, left_count + right_count, k) ==
          counted{Before}(entries, start, start + left_count + right_count, k); */
    //@ ghost from_part(left, entries, start, left_count + right_count);
    //@ ghost const size_t both = left_count + right_count;
    //@ assert both == left_count + right_count && start + both == end;
    //@ assert part_of(left, entries, start);
    //@ ghost count_part(left, entries, start, both);
    //@ assert \forall kind k; counted(left, 0, both, k) == counted(entries, start, end, k);
}

/*@ requires count <= SIZE_MAX / sizeof(struct entry);
    requires \valid(entries + (0 .. count - 1)) && \valid(scratch + (0 .. count - 1));
    requires \separated(entries + (0 .. count - 1), scratch + (0 .. count - 1));
    requires owned(entries, 0, count);
    assigns entries[0 .. count - 1], scratch[0 .. count - 1];
    ensures owned(entries, 0, count);
    ensures sorted(entries, 0, count);
    ensures
      \forall kind k; counted(entries, 0, count, k) == \old(counted(entries, 0, count, k));
 */
static void merge_sort(struct entry *entries, size_t count, struct entry *scratch)
{
    //@ assert blocks(entries, 0, count, 1);
    /*@ loop invariant 1 <= width && (width < 2 * count || width == 1);
        loop invariant owned(entries, 0, count);
        loop invariant \forall kind k;
          counted(entries, 0, count, k) == counted{Pre}(entries, 0, count, k);
        loop invariant blocks(entries, 0, count, width);
        loop invariant width >= count ==> sorted(entries, 0, count);
        loop assigns width, entries[0 .. count - 1], scratch[0 .. count - 1];
        loop variant 2 * count - width;
     */
    for (size_t width = 1; width < count; width *= 2) {
        //@ ghost size_t done = 0;
        /*@ loop invariant start < count;
            loop invariant done <= start && start == times(done, 2 * width);
            loop invariant owned(entries, 0, count);
            loop invariant \forall kind k;
              counted(entries, 0, count, k) == counted{Pre}(entries, 0, count, k);
            loop invariant blocks(entries, 0, start, 2 * width);
            loop invariant count - start <= width ==> blocks(entries, 0, count, 2 * width);
            loop invariant blocks(entries, start, count, width);
            loop assigns start, done, entries[0 .. count - 1], scratch[0 .. count - 1];
            loop variant count - start;
         */
        for (size_t start = 0; count - start > width; start += 2 * width) {
            //@ ghost Before: ;
            //@ ghost first_blocks(entries, start, count, width);
            size_t rest = count - start - width;
            size_t right_count = rest < width ? rest : width;
            //@ ghost const size_t end = start + width + right_count;
            merge_neighbours(entries, start, width, right_count, scratch);
            //@ assert unchanged{Before, Here}(entries, 0, start);
            //@ assert unchanged{Before, Here}(entries, end, count);
            //@ assert splits{Before}(entries, 0, start, count);
            //@ assert splits{Before}(entries, start, end, count);
            //@ assert splits(entries, 0, start, count) && splits(entries, start, end, count);
            /*@ assert \forall kind k; counted(entries, 0, start, k) ==
                  counted{Before}(entries, 0, start, k); */
            /*@ assert \forall kind k; counted(entries, end, count, k) ==
                  counted{Before}(entries, end, count, k); */
            /*@ assert \forall kind k; counted(entries, 0, count, k) ==
                  counted{Before}(entries, 0, count, k); */
            //@ assert owned(entries, 0, count);
            /*@ assert \forall integer i, j;
                  0 <= i < j < start && before(entries[j], entries[i]) ==>
                    before(\at(entries[j], Before), \at(entries[i], Before)); */
            //@ assert blocks{Before}(entries, 0, start, 2 * width);
            //@ assert blocks(entries, 0, start, 2 * width);
            //@ ghost add_block(entries, start, end, 2 * width, done);
            if (rest <= width) {
                break;
            }
            //@ assert blocks{Before}(entries, end, count, width);
            /*@ assert \forall integer i, j;
                  end <= i < j < count && before(entries[j], entries[i]) ==>
                    before(\at(entries[j], Before), \at(entries[i], Before)); */
            //@ assert blocks(entries, end, count, width);
            //@ assert end == start + 2 * width;
            //@ assert times(done + 1, 2 * width) == end && done + 1 <= end;
            //@ ghost done = done + 1;
            //@ assert times(done, 2 * width) == end;
            /*@ ghost
                if (count - end <= width) {
                    first_blocks(entries, end, count, width);
                    add_block(entries, end, count, 2 * width, done);
                }
             */
        }
        //@ assert blocks(entries, 0, count, 2 * width);
        //@ ghost first_blocks(entries, 0, count, 2 * width);
    }
}

/*@ ghost
    /@ requires begin <= end;
       assigns \nothing;
       ensures
         \forall integer p; 0 <= counted(run, begin, end, below(p)) <= end - begin;
       ensures \forall integer p, q; p <= q ==>
         counted(run, begin, end, below(p)) <= counted(run, begin, end, below(q));
       ensures counted(run, begin, end, below(0)) == 0;
       ensures counted(run, begin, end, below(256)) == end - begin;
     @/
    static void part_counts(struct entry *run, size_t begin, size_t end)
    {
        /@ loop invariant begin <= i <= end;
           loop invariant
             \forall integer p; 0 <= counted(run, begin, i, below(p)) <= i - begin;
           loop invariant \forall integer p, q; p <= q ==>
             counted(run, begin, i, below(p)) <= counted(run, begin, i, below(q));
           loop invariant counted(run, begin, i, below(0)) == 0;
           loop invariant counted(run, begin, i, below(256)) == i - begin;
           loop assigns i;
           loop variant end - i;
         @/
        for (size_t i = begin; i < end; i++) {
            /@ assert single(run, i) && splits(run, begin, i, i + 1); @/
            /@ assert 0 <= part_of_circle(run[i].position) < 256; @/
        }
    }

    /@ requires begin <= end && in_part(run, begin, end, part);
       requires sorted(run, 0, begin) && sorted(run, begin, end);
       requires parts_below(run, begin, part);
       assigns \nothing;
       ensures sorted(run, 0, end);
       ensures parts_below(run, end, part + 1);
     @/
    static void append_part(struct entry *run, size_t begin, size_t end, size_t part)
    {
        /@ assert \forall integer i; begin <= i < end ==> entry_part(run[i]) == part; @/
        /@ assert \forall integer i, j; 0 <= i < begin <= j < end ==>
             entry_part(run[i]) < entry_part(run[j]); @/
    }

    /@ requires begin <= end && in_part(run, begin, end, part);
       assigns \nothing;
       ensures counted(run, begin, end, below(part)) == 0;
       ensures counted(run, begin, end, below(part + 1)) == end - begin;
       ensures \forall struct entry e; part_of_circle(e.position) != part ==>
         counted(run, begin, end, only(e)) == 0;
     @/
    static void part_is_counted(struct entry *run, size_t begin, size_t end, size_t part)
    {
        /@ loop invariant begin <= i <= end;
           loop invariant counted(run, begin, i, below(part)) == 0;
           loop invariant counted(run, begin, i, below(part + 1)) == i - begin;
           loop invariant \forall struct entry e; part_of_circle(e.position) != part ==>
             counted(run, begin, i, only(e)) == 0;
           loop assigns i;
           loop variant end - i;
         @/
        for (size_t i = begin; i < end; i++) {
            /@ assert single(run, i) && splits(run, begin, i, i + 1); @/
        }
    }

    /@ requires begin <= end;
       requires counted(run, begin, end, below(part)) == 0;
       requires counted(run, begin, end, below(part + 1)) == end - begin;
       assigns \nothing;
       ensures in_part(run, begin, end, part);
     @/
    static void counts_make_a_part(struct entry *run, size_t begin, size_t end, size_t part)
    {
        /@ loop invariant begin <= i <= end;
           loop invariant counted(run, begin, i, below(part)) >= 0;
           loop invariant counted(run, begin, i, below(part + 1)) <= i - begin;
           loop invariant \forall integer k; begin <= k < i ==>
             part_of_circle(run[k].position) >= part || counted(run, begin, i, below(part)) > 0;
           loop invariant \forall integer k; begin <= k < i ==>
             part_of_circle(run[k].position) <= part ||
               counted(run, begin, i, below(part + 1)) < i - begin;
           loop assigns i;
           loop variant end - i;
         @/
        for (size_t i = begin; i < end; i++) {
            /@ assert single(run, i) && splits(run, begin, i, i + 1); @/
        }
    }
 */

/* Sorts the entries from `begin` to `end`. */
/*@ requires begin <= end <= SIZE_MAX / sizeof(struct entry);
    requires \valid(entries + (begin .. end - 1)) && \valid(scratch + (0 .. end - begin - 1));
    requires \separated(entries + (begin .. end - 1), scratch + (0 .. end - begin - 1));
    requires owned(entries, begin, end);
    assigns entries[begin .. end - 1], scratch[0 .. end - begin - 1];
    ensures owned(entries, begin, end);
    ensures sorted(entries, begin, end);
    ensures
      \forall kind k; counted(entries, begin, end, k) == \old(counted(entries, begin, end, k));
    ensures \forall integer count; end <= count &&
      \separated(entries + (0 .. count - 1), scratch + (0 .. end - begin - 1)) ==>
        unchanged{Pre, Post}(entries, 0, begin) && unchanged{Pre, Post}(entries, end, count);
 */
static void sort_part(struct entry *entries, size_t begin, size_t end, struct entry *scratch)
{
    struct entry *const part = entries + begin;
    const size_t count = end - begin;
    //@ assert begin + count == end;
    if (count > 1) {
        //@ assert part_of(part, entries, begin);
        //@ ghost into_part_owned(part, entries, begin, count);
        //@ ghost count_part(part, entries, begin, count);
        merge_sort(part, count, scratch);
        //@ assert part_of(part, entries, begin);
        //@ ghost from_part(part, entries, begin, count);
        //@ ghost count_part(part, entries, begin, count);
    }
}

void ring_run_sort(struct entry *entries, size_t count, struct entry *scratch)
{
    enum { PARTS = 256, PARTS_MIN = 32 };
    /* To divide by it is to shift, which ci/prove does not know. */
    const uint64_t part_size = UINT64_C(1) << 56;
    /* As numbers: C compares no addresses of different objects. */
    assert((uintptr_t)(entries + count) <= (uintptr_t)scratch ||
           (uintptr_t)(scratch + count) <= (uintptr_t)entries);
    if (count < PARTS_MIN) { /* less work than visiting every part */
        merge_sort(entries, count, scratch);
        return;
    }
    size_t ends[PARTS + 1] = {0};
    //@ ghost part_counts(entries, 0, count);
    /* Distribute the entries over equal parts of the circle, then sort each part. Digests are
     * spread evenly, so few are left to compare. Positions that are not spread may all end in one
     * part. */
    /*@ loop invariant 0 <= i <= count;
        loop invariant ends[0] == 0;
        loop invariant \forall integer p; 0 <= p < PARTS ==>
          ends[p + 1] == counted(entries, 0, i, below(p + 1)) - counted(entries, 0, i, below(p));
        loop assigns i, ends[0 .. PARTS];
        loop variant count - i;
     */
    for (size_t i = 0; i < count; i++) {
        //@ ghost part_counts(entries, 0, i);
        //@ assert single(entries, i) && splits(entries, 0, i, i + 1);
        //@ assert entries[i].position / part_size == part_of_circle(entries[i].position);
        //@ assert 0 <= part_of_circle(entries[i].position) < PARTS;
        ends[entries[i].position / part_size + 1]++;
    }
    /*@ loop invariant 0 <= part <= PARTS;
        loop invariant \forall integer p; 0 <= p <= part ==>
          ends[p] == counted(entries, 0, count, below(p));
        loop invariant \forall integer p; part <= p < PARTS ==> ends[p + 1] ==
          counted(entries, 0, count, below(p + 1)) - counted(entries, 0, count, below(p));
        loop assigns part, ends[0 .. PARTS];
        loop variant PARTS - part;
     */
    for (size_t part = 0; part < PARTS; part++) {
        ends[part + 1] += ends[part];
    }
    //@ ghost size_t starts[PARTS + 1];
    /*@ ghost
        /@ loop invariant 0 <= part <= PARTS + 1;
           loop invariant \forall integer p; 0 <= p < part ==> starts[p] == ends[p];
           loop assigns part, starts[0 .. PARTS];
           loop variant PARTS + 1 - part;
         @/
        for (size_t part = 0; part < PARTS + 1; part++) {
            starts[part] = ends[part];
        }
     */
    /*@ assert \forall integer i, j; 0 <= i < count && 0 <= j < count ==>
          \separated(&entries[i], &scratch[j]); */
    //@ assert \forall integer p, q; 0 <= p <= q <= PARTS ==> starts[p] <= starts[q];
    //@ assert starts[0] == 0 && starts[PARTS] == count;
    memcpy(scratch, entries, count * sizeof *scratch);
    //@ ghost same_counts(scratch, entries, count);
    //@ assert owned(scratch, 0, count);
    /*@ assert \forall kind k;
          counted(scratch, 0, count, k) == counted{Pre}(entries, 0, count, k); */
    /*@ loop invariant 0 <= i <= count;
        loop invariant unchanged{LoopEntry, Here}(scratch, 0, count);
        loop invariant owned(scratch, 0, count);
        loop invariant \forall integer p; 0 <= p < PARTS ==> starts[p] <= ends[p] &&
          ends[p] + counted(scratch, i, count, below(p + 1)) -
            counted(scratch, i, count, below(p)) == starts[p + 1];
        loop invariant \forall integer p; 0 <= p < PARTS ==>
          in_part(entries, starts[p], ends[p], p) && owned(entries, starts[p], ends[p]);
        loop invariant \forall struct entry e, integer p;
          p == part_of_circle(e.position) ==>
            counted(entries, starts[p], ends[p], only(e)) == counted(scratch, 0, i, only(e));
        loop assigns i, ends[0 .. PARTS], entries[0 .. count - 1];
        loop variant count - i;
     */
    for (size_t i = 0; i < count; i++) {
        //@ ghost Before: ;
        //@ ghost const size_t its_part = scratch[i].position / part_size;
        //@ ghost const size_t place = ends[its_part];
        //@ assert its_part == part_of_circle(scratch[i].position) < PARTS;
        //@ ghost part_counts(scratch, i + 1, count);
        //@ assert single(scratch, i) && splits(scratch, i, i + 1, count);
        //@ assert splits(scratch, 0, i, i + 1);
        //@ assert starts[its_part] <= place < starts[its_part + 1] <= count;
        //@ ghost const struct entry moved = scratch[i];
        /*@ assert \forall integer k;
              0 <= k < count && k != place ==> \separated(&entries[place], &entries[k]); */
        //@ ghost part_counts(scratch, i, count);
        /*@ assert \forall integer p; 0 <= p < PARTS ==>
              counted(scratch, i, count, below(p)) <= counted(scratch, i, count, below(p + 1)); */
        //@ assert \forall integer p; 0 <= p < PARTS ==> starts[p] <= ends[p];
        //@ assert \forall integer p; 0 <= p < PARTS ==> ends[p] <= starts[p + 1];
        //@ assert \forall integer p; 0 <= p < PARTS ==> starts[p + 1] <= count;
        /*@ assert \forall integer k;
              place < k < count ==> \separated(&entries[place], &entries[k]); */
        /*@ assert \forall integer p; 0 <= p < PARTS && p != its_part ==>
              starts[its_part + 1] <= starts[p] || starts[p + 1] <= starts[its_part]; */
        /*@ assert \forall integer p; 0 <= p < PARTS && p != its_part ==>
              place < starts[p] || ends[p] <= place; */
        /*@ assert \forall integer p; counted(scratch, i, count, below(p)) ==
              counted(scratch, i + 1, count, below(p)) + (its_part < p ? 1 : 0); */
        /*@ assert \forall integer p; 0 <= p < PARTS ==>
              ends[p] + (p == its_part ? 1 : 0) + counted(scratch, i + 1, count, below(p + 1)) -
                counted(scratch, i + 1, count, below(p)) == starts[p + 1]; */
        //@ assert in_part(entries, starts[its_part], place, its_part);
        //@ assert owned(entries, starts[its_part], place);
        //@ assert \valid_read(&moved.owner->size);
        /*@ assert \forall struct entry e; part_of_circle(e.position) == its_part ==>
              counted(entries, starts[its_part], place, only(e)) ==
                counted(scratch, 0, i, only(e)); */
        /*@ assert \forall struct entry e; counted(scratch, 0, i + 1, only(e)) ==
              counted(scratch, 0, i, only(e)) + once(moved, only(e)); */
        /*@ assert \forall integer j;
              0 <= j < count ==> \separated(&entries[place], &scratch[j]); */
        entries[ends[scratch[i].position / part_size]++] = scratch[i];
        //@ assert equal(entries[place], moved);
        //@ assert unchanged{Before, Here}(scratch, 0, count);
        //@ assert unchanged{Before, Here}(entries, 0, place);
        /*@ assert \forall integer k; 0 <= k < count && k != place ==>
              equal(entries[k], \at(entries[k], Before)); */
        //@ assert unchanged{Before, Here}(entries, place + 1, count);
        //@ assert ends[its_part] == place + 1;
        //@ assert unchanged{Before, Here}(scratch, i + 1, count);
        //@ assert unchanged{Before, Here}(scratch, 0, i + 1);
        /*@ assert \forall integer p; counted(scratch, i + 1, count, below(p)) ==
              counted{Before}(scratch, i + 1, count, below(p)); */
        /*@ assert \forall struct entry e; counted(scratch, 0, i + 1, only(e)) ==
              counted{Before}(scratch, 0, i, only(e)) + once(moved, only(e)); */
        //@ assert single(entries, place);
        //@ assert splits(entries, starts[its_part], place, place + 1);
        //@ assert unchanged{Before, Here}(entries, starts[its_part], place);
        /*@ assert \forall struct entry e;
              counted(entries, starts[its_part], place + 1, only(e)) ==
                counted{Before}(entries, starts[its_part], place, only(e)) +
                  once(moved, only(e)); */
        /*@ assert \forall integer p; 0 <= p < PARTS && p != its_part ==>
              ends[p] == \at(ends[p], Before); */
        /*@ assert \forall integer p; 0 <= p < PARTS ==>
              ends[p] == \at(ends[p], Before) + (p == its_part ? 1 : 0); */
        /*@ assert \forall integer p; 0 <= p < PARTS ==> starts[p] <= ends[p] &&
              ends[p] + counted(scratch, i + 1, count, below(p + 1)) -
                counted(scratch, i + 1, count, below(p)) == starts[p + 1]; */
        //@ assert in_part(entries, starts[its_part], place, its_part);
        //@ assert owned(entries, starts[its_part], place);
        //@ assert in_part(entries, starts[its_part], place + 1, its_part);
        //@ assert entries[place].owner == moved.owner;
        //@ assert \valid_read(&entries[place].owner->size);
        //@ assert owned(entries, starts[its_part], place + 1);
        /*@ assert \forall integer p; 0 <= p < PARTS && p != its_part ==>
              unchanged{Before, Here}(entries, starts[p], ends[p]); */
        /*@ assert \forall integer p; 0 <= p < PARTS && p != its_part ==>
              in_part(entries, starts[p], ends[p], p) && owned(entries, starts[p], ends[p]); */
        /*@ assert \forall struct entry e, integer p;
              p == part_of_circle(e.position) && p != its_part ==>
                counted(entries, starts[p], ends[p], only(e)) ==
                  counted{Before}(entries, starts[p], ends[p], only(e)) &&
                once(moved, only(e)) == 0; */
        /*@ assert \forall struct entry e; part_of_circle(e.position) == its_part ==>
              counted(entries, starts[its_part], place + 1, only(e)) ==
                counted(scratch, 0, i + 1, only(e)); */
        //@ assert (size_t)(i + 1) == i + 1;
    }
    //@ assert \forall integer p; 0 <= p < PARTS ==> ends[p] == starts[p + 1];
    /*@ loop invariant 0 <= part <= PARTS;
        loop invariant begin == starts[part];
        loop invariant sorted(entries, 0, begin) && owned(entries, 0, begin);
        loop invariant parts_below(entries, begin, part);
        loop invariant \forall integer p; part <= p < PARTS ==>
          in_part(entries, starts[p], ends[p], p) && owned(entries, starts[p], ends[p]);
        loop invariant \forall struct entry e, integer p;
          p == part_of_circle(e.position) && p >= part ==>
            counted(entries, 0, begin, only(e)) == 0 &&
            counted(entries, starts[p], ends[p], only(e)) ==
              counted{Pre}(entries, 0, count, only(e));
        loop invariant \forall struct entry e; part_of_circle(e.position) < part ==>
          counted(entries, 0, begin, only(e)) == counted{Pre}(entries, 0, count, only(e));
        loop assigns part, begin, entries[0 .. count - 1], scratch[0 .. count - 1];
        loop variant PARTS - part;
     */
    for (size_t part = 0, begin = 0; part < PARTS; begin = ends[part++]) {
        //@ ghost Unsorted: ;
        //@ ghost const size_t end = ends[part];
        //@ assert begin <= end <= count;
        //@ ghost part_is_counted(entries, begin, end, part);
        //@ assert splits(entries, 0, begin, end);
        /*@ assert \forall integer p;
              part < p < PARTS ==> end <= starts[p] <= ends[p] <= count; */
        sort_part(entries, begin, ends[part], scratch);
        //@ assert unchanged{Unsorted, Here}(entries, 0, begin);
        //@ assert unchanged{Unsorted, Here}(entries, end, count);
        //@ ghost counts_make_a_part(entries, begin, end, part);
        //@ assert sorted(entries, begin, end) && owned(entries, begin, end);
        /*@ assert \forall kind k;
              counted(entries, 0, begin, k) == counted{Unsorted}(entries, 0, begin, k); */
        //@ assert splits(entries, 0, begin, end);
        //@ assert in_part(entries, begin, end, part);
        //@ assert sorted(entries, 0, begin);
        //@ assert parts_below(entries, begin, part);
        //@ ghost append_part(entries, begin, end, part);
        //@ assert owned(entries, 0, end);
        /*@ assert \forall integer p; part < p < PARTS ==>
              unchanged{Unsorted, Here}(entries, starts[p], ends[p]); */
    }
}
