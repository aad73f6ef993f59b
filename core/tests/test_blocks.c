/* When blocks of arcs grow, split and coalesce: exactly at which number of points. */
#include "../arcs/tiny.h"
#include "support.h"

#include <string.h>

/* A row of this many points around the whole circle. */
static struct row round_the_circle(uint64_t start, uint32_t points)
{
    return (struct row){start, UINT64_MAX / points};
}

static void add(struct ring *ring, struct row row, uint32_t replicas)
{
    assert_int_equal(ring_add(ring, &row, sizeof row, replicas), RING_OK);
    assert_sound(ring);
}

static void drop(struct ring *ring, struct row row)
{
    assert_int_equal(ring_remove(ring, &row, sizeof row), RING_OK);
    assert_sound(ring);
}

static const struct block *first_block(const struct ring *ring)
{
    return arcs_of(ring)->directory[0].block;
}

/* LINES. A block is built with one line for six points. It grows when it has more than seven and a
 * half for each. */

static void lines_are_full_with_seven_and_a_half(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    (void)state;
    assert_int_equal(first_block(ring)->lines, 1);
    add(ring, round_the_circle(1, 60), 60);
    assert_int_equal(first_block(ring)->lines, 11);
    const struct block *block = first_block(ring);
    add(ring, round_the_circle(2, 22), 22); /* 82 of 82.5 */
    assert_ptr_equal(first_block(ring), block);
    assert_int_equal(first_block(ring)->lines, 11);
    add(ring, round_the_circle(3, 1), 1);
    assert_int_equal(first_block(ring)->lines, 14);
    ring_destroy(ring);
}

/* The same with 59 points: a sixth of them, rounded down, and one line more. */
static void lines_are_one_more_than_sixths(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    (void)state;
    add(ring, round_the_circle(1, 59), 59);
    assert_int_equal(first_block(ring)->lines, 10);
    ring_destroy(ring);
}

/* PLACES. Suffixes must tell positions apart exactly at the edges of places. With eleven lines on
 * the circle, no line but the first begins at a round number. */

static uint64_t rounded_up(uint64_t number, unsigned bits)
{
    const uint64_t low = (UINT64_C(1) << bits) - 1;
    return (number + low) & ~low;
}

/* The first position in this place, if the circle has eleven lines. */
static uint64_t edge_of(uint64_t place)
{
    return (place / 11 << 48) + (place % 11 << 48) / 11 + (place % 11 > 0);
}

static void assert_stands_at(const struct ring *ring, const struct row *row, uint64_t place)
{
    const struct line *line = &first_block(ring)->line[place >> 16];
    const struct node *node = ring_nodes_named(&ring->nodes, row, sizeof *row);
    bool found = false;
    for (unsigned i = 0; i < LINE_POINTS; i++) {
        found |= line->suffix[i] == (place & 0xffff) && line->owner[i] == node->number;
    }
    assert_true(found);
}

/* A point at `edge` is the first in its place, and one just before it is in the place before. */
static void assert_told_apart(struct ring *ring, uint64_t edge, uint64_t place)
{
    const struct row row = {edge - 1, 1};
    add(ring, row, 2);
    assert_stands_at(ring, &row, place);
    /* No point has the suffix 0xffff. */
    assert_stands_at(ring, &row, place - ((place & 0xffff) > 0 ? 1 : 2));
    drop(ring, row);
}

static void neighbours_at_the_edges_of_places_are_told_apart(void **state)
{
    const uint32_t suffixes[] = {0, 1, 2, 3, 1000, 0x7fff, 0x8000, 0xfffd, 0xfffe};
    struct ring *ring = create_over(&ring_arcs, &rows);
    struct ring *ring32 = create_over(&ring_arcs, &rows);
    (void)state;
    arcs_in(ring32)->scale = 32; /* as if the rule's positions were below 2^32 */
    add(ring, round_the_circle(1, 60), 60);
    add(ring32, (struct row){1, UINT32_MAX / 60}, 60);
    assert_int_equal(first_block(ring)->lines, 11);
    assert_int_equal(first_block(ring32)->lines, 11);
    for (uint64_t arc = 0; arc < 11; arc++) {
        for (size_t i = arc == 0 ? 1 : 0; i < sizeof suffixes / sizeof *suffixes; i++) {
            const uint64_t place = arc << 16 | suffixes[i];
            assert_told_apart(ring, edge_of(place), place);
            assert_told_apart(ring32, rounded_up(edge_of(place), 32) >> 32, place);
            /* Where the edge would be if fewer bits of the position were multiplied. */
            for (unsigned bits = 8; bits <= 40; bits += 8) {
                const struct row row = {rounded_up(edge_of(place), bits) - 1, 1};
                add(ring, row, 2);
                drop(ring, row);
            }
        }
    }
    ring_destroy(ring);
    ring_destroy(ring32);
}

/* A position above all that the rule gives is not in the first place. */
static void a_position_above_all_is_behind_the_first_place(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    const struct row first = {3, 0};
    const uint64_t above = UINT64_C(1) << 32;
    struct ring_bytes node = {NULL, 0};
    (void)state;
    arcs_in(ring)->scale = 32;
    add(ring, first, 1);
    add(ring, (struct row){UINT32_MAX / 2, 0}, 1);
    assert_int_equal(ring_find_positions(ring, &above, 1, &node), RING_OK);
    assert_memory_equal(node.data, &first, sizeof first);
    ring_destroy(ring);
}

static void blocks_split_when_the_most_lines_are_full(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    (void)state;
    add(ring, round_the_circle(1, 1920), 1920);
    assert_int_equal(block_count(ring), 1);
    assert_int_equal(first_block(ring)->lines, LINES_MAX);
    add(ring, round_the_circle(2, 1), 1);
    assert_int_equal(block_count(ring), 2);
    assert_int_equal(first_block(ring)->lines, 961 / 6 + 1);
    ring_destroy(ring);
}

/* A batch makes blocks as full as single adds do. */
static void batches_split_blocks_as_single_adds_do(void **state)
{
    struct ring *ring = create_over(&ring_arcs_tiny, &rows);
    (void)state;
    add(ring, round_the_circle(1000, 60), 60); /* twice thirty */
    assert_int_equal(block_count(ring), 2);
    ring_destroy(ring);
    ring = create_over(&ring_arcs_tiny, &rows);
    add(ring, round_the_circle(1000, 64), 64); /* twice 32, which are four times 16 */
    assert_int_equal(block_count(ring), 4);
    ring_destroy(ring);
}

/* Halving does not separate points of one arc. It ends before the directory is larger than the
 * ring. */
static void splitting_ends_before_the_directory_exceeds_the_ring(void **state)
{
    struct ring *ring = create_over(&ring_arcs_tiny, &all_equal);
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 127), RING_OK);
    assert_int_equal(arcs_in(ring)->depth, 5);
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    assert_int_equal(arcs_in(ring)->depth, 6); /* 128 >> 6 is 2, half of the most lines */
    assert_sound(ring);
    ring_destroy(ring);
}

/* A block that is full and may not split is left as it is. */
static void a_block_that_may_not_split_is_not_rebuilt(void **state)
{
    struct ring *ring = create_over(&ring_arcs_tiny, &all_equal);
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 100), RING_OK);
    assert_int_equal(arcs_in(ring)->depth, 5);
    assert_int_equal(first_block(ring)->lines, LINES_MAX_TINY);
    const struct block *block = first_block(ring);
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    assert_ptr_equal(first_block(ring), block);
    assert_sound(ring);
    ring_destroy(ring);
}

/* Blocks that are full at the same time do not all grow at once. For every four that have grown in
 * this add, the next must be fuller by half a point a line. */
static void full_blocks_grow_a_few_at_a_time(void **state)
{
    struct ring *ring = create_over(&ring_arcs_tiny, &rows);
    (void)state;
    add(ring, round_the_circle(100000, 1920), 1920);
    assert_int_equal(block_count(ring), 64); /* with 30 points each, 7.5 a line */
    add(ring, round_the_circle(200000, 64), 64);
    assert_int_equal(block_count(ring), 64 + 4);
    add(ring, round_the_circle(300000, 64), 64);
    assert_int_equal(block_count(ring), 64 + 4 + 4);
    add(ring, round_the_circle(400000, 64), 64);
    assert_int_equal(block_count(ring), 64 + 4 + 4 + 8);
    ring_destroy(ring);
}

/* OVERFLOW RUNS have no room to spare when they are built, and a quarter more than needed when they
 * grow. */

static void overflow_runs_grow_by_a_quarter(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &all_equal);
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 14), RING_OK);
    assert_int_equal(first_block(ring)->overflow.capacity, 4);
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    assert_int_equal(first_block(ring)->overflow.capacity, 6);
    const struct entry *entries = first_block(ring)->overflow.entries;
    assert_int_equal(ring_add(ring, NAME("c"), 1), RING_OK);
    assert_int_equal(first_block(ring)->overflow.capacity, 6);
    assert_ptr_equal(first_block(ring)->overflow.entries, entries);
    assert_int_equal(ring_add(ring, NAME("d"), 1), RING_OK);
    assert_int_equal(first_block(ring)->overflow.capacity, 8);
    entries = first_block(ring)->overflow.entries;
    assert_int_equal(ring_remove(ring, NAME("d")), RING_OK);
    assert_int_equal(ring_add(ring, NAME("e"), 1), RING_OK); /* seven of eight */
    assert_ptr_equal(first_block(ring)->overflow.entries, entries);
    assert_sound(ring);
    ring_destroy(ring);
}

static void large_overflow_runs_grow_by_a_quarter(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    const struct row together = {UINT64_MAX / 3, 0};
    (void)state;
    add(ring, round_the_circle(1000, 600), 600);
    add(ring, together, 23);
    const struct run *overflow = &first_block(ring)->overflow;
    assert_int_equal(overflow->count, 18);
    assert_int_equal(overflow->capacity, 18 + 18 / 4);
    ring_destroy(ring);
}

/* A depth left behind by an add that failed does not make the directory grow. */
static void directories_are_as_deep_as_blocks(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    (void)state;
    arcs_in(ring)->deeper_depth = 3;
    add(ring, round_the_circle(1000, 60), 60);
    assert_int_equal(arcs_in(ring)->depth, 0);
    ring_destroy(ring);
}

/* Also the last arc of a block with the most lines. */
static void overflow_of_the_last_arc_has_room(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    (void)state;
    add(ring, round_the_circle(1000, 1800), 1800);
    assert_int_equal(first_block(ring)->lines, LINES_MAX);
    const struct block *block = first_block(ring);
    add(ring, (struct row){UINT64_MAX - 100, 1}, 12);
    assert_ptr_equal(first_block(ring), block);
    assert_true(block->overflow.count > 0);
    ring_destroy(ring);
}

static void overflow_runs_have_room_for_what_lines_have_not(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &all_equal);
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 9), RING_OK);
    assert_int_equal(first_block(ring)->overflow.capacity, 0);
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    assert_int_equal(first_block(ring)->overflow.capacity, 0);
    assert_int_equal(ring_add(ring, NAME("c"), 3), RING_OK);
    assert_int_equal(first_block(ring)->overflow.count, 3);
    assert_int_equal(first_block(ring)->overflow.capacity, 3);
    assert_sound(ring);
    ring_destroy(ring);
}

/* Points of two arcs that both have room for theirs need no overflow run. */
static void overflow_is_counted_for_each_arc(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    (void)state;
    add(ring, round_the_circle(1000, 8), 8); /* four in each of two lines */
    assert_int_equal(first_block(ring)->lines, 2);
    add(ring, (struct row){2000, (UINT64_C(1) << 63) / 6}, 7); /* six, and one in the other */
    assert_int_equal(first_block(ring)->lines, 2);
    assert_int_equal(first_block(ring)->overflow.capacity, 0);
    ring_destroy(ring);
}

/* The overflow of an arc that is not the first. */
static void overflow_of_any_arc_is_counted(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    (void)state;
    add(ring, (struct row){UINT64_MAX - 1, 0}, 14);
    assert_int_equal(first_block(ring)->lines, 3);
    assert_int_equal(first_block(ring)->overflow.capacity, 4);
    ring_destroy(ring);
}

/* Also if the last points are in an overflow run. */
static void walks_stay_at_their_end(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    (void)state;
    add(ring, (struct row){UINT64_MAX - 1, 0}, 14);
    for (int i = 0; i < 14; i++) {
        assert_true(ring_next_point(ring, &cursor, &point));
    }
    for (int i = 0; i < 3; i++) {
        assert_false(ring_next_point(ring, &cursor, &point));
    }
    ring_destroy(ring);
}

/* POSITIONS are found from the beginning of their place, which is known only approximately. */

static uint64_t start_of_arc(const struct ring *ring, const struct block *block, uint32_t arc)
{
    uint64_t low = block->first;
    uint64_t high = block->first | UINT64_MAX >> block->depth;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (PLACE_ARC(arcs_place_in(arcs_of(ring), block, middle)) < arc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Points of one node on both sides of where an arc begins, near and far from it. */
static void straddle(struct ring *ring, uint64_t in_block, uint32_t arc)
{
    const struct block *block = arcs_block(arcs_of(ring), in_block);
    if (arc >= block->lines) {
        return;
    }
    const uint64_t begin = start_of_arc(ring, block, arc);
    for (unsigned shift = 0; shift <= 24; shift += 4) {
        const struct row row = {begin - 2 * (UINT64_C(1) << shift), UINT64_C(1) << shift};
        add(ring, row, 4);
        drop(ring, row);
    }
}

static void positions_around_the_start_of_an_arc_are_told_apart(void **state)
{
    static const uint32_t lines[] = {2, 3, 7, 131, 199, 227, 251, 254, 400, 1000};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct ring *ring = create_over(&ring_arcs, &rows);
        const uint32_t points = 6 * (lines[i] - 1) + 3;
        add(ring, round_the_circle(1000, points), points);
        for (unsigned part = 0; part < 4; part++) {
            const uint64_t in_block = part * (UINT64_MAX / 4) + 1;
            const uint32_t last = arcs_block(arcs_of(ring), in_block)->lines - 1U;
            straddle(ring, in_block, 1);
            straddle(ring, in_block, last / 2);
            straddle(ring, in_block, last);
        }
        ring_destroy(ring);
    }
}

/* THE CHECK of overflow runs */

static void assert_broken(const struct ring *ring, const char *words)
{
    const char *broken = ring_arcs_check(ring);
    assert_non_null(broken);
    assert_non_null(strstr(broken, words));
}

static void overflow_of_other_arcs_is_noticed(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    const struct row one = {UINT64_MAX / 3, 0};
    const struct row other = {UINT64_MAX / 3 * 2, 0};
    (void)state;
    add(ring, round_the_circle(1000, 120), 120);
    add(ring, one, 9);
    add(ring, other, 9);
    struct run *overflow = &arcs_in(ring)->directory[0].block->overflow;
    assert_int_equal(overflow->capacity, overflow->count + 2);
    /* An entry in the wrong order of arcs. */
    struct entry *last = &overflow->entries[overflow->count - 1];
    const struct entry kept = *last;
    assert_ptr_not_equal(overflow->entries[0].owner, last->owner);
    *last = overflow->entries[0];
    assert_broken(ring, "overflows exactly if");
    *last = kept;
    assert_sound(ring);
    /* An entry too many. */
    last[1] = (struct entry){0, kept.owner};
    overflow->count++;
    arcs_in(ring)->directory[0].count++;
    assert_broken(ring, "overflows exactly if");
    overflow->count--;
    arcs_in(ring)->directory[0].count--;
    assert_sound(ring);
    /* A point that the ring does not count. */
    ring->point_count--;
    assert_broken(ring, "as many points as the ring");
    ring->point_count++;
    ring_destroy(ring);
}

/* COALESCING */

static void blocks_coalesce_with_a_point_for_each_of_the_most_lines(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    const struct row many = round_the_circle(1, 1921);
    const struct row most = round_the_circle(2, 256);
    const struct row last = {3, 0};
    (void)state;
    add(ring, many, 1921);
    add(ring, most, 256);
    add(ring, last, 1);
    assert_int_equal(block_count(ring), 2);
    drop(ring, many);
    assert_int_equal(block_count(ring), 2);
    drop(ring, last);
    assert_int_equal(block_count(ring), 1);
    assert_int_equal(first_block(ring)->lines, 256 / 6 + 1);
    ring_destroy(ring);
}

/* All points may be in one of the two. */
static void blocks_coalesce_with_empty_ones(void **state)
{
    struct ring *ring = create_over(&ring_arcs_tiny, &rows);
    const struct row many = round_the_circle(1000, 31);
    (void)state;
    add(ring, many, 31);
    assert_int_equal(block_count(ring), 2);
    add(ring, (struct row){1, UINT64_C(1) << 60}, LINES_MAX_TINY);
    drop(ring, many);
    assert_int_equal(block_count(ring), 1);
    ring_destroy(ring);
}

/* The removal visits only one of them, which has as many points as it may. */
static void full_blocks_coalesce_with_empty_ones(void **state)
{
    struct ring *ring = create_over(&ring_arcs_tiny, &rows);
    const struct row many = round_the_circle(1000, 31);
    const struct row last = {2, 0};
    (void)state;
    add(ring, many, 31);
    add(ring, (struct row){1, UINT64_C(1) << 60}, LINES_MAX_TINY);
    add(ring, last, 1);
    drop(ring, many);
    assert_int_equal(block_count(ring), 2);
    drop(ring, last);
    assert_int_equal(block_count(ring), 1);
    ring_destroy(ring);
}

/* The memory of the lower half has room for one line only. */
static void blocks_do_not_coalesce_in_too_few_lines(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &rows);
    const uint64_t upper = UINT64_C(1) << 63;
    const struct row many = {upper, upper / 2048};
    (void)state;
    add(ring, many, 1921);
    add(ring, (struct row){1, upper / 8}, 5);
    add(ring, (struct row){upper + 1, upper / 16}, 10);
    assert_int_equal(first_block(ring)->lines_room, 1);
    drop(ring, many);
    assert_int_equal(block_count(ring), 2);
    ring_destroy(ring);
}

/* The block with the larger overflow run lends its memory. It may be either. */
static void blocks_coalesce_in_the_memory_of_either(void **state)
{
    const uint64_t overflowing[] = {UINT64_MAX / 8, UINT64_MAX / 8 * 7};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct ring *ring = create_over(&ring_arcs, &rows);
        const struct row many = round_the_circle(1, 1921);
        const struct row overflow = {overflowing[i], 0};
        add(ring, many, 1921);
        add(ring, overflow, 15);
        assert_int_equal(block_count(ring), 2);
        const struct block *kept = arcs_in(ring)->directory[i].block;
        const size_t bytes = ring_bytes_used(ring);
        drop(ring, many);
        assert_int_equal(block_count(ring), 1);
        assert_ptr_equal(first_block(ring), kept);
        assert_int_equal(first_block(ring)->overflow.count, 5);
        assert_in_range(ring_bytes_used(ring), 0, bytes - sizeof *kept);
        ring_destroy(ring);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_full_with_seven_and_a_half),
        cmocka_unit_test(lines_are_one_more_than_sixths),
        cmocka_unit_test(neighbours_at_the_edges_of_places_are_told_apart),
        cmocka_unit_test(a_position_above_all_is_behind_the_first_place),
        cmocka_unit_test(blocks_split_when_the_most_lines_are_full),
        cmocka_unit_test(batches_split_blocks_as_single_adds_do),
        cmocka_unit_test(splitting_ends_before_the_directory_exceeds_the_ring),
        cmocka_unit_test(a_block_that_may_not_split_is_not_rebuilt),
        cmocka_unit_test(full_blocks_grow_a_few_at_a_time),
        cmocka_unit_test(overflow_runs_grow_by_a_quarter),
        cmocka_unit_test(large_overflow_runs_grow_by_a_quarter),
        cmocka_unit_test(directories_are_as_deep_as_blocks),
        cmocka_unit_test(overflow_of_the_last_arc_has_room),
        cmocka_unit_test(overflow_runs_have_room_for_what_lines_have_not),
        cmocka_unit_test(overflow_is_counted_for_each_arc),
        cmocka_unit_test(overflow_of_any_arc_is_counted),
        cmocka_unit_test(walks_stay_at_their_end),
        cmocka_unit_test(positions_around_the_start_of_an_arc_are_told_apart),
        cmocka_unit_test(overflow_of_other_arcs_is_noticed),
        cmocka_unit_test(blocks_coalesce_with_empty_ones),
        cmocka_unit_test(blocks_coalesce_with_a_point_for_each_of_the_most_lines),
        cmocka_unit_test(full_blocks_coalesce_with_empty_ones),
        cmocka_unit_test(blocks_do_not_coalesce_in_too_few_lines),
        cmocka_unit_test(blocks_coalesce_in_the_memory_of_either),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
