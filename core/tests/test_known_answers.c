/* Answers published with the C library hash-ring. Keys of its users must stay where they are. */
#include "support.h"

static struct ring *published_ring(void)
{
    struct ring *ring = NULL;
    const struct ring_options options = {.rule = RING_SHA1};
    assert_int_equal(ring_create(&ring, &options), RING_OK);
    assert_int_equal(ring_add(ring, NAME("slotA"), 8), RING_OK);
    assert_int_equal(ring_add(ring, NAME("slotB"), 8), RING_OK);
    return ring;
}

static void keys_go_where_they_went(void **state)
{
    (void)state;
    struct ring *ring = published_ring();
    assert_owner(ring, BYTES("keyA"), BYTES("slotA"));
    assert_owner(ring, BYTES("keyBBBB"), BYTES("slotA"));
    assert_owner(ring, BYTES("keyB_"), BYTES("slotB"));
    ring_destroy(ring);
}

/* Returns the position of the point behind the one at `position`, which the ring must have. */
static uint64_t behind(const struct ring *ring, uint64_t position)
{
    struct ring_cursor cursor = {{0}};
    struct ring_point first;
    struct ring_point point;
    bool seen = false;
    assert_true(ring_next_point(ring, &cursor, &first));
    point = first;
    do {
        if (seen) {
            return point.position;
        }
        seen = point.position == position;
    } while (ring_next_point(ring, &cursor, &point));
    assert_true(seen);
    return first.position;
}

static void points_lie_where_they_lay(void **state)
{
    (void)state;
    struct ring *ring = published_ring();
    assert_int_equal(ring_point_count(ring), 16);
    assert_true(behind(ring, UINT64_C(2351641940735260693)) == UINT64_C(2584980261350711786));
    assert_true(behind(ring, UINT64_C(5908063426886290069)) == UINT64_C(6065789416862870789));
    assert_true(behind(ring, UINT64_C(17675051572751928939)) == UINT64_C(2351641940735260693));
    ring_destroy(ring);
}

static void find_n_meets_both(void **state)
{
    (void)state;
    struct ring *ring = published_ring();
    struct ring_bytes nodes[3];
    size_t found = 0;
    assert_int_equal(ring_find_n(ring, NAME("keyA"), 3, nodes, &found), RING_OK);
    assert_int_equal(found, 2);
    assert_memory_equal(nodes[0].data, "slotA", 5);
    assert_memory_equal(nodes[1].data, "slotB", 5);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_go_where_they_went),
        cmocka_unit_test(points_lie_where_they_lay),
        cmocka_unit_test(find_n_meets_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
