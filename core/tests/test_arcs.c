/* Rings of many blocks, for which the model is too slow. They must equal rings with the merge
 * store. */
#include "../arcs/tiny.h"
#include "../merge.h"
#include "support.h"

#include <stdlib.h>

#define NODES 400

static uint32_t next(uint32_t *random)
{
    *random = *random * UINT32_C(1664525) + UINT32_C(1013904223);
    return *random >> 16;
}

static uint32_t replicas_of(uint32_t name)
{
    return 1 + name * 37 % 300;
}

/* Compares the owners of many positions, looked up in one call: at points, just before them, and of
 * keys. */
static void assert_same_answers(const struct ring *ring, const struct ring *other)
{
    enum { KEYS = 1000 };
    static uint64_t positions[KEYS];
    static struct ring_bytes answers[2][KEYS];
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    for (uint32_t i = 0; i < KEYS; i++) {
        assert_int_equal(ring_position(ring, &i, sizeof i, &positions[i]), RING_OK);
        if (i % 2 == 0 && ring_next_point(ring, &cursor, &point)) {
            positions[i] = point.position - i % 4 / 2;
        }
    }
    assert_int_equal(ring_find_positions(ring, positions, KEYS, answers[0]), RING_OK);
    assert_int_equal(ring_find_positions(other, positions, KEYS, answers[1]), RING_OK);
    for (size_t i = 0; i < KEYS; i++) {
        assert_int_equal(answers[0][i].size, answers[1][i].size);
        assert_memory_equal(answers[0][i].data, answers[1][i].data, answers[1][i].size);
    }
}

static void compare(const struct point_store *store, const struct ring_options *options)
{
    struct ring *ring = create_over(store, options);
    struct ring *merge = create_over(&ring_merge, options);
    bool there[NODES] = {false};
    uint32_t random = 1;
    for (int step = 0; step < 3 * NODES; step++) {
        uint32_t name = next(&random) % NODES;
        enum ring_error expected = RING_OK;
        if (there[name]) {
            expected = ring_remove(merge, &name, sizeof name);
            assert_int_equal(ring_remove(ring, &name, sizeof name), expected);
        } else {
            expected = ring_add(merge, &name, sizeof name, replicas_of(name));
            assert_int_equal(ring_add(ring, &name, sizeof name, replicas_of(name)), expected);
        }
        assert_int_equal(expected, RING_OK);
        there[name] = !there[name];
        if (step % 200 == 199) {
            assert_sound(ring);
            assert_same(ring, merge);
            assert_same_answers(ring, merge);
        }
    }
    ring_destroy(ring);
    ring_destroy(merge);
}

static void large_rings_are_those_of_the_merge_store(void **state)
{
    const struct ring_options xxh3 = {.rule = RING_XXH3};
    const struct ring_options compat32 = {.rule = RING_MD5_COMPAT32};
    (void)state;
    compare(&ring_arcs, &xxh3);
    compare(&ring_arcs, &compat32);
    compare(&ring_arcs_tiny, &xxh3);
    compare(&ring_arcs, &picked_positions);
    compare(&ring_arcs_tiny, &picked_positions);
}

/* Positions of 32 bits lie at one end of the circle. The arcs store spreads them over all of it. */
static void positions_of_32_bits_are_spread(void **state)
{
    const struct ring_options compat32 = {.rule = RING_MD5_COMPAT32};
    struct ring *ring = create_over(&ring_arcs, &compat32);
    struct ring_bytes first = {NULL, 0};
    struct ring_bytes past = {NULL, 0};
    const uint64_t beyond[] = {UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX};
    (void)state;
    for (uint32_t name = 0; name < 100; name++) {
        assert_int_equal(ring_add(ring, &name, sizeof name, 100), RING_OK);
    }
    assert_true(block_count(ring) >= 4);
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    assert_true(ring_next_point(ring, &cursor, &point));
    first = point.node;
    for (size_t i = 0; i < 3; i++) { /* behind the last point, the first is next */
        assert_int_equal(ring_find_positions(ring, &beyond[i], 1, &past), RING_OK);
        assert_ptr_equal(past.data, first.data);
    }
    ring_destroy(ring);
}

static void blocks_split_and_coalesce(void **state)
{
    struct ring *ring = create_over(&ring_arcs, NULL);
    (void)state;
    assert_int_equal(block_count(ring), 1);
    for (uint32_t name = 0; name < NODES; name++) {
        assert_int_equal(ring_add(ring, &name, sizeof name, 128), RING_OK);
    }
    assert_in_range(block_count(ring), 51200 / 1920, 51200 / 640);
    size_t bytes = ring_bytes_used(ring);
    for (uint32_t name = 0; name < NODES - 1; name++) {
        assert_int_equal(ring_remove(ring, &name, sizeof name), RING_OK);
    }
    assert_sound(ring);
    assert_int_equal(block_count(ring), 1);
    assert_in_range(ring_bytes_used(ring), 0, bytes / 10);
    for (uint32_t name = 0; name < NODES - 1; name++) {
        assert_int_equal(ring_add(ring, &name, sizeof name, 128), RING_OK);
    }
    assert_sound(ring);
    ring_destroy(ring);
}

/* Points that a weak rule puts into one arc must not make the directory grow. */
static void a_weak_rule_does_not_make_the_directory_grow(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &all_equal);
    (void)state;
    for (uint32_t name = 0; name < 100; name++) {
        assert_int_equal(ring_add(ring, &name, sizeof name, 300), RING_OK);
    }
    assert_sound(ring);
    assert_in_range((uint64_t)1 << arcs_in(ring)->depth, 1, 30000 / 128);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_rings_are_those_of_the_merge_store),
        cmocka_unit_test(positions_of_32_bits_are_spread),
        cmocka_unit_test(blocks_split_and_coalesce),
        cmocka_unit_test(a_weak_rule_does_not_make_the_directory_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
