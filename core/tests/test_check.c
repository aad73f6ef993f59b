/* ring_check() notices: each invariant is broken once, by hand, and named. */
#include "../ring_internal.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>

static struct ring *sound_ring(void)
{
    struct ring *ring = NULL;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 3), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 4), RING_OK);
    assert_sound(ring);
    return ring;
}

static void assert_broken(const struct ring *ring, const char *words)
{
    const char *broken = "nothing";
    assert_int_equal(ring_check(ring, &broken), RING_CORRUPT);
    if (strstr(broken, words) == NULL) {
        fail_msg("expected a sentence with '%s', got '%s'", words, broken);
    }
    assert_int_equal(ring_check(ring, NULL), RING_CORRUPT);
}

/* Breaks `place`, looks, and mends it. */
#define ASSERT_NOTICED(words, place, value)                                                        \
    do {                                                                                           \
        struct ring *ring = sound_ring();                                                          \
        __typeof__(place) kept = (place);                                                          \
        (place) = (value);                                                                         \
        assert_broken(ring, (words));                                                              \
        (place) = kept;                                                                            \
        assert_sound(ring);                                                                        \
        ring_destroy(ring);                                                                        \
    } while (0)

static void counts_beyond_capacity(void **state)
{
    (void)state;
    ASSERT_NOTICED("capacity", ring->points.count, ring->points.capacity + 1);
    ASSERT_NOTICED("capacity", ring->nodes.count, ring->nodes.capacity + 1);
}

static void too_many_points(void **state)
{
    struct ring *ring = sound_ring();
    struct run kept = ring->points;
    (void)state;
    if (SIZE_MAX > RING_POINTS_MAX) {
        ring->points.count = ring->points.capacity = (size_t)RING_POINTS_MAX + 1;
        assert_broken(ring, "at most 2^32 - 1 points");
    }
    ring->points = kept;
    ring_destroy(ring);
}

static void nodes_out_of_range(void **state)
{
    (void)state;
    ASSERT_NOTICED("1 to 2^20 replicas", ring->nodes.entries[0].owner->replicas, 0);
    ASSERT_NOTICED("1 to 2^20 replicas", ring->nodes.entries[1].owner->replicas,
                   RING_REPLICAS_MAX + 1);
    ASSERT_NOTICED("has a name", ring->nodes.entries[1].owner->size, 0);
    ASSERT_NOTICED("has a name", ring->nodes.entries[0].position, 1);
}

static void nodes_out_of_order(void **state)
{
    (void)state;
    ASSERT_NOTICED("ordered by name", ring->nodes.entries[0].owner->name[0], 'c');
    ASSERT_NOTICED("each stands once", ring->nodes.entries[0].owner, ring->nodes.entries[1].owner);
}

static void sums_that_differ(void **state)
{
    (void)state;
    ASSERT_NOTICED("as many points", ring->nodes.entries[0].owner->replicas, 2);
    ASSERT_NOTICED("as many points", ring->points.count, 6);
    ASSERT_NOTICED("bytes counted", ring->node_bytes, ring->node_bytes - 1);
}

static void points_out_of_order(void **state)
{
    (void)state;
    ASSERT_NOTICED("ordered by position", ring->points.entries[6].position, 0);
    ASSERT_NOTICED("ordered by position", ring->points.entries[0].position, UINT64_MAX);
}

static void points_that_are_not_the_rules(void **state)
{
    (void)state;
    ASSERT_NOTICED("the rule gives", ring->points.entries[3].position,
                   ring->points.entries[3].position + 1);
    ASSERT_NOTICED("the rule gives", ring->points.entries[3].position,
                   ring->points.entries[2].position);
    for (size_t i = 0; i < 7; i++) {
        ASSERT_NOTICED("the rule gives", ring->points.entries[i].owner,
                       ring->points.entries[i].owner == ring->nodes.entries[0].owner
                           ? ring->nodes.entries[1].owner
                           : ring->nodes.entries[0].owner);
    }
    /* An owner that is gone must not be followed. */
    void *too_small_for_a_node = malloc(1);
    ASSERT_NOTICED("the rule gives", ring->points.entries[0].owner, too_small_for_a_node);
    free(too_small_for_a_node);
}

static void ties_out_of_order(void **state)
{
    struct ring *ring = NULL;
    (void)state;
    assert_int_equal(ring_create(&ring, &all_equal), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 1), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    struct entry first = ring->points.entries[0];
    ring->points.entries[0] = ring->points.entries[1];
    ring->points.entries[1] = first;
    assert_broken(ring, "ordered by owner's name");
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_beyond_capacity),
        cmocka_unit_test(too_many_points),
        cmocka_unit_test(nodes_out_of_range),
        cmocka_unit_test(nodes_out_of_order),
        cmocka_unit_test(sums_that_differ),
        cmocka_unit_test(points_out_of_order),
        cmocka_unit_test(points_that_are_not_the_rules),
        cmocka_unit_test(ties_out_of_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
