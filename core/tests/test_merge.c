/* The merge store by itself: how its array grows. */
#include "../ring_internal.h"
#include "support.h"

/* By half, so that few adds copy all points; by more, where that is too little; and only when it is full. */
static void the_array_grows_by_half(void **state)
{
    struct ring *ring = create_over(&ring_merge, NULL);
    const struct run *run = &ring->points.merge.run;
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 100), RING_OK);
    assert_int_equal(run->capacity, 100);
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    assert_int_equal(run->capacity, 150);
    const struct entry *entries = run->entries;
    assert_int_equal(ring_add(ring, NAME("c"), 49), RING_OK);
    assert_int_equal(run->capacity, 150);
    assert_ptr_equal(run->entries, entries);
    assert_int_equal(ring_add(ring, NAME("d"), 200), RING_OK);
    assert_int_equal(run->capacity, 350);
    assert_sound(ring);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_array_grows_by_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
