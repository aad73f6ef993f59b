/* The sort of a run: ring_run_sort() of run.h. */
#include "run.h"

#include <assert.h>
#include <string.h>

#include "sort_proof.h"

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

/* Merges neighbours among sorted blocks of `width` entries. */
/*@ requires 1 <= width < count <= SIZE_MAX / sizeof(struct entry);
    requires \valid(entries + (0 .. count - 1)) && \valid(scratch + (0 .. count - 1));
    requires \separated(entries + (0 .. count - 1), scratch + (0 .. count - 1));
    requires owned(entries, 0, count) && blocks(entries, 0, count, width);
    assigns entries[0 .. count - 1], scratch[0 .. count - 1];
    ensures owned(entries, 0, count) && blocks(entries, 0, count, 2 * width);
    ensures
      \forall kind k; counted(entries, 0, count, k) == \old(counted(entries, 0, count, k));
 */
static void merge_blocks(struct entry *entries, size_t count, size_t width, struct entry *scratch)
{
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
        //@ assert end == start + width + right_count;
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
        /*@ assert \forall kind k; counted(entries, start, end, k) ==
              counted{Before}(entries, start, end, k); */
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
}

/*@ requires count <= SIZE_MAX / sizeof(struct entry);
    requires \valid(entries + (0 .. count - 1)) && \valid(scratch + (0 .. count - 1));
    requires \separated(entries + (0 .. count - 1), scratch + (0 .. count - 1));
    requires owned(entries, 0, count);
    assigns entries[0 .. count - 1], scratch[0 .. count - 1];
    ensures owned(entries, 0, count) && sorted(entries, 0, count);
    ensures
      \forall kind k; counted(entries, 0, count, k) == \old(counted(entries, 0, count, k));
 */
static void merge_sort(struct entry *entries, size_t count, struct entry *scratch)
{
    size_t width = 1;
    //@ assert blocks(entries, 0, count, width);
    /*@ loop invariant 1 <= width && (width < 2 * count || width == 1);
        loop invariant owned(entries, 0, count) && blocks(entries, 0, count, width);
        loop invariant \forall kind k;
          counted(entries, 0, count, k) == counted{Pre}(entries, 0, count, k);
        loop assigns width, entries[0 .. count - 1], scratch[0 .. count - 1];
        loop variant 2 * count - width;
     */
    for (; width < count; width *= 2) {
        merge_blocks(entries, count, width, scratch);
    }
    //@ ghost all_in_one_block(entries, count, width);
}

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

enum { PARTS = 256, PARTS_MIN = 32 };

/* The size of a part of the circle. Positions are divided by it, not shifted: ci/prove does not know
 * shifts. */
#define PART_SIZE (UINT64_C(1) << 56)

/* Sets bounds[part + 1] to how many entries are in parts before `part`. All bounds must be 0. */
/*@ requires count <= SIZE_MAX / sizeof(struct entry);
    requires \valid_read(entries + (0 .. count - 1)) && \valid(bounds + (0 .. PARTS + 1));
    requires \separated(entries + (0 .. count - 1), bounds + (0 .. PARTS + 1));
    requires \forall integer i; 0 <= i <= PARTS + 1 ==> bounds[i] == 0;
    assigns bounds[1 .. PARTS + 1];
    ensures \forall integer i; 1 <= i <= PARTS + 1 ==>
      bounds[i] == counted(entries, 0, count, below(i - 1));
 */
static void count_parts(const struct entry *entries, size_t count, size_t *bounds)
{
    //@ ghost part_counts(entries, 0, count);
    //@ ghost parts_add_up(entries, 0, count);
    /*@ loop invariant 0 <= i <= count;
        loop invariant \forall integer j; 2 <= j <= PARTS + 1 ==>
          bounds[j] == counted(entries, 0, i, within(j - 2));
        loop assigns i, bounds[2 .. PARTS + 1];
        loop variant count - i;
     */
    for (size_t i = 0; i < count; i++) {
        //@ ghost Before: ;
        //@ ghost part_counts(entries, 0, i);
        //@ ghost const size_t part = entries[i].position / PART_SIZE;
        //@ assert part == part_of_circle(entries[i].position) < PARTS;
        //@ assert single(entries, i) && splits(entries, 0, i, i + 1);
        /*@ assert \forall integer p; counted(entries, 0, i + 1, within(p)) ==
              counted(entries, 0, i, within(p)) + (part == p ? 1 : 0); */
        bounds[entries[i].position / PART_SIZE + 2]++;
        //@ assert unchanged{Before, Here}(entries, 0, i + 1);
        /*@ assert \forall integer j; 2 <= j <= PARTS + 1 ==>
              bounds[j] == \at(bounds[j], Before) + (j == part + 2 ? 1 : 0); */
    }
    //@ ghost Counted: ;
    /*@ loop invariant 0 <= part <= PARTS;
        loop invariant unchanged{Counted, Here}(entries, 0, count);
        loop invariant \forall integer i; 1 <= i <= part + 1 ==>
          bounds[i] == counted{Counted}(entries, 0, count, below(i - 1));
        loop invariant \forall integer i; part + 2 <= i <= PARTS + 1 ==>
          bounds[i] == counted{Counted}(entries, 0, count, within(i - 2));
        loop assigns part, bounds[2 .. PARTS + 1];
        loop variant PARTS - part;
     */
    for (size_t part = 0; part < PARTS; part++) {
        //@ assert bounds[part + 2] == counted{Counted}(entries, 0, count, within(part));
        bounds[part + 2] += bounds[part + 1];
    }
    /*@ assert \forall kind k;
          counted(entries, 0, count, k) == counted{Counted}(entries, 0, count, k); */
}

/* Copies each entry to the end of its part, which is bounds[part + 1], and moves that end. A part
 * then lasts from bounds[part] to bounds[part + 1]. */
/*@ requires count <= SIZE_MAX / sizeof(struct entry);
    requires \valid(into + (0 .. count - 1)) && \valid_read(from + (0 .. count - 1));
    requires \valid(bounds + (0 .. PARTS + 1));
    requires \separated(into + (0 .. count - 1), from + (0 .. count - 1),
                        bounds + (0 .. PARTS + 1));
    requires owned(from, 0, count);
    requires bounds[0] == 0;
    requires \forall integer i; 1 <= i <= PARTS + 1 ==>
      bounds[i] == counted(from, 0, count, below(i - 1));
    assigns into[0 .. count - 1], bounds[1 .. PARTS];
    ensures in_parts(into, bounds, count) && owned(into, 0, count);
    ensures \forall struct entry e;
      counted(into, 0, count, only(e)) == counted{Pre}(from, 0, count, only(e));
 */
static void distribute(struct entry *into, const struct entry *from, size_t count, size_t *bounds)
{
    //@ ghost part_counts(from, 0, count);
    //@ ghost parts_add_up(from, 0, count);
    /*@ assert \forall integer p; 0 <= p <= PARTS ==>
          filled(bounds, p) == counted(from, 0, count, below(p)); */
    /*@ assert \forall integer p; 0 <= p < PARTS ==> filled(bounds, p + 1) ==
          filled(bounds, p) + counted(from, 0, count, within(p)); */
    //@ ghost bounds_ascend(bounds, count);
    /*@ assert \forall integer p, q; 0 <= p <= q <= PARTS ==>
          0 <= filled(bounds, p) <= filled(bounds, q) <= count; */
    /*@ loop invariant 0 <= i <= count;
        loop invariant unchanged{Pre, Here}(from, 0, count);
        loop invariant owned(from, 0, count);
        loop invariant \forall integer p; 0 <= p < PARTS ==>
          filled{Pre}(bounds, p) <= filled(bounds, p);
        loop invariant \forall integer p; 0 <= p < PARTS ==>
          filled(bounds, p) + counted(from, i, count, within(p)) == filled{Pre}(bounds, p + 1);
        loop invariant \forall integer p; 0 <= p < PARTS ==>
          in_part(into, filled{Pre}(bounds, p), filled(bounds, p), p);
        loop invariant \forall integer p; 0 <= p < PARTS ==>
          owned(into, filled{Pre}(bounds, p), filled(bounds, p));
        loop invariant \forall struct entry e;
          counted(into, filled{Pre}(bounds, entry_part(e)), filled(bounds, entry_part(e)),
                  only(e)) == counted(from, 0, i, only(e));
        loop assigns i, bounds[1 .. PARTS], into[0 .. count - 1];
        loop variant count - i;
     */
    for (size_t i = 0; i < count; i++) {
        //@ ghost Before: ;
        //@ ghost const size_t part = from[i].position / PART_SIZE;
        //@ ghost const size_t place = bounds[part + 1];
        //@ ghost const struct entry moved = from[i];
        //@ assert part == part_of_circle(moved.position) < PARTS;
        //@ ghost part_counts(from, i + 1, count);
        //@ ghost part_counts(from, i, count);
        //@ assert single(from, i) && splits(from, i, i + 1, count);
        //@ assert splits(from, 0, i, i + 1);
        /*@ assert \forall integer p; counted(from, i, count, within(p)) ==
              counted(from, i + 1, count, within(p)) + (part == p ? 1 : 0); */
        /*@ assert \forall integer p; 0 <= p < PARTS ==> filled(bounds, p) + (p == part ? 1 : 0) +
              counted(from, i + 1, count, within(p)) == filled{Pre}(bounds, p + 1); */
        //@ assert place + counted(from, i, count, within(part)) == filled{Pre}(bounds, part + 1);
        //@ assert counted(from, i, count, within(part)) >= 1;
        //@ assert filled{Pre}(bounds, part) <= place < filled{Pre}(bounds, part + 1) <= count;
        /*@ assert \forall integer p; 0 <= p < PARTS ==>
              filled{Pre}(bounds, p) <= filled(bounds, p) <= filled{Pre}(bounds, p + 1); */
        /*@ assert \forall integer p; 0 <= p < PARTS && p != part ==>
              filled{Pre}(bounds, part + 1) <= filled{Pre}(bounds, p) ||
              filled{Pre}(bounds, p + 1) <= filled{Pre}(bounds, part); */
        /*@ assert \forall integer p; 0 <= p < PARTS && p != part ==>
              place < filled{Pre}(bounds, p) || filled(bounds, p) <= place; */
        /*@ assert \forall struct entry e; counted(from, 0, i + 1, only(e)) ==
              counted(from, 0, i, only(e)) + once(moved, only(e)); */
        //@ assert \valid_read(&moved.owner->size);
        //@ assert \forall integer k; 0 <= k < count ==> \separated(&into[place], &from[k]);
        /*@ assert \forall integer k; 0 <= k < count && k != place ==>
              \separated(&into[place], &into[k]); */
        into[bounds[from[i].position / PART_SIZE + 1]++] = from[i];
        //@ assert equal(into[place], moved);
        //@ assert unchanged{Before, Here}(from, 0, count);
        //@ assert unchanged{Before, Here}(into, 0, place);
        //@ assert unchanged{Before, Here}(into, place + 1, count);
        //@ assert unchanged{Before, Here}(from, i + 1, count);
        //@ assert unchanged{Before, Here}(from, 0, i + 1);
        /*@ assert \forall integer p; 0 <= p < PARTS ==>
              filled(bounds, p) == filled{Before}(bounds, p) + (p == part ? 1 : 0); */
        /*@ assert \forall integer p; counted(from, i + 1, count, within(p)) ==
              counted{Before}(from, i + 1, count, within(p)); */
        /*@ assert \forall struct entry e; counted(from, 0, i + 1, only(e)) ==
              counted{Before}(from, 0, i, only(e)) + once(moved, only(e)); */
        //@ assert single(into, place) && splits(into, filled{Pre}(bounds, part), place, place + 1);
        //@ assert unchanged{Before, Here}(into, filled{Pre}(bounds, part), place);
        /*@ assert \forall struct entry e;
              counted(into, filled{Pre}(bounds, part), place + 1, only(e)) ==
                counted{Before}(into, filled{Pre}(bounds, part), place, only(e)) +
                  once(moved, only(e)); */
        //@ assert in_part(into, filled{Pre}(bounds, part), place, part);
        //@ assert owned(into, filled{Pre}(bounds, part), place);
        //@ assert \valid_read(&into[place].owner->size);
        /*@ assert \forall integer p; 0 <= p < PARTS && p != part ==>
              unchanged{Before, Here}(into, filled{Pre}(bounds, p), filled(bounds, p)); */
        /*@ assert \forall integer p; 0 <= p < PARTS && p != part ==>
              in_part(into, filled{Pre}(bounds, p), filled(bounds, p), p); */
        /*@ assert \forall integer p; 0 <= p < PARTS && p != part ==>
              owned(into, filled{Pre}(bounds, p), filled(bounds, p)); */
        /*@ assert \forall integer p; 0 <= p < PARTS && p != part ==> \forall kind k;
              counted(into, filled{Pre}(bounds, p), filled(bounds, p), k) ==
                counted{Before}(into, filled{Pre}(bounds, p), filled(bounds, p), k); */
        //@ assert \forall struct entry e; 0 <= entry_part(e) < PARTS;
        /*@ assert \forall struct entry e; entry_part(e) != part ==>
              once(moved, only(e)) == 0; */
        /*@ assert \forall struct entry e; entry_part(e) != part ==>
              counted(into, filled{Pre}(bounds, entry_part(e)), filled(bounds, entry_part(e)),
                      only(e)) == counted(from, 0, i + 1, only(e)); */
        //@ assert filled(bounds, part) == place + 1;
        /*@ assert \forall struct entry e; entry_part(e) == part ==>
              counted(into, filled{Pre}(bounds, entry_part(e)), filled(bounds, entry_part(e)),
                      only(e)) == counted(from, 0, i + 1, only(e)); */
        //@ assert (size_t)(i + 1) == i + 1;
    }
    /*@ assert \forall integer p; 0 <= p < PARTS ==>
          filled(bounds, p) == filled{Pre}(bounds, p + 1); */
    //@ assert \forall integer p; 1 <= p <= PARTS ==> bounds[p] == filled{Pre}(bounds, p);
    //@ assert \forall integer p; 0 <= p <= PARTS ==> bounds[p] == filled{Pre}(bounds, p);
    //@ ghost add_up_parts(into, from, count, bounds);
}

void ring_run_sort(struct entry *entries, size_t count, struct entry *scratch)
{
    assert(ring_apart(entries, count * sizeof *entries, scratch, count * sizeof *scratch));
    if (count < PARTS_MIN) { /* less work than visiting every part */
        merge_sort(entries, count, scratch);
        return;
    }
    /* Distribute the entries over equal parts of the circle, then sort each part. Digests are
     * spread evenly, so few are left to compare. Positions that are not spread may all end in one
     * part. */
    size_t bounds[PARTS + 2] = {0};
    memcpy(scratch, entries, count * sizeof *scratch);
    //@ ghost same_counts(scratch, entries, count);
    /*@ assert \forall kind k;
          counted(scratch, 0, count, k) == counted{Pre}(entries, 0, count, k); */
    count_parts(scratch, count, bounds);
    distribute(entries, scratch, count, bounds);
    /*@ assert \forall struct entry e;
          counted(entries, 0, count, only(e)) == counted{Pre}(entries, 0, count, only(e)); */
    //@ ghost Distributed: ;
    /*@ loop invariant 0 <= part <= PARTS;
        loop invariant in_parts(entries, &bounds[0], count) && owned(entries, 0, count);
        loop invariant sorted(entries, 0, bounds[part]);
        loop invariant parts_below(entries, bounds[part], part);
        loop invariant \forall kind k;
          counted(entries, 0, count, k) == counted{Distributed}(entries, 0, count, k);
        loop assigns part, entries[0 .. count - 1], scratch[0 .. count - 1];
        loop variant PARTS - part;
     */
    for (size_t part = 0; part < PARTS; part++) {
        //@ ghost Before: ;
        //@ ghost const size_t begin = bounds[part];
        //@ ghost const size_t end = bounds[part + 1];
        //@ assert begin <= end <= count;
        //@ ghost part_is_counted(entries, begin, end, part);
        //@ assert splits(entries, 0, begin, count) && splits(entries, begin, end, count);
        sort_part(entries, bounds[part], bounds[part + 1], scratch);
        //@ assert \forall integer p; 0 <= p <= PARTS ==> bounds[p] == \at(bounds[p], Before);
        //@ assert \forall integer p; 0 <= p <= part ==> bounds[p] <= begin;
        //@ assert \forall integer p; part < p <= PARTS ==> end <= bounds[p] <= count;
        //@ assert unchanged{Before, Here}(entries, 0, begin);
        //@ assert unchanged{Before, Here}(entries, end, count);
        //@ ghost counts_make_a_part(entries, begin, end, part);
        //@ assert splits(entries, 0, begin, count) && splits(entries, begin, end, count);
        /*@ assert \forall kind k;
              counted(entries, 0, begin, k) == counted{Before}(entries, 0, begin, k) &&
              counted(entries, end, count, k) == counted{Before}(entries, end, count, k); */
        /*@ assert \forall kind k;
              counted(entries, 0, count, k) == counted{Before}(entries, 0, count, k); */
        //@ assert owned(entries, 0, count);
        //@ assert in_part(entries, begin, end, part);
        //@ assert \forall integer p; 0 <= p <= part ==> parts_at(entries, count, bounds[p], p);
        /*@ assert \forall integer p;
              part < p <= PARTS ==> parts_at(entries, count, bounds[p], p); */
        //@ assert \forall integer p, q; 0 <= p <= q <= PARTS ==> bounds[p] <= bounds[q];
        //@ assert in_parts(entries, &bounds[0], count);
        //@ assert sorted(entries, 0, begin);
        //@ assert parts_below(entries, begin, part);
        //@ ghost append_part(entries, begin, end, part);
    }
}
