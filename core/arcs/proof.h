/* For the prover alone, as ../proof.h is: the words that the contracts of lines and arcs use.
 *
 *     conversion    axioms: C converts to uint64_t and uint16_t by taking the remainder. The provers
 *                   know that only of numbers that fit.
 *     are_lines     the struct says which level its lines have
 *     is_arc        the lines have this arc
 *     part_of       the circle in equal parts, as small as the smallest arc: the one of a position
 *     first_part    the first part of an arc, and the one behind its last
 *     end_part
 *     parts         how many parts there are
 *     has_level     the arc has this level
 *     has_pieces    the lines have memory
 *     is_slot       the arc's line is in this slot
 *     is_in_slot    the line is in this slot
 *     base_of       how many bits of a position come before the suffix, in arcs of this level
 *     window        and the 16 bits behind these
 *     ascending     the suffixes of a line ascend
 *     has_points    a line without a chain has so many points, and keeps the invariants of arcs.h
 *     ends_within   this line is the last one of its chain, or one of so many behind it is
 *     last_of       that last one, and how many lines come before it
 *     lines_before
 *     suffixes_by   these suffixes are what others were, so many places before them (0: the same)
 *     owners_by     and these owners
 */
#ifndef RING_ARCS_PROOF_H
#define RING_ARCS_PROOF_H

/*@ axiomatic conversion {
      axiom remainder: \forall integer n; n >= 0 ==> (uint64_t)n == n % 0x10000000000000000;
      axiom short_remainder: \forall integer n; n >= 0 ==> (uint16_t)n == n % 65536;
    }

    predicate has_level(integer arc, integer level) =
      0 <= level <= 31 && 1 << level <= arc < 2 << level;

    predicate has_pieces{L}(struct lines *lines) =
      lines->count <= lines->room * PIECE_LINES &&
      \valid_read(lines->pieces + (0 .. lines->room - 1)) &&
      \forall integer i, slot; 0 <= i < lines->room && 0 <= slot < PIECE_LINES &&
        PIECE_LINES * i + slot < lines->count ==> \valid(lines->pieces[i].line + slot);

    predicate are_lines{L}(struct lines *lines) =
      \valid_read(lines) && 1 <= lines->count < 0x80000000 && 0 <= lines->level <= 30 &&
      1 << lines->level <= lines->count < 2 << lines->level;

    predicate is_arc{L}(struct lines *lines, integer arc) = lines->count <= arc < 2 * lines->count;

    predicate is_slot(integer arc, integer slot) =
      \exists integer bit; 0 <= bit <= 31 && arc == (2 * slot + 1) << bit;

    predicate is_in_slot{L}(struct lines *lines, struct line *line, integer slot) =
      line == &lines->pieces[slot / PIECE_LINES].line[slot % PIECE_LINES];

    logic integer base_of(integer level) = level - level % 8;

    logic integer window(integer scaled, integer base) = (scaled >> (48 - base)) % 65536;

    logic integer part_of{L}(struct lines *lines, integer position) =
      position >> (63 - lines->level);

    logic integer first_part{L}(struct lines *lines, integer arc) =
      arc < 2 << lines->level ? 2 * arc - (2 << lines->level) : arc - (2 << lines->level);

    logic integer parts{L}(struct lines *lines) = 2 << lines->level;

    logic integer end_part{L}(struct lines *lines, integer arc) =
      first_part(lines, arc) + (arc < 2 << lines->level ? 2 : 1);
 */

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

    logic struct line *last_of{L}(struct line *line, integer lines) =
      lines > 0 && line->owner[CHAINED_POINTS] == NO_OWNER ?
        last_of(line->more, lines - 1) : line;

    logic integer lines_before{L}(struct line *line, integer lines) =
      lines > 0 && line->owner[CHAINED_POINTS] == NO_OWNER ?
        1 + lines_before(line->more, lines - 1) : 0;

    predicate suffixes_by{Old, New}(struct line *line, integer by, integer begin, integer end) =
      \forall integer i, j; begin <= i < end && i - by <= j <= i - by ==>
        \at(line->suffix[i], New) == \at(line->suffix[j], Old);

    predicate owners_by{Old, New}(struct line *line, integer by, integer begin, integer end) =
      \forall integer i, j; begin <= i < end && i - by <= j <= i - by ==>
        \at(line->owner[i], New) == \at(line->owner[j], Old);
 */

/* Facts about shifts. They are functions, because they take an induction, which a loop is. */
/*@ ghost
  /@ requires 0 <= bits <= 63;
     assigns \nothing;
     ensures 0 <= number >> bits < 1 << (64 - bits);
     ensures number >> bits <= number;
   @/
  static void shifted_is_less(uint64_t number, int bits)
  {
    /@ loop invariant 0 <= i <= bits;
       loop invariant 0 <= number >> i < 1 << (64 - i) && number >> i <= number;
       loop assigns i;
       loop variant bits - i;
     @/
    for (int i = 0; i < bits; i++) {
      /@ assert (number >> i) >> 1 == number >> (i + 1); @/
      /@ assert (1 << (63 - i)) << 1 == 1 << (64 - i); @/
    }
  }

  /@ requires 0 <= level <= 31;
     assigns \nothing;
     ensures \forall integer k; 0 <= k < level ==> 2 << k <= 1 << level;
     ensures \forall integer k; level < k <= 31 ==> 2 << level <= 1 << k;
   @/
  static void levels_differ(int level)
  {
    /@ loop invariant 0 <= i <= level;
       loop invariant \forall integer k; 0 <= k < i ==> 2 << k <= 1 << level;
       loop assigns i;
       loop variant level - i;
     @/
    for (int i = 0; i < level; i++) {
      powers_ascend(i, level);
    }
    /@ loop invariant level <= i <= 31;
       loop invariant \forall integer k; level < k <= i ==> 2 << level <= 1 << k;
       loop assigns i;
       loop variant 31 - i;
     @/
    for (int i = level; i < 31; i++) {
      powers_ascend(level, i + 1);
    }
  }

  /@ requires 0 <= bits <= 63;
     assigns \nothing;
     ensures 0 <= number << bits && 0 <= from << bits;
     ensures (number << bits) == ((number - from) << bits) + (from << bits);
     ensures number <= from ==> number << bits <= from << bits;
     ensures from <= number < 2 * from ==> 0 <= (number - from) << bits < from << bits;
   @/
  static void shifts_add_up(uint64_t number, uint64_t from, int bits)
  {
    /@ loop invariant 0 <= i <= bits;
       loop invariant 0 <= number << i && 0 <= from << i;
       loop invariant (number << i) == ((number - from) << i) + (from << i);
       loop invariant number <= from ==> number << i <= from << i;
       loop invariant from <= number < 2 * from ==> 0 <= (number - from) << i < from << i;
       loop assigns i;
       loop variant bits - i;
     @/
    for (int i = 0; i < bits; i++) {
      /@ assert (number << i) << 1 == number << (i + 1) == 2 * (number << i); @/
      /@ assert (from << i) << 1 == from << (i + 1) == 2 * (from << i); @/
      /@ assert ((number - from) << i) << 1 == (number - from) << (i + 1); @/
      /@ assert ((number - from) << i) << 1 == 2 * ((number - from) << i); @/
    }
  }

  /@ requires 0 <= bits <= 63;
     assigns \nothing;
     ensures 0 <= (number >> bits) << bits <= number;
   @/
  static void down_and_up(uint64_t number, int bits)
  {
    /@ loop invariant 0 <= i <= bits;
       loop invariant 0 <= number >> i && 0 <= (number >> i) << i <= number;
       loop assigns i;
       loop variant bits - i;
     @/
    for (int i = 0; i < bits; i++) {
      const uint64_t here = number >> i;
      const uint64_t half = here / 2;
      const uint64_t even = 2 * half;
      shifted_is_less(number, i);
      /@ assert here == number >> i && even == 2 * half <= here; @/
      shifts_add_up(even, half, i);
      shifts_add_up(even, here, i);
      /@ assert here >> 1 == number >> (i + 1) == half; @/
      /@ assert (half << i) << 1 == half << (i + 1) == 2 * (half << i); @/
      /@ assert half << (i + 1) == even << i <= here << i; @/
      /@ assert (number >> (i + 1)) << (i + 1) == half << (i + 1); @/
      /@ assert here << i == (number >> i) << i <= number; @/
      /@ assert 0 <= half << (i + 1) && 0 <= number >> (i + 1); @/
    }
  }

  /@ requires 0 <= bits <= 63 && part > 0;
     assigns \nothing;
     ensures ((part << bits) - 1) >> bits == part - 1 && part << bits >= 1;
   @/
  static void part_before(uint64_t part, int bits)
  {
    /@ loop invariant 0 <= i <= bits;
       loop invariant part << i >= 1;
       loop assigns i;
       loop variant bits - i;
     @/
    for (int i = 0; i < bits; i++) {
      /@ assert (part << i) << 1 == part << (i + 1) == 2 * (part << i); @/
    }
    /@ loop invariant 0 <= i <= bits;
       loop invariant ((part << bits) - 1) >> (bits - i) == (part << i) - 1;
       loop invariant part << i >= 1;
       loop assigns i;
       loop variant i;
     @/
    for (int i = bits; i > 0; i--) {
      /@ assert (part << (i - 1)) << 1 == part << i == 2 * (part << (i - 1)); @/
      /@ assert (((part << bits) - 1) >> (bits - i)) >> 1 ==
           ((part << bits) - 1) >> (bits - i + 1); @/
      /@ assert ((part << i) - 1) >> 1 == ((part << i) - 1) / 2 == (part << (i - 1)) - 1; @/
    }
  }
 */

/* In an arc, whose positions begin with the same bits, suffixes ascend as positions do; and so do
 * arcs. */
/*@ ghost
  /@ assigns \nothing;
     ensures number >> 8 == number / 256;
   @/
  static void byte_divides(uint64_t number)
  {
    /@ loop invariant 0 <= i <= 8;
       loop invariant i == 0 ==> number >> i == number / 1;
       loop invariant i == 1 ==> number >> i == number / 2;
       loop invariant i == 2 ==> number >> i == number / 4;
       loop invariant i == 3 ==> number >> i == number / 8;
       loop invariant i == 4 ==> number >> i == number / 16;
       loop invariant i == 5 ==> number >> i == number / 32;
       loop invariant i == 6 ==> number >> i == number / 64;
       loop invariant i == 7 ==> number >> i == number / 128;
       loop invariant i == 8 ==> number >> i == number / 256;
       loop assigns i;
       loop variant 8 - i;
     @/
    for (int i = 0; i < 8; i++) {
      /@ assert (number >> i) >> 1 == number >> (i + 1) == (number >> i) / 2; @/
    }
  }

  /@ assigns \nothing;
     ensures number >> 24 == number / 0x1000000 && number >> 32 == number / 0x100000000;
     ensures number >> 40 == number / 0x10000000000;
     ensures number >> 48 == number / 0x1000000000000;
     ensures number >> 56 == number / 0x100000000000000;
   @/
  static void bytes_divide(uint64_t number)
  {
    byte_divides(number);
    byte_divides(number >> 8);
    byte_divides(number >> 16);
    byte_divides(number >> 24);
    byte_divides(number >> 32);
    byte_divides(number >> 40);
    byte_divides(number >> 48);
  }

  /@ requires a <= b && 0 <= level <= 31;
     requires level > 0 ==> a >> (64 - level) == b >> (64 - level);
     assigns \nothing;
     ensures window(a, base_of(level)) <= window(b, base_of(level));
   @/
  static void windows_ascend(uint64_t a, uint64_t b, int level)
  {
    const int base = level - level % 8;
    bytes_divide(a);
    bytes_divide(b);
    /@ assert base == 0 || base == 8 || base == 16 || base == 24; @/
    /@ assert level > 0 ==> (a >> (64 - level)) >> (level - base) ==
         (b >> (64 - level)) >> (level - base); @/
    /@ assert base > 0 ==> a >> (64 - base) == b >> (64 - base); @/
    if (base == 0) {
      /@ assert window(a, base) <= window(b, base); @/
    }
    if (base == 8) {
      /@ assert a / 0x100000000000000 == b / 0x100000000000000; @/
      /@ assert a / 0x10000000000 % 65536 <= b / 0x10000000000 % 65536; @/
      /@ assert window(a, base) <= window(b, base); @/
    }
    if (base == 16) {
      /@ assert a / 0x1000000000000 == b / 0x1000000000000; @/
      /@ assert a / 0x100000000 % 65536 <= b / 0x100000000 % 65536; @/
      /@ assert window(a, base) <= window(b, base); @/
    }
    if (base == 24) {
      /@ assert a / 0x10000000000 == b / 0x10000000000; @/
      /@ assert a / 0x1000000 % 65536 <= b / 0x1000000 % 65536; @/
      /@ assert window(a, base) <= window(b, base); @/
    }
  }

  /@ requires a <= b && 0 <= bits <= 63;
     assigns \nothing;
     ensures a >> bits <= b >> bits;
   @/
  static void shifted_ascend(uint64_t a, uint64_t b, int bits)
  {
    /@ loop invariant 0 <= i <= bits;
       loop invariant 0 <= a >> i <= b >> i;
       loop assigns i;
       loop variant bits - i;
     @/
    for (int i = 0; i < bits; i++) {
      /@ assert (a >> i) >> 1 == a >> (i + 1) == (a >> i) / 2; @/
      /@ assert (b >> i) >> 1 == b >> (i + 1) == (b >> i) / 2; @/
    }
  }
 */

/* Arcs are apart and in the order of the circle, and so are the suffixes within one. */
/*@ ghost
  /@ requires are_lines(lines) && is_arc(lines, arc) && is_arc(lines, other) && a <= b;
     requires first_part(lines, arc) <= part_of(lines, a) < end_part(lines, arc);
     requires first_part(lines, other) <= part_of(lines, b) < end_part(lines, other);
     assigns \nothing;
     ensures first_part(lines, arc) <= first_part(lines, other);
     ensures part_of(lines, a) == part_of(lines, b) ==> arc == other;
     ensures arc == other || end_part(lines, arc) <= first_part(lines, other);
   @/
  static void arcs_ascend(const struct lines *lines, uint32_t arc, uint32_t other, uint64_t a,
                          uint64_t b)
  {
    const int level = (int)lines->level;
    powers_ascend(level, 31);
    shifted_ascend(a, b, 63 - level);
    /@ assert part_of(lines, a) <= part_of(lines, b); @/
  }

  /@ requires are_lines(lines) && is_arc(lines, arc) && has_level(arc, level) && a <= b;
     requires first_part(lines, arc) <= part_of(lines, a) < end_part(lines, arc);
     requires first_part(lines, arc) <= part_of(lines, b) < end_part(lines, arc);
     assigns \nothing;
     ensures window(a, base_of(level)) <= window(b, base_of(level));
   @/
  static void suffixes_ascend(const struct lines *lines, uint32_t arc, int level, uint64_t a,
                              uint64_t b)
  {
    const int least = (int)lines->level;
    powers_ascend(least, 31);
    powers_ascend(least + 1, 31);
    levels_differ(level);
    /@ assert level == least || level == least + 1; @/
    /@ assert (a >> (63 - least)) >> 1 == a >> (64 - least); @/
    /@ assert (b >> (63 - least)) >> 1 == b >> (64 - least); @/
    /@ assert level > 0 ==> a >> (64 - level) == arc - (1 << level); @/
    /@ assert level > 0 ==> b >> (64 - level) == arc - (1 << level); @/
    windows_ascend(a, b, level);
  }
 */

/* No two arcs of a ring have the same slot: one is less than twice the other. */
/*@ ghost
  /@ requires 0 <= bit < more <= 31 && odd << bit >= 0;
     assigns \nothing;
     ensures odd << more >= 2 * (odd << bit);
   @/
  static void slots_differ(uint64_t odd, int bit, int more)
  {
    /@ assert (odd << bit) << 1 == odd << (bit + 1); @/
    /@ loop invariant bit < i <= more;
       loop invariant odd << i >= 2 * (odd << bit) && odd << bit >= 0;
       loop assigns i;
       loop variant more - i;
     @/
    for (int i = bit + 1; i < more; i++) {
      /@ assert (odd << i) << 1 == odd << (i + 1); @/
      /@ assert (odd << i) << 1 == 2 * (odd << i); @/
    }
  }

  /@ requires are_lines(lines) && is_arc(lines, arc) && is_arc(lines, other);
     requires 0 <= bit <= 31 && arc == (2 * slot + 1) << bit;
     requires 0 <= more <= 31 && other == (2 * slot + 1) << more;
     assigns \nothing;
     ensures arc == other;
   @/
  static void slots_are_apart(const struct lines *lines, uint32_t arc, uint32_t other,
                              uint32_t slot, int bit, int more)
  {
    const uint64_t odd = 2 * (uint64_t)slot + 1;
    if (bit < more) {
      slots_differ(odd, bit, more);
    }
    if (more < bit) {
      slots_differ(odd, more, bit);
    }
  }
 */

#endif
