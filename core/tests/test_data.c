/* The caller's pointer of a node. */
#include "support.h"

#include <stdlib.h>

static int marks[3];

static struct ring *three(void)
{
    struct ring *ring = NULL;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_add_with_data(ring, NAME("a"), 5, &marks[0]), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 5), RING_OK);
    assert_int_equal(ring_add(ring, NAME("c\0c"), 5), RING_OK);
    assert_int_equal(ring_set_node_data(ring, NAME("c\0c"), &marks[2]), RING_OK);
    return ring;
}

static void *expected(struct ring_bytes node)
{
    const char first = *(const char *)node.data;
    return first == 'a' ? &marks[0] : first == 'c' ? &marks[2] : NULL;
}

static void assert_data(struct ring_bytes node)
{
    assert_ptr_equal(ring_node_data(node), expected(node));
}

static bool none(void *context, struct ring_bytes node)
{
    ++*(size_t *)context;
    assert_data(node);
    return false;
}

static bool moved(void *context, const struct ring_range *range)
{
    ++*(size_t *)context;
    assert_null(ring_node_data(range->before));
    assert_data(range->after);
    return true;
}

/* Every function that hands out names hands out those that lead to the pointer. */
static void every_name_leads_to_it(void **state)
{
    const struct ring_bytes keys[] = {BYTES("k"), BYTES("l"), BYTES("m"), BYTES("n")};
    struct ring *ring = three();
    struct ring *empty = NULL;
    struct ring_bytes nodes[4];
    struct ring_cursor cursor = {{0}};
    struct ring_owner_cursor owners;
    struct ring_node node;
    struct ring_point point;
    size_t count = 0;
    (void)state;
    for (unsigned char key = 0; key < 100; key++) {
        assert_int_equal(ring_find(ring, &key, 1, &nodes[0]), RING_OK);
        assert_data(nodes[0]);
    }
    assert_int_equal(ring_find_many(ring, keys, 4, nodes), RING_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_data(nodes[i]);
    }
    assert_int_equal(ring_find_n(ring, NAME("key"), 3, nodes, &count), RING_OK);
    for (size_t i = 0; i < count; i++) {
        assert_data(nodes[i]);
    }
    count = 0;
    assert_int_equal(ring_find_if(ring, NAME("key"), none, &count, &nodes[0]), RING_OK);
    assert_null(ring_node_data(nodes[0]));
    while (ring_next_node(ring, &cursor, &node)) {
        assert_data(node.name);
        count++;
    }
    cursor = (struct ring_cursor){{0}};
    while (ring_next_point(ring, &cursor, &point)) {
        assert_data(point.node);
        count++;
    }
    assert_int_equal(ring_seek(ring, NAME("key"), &owners), RING_OK);
    while (ring_next_owner(ring, &owners, &nodes[0])) {
        assert_data(nodes[0]);
        count++;
    }
    assert_int_equal(count, 3 + 3 + 15 + 3);
    assert_int_equal(ring_create(&empty, NULL), RING_OK);
    assert_int_equal(ring_moves(empty, ring, moved, &count), RING_OK);
    assert_true(count > 24);
    ring_destroy(empty);
    ring_destroy(ring);
}

static void names_of_ones_own_are_looked_up(void **state)
{
    struct ring *ring = three();
    struct ring_bytes own = {&marks[1], 77};
    (void)state;
    assert_int_equal(ring_own_name(ring, NAME("c\0c"), &own), RING_OK);
    assert_int_equal(own.size, 3);
    assert_memory_equal(own.data, "c\0c", 3);
    assert_data(own);
    own = (struct ring_bytes){&marks[1], 77};
    assert_int_equal(ring_own_name(ring, NAME("c"), &own), RING_NO_SUCH_NODE);
    assert_int_equal(ring_own_name(ring, NAME("c\0c"), NULL), RING_BAD_ARGUMENT);
    assert_int_equal(ring_own_name(ring, NAME(""), &own), RING_BAD_ARGUMENT);
    assert_int_equal(ring_own_name(ring, NULL, 1, &own), RING_BAD_ARGUMENT);
    assert_int_equal(ring_own_name(NULL, NAME("a"), &own), RING_BAD_ARGUMENT);
    assert_ptr_equal(own.data, &marks[1]);
    assert_int_equal(own.size, 77);
    ring_destroy(ring);
}

static void it_is_set_again_and_refused(void **state)
{
    struct ring *ring = three();
    char *before = portrait(ring);
    struct ring_bytes own;
    const size_t bytes = ring_bytes_used(ring);
    (void)state;
    assert_int_equal(ring_own_name(ring, NAME("b"), &own), RING_OK);
    assert_int_equal(ring_set_node_data(ring, NAME("b"), &marks[1]), RING_OK);
    assert_ptr_equal(ring_node_data(own), &marks[1]);
    assert_int_equal(ring_set_node_data(ring, NAME("b"), NULL), RING_OK);
    assert_null(ring_node_data(own));
    assert_int_equal(ring_set_node_data(ring, NAME("d"), &marks[1]), RING_NO_SUCH_NODE);
    assert_int_equal(ring_set_node_data(ring, NAME(""), &marks[1]), RING_BAD_ARGUMENT);
    assert_int_equal(ring_set_node_data(ring, NULL, 1, &marks[1]), RING_BAD_ARGUMENT);
    assert_int_equal(ring_set_node_data(NULL, NAME("b"), &marks[1]), RING_BAD_ARGUMENT);
    assert_int_equal(ring_add_with_data(ring, NAME("b"), 1, &marks[1]), RING_NODE_EXISTS);
    assert_null(ring_node_data(own));
    char *after = portrait(ring);
    assert_string_equal(before, after);
    assert_int_equal(ring_bytes_used(ring), bytes);
    free(before);
    free(after);
    ring_destroy(ring);
}

static void *data_of(const struct ring *ring, const void *name, size_t size)
{
    struct ring_bytes own;
    assert_int_equal(ring_own_name(ring, name, size, &own), RING_OK);
    return ring_node_data(own);
}

static void it_stays_until_the_node_goes(void **state)
{
    struct ring *ring = three();
    (void)state;
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 50), RING_OK);
    assert_ptr_equal(data_of(ring, NAME("a")), &marks[0]);
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 2), RING_OK);
    assert_ptr_equal(data_of(ring, NAME("a")), &marks[0]);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(ring_add(ring, &i, sizeof i, 20), RING_OK);
    }
    assert_ptr_equal(data_of(ring, NAME("a")), &marks[0]);
    assert_int_equal(ring_remove(ring, NAME("a")), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 5), RING_OK);
    assert_null(data_of(ring, NAME("a")));
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_leads_to_it),
        cmocka_unit_test(names_of_ones_own_are_looked_up),
        cmocka_unit_test(it_is_set_again_and_refused),
        cmocka_unit_test(it_stays_until_the_node_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
