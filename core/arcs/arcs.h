/* The point store of every ring that ring_create() makes. Its updates do not grow with the ring.
 *
 * A SMALL RING is one sorted run, as in the merge store: among few points, nothing is faster than a
 * pass over all of them.
 *
 * A LARGE RING, of more than RUN_MAX points, cuts the circle into arcs of about six points. Each arc
 * has a line: one cache line, which is all that a lookup reads. As points come, arcs are split one by
 * one, in the order of the circle, each into two halves; as points go, halves are united in the
 * opposite order. So no add waits for more than a few splits. (This is linear hashing that keeps the
 * order.)
 *
 * AN ARC has a number, whose leading 1 is followed by the bits that all its positions begin with:
 *
 *     number       1                        the whole circle
 *              2       3                    halves
 *            4   5   6   7                  quarters: arc a is split into 2a and 2a + 1
 *
 * A ring of `count` lines has the arcs from `count` up to 2 * count - 1. Here with count = 6:
 *
 *     arcs         [  8 |  9 | 10 | 11 |    6    |    7    ]
 *     slots           0    4    2    5       1        3
 *
 * The next arc to be split is always number `count`. Its first half keeps the line in its slot, the
 * second gets the new line, in slot number `count`. That gives the slot of an arc: its number without
 * the lowest 1 and the zeros behind it. No table has it, and no line ever moves.
 *
 * A LINE has 64 bytes:
 *
 *     suffix  [ s0 | s1 | s2 | ... | s9 ]          u16: 16 bits of the points' positions
 *     owner   [ o0 | o1 | o2 | ... | o9 | next ]   u32: the numbers of their nodes
 *
 *                    .-- 3 points ---. .---------- 7 unused ----------.
 *     suffix         [  17 | 17 | 902 | ffff | ffff | ffff ...  | ffff ]
 *     owner          [   4 |  0 |   4 |    9 |    9 |    9 ...  |    9 |  9 ]  next: node 9
 *
 * The suffix is a window of the position that moves by eight bits at every eighth level: so halves
 * keep the suffixes, and 9 to 16 bits of them differ within an arc. The successor of a key with
 * suffix k is owner[number of suffixes <= k], so a lookup reads no second line. If a suffix equals k,
 * the full positions decide: the nodes have them.
 *
 * An arc with more than ten points has a chain of lines. All but the last have eight points:
 *
 *     suffix         [ s0 | ... | s7 | ffff | ffff ]
 *     owner          [ o0 | ... | o7 | NO_OWNER ][ more ]   a pointer to the next line
 *
 * If a weak rule put more than ARC_MAX points into one arc, a large ring would be slow. Such a ring
 * stays a run, and changes take as long as with the merge store.
 *
 * INVARIANTS (check.c verifies them, in this order):
 *
 *     1. The lines have the level of their number, and room in their table.
 *     2. Chains are no longer than they must be. All lines but the last have eight points.
 *     3. The suffixes of an arc ascend. Unused ones are NO_SUFFIX and come last in their line.
 *     4. Every owner is the number of a node.
 *     5. The suffixes of an arc match the full positions of its points, which lie in the arc.
 *     6. The lines have as many points as the ring.
 *     7. If the ring has points, every owner behind the last point of an arc is the owner of the next
 *        point.
 *
 * CHANGES. An add has two phases:
 *
 *     1. Reserve. May fail. Changes nothing that a lookup reads, so readers may be inside.
 *        - Allocates the lines that chains will need.
 *        - A small ring that grows large, or a batch that is larger than the ring: builds new lines
 *          of all points, beside what is there. A run takes their place if an arc would have too many
 *          points.
 *     2. Insert. Cannot fail. Uses what was reserved, and then splits arcs until there are enough. A
 *        split that gets no memory waits for the next add: until then, arcs have more points.
 *
 * store.c chooses, build.c builds new lines, insert.c has the rest of both phases, and resize.c splits
 * and unites. A removal (erase.c) erases points and then unites arcs, or waits with that.
 * A change of replicas is a removal and an add that was reserved before.
 *
 * MEMORY of a large ring
 *
 *     64 bytes     for 6.5 points, and for 3.25 or more after many were removed: a line
 *     64 bytes     for each of the other lines of chains: 6 to 14 lines for 100 arcs
 *     8 bytes      for each point: its position, with its node
 */
#ifndef RING_ARCS_H
#define RING_ARCS_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../merge.h"

#define RUN_MAX 5000 /* points of a small ring: with more, adding a node to lines is faster */
#define LINE_POINTS 10
#define CHAINED_POINTS 8 /* of a line that another follows */
#define ARC_MAX 128      /* digests never come near it: arcs have 13 points on average, at most */
/* Lines behind the first, in an arc of ARC_MAX points. */
#define CHAIN_MAX ((ARC_MAX - LINE_POINTS + CHAINED_POINTS - 1) / CHAINED_POINTS)
#define NO_SUFFIX UINT16_MAX
#define NO_OWNER NODE_NONE

struct line {
    union {
        struct {
            uint16_t suffix[LINE_POINTS];
            uint32_t owner[LINE_POINTS + 1];
        };
        struct {
            char chained[LINE_POINTS * sizeof(uint16_t) + (CHAINED_POINTS + 1) * sizeof(uint32_t)];
            struct line *more;
        };
    };
};

_Static_assert(sizeof(struct line) == 64, "a line is one cache line");

/* All points of an arc. */
struct points {
    uint32_t count;
    uint32_t next; /* the owner of the next point behind the arc */
    uint16_t suffix[2 * ARC_MAX];
    uint32_t owner[2 * ARC_MAX];
};

/* The lines are in pieces, so that they can grow without being copied. */
#define PIECE_LINES 64

struct piece {
    struct line *line;
    void *memory; /* what was allocated; the first line begins at the first aligned address in it */
};

struct lines {
    uint32_t count; /* 0: there are none */
    uint32_t level; /* 2^level <= count < 2^(level + 1) */
    uint32_t room;  /* for so many pieces */
    struct piece *pieces;
};

#include "proof.h" /* which speaks of lines */

/* A ring with this store. */
struct arcs {
    struct merge small; /* begins with the struct ring */
    struct lines lines; /* none: the ring is one run */
    uint32_t scale; /* positions are below 2^(64 - scale); scaled ones are 2^scale times as large */
    uint32_t run_max;
    /* For an add between its two phases: */
    struct lines fresh; /* these, or the run, will replace all that there is */
    struct run fresh_run;
    struct line *spares; /* lines for chains */
    struct spot *spots;  /* of the new points */
};

static inline const struct arcs *arcs_of(const struct ring *ring)
{
    return (const struct arcs *)ring;
}

/* The same for a ring that may be changed. */
static inline struct arcs *arcs_in(struct ring *ring)
{
    return (struct arcs *)ring;
}

/* Spreads positions below 2^(64 - scale) over the whole circle. Those above become the last. */
/*@ requires \valid_read(arcs) && arcs->scale <= 63;
    assigns \nothing;
    ensures position <= UINT64_MAX >> arcs->scale ==> \result == position << arcs->scale;
    ensures position > UINT64_MAX >> arcs->scale ==> \result == UINT64_MAX;
 */
static inline uint64_t arcs_scaled(const struct arcs *arcs, uint64_t position)
{
    assert(arcs->scale < 64);
    //@ ghost const int bits = (int)arcs->scale;
    //@ ghost const uint64_t most = UINT64_MAX >> arcs->scale;
    //@ ghost shifted_is_less(UINT64_MAX, bits);
    //@ assert bits == arcs->scale && most == UINT64_MAX >> bits;
    //@ ghost down_and_up(UINT64_MAX, bits);
    //@ ghost shifts_add_up(position, most, bits);
    //@ assert position <= most ==> 0 <= position << bits <= most << bits <= UINT64_MAX;
    return position <= UINT64_MAX >> arcs->scale ? position << arcs->scale : UINT64_MAX;
}

/* ARCS */

/* Whether the lines keep the first invariant. */
static inline bool lines_are_right(const struct lines *lines)
{
    return lines->level <= 30 && lines->count >> lines->level == 1 &&
           lines->count <= (uint64_t)lines->room * PIECE_LINES;
}

/* Whether the lines have this arc. */
static inline bool arc_exists(const struct lines *lines, uint32_t arc)
{
    return lines_are_right(lines) && arc >= lines->count && arc - lines->count < lines->count;
}

/*@ requires arc > 0;
    assigns \nothing;
    ensures has_level(arc, \result);
    ensures \forall integer level; has_level(arc, level) ==> level == \result;
 */
static inline unsigned arc_level(uint32_t arc)
{
    assert(arc > 0);
    const unsigned level = ring_top_bit(arc);
    //@ ghost levels_differ((int)level);
    return level;
}

/* The first scaled position of an arc. */
/*@ requires arc > 0;
    assigns \nothing;
    ensures \forall integer level;
      has_level(arc, level) ==> \result == (arc - (1 << level)) << (64 - level);
 */
static inline uint64_t arc_start(uint32_t arc)
{
    const unsigned level = arc_level(arc);
    //@ ghost const uint64_t first = 1ULL << level;
    //@ ghost shifts_add_up(arc, first, 63 - (int)level);
    //@ ghost powers_ascend((int)level, 31);
    //@ assert first == 1 << level && first <= arc < 2 * first;
    //@ assert (1 << level) << (63 - level) == 1 << 63;
    //@ ghost const uint64_t offset = arc - first;
    //@ assert arc << (63 - level) == (offset << (63 - level)) + (1 << 63);
    //@ assert 0 <= offset << (63 - level) < 1 << 63;
    //@ assert (uint64_t)(arc << (63 - level)) == arc << (63 - level);
    //@ assert (arc << (63 - level)) << 1 == 2 * (offset << (63 - level)) + (1 << 64);
    //@ assert (offset << (63 - level)) << 1 == offset << (64 - level);
    //@ assert (offset << (63 - level)) << 1 == 2 * (offset << (63 - level));
    //@ assert ((arc << (63 - level)) << 1) % (1 << 64) == offset << (64 - level);
    //@ assert (uint64_t)((arc << (63 - level)) << 1) == offset << (64 - level);
    //@ assert offset == arc - (1 << level);
    return (uint64_t)arc << (63 - level) << 1; /* two shifts: one by 64 is undefined */
}

/* The arc of a scaled position. */
/*@ requires are_lines(lines);
    assigns \nothing;
    ensures is_arc(lines, \result);
    ensures first_part(lines, \result) <= part_of(lines, scaled) < end_part(lines, \result);
 */
static inline uint32_t arc_at(const struct lines *lines, uint64_t scaled)
{
    assert(lines_are_right(lines));
    //@ ghost const int level = (int)lines->level;
    //@ ghost shifted_is_less(scaled, 63 - level);
    //@ ghost powers_ascend(level, 30);
    //@ assert part_of(lines, scaled) == scaled >> (63 - level) < 2 * (1 << level);
    const uint32_t half =
        (uint32_t)((UINT64_C(2) << lines->level) + (scaled >> (63 - lines->level)));
    //@ assert half == (2 << level) + part_of(lines, scaled);
    //@ assert 0 <= half < 2 * lines->count || half >> 1 == half / 2;
    return half >> (half >= 2 * lines->count);
}

/* The first arc of the circle, and the one after this arc, or 0 behind the last. */
/*@ requires are_lines(lines);
    assigns \nothing;
    ensures is_arc(lines, \result) && first_part(lines, \result) == 0;
 */
static inline uint32_t arc_first(const struct lines *lines)
{
    //@ ghost shifted_is_less(0, 63 - (int)lines->level);
    //@ ghost powers_ascend((int)lines->level, 30);
    //@ assert part_of(lines, 0) == 0;
    return arc_at(lines, 0);
}

/*@ requires are_lines(lines) && is_arc(lines, arc);
    assigns \nothing;
    ensures \result == 0 <==> end_part(lines, arc) == parts(lines);
    ensures \result != 0 ==>
      is_arc(lines, \result) && first_part(lines, \result) == end_part(lines, arc);
 */
static inline uint32_t arc_after(const struct lines *lines, uint32_t arc)
{
    assert(arc_exists(lines, arc));
    //@ ghost powers_ascend((int)lines->level, 30);
    const uint32_t after = arc + 1;
    if (after == UINT32_C(2) << lines->level) {
        return 0;
    }
    return after < 2 * lines->count ? after : lines->count;
}

/* The arc before this one, around the circle. */
/*@ requires are_lines(lines) && is_arc(lines, arc);
    assigns \nothing;
    ensures is_arc(lines, \result);
    ensures end_part(lines, \result) ==
      (first_part(lines, arc) == 0 ? parts(lines) : first_part(lines, arc));
 */
static inline uint32_t arc_before(const struct lines *lines, uint32_t arc)
{
    assert(arc_exists(lines, arc));
    //@ ghost const int level = (int)lines->level;
    //@ ghost powers_ascend(level, 30);
    //@ ghost powers_ascend(level + 1, 31);
    //@ ghost const int twice = arc >= (2ULL << level);
    //@ assert 2 << (level + 1) == 2 * (2 << level);
    //@ assert twice == 0 ==> has_level(arc, level);
    //@ assert twice == 1 ==> has_level(arc, level + 1);
    //@ ghost const uint64_t part = twice ? arc - (2ULL << level) : 2 * arc - (2ULL << level);
    //@ assert part == first_part(lines, arc);
    //@ assert twice == 0 ==> (arc - (1 << level)) << 1 == part;
    /*@ assert twice == 0 ==> ((arc - (1 << level)) << 1) << (63 - level) ==
          (arc - (1 << level)) << (64 - level); */
    //@ assert (1 << level) << (63 - level) == 1 << 63;
    //@ ghost shifts_add_up(2ULL << level, 1ULL << level, 63 - level);
    //@ assert (2 << level) << (63 - level) == 1 << 64;
    //@ ghost part_before(part > 0 ? part : 2ULL << level, 63 - level);
    const uint64_t start = arc_start(arc);
    //@ assert start == part << (63 - level);
    //@ ghost shifts_add_up(0, 0, 63 - level);
    /*@ ghost
      if (start == 0) {
        /@ assert (uint64_t)(start - 1) == UINT64_MAX; @/
      }
    */
    //@ assert part == 0 ==> start == 0 && (uint64_t)(start - 1) == UINT64_MAX;
    //@ assert part == 0 ==> part_of(lines, (uint64_t)(start - 1)) == parts(lines) - 1;
    //@ assert part > 0 ==> (uint64_t)(start - 1) == start - 1;
    //@ assert part > 0 ==> (start - 1) >> (63 - level) == part - 1;
    //@ assert lines->level == level;
    //@ assert part_of(lines, start - 1) == (start - 1) >> (63 - level);
    //@ assert part > 0 ==> part_of(lines, (uint64_t)(start - 1)) == part - 1;
    return arc_at(lines, start - 1);
}

/*@ requires are_lines(lines) && has_pieces(lines) && slot < lines->count;
    assigns \nothing;
    ensures slot / PIECE_LINES < lines->room;
    ensures \valid(\result) && is_in_slot(lines, \result, slot);
 */
static inline struct line *line_in_slot(const struct lines *lines, uint32_t slot)
{
    assert(lines_are_right(lines) && slot < lines->count);
    return &lines->pieces[slot / PIECE_LINES].line[slot % PIECE_LINES];
}

/* The number of the lowest bit that is set. */
/*@ requires number > 0;
    assigns \nothing;
    ensures 0 <= \result <= 31;
    ensures (number >> \result) % 2 == 1 && 1 <= number >> \result <= number;
    ensures number == (number >> \result) << \result;
 */
static inline unsigned ring_low_bit(uint32_t number)
{
    assert(number > 0);
#if defined(__GNUC__) && !defined(RING_PLAIN)
    return (unsigned)__builtin_ctz(number);
#else
    unsigned bit = 0;
    //@ ghost const uint32_t whole = number;
    /*@ loop invariant 0 <= bit <= 31 && 1 <= number < 1 << (32 - bit);
        loop invariant number <= whole;
        loop invariant whole == number << bit;
        loop assigns bit, number;
        loop variant number;
     */
    for (; number % 2 == 0; number /= 2) {
        //@ assert (1 << (31 - bit)) << 1 == 1 << (32 - bit);
        //@ assert (1 << (31 - bit)) << 1 == 2 * (1 << (31 - bit));
        //@ assert bit == 31 ==> 1 << (32 - bit) == 2;
        //@ ghost const uint32_t half = number / 2;
        //@ assert number == 2 * half && half >= 1;
        //@ ghost const int before = (int)bit;
        //@ ghost shifts_add_up(number, half, before);
        //@ assert number << bit == (half << bit) + (half << bit);
        //@ assert (half << bit) << 1 == half << (bit + 1) == 2 * (half << bit);
        //@ assert whole == half << (bit + 1);
        bit++;
    }
    //@ assert (number << bit) >> bit == number << (bit - bit) == number;
    return bit;
#endif
}

/*@ requires are_lines(lines) && has_pieces(lines) && is_arc(lines, arc);
    assigns \nothing;
    ensures \valid(\result);
    ensures \exists integer slot;
      0 <= slot < lines->count && is_slot(arc, slot) && is_in_slot(lines, \result, slot);
 */
static inline struct line *line_of(const struct lines *lines, uint32_t arc)
{
    assert(arc_exists(lines, arc));
    const unsigned bit = ring_low_bit(arc);
    const uint32_t slot = arc >> bit >> 1;
    //@ assert slot == (arc >> bit) / 2;
    //@ assert 2 * slot + 1 == arc >> bit;
    //@ assert arc == (2 * slot + 1) << bit;
    //@ assert is_slot(arc, slot);
    return line_in_slot(lines, slot);
}

/* SUFFIXES */

/* How many bits of a position come before the suffix, in arcs of this level. */
/*@ assigns \nothing;
    ensures \result == base_of(level);
 */
static inline unsigned suffix_base(unsigned level)
{
    return level - level % 8;
}

/* The suffix of a scaled position. Monotone in the position, within an arc. */
/*@ requires level <= 31;
    assigns \nothing;
    ensures \result == (window(scaled, base_of(level)) < NO_SUFFIX ?
      window(scaled, base_of(level)) : NO_SUFFIX - 1);
 */
static inline uint16_t suffix_of(uint64_t scaled, unsigned level)
{
    assert(level < 32);
    const unsigned base = suffix_base(level);
    //@ assert base <= 24 && (unsigned)(48 - base) == 48 - base;
    //@ ghost shifted_is_less(scaled, 48 - (int)base);
    //@ assert (uint16_t)(scaled >> (48 - base)) == (scaled >> (48 - base)) % 65536;
    const uint16_t suffix = (uint16_t)(scaled >> (48 - base));
    return (uint16_t)(suffix - (suffix == NO_SUFFIX)); /* which means that there is no point */
}

/* The suffix of a position in an arc. */
/*@ requires \valid_read(arcs) && arcs->scale <= 63 && arc > 0;
    assigns \nothing;
    ensures \forall integer level; has_level(arc, level) ==>
      \let wanted = window(position <= UINT64_MAX >> arcs->scale ?
        position << arcs->scale : UINT64_MAX, base_of(level));
      \result == (wanted < NO_SUFFIX ? wanted : NO_SUFFIX - 1);
 */
static inline uint16_t arcs_suffix(const struct arcs *arcs, uint32_t arc, uint64_t position)
{
    return suffix_of(arcs_scaled(arcs, position), arc_level(arc));
}

/* LINES */

/* Whether another line of the arc follows. */
/*@ requires \valid_read(line);
    assigns \nothing;
    ensures \result <==> line->owner[CHAINED_POINTS] == NO_OWNER;
 */
static inline bool line_is_chained(const struct line *line)
{
    return line->owner[CHAINED_POINTS] == NO_OWNER;
}

/* How many points in the line have a smaller suffix. For NO_SUFFIX: how many points it has. */
/*@ requires \valid_read(line);
    assigns \nothing;
    ensures 0 <= \result <= LINE_POINTS;
    ensures ascending(line) ==> \forall integer i; 0 <= i < \result ==> line->suffix[i] < suffix;
    ensures ascending(line) ==>
      \forall integer i; \result <= i < LINE_POINTS ==> line->suffix[i] >= suffix;
    ensures ascending(line) && \result > 0 ==> line->suffix[\result - 1] < suffix;
    ensures ascending(line) && \result < LINE_POINTS ==> line->suffix[\result] >= suffix;
 */
static inline unsigned line_less(const struct line *line, uint16_t suffix)
{
    /* As wide as what is compared, so that a compiler can compare several at once. */
    uint16_t count = 0;
    /*@ loop invariant 0 <= count <= i <= LINE_POINTS;
        loop invariant ascending(line) ==>
          \forall integer k; 0 <= k < count ==> line->suffix[k] < suffix;
        loop invariant ascending(line) ==>
          \forall integer k; count <= k < i ==> line->suffix[k] >= suffix;
        loop assigns i, count;
        loop variant LINE_POINTS - i;
     */
    for (unsigned i = 0; i < LINE_POINTS; i++) {
        //@ assert ascending(line) && count < i ==> line->suffix[count] >= suffix;
        //@ assert ascending(line) && line->suffix[i] < suffix ==> count == i;
        count = (uint16_t)(count + (line->suffix[i] < suffix));
    }
    return count;
}

/*@ requires \valid_read(line);
    assigns \nothing;
    ensures 0 <= \result <= LINE_POINTS;
    ensures \forall integer count; has_points(line, count) ==> \result == count;
 */
static inline unsigned line_count(const struct line *line)
{
    return line_less(line, NO_SUFFIX);
}

/* Whether there is room for another point in the line of an arc without a chain. */
/*@ requires \valid_read(line);
    assigns \nothing;
    ensures \forall integer count; has_points(line, count) ==> (\result <==> count < LINE_POINTS);
    ensures line->owner[CHAINED_POINTS] == NO_OWNER ==> !\result;
 */
static inline bool line_has_room(const struct line *line)
{
    return line->suffix[LINE_POINTS - 1] == NO_SUFFIX && !line_is_chained(line);
}

/* Whether a line without a chain keeps its invariants. */
static inline bool line_is_right(const struct line *line)
{
    bool right = line->owner[LINE_POINTS] != NO_OWNER;
    for (unsigned i = 0; i < LINE_POINTS; i++) {
        right &= line->owner[i] != NO_OWNER && (i == 0 || line->suffix[i - 1] <= line->suffix[i]) &&
                 (line->suffix[i] != NO_SUFFIX || line->owner[i] == line->owner[LINE_POINTS]);
    }
    return right;
}

/* How many lines follow the first, in an arc of so many points. */
/*@ requires points <= UINT32_MAX;
    assigns \nothing;
    ensures points <= LINE_POINTS ==> \result == 0;
    ensures points > LINE_POINTS ==>
      LINE_POINTS + CHAINED_POINTS * (\result - 1) < points <=
        LINE_POINTS + CHAINED_POINTS * \result;
 */
static inline uint32_t chain_length(size_t points)
{
    assert(points <= UINT32_MAX);
    return points > LINE_POINTS
               ? (uint32_t)(points - LINE_POINTS + CHAINED_POINTS - 1) / CHAINED_POINTS
               : 0;
}

#if defined(__GNUC__) && !defined(RING_PLAIN)
#define RING_PREFETCH(address) __builtin_prefetch(address)
#else
#define RING_PREFETCH(address) ((void)(address))
#endif

/* lines.c: the memory of lines */

/* Frees all lines, and the spares. */
void ring_lines_free(struct ring *ring, struct lines *lines);

/* Adds a line in the next slot, for ring_arc_store() to fill; or removes the last line. */
bool ring_lines_push(struct ring *ring, struct lines *lines);
void ring_lines_pop(struct ring *ring, struct lines *lines);

/* The spares are lines for chains. Allocates some (if it fails, there may be more than before), gives
 * them back, or puts there what follows a line. */
bool ring_spares_take(struct ring *ring, uint32_t count);
void ring_spares_free(struct ring *ring);
void ring_spares_put(struct arcs *arcs, struct line *line);

/* points.c: the points of lines and arcs */

/* Sets all owners behind the points of an arc. */
/*@ requires ends_within(line, CHAIN_MAX);
    assigns last_of(line, CHAIN_MAX)->owner[0 .. LINE_POINTS];
    ensures \let last = \old(last_of(line, CHAIN_MAX)); \forall integer count;
      has_points{Pre}(last, count) ==> owners_by{Pre, Post}(last, 0, 0, count);
    ensures \let last = \old(last_of(line, CHAIN_MAX)); \forall integer count, i;
      has_points{Pre}(last, count) && count <= i <= LINE_POINTS ==> last->owner[i] == next;
    ensures \let last = \old(last_of(line, CHAIN_MAX)); \forall integer count;
      has_points{Pre}(last, count) && next != NO_OWNER ==> has_points(last, count);
 */
void ring_arc_set_next(struct line *line, uint32_t next);

/* Opens a gap in a line that is not full or chained, or closes one. */
/*@ requires \valid(line) && index < LINE_POINTS;
    requires line->suffix[LINE_POINTS - 1] == NO_SUFFIX;
    requires line->owner[CHAINED_POINTS] != NO_OWNER;
    assigns line->suffix[0 .. LINE_POINTS - 1], line->owner[0 .. LINE_POINTS];
    ensures suffixes_by{Pre, Post}(line, 0, 0, index + 1);
    ensures suffixes_by{Pre, Post}(line, 1, index + 1, LINE_POINTS);
    ensures owners_by{Pre, Post}(line, 0, 0, index + 1);
    ensures owners_by{Pre, Post}(line, 1, index + 1, LINE_POINTS + 1);
    ensures \forall integer count; \old(has_points(line, count)) ==>
      has_points(line, index < count ? count + 1 : count);
 */
void ring_line_open(struct line *line, unsigned index);
/*@ requires \valid(line) && index < LINE_POINTS;
    requires line->suffix[index] != NO_SUFFIX;
    requires line->owner[CHAINED_POINTS] != NO_OWNER;
    assigns line->suffix[0 .. LINE_POINTS - 1], line->owner[0 .. LINE_POINTS - 1];
    ensures suffixes_by{Pre, Post}(line, 0, 0, index);
    ensures suffixes_by{Pre, Post}(line, -1, index, LINE_POINTS - 1);
    ensures owners_by{Pre, Post}(line, 0, 0, index);
    ensures owners_by{Pre, Post}(line, -1, index, LINE_POINTS);
    ensures \forall integer count; \old(has_points(line, count)) ==> has_points(line, count - 1);
 */
void ring_line_close(struct line *line, unsigned index);

/* Reads and writes all points of an arc. Writing takes lines from the spares, which must have enough
 * of them, and leaves there those that are no longer needed. It writes behind the last of `points`,
 * what a line has behind its last point. */
void ring_arc_load(const struct line *line, struct points *points);
void ring_arc_store(struct arcs *arcs, struct line *line, struct points *points);
/*@ requires ends_within(line, CHAIN_MAX);
    assigns \nothing;
    ensures 0 <= \result <= CHAIN_MAX * CHAINED_POINTS + LINE_POINTS;
    ensures \forall integer count; has_points(last_of(line, CHAIN_MAX), count) ==>
      \result == CHAINED_POINTS * lines_before(line, CHAIN_MAX) + count;
 */
size_t ring_arc_count(const struct line *line);

/* Sets the next owner of the arcs before this one to the owner of its first point. Goes back until
 * it has set an arc with points: there must be one. */
void ring_lines_set_next_before(struct lines *lines, uint32_t arc);

/* build.c */

/* Builds lines of all points of a ring. Leaves none if there is no memory, or if they are not spread
 * evenly (RING_TOO_MANY_POINTS): if an arc would have more than ARC_MAX. */
enum ring_error ring_arcs_build(struct ring *ring, struct lines *lines, const struct run *points);

/* find.c */

/* Reads a point of an arc. `suffix`, `owner`: of its points, or of one of its lines that no point
 * with the same suffix comes before. */
struct entry ring_arcs_read(const struct ring *ring, uint32_t arc, const uint16_t *suffix,
                            const uint32_t *owner, size_t index);

/* Where a lookup begins, and where a change will be made. */
struct spot {
    struct line *line;
    uint32_t arc;
    uint16_t suffix;
};

/* Looks up the spots of `count` positions, which lie `stride` bytes apart, and prefetches what a
 * change will read. */
void ring_arcs_look_up(const struct arcs *arcs, const void *positions, size_t stride, size_t count,
                       struct spot *spots);

/* resize.c */

/* How many lines a ring of so many points should have. */
/*@ requires points <= UINT32_MAX;
    assigns \nothing;
    ensures 1 <= \result < 0x40000000;
    ensures 13 * (\result - 1) <= 2 * points < 13 * \result;
 */
uint32_t ring_arcs_wanted(size_t points);

/* Splits arcs until there are enough, or unites them. Stops if there is no memory. */
void ring_arcs_grow(struct ring *ring, size_t points);
void ring_arcs_shrink(struct ring *ring, size_t points);

/* insert.c, erase.c: adding and removing in a large ring. RING_TOO_MANY_POINTS: an arc would have more
 * than ARC_MAX. */
enum ring_error ring_arcs_reserve(struct ring *ring, const struct run *fresh);
void ring_arcs_cancel(struct ring *ring, const struct run *fresh);
void ring_arcs_insert(struct ring *ring, const struct run *fresh);
void ring_arcs_erase(struct ring *ring, const struct node *node);

void ring_arcs_find(const struct ring *ring, const uint64_t *positions, size_t count,
                    struct ring_bytes *nodes);
void ring_arcs_seek(const struct ring *ring, uint64_t position, struct ring_cursor *cursor);
uint32_t ring_arcs_next(const struct ring *ring, struct ring_cursor *cursor,
                        struct ring_point *point);
const char *ring_arcs_check(const struct ring *ring);

/* store.c */
extern const struct point_store ring_arcs;

#endif
