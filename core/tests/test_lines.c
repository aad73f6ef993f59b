/* The lines of a large ring: which arc has which, their chains, and how arcs are split and united.
 * test_forms.c tests when a ring has lines. Rings must equal those of the merge store. */
#include "../merge.h"
#include "support.h"
#include "tiny.h"

#include <stdlib.h>

/* A ring with arcs from five points on, and one of the merge store with the same nodes. */
struct both {
    struct ring *ring;
    struct ring *merge;
};

static struct both make(const struct ring_options *options)
{
    return (struct both){create_over(&ring_arcs_tiny, options), create_over(&ring_merge, options)};
}

static void unmake(struct both both)
{
    ring_destroy(both.ring);
    ring_destroy(both.merge);
}

static void assert_alike(struct both both)
{
    assert_sound(both.ring); /* it has the points that the rule gives, in order */
    assert_same_answers(both.ring, both.merge);
    assert_null(arcs_of(both.ring)->spares); /* no line is left over */
}

static void add_only(struct both both, struct row row, uint32_t replicas)
{
    assert_int_equal(ring_add(both.ring, &row, sizeof row, replicas), RING_OK);
    assert_int_equal(ring_add(both.merge, &row, sizeof row, replicas), RING_OK);
}

static void add(struct both both, struct row row, uint32_t replicas)
{
    add_only(both, row, replicas);
    assert_alike(both);
}

static void drop_only(struct both both, struct row row)
{
    assert_int_equal(ring_remove(both.ring, &row, sizeof row), RING_OK);
    assert_int_equal(ring_remove(both.merge, &row, sizeof row), RING_OK);
}

static void drop(struct both both, struct row row)
{
    drop_only(both, row);
    assert_alike(both);
}

/* A row of this many points around the whole circle. */
static struct row round_the_circle(uint64_t start, uint32_t points)
{
    return (struct row){start, UINT64_MAX / points};
}

static const struct lines *lines_in(struct both both)
{
    return &arcs_of(both.ring)->lines;
}

static const struct line *line_at(struct both both, uint64_t position)
{
    return line_of(lines_in(both), arc_at(lines_in(both), position));
}

/* GEOMETRY */

/* The most lines that these tests count. Nothing reads what is in them. */
enum { SLOTS = 1100, SLOT_PIECES = SLOTS / PIECE_LINES + 1 };
static struct line slots[SLOT_PIECES * PIECE_LINES];
static struct piece slot_pieces[SLOT_PIECES];

static struct lines lines_of(uint32_t count)
{
    for (size_t i = 0; i < SLOT_PIECES; i++) {
        slot_pieces[i].line = slots + i * PIECE_LINES;
    }
    return (struct lines){count, ring_top_bit(count), SLOT_PIECES, slot_pieces};
}

static size_t slot_of(const struct lines *lines, uint32_t arc)
{
    return (size_t)(line_of(lines, arc) - slots);
}

/* The picture in arcs.h. */
static void six_lines_are_those_of_the_picture(void **state)
{
    const struct lines lines = lines_of(6);
    const uint32_t arcs[] = {8, 9, 10, 11, 6, 7};
    const size_t slots_of_arcs[] = {0, 4, 2, 5, 1, 3};
    uint32_t arc = arc_first(&lines);
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(arc, arcs[i]);
        assert_int_equal(slot_of(&lines, arc), slots_of_arcs[i]);
        arc = arc_after(&lines, arc);
    }
    assert_int_equal(arc, 0);
    assert_int_equal(arc_start(1), 0);
    assert_int_equal(arc_start(6), UINT64_C(1) << 63);
    assert_int_equal(arc_start(7), UINT64_C(3) << 62);
    assert_int_equal(arc_start(9), UINT64_C(1) << 61);
    assert_int_equal(arc_start(11), UINT64_C(3) << 61);
}

/* What must hold of an arc, of the one before and of the one behind it. */
static void assert_in_order(const struct lines *lines, uint32_t before, uint32_t arc)
{
    const uint64_t start = arc_start(arc);
    assert_in_range(arc, lines->count, 2 * lines->count - 1);
    assert_int_equal(arc_at(lines, start), arc);
    assert_int_equal(arc_at(lines, start - 1), before); /* of the first: the last position of all */
    assert_int_equal(arc_before(lines, arc), before);
    const uint32_t after = arc_after(lines, before);
    assert_int_equal(after != 0 ? after : arc_first(lines), arc);
    assert_int_equal(arc_start(before + 1), start);
    if (start > 0) {
        assert_int_equal(arc_after(lines, before), arc);
        assert_true(arc_start(before) < start);
    }
}

static void every_arc_has_its_own_slot(void **state)
{
    (void)state;
    for (uint32_t count = 1; count <= SLOTS; count++) {
        const struct lines lines = lines_of(count);
        bool taken[SLOTS] = {false};
        uint32_t before = arc_at(&lines, UINT64_MAX);
        uint32_t arcs = 0;
        assert_int_equal(arc_start(arc_first(&lines)), 0);
        for (uint32_t arc = arc_first(&lines); arc != 0; arc = arc_after(&lines, arc)) {
            assert_in_order(&lines, before, arc);
            const size_t slot = slot_of(&lines, arc);
            assert_in_range(slot, 0, count - 1);
            assert_false(taken[slot]);
            taken[slot] = true;
            before = arc;
            arcs++;
        }
        assert_int_equal(arcs, count);
        assert_int_equal(arc_after(&lines, before), 0);
    }
}

/* The next arc to be split is number `count`: its first half stays, the second gets the new slot.
 * All other arcs keep theirs. */
static void no_line_moves(void **state)
{
    (void)state;
    for (uint32_t count = 1; count < SLOTS; count++) {
        const struct lines lines = lines_of(count);
        const struct lines more = lines_of(count + 1);
        assert_int_equal(slot_of(&more, 2 * count), slot_of(&lines, count));
        assert_int_equal(slot_of(&more, 2 * count + 1), count);
        assert_int_equal(arc_start(2 * count), arc_start(count));
        for (uint32_t arc = count + 1; arc < 2 * count; arc++) {
            assert_int_equal(slot_of(&more, arc), slot_of(&lines, arc));
        }
    }
}

/* MEMORY */

/* Behind the beginning of a cache line, as far as malloc() may be. */
#define OFF 16

static void *allocate_off(void *context, size_t size)
{
    (void)context;
    const size_t unit = sizeof(struct line);
    char *block = aligned_alloc(unit, (size + OFF + unit - 1) / unit * unit);
    return block != NULL ? block + OFF : NULL;
}

static void release_off(void *context, void *block, size_t size)
{
    (void)context;
    (void)size;
    free(block != NULL ? (char *)block - OFF : NULL);
}

static void each_line_is_one_cache_line(void **state)
{
    const struct ring_options options = {
        .allocator = {.allocate = allocate_off, .release = release_off}};
    struct ring *ring = create_over(&ring_arcs_tiny, &options);
    const struct lines *lines = &arcs_of(ring)->lines;
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 1000), RING_OK);
    assert_in_range(lines->count, PIECE_LINES + 1, 1000);
    for (uint32_t slot = 0; slot < lines->count; slot++) {
        assert_int_equal((uintptr_t)line_in_slot(lines, slot) % sizeof(struct line), 0);
    }
    ring_destroy(ring);
}

/* SUFFIXES */

/* The window begins at every eighth bit, so that it has 9 to 16 bits in which the positions of an
 * arc differ. */
static void suffixes_are_a_window_of_the_position(void **state)
{
    const uint64_t position = UINT64_C(0x123456789abcdef0);
    (void)state;
    for (unsigned level = 0; level < 8; level++) {
        assert_int_equal(suffix_of(position, level), 0x1234);
        assert_int_equal(suffix_of(position, level + 8), 0x3456);
        assert_int_equal(suffix_of(position, level + 16), 0x5678);
        assert_int_equal(suffix_of(position, level + 24), 0x789a);
    }
    assert_int_equal(suffix_of(UINT64_MAX, 0), NO_SUFFIX - 1);
    assert_int_equal(suffix_of(UINT64_MAX - (UINT64_C(1) << 48), 0), NO_SUFFIX - 1);
    assert_int_equal(suffix_of(UINT64_MAX - (UINT64_C(2) << 48), 0), NO_SUFFIX - 2);
}

/* CHAINS */

static uint32_t lines_behind(const struct line *line)
{
    uint32_t length = 0;
    for (; line_is_chained(line); line = line->more) {
        length++;
    }
    return length;
}

/* 10 points in one line, and with each line more there are 8 more. */
static uint32_t length_for(uint32_t points)
{
    return points <= 10 ? 0 : (points - 3) / 8;
}

/* Points that come one by one, all in one arc, and go in another order. `step`: between them. */
static void come_and_go(uint64_t step)
{
    enum { POINTS = ARC_MAX };
    struct both both = make(&rows);
    const uint64_t start = UINT64_MAX / 3;
    for (uint32_t i = 0; i < POINTS; i++) {
        add_only(both, (struct row){start + (i * 37 % POINTS) * step, i}, 1);
        if (i >= RUN_MAX_TINY) {
            assert_int_equal(lines_behind(line_at(both, start)), length_for(i + 1));
        }
        if (i < 30 || i % 8 == 0) {
            assert_alike(both);
        }
    }
    assert_int_equal(lines_behind(line_at(both, start)), 15);
    for (uint32_t i = 0; i < POINTS; i++) {
        const uint32_t gone = i * 5 % POINTS;
        drop_only(both, (struct row){start + (gone * 37 % POINTS) * step, gone});
        if (i % 8 == 0 || (i > POINTS - 30 && i < POINTS - 1)) {
            assert_alike(both);
        }
        if (arc_count(both.ring) > 0) {
            assert_int_equal(lines_behind(line_at(both, start)), length_for(POINTS - 1 - i));
        }
    }
    assert_int_equal(arc_count(both.ring), 0);
    unmake(both);
}

static void chains_are_as_long_as_they_must_be(void **state)
{
    (void)state;
    come_and_go(0);
    come_and_go(1);
    come_and_go(UINT64_C(1) << 41); /* a few points have the same suffix */
    come_and_go(UINT64_C(1) << 49); /* none have */
}

/* Groups of all sizes come to lines of all sizes, as one node and as many. */
static void groups_of_points_come_and_go(void **state)
{
    const uint64_t start = UINT64_MAX / 3;
    const uint64_t steps[] = {0, 1, UINT64_C(1) << 48};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct both both = make(&rows);
        add(both, round_the_circle(1000, 260), 260); /* 41 lines, which have 6 or 7 points each */
        for (uint32_t before = 1; before < 20; before += 1 + before / 4) {
            const struct row first = {start, steps[i]};
            add(both, first, before);
            for (uint32_t more = 1; more < 30; more += 1 + more / 4) {
                const struct row second = {start + 3, steps[i]};
                add(both, second, more);
                drop(both, second);
            }
            drop(both, first);
        }
        assert_int_equal(lines_behind(line_at(both, start)), 0);
        unmake(both);
    }
}

/* What becomes the first point of its arc, and is it no longer, in an arc with a chain. */
static void first_points_of_chains_come_and_go(void **state)
{
    const uint64_t start = UINT64_C(1) << 63;
    struct both both = make(&rows);
    (void)state;
    add(both, (struct row){start + 1000, 1}, 30);
    add(both, (struct row){start + 500, 0}, 1);
    add(both, (struct row){start, 0}, 1);
    drop(both, (struct row){start + 500, 0});
    drop(both, (struct row){start, 0});
    drop(both, (struct row){start + 1000, 1});
    unmake(both);
}

/* NEXT OWNERS */

static uint32_t next_of(const struct line *line)
{
    while (line_is_chained(line)) {
        line = line->more;
    }
    return line->owner[LINE_POINTS];
}

static void assert_all_next(struct both both, struct row owner)
{
    const struct node *node = ring_nodes_named(&both.ring->nodes, &owner, sizeof owner);
    const struct lines *lines = lines_in(both);
    for (uint32_t arc = arc_first(lines); arc != 0; arc = arc_after(lines, arc)) {
        const struct line *line = line_of(lines, arc);
        assert_int_equal(line->owner[0], node->number);
        assert_int_equal(next_of(line), node->number);
    }
}

/* All arcs but one are empty, wherever that one is. */
static void one_owner_is_next_all_around(void **state)
{
    (void)state;
    for (uint64_t eighth = 0; eighth < 8; eighth++) {
        const uint64_t start = eighth << 61;
        for (uint32_t points = 6; points <= 60; points *= 7) {
            struct both both = make(&rows);
            const struct row only = {start, 1};
            add(both, only, points);
            assert_all_next(both, only);
            for (uint64_t other = 0; other < 8; other++) {
                const struct row more = {(other << 61) + 1000, 5};
                add(both, more, 1);
                drop(both, more);
                assert_all_next(both, only);
            }
            unmake(both);
        }
    }
}

/* The only node changes its replicas: in the middle of that, no arc has points. */
static void emptied_lines_are_filled_again(void **state)
{
    struct both both = make(&rows);
    const struct row only = round_the_circle(7, 1000);
    const uint32_t replicas[] = {1000, 998, 999, 700, 1000, 6, 5, 100, 4, 5, 1, 1000};
    (void)state;
    add(both, only, 900);
    for (size_t i = 0; i < sizeof replicas / sizeof *replicas; i++) {
        assert_int_equal(ring_set_replicas(both.ring, &only, sizeof only, replicas[i]), RING_OK);
        assert_int_equal(ring_set_replicas(both.merge, &only, sizeof only, replicas[i]), RING_OK);
        assert_alike(both);
    }
    assert_all_next(both, only);
    drop(both, only);
    assert_int_equal(arc_count(both.ring), 0);
    add(both, only, 1000);
    assert_all_next(both, only);
    unmake(both);
}

/* SPLITTING AND UNITING */

/* A line for 6.5 points, and one more. */
static void arcs_are_as_many_as_points_need(void **state)
{
    struct both both = make(&rows);
    (void)state;
    add(both, round_the_circle(1, 12), 12);
    assert_int_equal(arc_count(both.ring), 2);
    add(both, (struct row){2, 0}, 1);
    assert_int_equal(arc_count(both.ring), 3);
    add(both, round_the_circle(1000, 13), 13);
    assert_int_equal(arc_count(both.ring), 5);
    add(both, round_the_circle(2000, 1300), 1300);
    assert_int_equal(arc_count(both.ring), 205);
    unmake(both);
}

/* Arcs are united when there are more than twice as many as points need. */
static void arcs_are_united_when_half_of_them_would_do(void **state)
{
    struct both both = make(&rows);
    const struct row many = round_the_circle(1, 650);
    const struct row some = round_the_circle(2, 260);
    const struct row few = round_the_circle(3, 65);
    (void)state;
    add(both, many, 650);
    add(both, few, 65);
    add(both, some, 260);
    assert_int_equal(arc_count(both.ring), 151);
    add(both, (struct row){4, 0}, 1);
    drop(both, some);
    assert_int_equal(arc_count(both.ring), 151);
    add(both, some, 260);
    drop(both, many); /* 326 points need 51 */
    assert_int_equal(arc_count(both.ring), 103);
    drop(both, some); /* 66 points need 11 */
    assert_int_equal(arc_count(both.ring), 23);
    add(both, some, 260);
    assert_int_equal(arc_count(both.ring), 51);
    unmake(both);
}

/* Clusters whose points have one suffix until the window moves, or longer. */
static void add_clusters(struct both both, uint64_t start)
{
    for (unsigned shift = 0; shift <= 48; shift += 8) {
        const uint64_t step = UINT64_C(1) << shift;
        add_only(both, (struct row){start, step}, 6);
        add_only(both, (struct row){start - 3 * step, step}, 4);
    }
}

static void drop_clusters(struct both both, uint64_t start)
{
    for (unsigned shift = 0; shift <= 48; shift += 8) {
        const uint64_t step = UINT64_C(1) << shift;
        drop_only(both, (struct row){start, step});
        drop_only(both, (struct row){start - 3 * step, step});
    }
}

/* Where clusters are: at starts and middles of arcs, and at suffixes that stand for no point. */
static const uint64_t centres[] = {
    UINT64_C(0x0000000000000100), UINT64_C(0x2000000000000000), UINT64_C(0x4321987654321000),
    UINT64_C(0x5555ffff00000000), UINT64_C(0x7fffffffffff0000), UINT64_C(0x8080808080808080),
    UINT64_C(0xabffff0000000000), UINT64_C(0xffffff0000000000),
};

#define CENTRES (sizeof centres / sizeof *centres)

/* Asserts that all suffixes begin at this bit. */
static void assert_base(struct both both, unsigned base)
{
    const unsigned level = ring_top_bit(arc_count(both.ring) | 1); /* and the next one */
    assert_true(arc_count(both.ring) > 0);
    assert_int_equal(suffix_base(level), base);
    assert_int_equal(suffix_base(level + 1), base);
}

/* Grows beyond the level at which the suffixes of halves have another window, and shrinks again.
 * In between, one arc after the other is split or united. */
static void cross_the_window(unsigned base, uint32_t points, uint32_t nodes)
{
    struct both both = make(&rows);
    add_only(both, round_the_circle(1, points), points); /* so that clusters do not crowd */
    for (size_t i = 0; i < CENTRES; i++) {
        add_clusters(both, centres[i]);
    }
    assert_alike(both);
    assert_base(both, base);
    for (uint32_t i = 0; i < nodes; i++) {
        add_only(both, round_the_circle(1000 + i, points / 4), points / 4);
        if (i % 5 == 0) {
            assert_alike(both);
        }
    }
    assert_alike(both);
    assert_base(both, base + 8);
    for (uint32_t i = 0; i < nodes; i++) {
        drop_only(both, round_the_circle(1000 + i, points / 4));
        if (i % 5 == 0) {
            assert_alike(both);
        }
    }
    drop_only(both, round_the_circle(1, points));
    assert_alike(both);
    for (size_t i = 0; i < CENTRES; i++) {
        if (i == 5) { /* the clusters that are left have gone through it all */
            assert_base(both, 0);
        }
        drop_clusters(both, centres[i]);
        if (i + 1 < CENTRES) {
            assert_alike(both);
        }
    }
    assert_int_equal(arc_count(both.ring), 0);
    unmake(both);
}

static void the_window_moves_at_level_8(void **state)
{
    (void)state;
    cross_the_window(0, 220, 30); /* from 121 arcs on */
}

static void the_window_moves_at_level_16(void **state)
{
    (void)state;
    cross_the_window(8, 200000, 5); /* from 30,857 arcs on */
}

/* Points one by one, so that after each arc is split or united everything is compared. */
static void every_split_is_right(void **state)
{
    struct both both = make(NULL);
    (void)state;
    for (uint32_t name = 0; name < 400; name++) {
        assert_int_equal(ring_add(both.ring, &name, sizeof name, 7), RING_OK);
        assert_int_equal(ring_add(both.merge, &name, sizeof name, 7), RING_OK);
        assert_alike(both);
    }
    assert_int_equal(arc_count(both.ring), 431);
    for (uint32_t name = 0; name < 400; name++) {
        const uint32_t gone = name * 3 % 400;
        assert_int_equal(ring_remove(both.ring, &gone, sizeof gone), RING_OK);
        assert_int_equal(ring_remove(both.merge, &gone, sizeof gone), RING_OK);
        if (name < 399) {
            assert_alike(both);
        }
    }
    assert_int_equal(arc_count(both.ring), 0);
    unmake(both);
}

/* PIECES of lines, in a table that has room for 4 at first. */

static void pieces_come_and_go(void **state)
{
    struct both both = make(&rows);
    const size_t piece = (PIECE_LINES + 1) * sizeof(struct line) - 1;
    const uint32_t few = 6 * (PIECE_LINES - 2);
    const uint32_t more = 10 * 7 * PIECE_LINES;
    const struct row some = round_the_circle(2, 30);
    const struct row many = round_the_circle(1000, more);
    (void)state;
    add(both, round_the_circle(1, few), few); /* nearly one piece */
    assert_int_equal(lines_in(both)->room, 4);
    const size_t bytes = ring_bytes_used(both.ring);
    add(both, some, 30);
    assert_in_range(arc_count(both.ring), 1, PIECE_LINES);
    drop(both, some);
    assert_in_range(ring_bytes_used(both.ring), 0, bytes);
    add(both, many, more);
    assert_in_range(arc_count(both.ring), 10 * PIECE_LINES, 12 * PIECE_LINES);
    assert_int_equal(lines_in(both)->room, 19); /* it had 4 and 10 */
    drop(both, many);
    assert_in_range(arc_count(both.ring), PIECE_LINES, 2 * PIECE_LINES);
    const size_t table = (19 - 4) * sizeof(struct piece);
    assert_in_range(ring_bytes_used(both.ring), bytes, bytes + piece + table);
    unmake(both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(six_lines_are_those_of_the_picture),
        cmocka_unit_test(every_arc_has_its_own_slot),
        cmocka_unit_test(no_line_moves),
        cmocka_unit_test(each_line_is_one_cache_line),
        cmocka_unit_test(suffixes_are_a_window_of_the_position),
        cmocka_unit_test(chains_are_as_long_as_they_must_be),
        cmocka_unit_test(groups_of_points_come_and_go),
        cmocka_unit_test(first_points_of_chains_come_and_go),
        cmocka_unit_test(one_owner_is_next_all_around),
        cmocka_unit_test(emptied_lines_are_filled_again),
        cmocka_unit_test(arcs_are_as_many_as_points_need),
        cmocka_unit_test(arcs_are_united_when_half_of_them_would_do),
        cmocka_unit_test(the_window_moves_at_level_8),
        cmocka_unit_test(the_window_moves_at_level_16),
        cmocka_unit_test(every_split_is_right),
        cmocka_unit_test(pieces_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
