/* For the prover alone, which reads what follows the marks of such comments: the words that contracts
 * use, and what is assumed about them. `ci/prove` proves the contracts. A compiler sees nothing.
 *
 *     rank           the place of a node's name among all names. The name does not change while the
 *                    node is in a run. It is assumed that ring_compare_names() compares names of
 *                    nodes as their ranks do. That is consistent: nodes.c proves that its order is
 *                    strict and total, as that of numbers is.
 *     occurrences    how often an entry is in a part of a run. Its four axioms are laws of counting:
 *                    none in an empty part; once or not in a part of one; parts add up; and what has
 *                    not changed keeps its count. The last two would need a proof by induction, which
 *                    the provers do not find.
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

    // A part of a run starts at an index of it: an index of one from that of the other.
    logic integer back(integer start, integer i) = i - start;

    logic integer forth(integer start, integer i) = start + i;

    predicate part_of(struct entry *part, struct entry *run, integer start) =
      (\forall integer i; part + back(start, i) == run + i) &&
      (\forall integer i; run + forth(start, i) == part + i);

    predicate equal(struct entry a, struct entry b) =
      a.position == b.position && a.owner == b.owner;

    logic integer once(struct entry a, struct entry b) =
      a.position == b.position && a.owner == b.owner ? 1 : 0;

    predicate unchanged{L1, L2}(struct entry *run, integer begin, integer end) =
      \forall integer i; begin <= i < end ==> equal(\at(run[i], L1), \at(run[i], L2));

    axiomatic counting {
      logic integer occurrences{L}(struct entry *run, integer begin, integer end, struct entry e)
        reads run[begin .. end - 1];

      axiom none{L}: \forall struct entry *run, struct entry e, integer begin, end;
        begin >= end ==> occurrences(run, begin, end, e) == 0;

      axiom one{L}: \forall struct entry *run, struct entry e, integer begin, end;
        end == begin + 1 ==> occurrences(run, begin, end, e) == once(run[begin], e);

      axiom parts{L}: \forall struct entry *run, struct entry e, integer begin, middle, end;
        begin <= middle <= end ==> occurrences(run, begin, end, e) ==
          occurrences(run, begin, middle, e) + occurrences(run, middle, end, e);

      axiom same{L1, L2}: \forall struct entry *run, struct entry e, integer begin, end;
        unchanged{L1, L2}(run, begin, end) ==>
          occurrences{L1}(run, begin, end, e) == occurrences{L2}(run, begin, end, e);
    }

    predicate grows{L}(struct entry *run, integer end, struct entry e) =
      occurrences(run, 0, end + 1, e) ==
        occurrences(run, 0, end, e) + occurrences(run, end, end + 1, e);
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
