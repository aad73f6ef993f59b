/* The ends of ranges that other tests do not reach: sizes of arrays, levels of the skip list, the
 * positions at the ends of arcs. */
#include "../merge.h"
#include "support.h"
#include "tiny.h"

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

/* The ring only claims to have so many points; the add is refused before it reads them. */
static void a_run_of_all_points_that_does_not_fit_is_no_memory(void **state)
{
    struct ring *ring = create_over(&ring_arcs, NULL);
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 9), RING_OK);
    char *before = portrait(ring);
    ring->point_count = SIZE_MAX / sizeof(struct entry);
    assert_int_equal(ring_add(ring, NAME("b"), 3), RING_NO_MEMORY);
    ring->point_count = 9;
    char *after = portrait(ring);
    assert_string_equal(before, after);
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

/* ARCS */

/* A ring for positions of 32 bits, with a custom rule in place of RING_MD5_COMPAT32. */
static struct ring *make_of_32_bits(const struct point_store *store)
{
    const struct ring_options compat32 = {.rule = RING_MD5_COMPAT32};
    struct ring *ring = create_over(store, &compat32);
    ring->placement = (struct placement){RING_CUSTOM, rows.custom};
    return ring;
}

/* Adds a node to both rings, compares them, and removes it. */
static void come_and_go(struct ring *ring, struct ring *merge, struct row row, uint32_t replicas)
{
    assert_int_equal(ring_add(ring, &row, sizeof row, replicas), RING_OK);
    assert_int_equal(ring_add(merge, &row, sizeof row, replicas), RING_OK);
    assert_sound(ring);
    for (uint64_t i = 0; i < replicas + 2; i++) {
        const uint64_t position = row.start + (i - 1) * row.step;
        struct ring_bytes answers[2];
        assert_int_equal(ring_find_positions(ring, &position, 1, &answers[0]), RING_OK);
        assert_int_equal(ring_find_positions(merge, &position, 1, &answers[1]), RING_OK);
        assert_memory_equal(answers[0].data, answers[1].data, sizeof(struct row));
    }
    assert_int_equal(ring_remove(ring, &row, sizeof row), RING_OK);
    assert_int_equal(ring_remove(merge, &row, sizeof row), RING_OK);
}

/* Arcs so short that suffixes end with the last bit of a position. */
static void the_last_positions_of_32_bits_are_told_apart(void **state)
{
    static const struct row everywhere = {0, UINT64_C(1) << 14};
    const struct ring_node node = ROW(everywhere, 1U << 18);
    struct ring *ring = make_of_32_bits(&ring_arcs);
    struct ring *merge = make_of_32_bits(&ring_merge);
    (void)state;
    assert_int_equal(ring_add_many(ring, &node, 1), RING_OK);
    assert_int_equal(ring_add_many(merge, &node, 1), RING_OK);
    assert_int_equal(suffix_base(arc_level(arc_first(&arcs_of(ring)->lines))), 16);
    come_and_go(ring, merge, (struct row){UINT32_MAX - 2, 1}, 3);
    come_and_go(ring, merge, (struct row){UINT32_MAX - 40, 4}, 11);
    come_and_go(ring, merge, (struct row){(UINT64_C(1) << 31) - 40, 4}, 20);
    ring_destroy(ring);
    ring_destroy(merge);
}

/* A node has a point at the first position of an arc or of a suffix, and others just before it. */
static void points_beside_the_start_of_a_suffix_are_told_apart(void **state)
{
    const uint64_t suffixes[] = {0, 1, 2, 0x7fff, 0x8000, 0xfffd, 0xfffe, 0xffff};
    struct ring *ring = create_over(&ring_arcs_tiny, &rows);
    struct ring *merge = create_over(&ring_merge, &rows);
    const struct row filling = {7, UINT64_MAX / 1500};
    (void)state;
    assert_int_equal(ring_add(ring, &filling, sizeof filling, 1500), RING_OK);
    assert_int_equal(ring_add(merge, &filling, sizeof filling, 1500), RING_OK);
    const struct lines *lines = &arcs_of(ring)->lines; /* 231: those of level 8 are the first */
    const uint32_t arcs[] = {arc_first(lines), arc_at(lines, UINT64_MAX), lines->count,
                             2 * lines->count - 1, 300};
    for (size_t i = 0; i < sizeof arcs / sizeof *arcs; i++) {
        for (size_t j = 0; j < sizeof suffixes / sizeof *suffixes; j++) {
            const unsigned base = suffix_base(arc_level(arcs[i]));
            const uint64_t begin = arc_start(arcs[i]) + (suffixes[j] << (48 - base));
            come_and_go(ring, merge, (struct row){begin - 1, 1}, 2);
            come_and_go(ring, merge, (struct row){begin - 2000, 1000}, 12);
        }
    }
    ring_destroy(ring);
    ring_destroy(merge);
}

/* A position above all that the rule gives is behind the last point. */
static void a_position_above_all_is_behind_the_last(void **state)
{
    struct ring *ring = make_of_32_bits(&ring_arcs_tiny);
    const struct row first = {3, 0};
    const struct row others = {UINT32_MAX / 8, UINT32_MAX / 8};
    const uint64_t above[] = {UINT32_MAX, UINT64_C(1) << 32, UINT64_C(3) << 40, UINT64_MAX};
    (void)state;
    assert_int_equal(ring_add(ring, &first, sizeof first, 1), RING_OK);
    assert_int_equal(ring_add(ring, &others, sizeof others, 7), RING_OK);
    assert_true(arc_count(ring) > 0);
    for (size_t i = 0; i < 4; i++) {
        struct ring_bytes node = {NULL, 0};
        assert_int_equal(ring_find_positions(ring, &above[i], 1, &node), RING_OK);
        assert_memory_equal(node.data, &first, sizeof first);
    }
    ring_destroy(ring);
}

/* Also if the last points are in a chain. */
static void walks_stay_at_their_end(void **state)
{
    struct ring *ring = create_over(&ring_arcs_tiny, &rows);
    const struct row last = {UINT64_MAX - 1, 0};
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    (void)state;
    assert_int_equal(ring_add(ring, &last, sizeof last, 14), RING_OK);
    for (int i = 0; i < 14; i++) {
        assert_true(ring_next_point(ring, &cursor, &point));
    }
    for (int i = 0; i < 600; i++) {
        assert_false(ring_next_point(ring, &cursor, &point));
    }
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_that_do_not_fit_are_no_memory),
        cmocka_unit_test(a_run_of_all_points_that_does_not_fit_is_no_memory),
        cmocka_unit_test(a_run_that_does_not_fit_is_no_memory),
        cmocka_unit_test(the_tallest_nodes_have_all_levels),
        cmocka_unit_test(find_n_passes_each_point_once),
        cmocka_unit_test(the_last_positions_of_32_bits_are_told_apart),
        cmocka_unit_test(points_beside_the_start_of_a_suffix_are_told_apart),
        cmocka_unit_test(a_position_above_all_is_behind_the_last),
        cmocka_unit_test(walks_stay_at_their_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
