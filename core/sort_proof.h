/* For the prover alone, as proof.h is: what sort.c needs to know of sorted blocks and of parts of
 * the circle. A ghost function is a lemma, proved by its body.
 *
 *     parts_at   entries before this bound, and no others, are in parts below this one
 *     in_parts   entries are in order of their parts: each lasts from its bound to the next
 *     filled     where the next entry of this part goes: its begin at first, its end at last
 */
#ifndef RING_SORT_PROOF_H
#define RING_SORT_PROOF_H

#include "run.h"

/*@ predicate parts_at{L}(struct entry *run, integer count, integer bound, integer part) =
      \forall integer i; 0 <= i < count ==> (i < bound <==> entry_part(run[i]) < part);

    predicate in_parts{L}(struct entry *run, size_t *bounds, integer count) =
      bounds[0] == 0 && bounds[256] == count &&
      (\forall integer p, q; 0 <= p <= q <= 256 ==> bounds[p] <= bounds[q]) &&
      (\forall integer p; 0 <= p <= 256 ==> parts_at(run, count, bounds[p], p));

    logic integer filled{L}(size_t *bounds, integer part) = bounds[part + 1];
 */

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
            /@ assert (size_t)(i + 1) == i + 1; @/
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

    /@ requires blocks(run, 0, count, width) && count <= width;
       assigns \nothing;
       ensures sorted(run, 0, count);
     @/
    static void all_in_one_block(struct entry *run, size_t count, size_t width)
    {
        /@ assert times(0, width) == 0 && times(1, width) == width; @/
    }
 */

/*@ ghost
    /@ requires begin <= end;
       assigns \nothing;
       ensures counted(run, begin, end, below(0)) == 0;
       ensures counted(run, begin, end, below(256)) == end - begin;
       ensures \forall integer p; 0 <= counted(run, begin, end, below(p)) <= end - begin;
       ensures \forall integer p; 0 <= counted(run, begin, end, within(p)) <= end - begin;
     @/
    static void part_counts(struct entry *run, size_t begin, size_t end)
    {
        /@ loop invariant begin <= i <= end;
           loop invariant counted(run, begin, i, below(0)) == 0;
           loop invariant counted(run, begin, i, below(256)) == i - begin;
           loop invariant \forall integer p; 0 <= counted(run, begin, i, below(p)) <= i - begin;
           loop invariant \forall integer p; 0 <= counted(run, begin, i, within(p)) <= i - begin;
           loop assigns i;
           loop variant end - i;
         @/
        for (size_t i = begin; i < end; i++) {
            /@ assert single(run, i) && splits(run, begin, i, i + 1); @/
            /@ assert 0 <= part_of_circle(run[i].position) < 256; @/
        }
    }

    /@ requires begin <= end;
       assigns \nothing;
       ensures \forall integer p, q; q == p + 1 ==> counted(run, begin, end, below(q)) ==
         counted(run, begin, end, below(p)) + counted(run, begin, end, within(p));
     @/
    static void parts_add_up(struct entry *run, size_t begin, size_t end)
    {
        /@ loop invariant begin <= i <= end;
           loop invariant \forall integer p, q; q == p + 1 ==> counted(run, begin, i, below(q)) ==
             counted(run, begin, i, below(p)) + counted(run, begin, i, within(p));
           loop assigns i;
           loop variant end - i;
         @/
        for (size_t i = begin; i < end; i++) {
            /@ assert single(run, i) && splits(run, begin, i, i + 1); @/
            /@ assert \forall integer p, q; q == p + 1 ==> once(run[i], below(q)) ==
                 once(run[i], below(p)) + once(run[i], within(p)); @/
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
       ensures counted(run, begin, end, within(part)) == end - begin;
       ensures \forall struct entry e; part_of_circle(e.position) != part ==>
         counted(run, begin, end, only(e)) == 0;
     @/
    static void part_is_counted(struct entry *run, size_t begin, size_t end, size_t part)
    {
        /@ loop invariant begin <= i <= end;
           loop invariant counted(run, begin, i, within(part)) == i - begin;
           loop invariant \forall struct entry e; part_of_circle(e.position) != part ==>
             counted(run, begin, i, only(e)) == 0;
           loop assigns i;
           loop variant end - i;
         @/
        for (size_t i = begin; i < end; i++) {
            /@ assert single(run, i) && splits(run, begin, i, i + 1); @/
        }
    }

    /@ requires begin <= end && counted(run, begin, end, within(part)) == end - begin;
       assigns \nothing;
       ensures in_part(run, begin, end, part);
     @/
    static void counts_make_a_part(struct entry *run, size_t begin, size_t end, size_t part)
    {
        /@ loop invariant begin <= i <= end;
           loop invariant counted(run, begin, i, within(part)) <= i - begin;
           loop invariant counted(run, begin, i, within(part)) == i - begin ==>
             in_part(run, begin, i, part);
           loop assigns i;
           loop variant end - i;
         @/
        for (size_t i = begin; i < end; i++) {
            /@ assert single(run, i) && splits(run, begin, i, i + 1); @/
        }
    }

    /@ requires count <= SIZE_MAX / sizeof(struct entry);
       requires filled(bounds, 0) == 0 && filled(bounds, 256) == count;
       requires \forall integer p; 0 <= p < 256 ==> filled(bounds, p) <= filled(bounds, p + 1);
       assigns \nothing;
       ensures \forall integer p, q; 0 <= p <= q <= 256 ==>
         0 <= filled(bounds, p) <= filled(bounds, q) <= count;
     @/
    static void bounds_ascend(size_t *bounds, size_t count)
    {
        /@ loop invariant 0 <= part <= 256;
           loop invariant \forall integer p, q; 0 <= p <= q <= part ==>
             0 <= filled(bounds, p) <= filled(bounds, q);
           loop assigns part;
           loop variant 256 - part;
         @/
        for (size_t part = 0; part < 256; part++) {
            /@ assert filled(bounds, part) <= filled(bounds, part + 1); @/
        }
        /@ assert \forall integer p; 0 <= p <= 256 ==> filled(bounds, p) <= filled(bounds, 256); @/
    }

    /@ requires count <= SIZE_MAX / sizeof(struct entry) && \valid_read(bounds + (0 .. 256));
       requires bounds[0] == 0 && bounds[256] == count;
       requires \forall integer p, q; 0 <= p < 256 && q == p + 1 ==> bounds[p] <= bounds[q];
       requires \forall integer p; 0 <= p < 256 ==> in_part(into, bounds[p], bounds[p + 1], p);
       requires \forall integer p; 0 <= p < 256 ==> owned(into, bounds[p], bounds[p + 1]);
       requires \forall struct entry e;
         counted(into, bounds[entry_part(e)], bounds[entry_part(e) + 1], only(e)) ==
           counted(from, 0, count, only(e));
       assigns \nothing;
       ensures in_parts(into, bounds, count);
       ensures owned(into, 0, count);
       ensures \forall struct entry e;
         counted(into, 0, count, only(e)) == counted(from, 0, count, only(e));
     @/
    static void add_up_parts(struct entry *into, struct entry *from, size_t count, size_t *bounds)
    {
        /@ loop invariant 0 <= part <= 256;
           loop invariant \forall integer p; 0 <= p <= part ==> bounds[p] <= bounds[part];
           loop invariant \forall integer p, q; 0 <= p <= q <= part ==> bounds[p] <= bounds[q];
           loop invariant owned(into, 0, bounds[part]);
           loop invariant \forall integer p; 0 <= p <= part ==>
             parts_at(into, bounds[part], bounds[p], p);
           loop invariant \forall struct entry e; part_of_circle(e.position) >= part ==>
             counted(into, 0, bounds[part], only(e)) == 0;
           loop invariant \forall struct entry e; part_of_circle(e.position) < part ==>
             counted(into, 0, bounds[part], only(e)) == counted(from, 0, count, only(e));
           loop assigns part;
           loop variant 256 - part;
         @/
        for (size_t part = 0; part < 256; part++) {
            /@ assert bounds[part] <= bounds[part + 1]; @/
            /@ assert in_part(into, bounds[part], bounds[part + 1], part); @/
            /@ assert owned(into, bounds[part], bounds[part + 1]); @/
            part_is_counted(into, bounds[part], bounds[part + 1], part);
            /@ assert splits(into, 0, bounds[part], bounds[part + 1]); @/
        }
        /@ assert \forall integer p; 0 <= p <= 256 ==> parts_at(into, count, bounds[p], p); @/
    }
 */

#endif
