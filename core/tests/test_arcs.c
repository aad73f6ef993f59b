/* Rings of many points, for which the model is too slow. They must equal rings with the merge
 * store. */
#include "../merge.h"
#include "support.h"
#include "tiny.h"

#include <string.h>

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
            assert_same_answers(ring, merge);
        }
    }
    assert_same(ring, merge);
    ring_destroy(ring);
    ring_destroy(merge);
}

/* Thousands of places that have a few points each, near to each other or at equal positions. */
static uint64_t clustered_point(void *context, const void *name, size_t size, uint32_t replica)
{
    uint32_t number = 0;
    (void)context;
    memcpy(&number, name, size);
    const uint64_t digest =
        ((uint64_t)number << 32 | replica) * UINT64_C(0x9e3779b97f4a7c15) ^ replica;
    const uint64_t mixed = (digest ^ digest >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
    const uint64_t place = (mixed >> 52) * UINT64_C(0x9e3779b97f4a7c15);
    return place + ((mixed >> 8 & 7) << mixed % 6 * 8);
}

static uint64_t clustered_key(void *context, const void *key, size_t size)
{
    return clustered_point(context, key, size, 0);
}

static void large_rings_are_those_of_the_merge_store(void **state)
{
    const struct ring_options xxh3 = {.rule = RING_XXH3};
    const struct ring_options compat32 = {.rule = RING_MD5_COMPAT32};
    const struct ring_options clustered = {
        .rule = RING_CUSTOM,
        .custom = {clustered_point, clustered_key, NULL},
    };
    (void)state;
    compare(&ring_arcs, &xxh3);
    compare(&ring_arcs_tiny, &xxh3);
    compare(&ring_arcs_tiny, &compat32);
    compare(&ring_arcs_tiny, &clustered);
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
    assert_true(arc_count(ring) > 1000);
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

static void arcs_come_and_go(void **state)
{
    struct ring *ring = create_over(&ring_arcs, NULL);
    (void)state;
    assert_int_equal(arc_count(ring), 0);
    for (uint32_t name = 0; name < NODES; name++) {
        assert_int_equal(ring_add(ring, &name, sizeof name, 128), RING_OK);
    }
    assert_int_equal(arc_count(ring), 51200 * 2 / 13 + 1);
    size_t bytes = ring_bytes_used(ring);
    for (uint32_t name = 0; name < NODES - 1; name++) {
        assert_int_equal(ring_remove(ring, &name, sizeof name), RING_OK);
    }
    assert_sound(ring);
    assert_int_equal(arc_count(ring), 0);
    assert_in_range(ring_bytes_used(ring), 0, bytes / 10);
    for (uint32_t name = 0; name < NODES - 1; name++) {
        assert_int_equal(ring_add(ring, &name, sizeof name, 128), RING_OK);
    }
    assert_sound(ring);
    ring_destroy(ring);
}

/* If a weak rule puts more points into one arc than it may have, the ring stays a run. */
static void a_weak_rule_needs_no_more_memory(void **state)
{
    struct ring *ring = create_over(&ring_arcs, &all_equal);
    struct ring *merge = create_over(&ring_merge, &all_equal);
    (void)state;
    for (uint32_t name = 0; name < 100; name++) {
        assert_int_equal(ring_add(ring, &name, sizeof name, 300), RING_OK);
        assert_int_equal(ring_add(merge, &name, sizeof name, 300), RING_OK);
    }
    assert_sound(ring);
    assert_int_equal(arc_count(ring), 0);
    assert_in_range(ring_bytes_used(ring), 0, ring_bytes_used(merge) + sizeof(struct arcs));
    ring_destroy(ring);
    ring_destroy(merge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_rings_are_those_of_the_merge_store),
        cmocka_unit_test(positions_of_32_bits_are_spread),
        cmocka_unit_test(arcs_come_and_go),
        cmocka_unit_test(a_weak_rule_needs_no_more_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
