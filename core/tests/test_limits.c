/* The ends of ranges that other tests do not reach: sizes of arrays, levels of the skip list, the
 * last positions of a block, blocks that one condition keeps from coalescing. */
#include "../arcs/tiny.h"
#include "../merge.h"
#include "support.h"

#include <stdlib.h>

#define ROW(row, replicas)                                                                         \
    {                                                                                              \
        {&(row), sizeof(row)}, (replicas)                                                          \
    }

/* SIZES */

static void arrays_that_do_not_fit_are_no_memory(void **state)
{
    struct ring *ring = create_over(&ring_arcs, NULL);
    (void)state;
    assert_null(ring_allocate_unsorted(ring, SIZE_MAX));
    assert_null(ring_allocate_unsorted(ring, SIZE_MAX / 2 / sizeof(struct entry) + 1));
    ring_destroy(ring);
}

/* The block only claims to have so large an overflow run; the add is refused before it reads it. */
static void an_overflow_run_that_does_not_fit_is_no_memory(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &all_equal);
    (void)state;
    assert_int_equal(ring_add(ring, NAME("nearly a line"), 9), RING_OK);
    char *before = portrait(ring);
    struct run *overflow = &arcs_in(ring)->directory[0].block->overflow;
    assert_int_equal(overflow->capacity, 0);
    overflow->count = overflow->capacity = SIZE_MAX / sizeof(struct entry);
    assert_int_equal(ring_add(ring, NAME("more than a line"), 3), RING_NO_MEMORY);
    overflow->count = overflow->capacity = 0;
    char *after = portrait(ring);
    assert_string_equal(before, after);
    assert_sound(ring);
    assert_int_equal(ring_add(ring, NAME("more than a line"), 3), RING_OK);
    assert_sound(ring);
    free(before);
    free(after);
    ring_destroy(ring);
}

/* The same for the run of the merge store. */
static void a_run_that_does_not_fit_is_no_memory(void **state)
{
    struct ring *ring = create_over(&ring_merge, NULL);
    struct run *run = &((struct merge *)ring)->run;
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 5), RING_OK);
    const struct run kept = *run;
    run->count = run->capacity = SIZE_MAX / sizeof(struct entry);
    assert_int_equal(ring_add(ring, NAME("b"), 5), RING_NO_MEMORY);
    *run = kept;
    assert_sound(ring);
    assert_int_equal(ring_node_count(ring), 1);
    ring_destroy(ring);
}

/* NAMES */

/* The digests of these names end in 30 zero bits. They were found by trying: one name in 4^15
 * reaches all levels. */
static void the_tallest_nodes_have_all_levels(void **state)
{
    static const struct ring_bytes tallest[] = {BYTES("k4uvvmba"), BYTES("ckahiqba")};
    struct ring *ring = create_over(&ring_arcs, NULL);
    (void)state;
    for (uint32_t i = 0; i < 25; i++) {
        assert_int_equal(ring_add(ring, &i, sizeof i, 1), RING_OK);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ring_add(ring, tallest[i].data, tallest[i].size, 3), RING_OK);
        const struct node *node = ring_nodes_named(&ring->nodes, tallest[i].data, tallest[i].size);
        assert_int_equal(node->levels, NODES_LEVELS);
        assert_sound(ring);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ring_remove(ring, tallest[i].data, tallest[i].size), RING_OK);
        assert_sound(ring);
    }
    assert_null(ring->nodes.first[NODES_LEVELS - 1]);
    ring_destroy(ring);
}

/* FINDING */

/* In a broken ring that counts one node too many, find_n must not search for that node for ever. */
static void find_n_passes_each_point_once(void **state)
{
    struct ring *ring = create_over(&ring_arcs, NULL);
    struct ring_bytes nodes[3];
    size_t found = 0;
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 3), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 4), RING_OK);
    ring->nodes.count++;
    assert_int_equal(ring_find_n(ring, NAME("key"), 3, nodes, &found), RING_OK);
    assert_int_equal(found, 2);
    ring->nodes.count--;
    ring_destroy(ring);
}

/* BLOCKS */

/* A ring for positions of 32 bits, with a custom rule in place of RING_MD5_COMPAT32. */
static struct ring *make_of_32_bits(const struct point_store *store)
{
    const struct ring_options compat32 = {.rule = RING_MD5_COMPAT32};
    struct ring *ring = create_over(store, &compat32);
    ring->placement = (struct placement){RING_CUSTOM, rows.custom};
    return ring;
}

/* In a block so small that a place is narrower than one position, the search for the first position
 * of its last place ends with the block. */
static void the_last_positions_of_a_small_block_are_told_apart(void **state)
{
    static const struct row everywhere = {0, UINT64_C(1) << 17};
    static const struct row before = {(UINT64_C(1) << 32) - (UINT64_C(1) << 19), 1000};
    static const struct row within = {(UINT64_C(1) << 32) - (UINT64_C(1) << 18) + 5, 5000};
    static const struct row last = {(UINT64_C(1) << 32) - 3, 1};
    const struct ring_node nodes[] = {ROW(everywhere, 32768), ROW(before, 28), ROW(within, 9),
                                      ROW(last, 3)};
    struct ring *ring = make_of_32_bits(&ring_arcs_tiny);
    struct ring *merge = make_of_32_bits(&ring_merge);
    (void)state;
    assert_int_equal(ring_add_many(ring, nodes, 4), RING_OK);
    assert_int_equal(ring_add_many(merge, nodes, 4), RING_OK);
    const struct arcs *arcs = arcs_of(ring);
    const struct directory_entry *dirent = arcs_first_entry(arcs, arcs_scaled(arcs, UINT32_MAX));
    assert_int_equal(dirent->depth, 14);
    assert_int_equal(dirent->lines, 3);
    assert_sound(ring);
    assert_same(ring, merge);
    for (uint64_t back = 0; back < 8; back++) {
        const uint64_t position = UINT32_MAX - back;
        struct ring_bytes answers[2];
        assert_int_equal(ring_find_positions(ring, &position, 1, &answers[0]), RING_OK);
        assert_int_equal(ring_find_positions(merge, &position, 1, &answers[1]), RING_OK);
        assert_memory_equal(answers[0].data, answers[1].data, sizeof(struct row));
    }
    assert_int_equal(ring_remove(ring, &last, sizeof last), RING_OK);
    assert_int_equal(ring_remove(merge, &last, sizeof last), RING_OK);
    assert_sound(ring);
    assert_same(ring, merge);
    ring_destroy(ring);
    ring_destroy(merge);
}

/* If the number of lines is no power of two, places begin between positions. A node has a point at
 * the first position of a line and another just before it, and the two must not be confused. */
static void points_beside_the_start_of_a_line_are_told_apart(void **state)
{
    static const struct row filling = {0, UINT64_C(1) << 60};
    static const struct row beside = {UINT64_MAX / 3, 1};
    const struct ring_node nodes[] = {ROW(filling, 12), ROW(beside, 2)};
    struct ring *ring = create_over(&ring_arcs, &rows);
    struct ring *merge = create_over(&ring_merge, &rows);
    (void)state;
    assert_int_equal(ring_add_many(ring, nodes, 2), RING_OK);
    assert_int_equal(ring_add_many(merge, nodes, 2), RING_OK);
    const struct arcs *arcs = arcs_of(ring);
    const struct block *block = arcs->directory[0].block;
    assert_int_equal(block->lines, 3);
    assert_int_equal(PLACE_ARC(arcs_place_in(arcs, block, beside.start)), 0);
    assert_int_equal(PLACE_ARC(arcs_place_in(arcs, block, beside.start + 1)), 1);
    assert_sound(ring);
    assert_same(ring, merge);
    ring_destroy(ring);
    ring_destroy(merge);
}

#define HALF (UINT64_C(1) << 63)

/* Removes nodes one by one. Afterwards, the halves of the circle must have a block each (`split`),
 * or one block together. */
static void assert_split(struct ring *ring, const struct row *rows_gone, size_t count, bool split)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ring_remove(ring, &rows_gone[i], sizeof *rows_gone), RING_OK);
        assert_sound(ring);
    }
    assert_int_equal(arcs_in(ring)->directory[0].depth, split ? 1 : 0);
}

static void blocks_do_not_coalesce_where_lines_are_too_few(void **state)
{
    static const struct row few = {HALF / 2, HALF / 16};
    static const struct row many = {HALF, HALF / 2000};
    static const struct row some = {HALF, HALF / 20};
    const struct ring_node nodes[] = {ROW(few, 3), ROW(many, 2000), ROW(some, 20)};
    struct ring *ring = create_over(&ring_arcs, &rows);
    (void)state;
    assert_int_equal(ring_add_many(ring, nodes, 3), RING_OK);
    assert_int_equal(arcs_in(ring)->directory[0].depth, 1);
    assert_int_equal(arcs_in(ring)->directory[0].lines, 1);
    assert_split(ring, &many, 1, true);
    assert_split(ring, &some, 1, false);
    ring_destroy(ring);
}

static void blocks_do_not_coalesce_where_an_overflow_run_has_no_room(void **state)
{
    static const struct row gone[] = {{0, HALF / 1000}, {HALF, HALF / 1000}};
    /* One point more than a line has room for. The coalesced block would have a line for each
     * half. */
    static const struct row kept = {HALF, HALF / (LINE_POINTS + 1)};
    const struct ring_node nodes[] = {ROW(gone[0], 1000), ROW(gone[1], 1000),
                                      ROW(kept, LINE_POINTS + 1)};
    struct ring *ring = create_over(&ring_arcs, &rows);
    (void)state;
    assert_int_equal(ring_add_many(ring, nodes, 3), RING_OK);
    assert_split(ring, gone, 2, true);
    assert_split(ring, &kept, 1, false);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_that_do_not_fit_are_no_memory),
        cmocka_unit_test(an_overflow_run_that_does_not_fit_is_no_memory),
        cmocka_unit_test(a_run_that_does_not_fit_is_no_memory),
        cmocka_unit_test(the_tallest_nodes_have_all_levels),
        cmocka_unit_test(find_n_passes_each_point_once),
        cmocka_unit_test(the_last_positions_of_a_small_block_are_told_apart),
        cmocka_unit_test(points_beside_the_start_of_a_line_are_told_apart),
        cmocka_unit_test(blocks_do_not_coalesce_where_lines_are_too_few),
        cmocka_unit_test(blocks_do_not_coalesce_where_an_overflow_run_has_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
