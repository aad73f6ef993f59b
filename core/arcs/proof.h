/* For the prover alone, as ../proof.h is: the words that the contracts of lines and arcs use.
 *
 *     ascending     the suffixes of a line ascend
 *     has_points    a line without a chain has so many points, and keeps the invariants of arcs.h
 *     ends_within   this line is the last one of its chain, or one of so many behind it is
 *     suffixes_by   these suffixes are what others were, so many places before them (0: the same)
 *     owners_by     and these owners
 */
#ifndef RING_ARCS_PROOF_H
#define RING_ARCS_PROOF_H

/*@ predicate ascending{L}(struct line *line) =
      \forall integer i, j; 0 <= i <= j < LINE_POINTS ==> line->suffix[i] <= line->suffix[j];

    predicate has_points{L}(struct line *line, integer count) =
      0 <= count <= LINE_POINTS && ascending(line) &&
      (\forall integer i; 0 <= i <= LINE_POINTS ==> line->owner[i] != NO_OWNER) &&
      (\forall integer i; 0 <= i < count ==> line->suffix[i] < NO_SUFFIX) &&
      (\forall integer i; count <= i < LINE_POINTS ==> line->suffix[i] == NO_SUFFIX) &&
      (\forall integer i; count <= i <= LINE_POINTS ==>
         line->owner[i] == line->owner[LINE_POINTS]);

    predicate ends_within{L}(struct line *line, integer lines) =
      \valid(line) && (line->owner[CHAINED_POINTS] == NO_OWNER ==>
        lines > 0 && ends_within(line->more, lines - 1));

    predicate suffixes_by{Old, New}(struct line *line, integer by, integer begin, integer end) =
      \forall integer i, j; begin <= i < end && i - by <= j <= i - by ==>
        \at(line->suffix[i], New) == \at(line->suffix[j], Old);

    predicate owners_by{Old, New}(struct line *line, integer by, integer begin, integer end) =
      \forall integer i, j; begin <= i < end && i - by <= j <= i - by ==>
        \at(line->owner[i], New) == \at(line->owner[j], Old);
 */

#endif
