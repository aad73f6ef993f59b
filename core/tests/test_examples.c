/* The examples of ring.h do what they say. CMakeLists.txt copies them from there. */
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void warm_up_takes_steps(void **state)
{
    struct ring *ring = NULL;
    const uint32_t steps[] = {3, 6, 12, 20, 20};
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(warm_up(ring, BYTES("a"), 20), RING_NO_SUCH_NODE);
    assert_int_equal(ring_add(ring, NAME("a"), 3), RING_OK);
    for (size_t i = 1; i < sizeof steps / sizeof *steps; i++) {
        uint32_t replicas = 0;
        assert_int_equal(warm_up(ring, BYTES("a"), 20), RING_OK);
        assert_int_equal(ring_node_replicas(ring, NAME("a"), &replicas), RING_OK);
        assert_int_equal(replicas, steps[i]);
    }
    ring_destroy(ring);
}

static void servers_are_had_from_names(void **state)
{
    struct server *one = calloc(1, sizeof *one);
    struct server *other = calloc(1, sizeof *other);
    struct ring *ring = NULL;
    (void)state;
    assert_non_null(one);
    assert_non_null(other);
    assert_int_equal(ring_create(&ring, &picked_positions), RING_OK);
    assert_null(server_of(ring, BYTES("a")));
    assert_int_equal(ring_add_with_data(ring, NAME("b"), 1, one), RING_OK);
    assert_int_equal(ring_add_with_data(ring, NAME("c"), 1, other), RING_OK);
    assert_int_equal(ring_add(ring, NAME("d"), 1), RING_OK);
    assert_ptr_equal(server_of(ring, BYTES("a")), one);
    assert_ptr_equal(server_of(ring, BYTES("c")), one);
    one->down = true;
    assert_ptr_equal(server_of(ring, BYTES("a")), other);
    other->down = true;
    assert_null(server_of(ring, BYTES("a")));
    assert_int_equal(remove_server(ring, BYTES("b")), RING_OK);
    assert_int_equal(remove_server(ring, BYTES("b")), RING_NO_SUCH_NODE);
    assert_int_equal(remove_server(ring, BYTES("c")), RING_OK);
    ring_destroy(ring);
}

static void find_racks_finds_different_racks(void **state)
{
    struct ring *ring = NULL;
    struct ring_bytes nodes[3];
    (void)state;
    assert_int_equal(ring_create(&ring, &picked_positions), RING_OK);
    assert_int_equal(find_racks(ring, BYTES("a"), nodes), 0);
    assert_int_equal(ring_add(ring, NAME("b1"), 2), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b2"), 2), RING_OK);
    assert_int_equal(ring_add(ring, NAME("c1"), 2), RING_OK);
    assert_int_equal(find_racks(ring, BYTES("a"), nodes), 2);
    assert_memory_equal(nodes[0].data, "b1", 2);
    assert_memory_equal(nodes[1].data, "c1", 2);
    assert_int_equal(ring_add(ring, NAME("d1"), 2), RING_OK);
    assert_int_equal(ring_add(ring, NAME("e1"), 2), RING_OK);
    assert_int_equal(find_racks(ring, BYTES("b1"), nodes), 3);
    assert_memory_equal(nodes[0].data, "b2", 2);
    assert_memory_equal(nodes[1].data, "c1", 2);
    assert_memory_equal(nodes[2].data, "d1", 2);
    ring_destroy(ring);
}

static void a_full_node_is_passed(void **state)
{
    struct ring *ring = NULL;
    struct ring_bytes node;
    struct loads loads = {.most = 2};
    (void)state;
    assert_int_equal(ring_create(&ring, &picked_positions), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    assert_int_equal(ring_add(ring, NAME("c"), 1), RING_OK);
    loads.keys['b'] = 1;
    assert_int_equal(find_with_room(ring, BYTES("a"), &loads, &node), RING_OK);
    assert_memory_equal(node.data, "b", 1);
    loads.keys['b'] = 2;
    assert_int_equal(find_with_room(ring, BYTES("a"), &loads, &node), RING_OK);
    assert_memory_equal(node.data, "c", 1);
    ring_destroy(ring);
}

/* What an example prints, in memory that is reused. */
static char printed[256];

static void a_node_fetches_its_ranges(void **state)
{
    struct ring *before = NULL;
    struct ring *after = NULL;
    struct fetch fetch = {BYTES("d"), fmemopen(printed, sizeof printed, "w")};
    (void)state;
    assert_int_equal(ring_create(&before, &picked_positions), RING_OK);
    assert_int_equal(ring_create(&after, &picked_positions), RING_OK);
    assert_int_equal(ring_add(before, NAME("b"), 1), RING_OK); /* at 98 */
    assert_int_equal(ring_add(before, NAME("f"), 1), RING_OK); /* at 102 */
    assert_int_equal(ring_add(after, NAME("b"), 1), RING_OK);
    assert_int_equal(ring_add(after, NAME("d"), 1), RING_OK); /* at 100 */
    assert_int_equal(ring_moves(before, after, print_fetched, &fetch), RING_OK);
    (void)fclose(fetch.out);
    assert_string_equal(printed, "0x0000000000000062 to 0x0000000000000063 from f\n");
    ring_destroy(before);
    ring_destroy(after);
}

static void shares_are_printed(void **state)
{
    struct ring *ring = NULL;
    double room[2];
    FILE *out = fmemopen(printed, sizeof printed, "w");
    (void)state;
    assert_int_equal(ring_create(&ring, &all_equal), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 1), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    assert_int_equal(print_shares(ring, room, out), RING_OK);
    (void)fclose(out);
    assert_string_equal(printed, "a 100.00 %\nb 0.00 %\n");
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(add_absent_adds_the_absent),
        cmocka_unit_test(warm_up_takes_steps),
        cmocka_unit_test(servers_are_had_from_names),
        cmocka_unit_test(find_racks_finds_different_racks),
        cmocka_unit_test(a_full_node_is_passed),
        cmocka_unit_test(a_node_fetches_its_ranges),
        cmocka_unit_test(shares_are_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
