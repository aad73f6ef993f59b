/* The examples of ring.h do what they say. CMakeLists.txt copies them from there. */
#include "support.h"

#include "examples.inc"

static void add_absent_adds_the_absent(void **state)
{
    const struct ring_node nodes[] = {{BYTES("a"), 3}, {BYTES("b"), 5}};
    const struct ring_node bad[] = {{BYTES("c"), 0}, {BYTES("d"), 1}};
    struct ring *ring = NULL;
    uint32_t replicas = 0;
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 1), RING_OK);
    assert_int_equal(add_absent(ring, nodes, 2), RING_OK);
    assert_int_equal(add_absent(ring, nodes, 2), RING_OK);
    assert_int_equal(add_absent(ring, bad, 2), RING_BAD_ARGUMENT);
    assert_int_equal(ring_node_replicas(ring, NAME("a"), &replicas), RING_OK);
    assert_int_equal(replicas, 1);
    assert_int_equal(ring_node_replicas(ring, NAME("b"), &replicas), RING_OK);
    assert_int_equal(replicas, 5);
    assert_int_equal(ring_node_count(ring), 2);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(add_absent_adds_the_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
