#include "run.h"

#include <string.h>

bool ring_entry_before(const struct entry *a, const struct entry *b)
{
    if (a->position != b->position) {
        return a->position < b->position;
    }
    /* Weak rules give one node many equal points. They need no look at its name. */
    if (a->owner == b->owner) {
        return false;
    }
    return ring_compare_names(a->owner->name, a->owner->size, b->owner->name, b->owner->size) < 0;
}

/*@ ghost
    /@ requires \forall integer i; 0 <= i < count ==> equal(a[i], b[i]);
       assigns \nothing;
       ensures \forall kind k; counted(a, 0, count, k) == counted(b, 0, count, k);
     @/
    static void same_counts(struct entry *a, struct entry *b, size_t count)
    {
        /@ loop invariant 0 <= i <= count;
           loop invariant \forall kind k; counted(a, 0, i, k) == counted(b, 0, i, k);
           loop assigns i;
           loop variant count - i;
         @/
        for (size_t i = 0; i < count; i++) {
            /@ assert equal(a[i], b[i]); @/
            /@ assert splits(a, 0, i, i + 1) && splits(b, 0, i, i + 1); @/
            /@ assert single(a, i) && single(b, i); @/
        }
    }
 */

void ring_run_merge(struct entry *into, const struct entry *left, size_t left_count,
                    const struct entry *right, size_t right_count)
{
    //@ ghost const size_t lefts = left_count;
    //@ ghost const size_t rights = right_count;
    /* From the back, so that `left` can grow in place, into the room behind it. */
    /*@ loop invariant left_count <= lefts && right_count <= rights;
        loop invariant unchanged{Pre, Here}(left, 0, left_count);
        loop invariant unchanged{Pre, Here}(right, 0, rights);
        loop invariant owned(left, 0, left_count);
        loop invariant owned(into, left_count + right_count, lefts + rights);
        loop invariant sorted(into, left_count + right_count, lefts + rights);
        loop invariant
          none_before{Pre, Here}(into, left_count + right_count, lefts + rights, left, left_count);
        loop invariant none_before{Pre, Here}(into, left_count + right_count, lefts + rights,
                                              right, right_count);
        loop invariant \forall kind k; counted(into, left_count + right_count, lefts + rights, k) ==
          counted{Pre}(left, left_count, lefts, k) + counted{Pre}(right, right_count, rights, k);
        loop assigns left_count, right_count, into[0 .. lefts + rights - 1];
        loop variant left_count + right_count;
     */
    while (right_count > 0) {
        //@ ghost Before: ;
        //@ ghost const size_t at = left_count + right_count - 1;
        //@ assert \forall integer i; 0 <= i < right_count ==> \separated(&into[at], &right[i]);
        //@ assert \forall integer i; 0 <= i < rights ==> \separated(&into[at], &right[i]);
        /*@ assert \forall integer i; 0 <= i < left_count && i < at ==>
              \separated(&into[at], &left[i]); */
        if (left_count > 0 && ring_entry_before(&right[right_count - 1], &left[left_count - 1])) {
            //@ ghost const struct entry moved = left[left_count - 1];
            /*@ assert \forall integer k; 0 <= k < left_count ==>
                  !before(moved, \at(left[k], Pre)); */
            //@ ghost const struct entry last = right[right_count - 1];
            //@ assert before(last, moved);
            /*@ assert \forall integer k; 0 <= k < right_count ==>
                  !before(last, \at(right[k], Pre)); */
            /*@ assert \forall integer k; 0 <= k < right_count ==>
                  !before(moved, \at(right[k], Pre)); */
            //@ assert \forall integer k; at < k < lefts + rights ==> !before(into[k], moved);
            into[left_count + right_count - 1] = left[left_count - 1];
            left_count--;
            //@ assert equal(into[at], moved);
            //@ assert unchanged{Before, Here}(left, 0, left_count);
            //@ assert unchanged{Before, Here}(right, 0, rights);
            //@ assert unchanged{Before, Here}(into, at + 1, lefts + rights);
            //@ assert none_before{Pre, Here}(into, at + 1, lefts + rights, left, left_count);
            //@ assert none_before{Pre, Here}(into, at + 1, lefts + rights, right, right_count);
            //@ assert \forall integer k; at < k < lefts + rights ==> !before(into[k], into[at]);
            //@ assert sorted(into, at + 1, lefts + rights);
            //@ assert owned(into, at + 1, lefts + rights);
            //@ assert owned(left, 0, left_count);
            //@ assert owned(into, at, lefts + rights);
            //@ assert sorted(into, at, lefts + rights);
            //@ assert none_before{Pre, Here}(into, at, lefts + rights, left, left_count);
            //@ assert none_before{Pre, Here}(into, at, lefts + rights, right, right_count);
            //@ assert unchanged{Pre, Here}(left, 0, left_count);
            //@ assert unchanged{Pre, Here}(right, 0, rights);
            //@ assert at == left_count + right_count;
            //@ assert \forall integer k; k == left_count ==> equal(\at(left[k], Pre), moved);
            //@ assert single{Pre}(left, left_count) && single(into, at);
            //@ assert splits{Pre}(left, left_count, left_count + 1, lefts);
            //@ assert splits(into, at, at + 1, lefts + rights);
            /*@ assert \forall kind k; counted(into, at, lefts + rights, k) ==
                  once(moved, k) + counted{Before}(into, at + 1, lefts + rights, k); */
            /*@ assert \forall kind k; counted(into, at, lefts + rights, k) ==
                  counted{Pre}(left, left_count, lefts, k) +
                  counted{Pre}(right, right_count, rights, k); */
        } else {
            //@ ghost const struct entry moved = right[right_count - 1];
            //@ assert left_count > 0 ==> !before(moved, left[left_count - 1]);
            /*@ assert left_count > 0 ==> \forall integer k; 0 <= k < left_count ==>
                  !before(left[left_count - 1], \at(left[k], Pre)); */
            /*@ assert \forall integer k; 0 <= k < left_count ==>
                  !before(moved, \at(left[k], Pre)); */
            /*@ assert \forall integer k; 0 <= k < right_count ==>
                  !before(moved, \at(right[k], Pre)); */
            //@ assert \forall integer k; at < k < lefts + rights ==> !before(into[k], moved);
            into[left_count + right_count - 1] = right[right_count - 1];
            right_count--;
            //@ assert equal(into[at], moved);
            //@ assert unchanged{Before, Here}(left, 0, left_count);
            //@ assert unchanged{Before, Here}(right, 0, rights);
            //@ assert unchanged{Before, Here}(into, at + 1, lefts + rights);
            //@ assert none_before{Pre, Here}(into, at + 1, lefts + rights, left, left_count);
            //@ assert none_before{Pre, Here}(into, at + 1, lefts + rights, right, right_count);
            //@ assert \forall integer k; at < k < lefts + rights ==> !before(into[k], into[at]);
            //@ assert sorted(into, at + 1, lefts + rights);
            //@ assert owned(into, at + 1, lefts + rights);
            //@ assert owned(left, 0, left_count);
            //@ assert owned(into, at, lefts + rights);
            //@ assert sorted(into, at, lefts + rights);
            //@ assert none_before{Pre, Here}(into, at, lefts + rights, left, left_count);
            //@ assert none_before{Pre, Here}(into, at, lefts + rights, right, right_count);
            //@ assert unchanged{Pre, Here}(left, 0, left_count);
            //@ assert unchanged{Pre, Here}(right, 0, rights);
            //@ assert at == left_count + right_count;
            //@ assert \forall integer k; k == right_count ==> equal(\at(right[k], Pre), moved);
            //@ assert single{Pre}(right, right_count) && single(into, at);
            //@ assert splits{Pre}(right, right_count, right_count + 1, rights);
            //@ assert splits(into, at, at + 1, lefts + rights);
            /*@ assert \forall kind k; counted(into, at, lefts + rights, k) ==
                  once(moved, k) + counted{Before}(into, at + 1, lefts + rights, k); */
            /*@ assert \forall kind k; counted(into, at, lefts + rights, k) ==
                  counted{Pre}(left, left_count, lefts, k) +
                  counted{Pre}(right, right_count, rights, k); */
        }
    }
    //@ assert into == left || left_count == 0 ==> sorted(into, 0, lefts + rights);
    /*@ assert \forall kind k;
          counted(left, 0, left_count, k) == counted{Pre}(left, 0, left_count, k); */
    /*@ assert \forall kind k; counted(into, left_count, lefts + rights, k) ==
          counted{Pre}(left, left_count, lefts, k) + counted{Pre}(right, 0, rights, k); */
    const struct entry *const place = into; /* ci/prove knows no casts */
    if (place != left && left_count > 0) {
        //@ ghost Rest: ;
        memcpy(into, left, left_count * sizeof *into);
        //@ assert \forall integer i; 0 <= i < left_count ==> equal(into[i], \at(left[i], Pre));
        //@ assert unchanged{Rest, Here}(into, left_count, lefts + rights);
        //@ ghost same_counts(into, left, left_count);
        /*@ assert \forall kind k; counted(into, 0, left_count, k) ==
              counted{Pre}(left, 0, left_count, k); */
        /*@ assert \forall kind k; counted(into, left_count, lefts + rights, k) ==
              counted{Rest}(into, left_count, lefts + rights, k); */
        //@ assert sorted(into, left_count, lefts + rights);
        //@ assert owned(into, left_count, lefts + rights);
        //@ assert none_before{Pre, Here}(into, left_count, lefts + rights, left, left_count);
        //@ assert sorted(into, 0, left_count);
        /*@ assert \forall integer i, j; 0 <= i < left_count <= j < lefts + rights ==>
              !before(into[j], into[i]); */
        //@ assert owned(into, 0, left_count);
        //@ assert sorted(into, 0, lefts + rights);
    }
    //@ assert sorted(into, 0, lefts + rights);
    /*@ assert splits(into, 0, left_count, lefts + rights) &&
          splits{Pre}(left, 0, left_count, lefts); */
}

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

void ring_run_sort(struct entry *entries, size_t count, struct entry *scratch)
{
    enum { PARTS = 256, PARTS_MIN = 32 };
    if (count < PARTS_MIN) { /* less work than visiting every part */
        merge_sort(entries, count, scratch);
        return;
    }
    size_t ends[PARTS + 1] = {0};
    /* Distribute the entries over equal parts of the circle, then sort each part. Digests are
     * spread evenly, so few are left to compare. Positions that are not spread may all end in one
     * part. */
    for (size_t i = 0; i < count; i++) {
        ends[(entries[i].position >> 56) + 1]++;
    }
    for (size_t part = 0; part < PARTS; part++) {
        ends[part + 1] += ends[part];
    }
    memcpy(scratch, entries, count * sizeof *scratch);
    for (size_t i = 0; i < count; i++) {
        entries[ends[scratch[i].position >> 56]++] = scratch[i];
    }
    for (size_t part = 0, begin = 0; part < PARTS; begin = ends[part++]) {
        if (ends[part] - begin > 1) {
            merge_sort(entries + begin, ends[part] - begin, scratch);
        }
    }
}

void ring_run_drop(struct run *run, const struct node *owner)
{
    struct entry *const entries = run->entries;
    const size_t count = run->count;
    size_t kept = 0;
    /*@ loop invariant kept <= i <= count;
        loop invariant \forall integer k;
          i <= k < count ==> equal(entries[k], \at(entries[k], LoopEntry));
        loop invariant \forall integer k; 0 <= k < kept ==> entries[k].owner != owner;
        loop invariant sorted(entries, 0, kept);
        loop invariant \forall integer k, j;
          0 <= k < kept && i <= j < count ==> !before(entries[j], entries[k]);
        loop invariant \forall struct entry e; e.owner != owner ==>
          counted(entries, 0, kept, only(e)) == counted{LoopEntry}(entries, 0, i, only(e));
        loop assigns i, kept, entries[0 .. count - 1];
        loop variant count - i;
     */
    for (size_t i = 0; i < count; i++) {
        const struct entry entry = entries[i];
        const struct node *const its_owner = entry.owner; /* ci/prove knows no casts */
        /*@ assert single{LoopEntry}(entries, i) &&
              splits{LoopEntry}(entries, 0, i, i + 1); */
        /*@ assert \forall struct entry e; counted{LoopEntry}(entries, 0, i + 1, only(e)) ==
              counted{LoopEntry}(entries, 0, i, only(e)) + once(entry, only(e)); */
        if (its_owner != owner) {
            //@ ghost Before: ;
            entries[kept++] = entry;
            //@ assert equal(entries[kept - 1], entry);
            /*@ assert single(entries, kept - 1) &&
                  splits(entries, 0, kept - 1, kept); */
            //@ assert unchanged{Before, Here}(entries, 0, kept - 1);
            /*@ assert \forall struct entry e;
                  counted(entries, 0, kept - 1, only(e)) ==
                    counted{Before}(entries, 0, kept - 1, only(e)); */
        }
    }
    run->count = kept;
}

size_t ring_run_after(const struct run *run, uint64_t position, unsigned scale)
{
    if (position == UINT64_MAX || run->count == 0) {
        return run->count;
    }
    /* Positions lie one entry apart. */
    const uint64_t *const positions = &run->entries->position;
    const size_t step = sizeof *run->entries / sizeof *positions;
    /*@ assert \forall integer i, j; 0 <= i < j < run->count ==>
          run->entries[i].position <= run->entries[j].position; */
    /*@ assert \forall integer i; 0 <= i < run->count ==>
          at(positions, step, i) == run->entries[i].position; */
    return ring_lower_bound(positions, step, run->count, position + 1, scale);
}
