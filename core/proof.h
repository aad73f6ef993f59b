/* For the prover alone, which reads what follows the marks of such comments: the words that
 * contracts use, and what is assumed about them. `ci/prove` proves the contracts. A compiler sees
 * nothing.
 *
 *     rank           the place of a node's name among those of all nodes, of which there are finitely
 *                    many. The name does not change while the node is in a run. It is assumed that
 *                    ring_compare_names() compares names of nodes as their ranks do. That is
 *                    consistent: nodes.c proves that its order is strict and total, as that of
 *                    numbers is.
 *     part_of_circle the circle in 256 equal parts: the one of a position
 *     counted        how many entries between two indexes of a run are of a kind. Kinds: `only` one
 *                    entry; all `within` one part of the circle; all in the parts `below` one. Two
 *                    runs have the same entries if they have as many of each kind. Its laws are
 *                    axioms: none between equal indexes; a single entry is of a kind or not;
 *                    neighbours add up; and what has not changed keeps its count. With COUNTED, it
 *                    is defined instead, and core/tests/laws.c proves these laws.
 */
#ifndef RING_PROOF_H
#define RING_PROOF_H

/*@ axiomatic order {
      logic integer rank(struct node *node);
    }

    predicate before(struct entry a, struct entry b) =
      a.position < b.position || (a.position == b.position && rank(a.owner) < rank(b.owner));

    predicate sorted{L}(struct entry *run, integer begin, integer end) =
      \forall integer i, j; begin <= i < j < end ==> !before(run[j], run[i]);

    predicate owned{L}(struct entry *run, integer begin, integer end) =
      \forall integer i; begin <= i < end ==> \valid_read(&run[i].owner->size);

    predicate none_before{L1, L2}(struct entry *run, integer begin, integer end,
                                  struct entry *other, integer count) =
      \forall integer i, j; begin <= i < end && 0 <= j < count ==>
        !before(\at(run[i], L2), \at(other[j], L1));

    // Blocks of `width` entries, each of them sorted.
    logic integer times(integer k, integer width) = k <= 0 ? 0 : k * width;

    predicate blocks{L}(struct entry *run, integer begin, integer end, integer width) =
      \forall integer k, i, j; 0 <= k && begin <= i && begin + times(k, width) <= i < j &&
        j < begin + times(k + 1, width) && j < end ==> !before(run[j], run[i]);

    predicate equal(struct entry a, struct entry b) =
      a.position == b.position && a.owner == b.owner;

    // A part of a run starts at an index of it: an index of one from that of the other.
    logic integer back(integer start, integer i) = i - start;

    logic integer forth(integer start, integer i) = start + i;

    predicate part_of(struct entry *part, struct entry *run, integer start) =
      (\forall integer i; part + back(start, i) == run + i) &&
      (\forall integer i; run + forth(start, i) == part + i);

    logic integer part_of_circle(integer position) = position / 72057594037927936;

    logic integer entry_part(struct entry e) = part_of_circle(e.position);

    predicate parts_below{L}(struct entry *run, integer end, integer part) =
      \forall integer i; 0 <= i < end ==> entry_part(run[i]) < part;

    predicate in_part{L}(struct entry *run, integer begin, integer end, integer part) =
      \forall integer i; begin <= i < end ==> part_of_circle(run[i].position) == part;

    predicate unchanged{L1, L2}(struct entry *run, integer begin, integer end) =
      \forall integer i; begin <= i < end ==> equal(\at(run[i], L1), \at(run[i], L2));

    axiomatic kinds {
      type kind;

      logic integer fits(integer position, struct node *owner, kind k);

      logic kind only(struct entry e);

      axiom is_only: \forall struct entry e, integer position, struct node *owner;
        fits(position, owner, only(e)) == (position == e.position && owner == e.owner ? 1 : 0);

      logic kind below(integer part);

      axiom is_below: \forall integer position, struct node *owner, integer part;
        fits(position, owner, below(part)) == (part_of_circle(position) < part ? 1 : 0);

      logic kind within(integer part);

      axiom is_within: \forall integer position, struct node *owner, integer part;
        fits(position, owner, within(part)) == (part_of_circle(position) == part ? 1 : 0);
    }

    logic integer once(struct entry a, kind k) = fits(a.position, a.owner, k);
 */

#ifdef COUNTED
/*@ logic integer counted{L}(struct entry *run, integer begin, integer end, kind k) =
      begin >= end ? 0 : counted(run, begin, end - 1, k) + once(run[end - 1], k);
 */
#else
/*@ axiomatic counting {
      logic integer counted{L}(struct entry *run, integer begin, integer end, kind k)
        reads run[begin .. end - 1];

      axiom none{L}: \forall struct entry *run, kind k, integer begin, end;
        begin >= end ==> counted(run, begin, end, k) == 0;

      axiom same{L1, L2}: \forall struct entry *run, kind k, integer begin, end;
        unchanged{L1, L2}(run, begin, end) ==>
          counted{L1}(run, begin, end, k) == counted{L2}(run, begin, end, k);
    }
 */
#endif

/*@ predicate single{L}(struct entry *run, integer i) =
      \forall kind k; counted(run, i, i + 1, k) == once(run[i], k);

    predicate splits{L}(struct entry *run, integer begin, integer middle, integer end) =
      begin <= middle <= end ==> \forall kind k; counted(run, begin, end, k) ==
        counted(run, begin, middle, k) + counted(run, middle, end, k);
 */

#ifndef COUNTED
/*@ axiomatic laws {
      axiom one{L}: \forall struct entry *run, integer i; single(run, i);

      axiom parts{L}: \forall struct entry *run, integer begin, middle, end;
        splits(run, begin, middle, end);
    }
 */
#endif

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

#ifdef __FRAMAC__
/*@ assigns \nothing;
    ensures \forall struct node *x, *y;
      a == (void *)x->name && a_size == x->size && b == (void *)y->name && b_size == y->size ==>
        (\result < 0 <==> rank(x) < rank(y));
 */
int ring_compare_names(const void *a, size_t a_size, const void *b, size_t b_size);
#endif

#endif
