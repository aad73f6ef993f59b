/* Walks over owners, and ring_find_if(). */
#include "../merge.h"
#include "support.h"
#include "tiny.h"

#include <string.h>

static void add(struct ring *ring, struct ring_bytes name, uint32_t replicas)
{
    assert_int_equal(ring_add(ring, name.data, name.size, replicas), RING_OK);
}

/* All owners from the cursor on, whose names have one byte. */
static void assert_walk(const struct ring *ring, struct ring_owner_cursor cursor,
                        const char *expected)
{
    struct ring_bytes node = {NULL, 0};
    char text[64] = "";
    while (ring_next_owner(ring, &cursor, &node)) {
        (void)strncat(text, node.data, node.size);
    }
    assert_string_equal(text, expected);
    assert_false(ring_next_owner(ring, &cursor, &node)); /* and stays at the end */
}

static void assert_owners(const struct ring *ring, uint64_t position, const char *expected)
{
    struct ring_owner_cursor cursor;
    assert_int_equal(ring_seek_position(ring, position, &cursor), RING_OK);
    assert_walk(ring, cursor, expected);
}

static void each_owner_comes_once(void **state)
{
    struct ring *ring = NULL;
    struct ring_owner_cursor cursor;
    (void)state;
    assert_int_equal(ring_create(&ring, &picked_positions), RING_OK);
    assert_owners(ring, 5, "");
    add(ring, BYTES("b"), 3); /* at 98, 1098 and 2098 */
    add(ring, BYTES("d"), 2); /* at 100 and 1100 */
    add(ring, BYTES("c"), 1); /* at 99 */
    assert_owners(ring, 0, "bcd");
    assert_owners(ring, 97, "bcd");
    assert_owners(ring, 98, "cdb");
    assert_owners(ring, 99, "dbc");
    assert_owners(ring, 100, "bdc");
    assert_owners(ring, 1098, "dbc");
    assert_owners(ring, 1100, "bcd");
    assert_owners(ring, 2097, "bcd");
    assert_owners(ring, 2098, "bcd");
    assert_owners(ring, UINT64_MAX, "bcd");
    assert_int_equal(ring_seek(ring, NAME("c"), &cursor), RING_OK);
    assert_walk(ring, cursor, "dbc");
    ring_destroy(ring);
}

static void the_ends_of_the_circle(void **state)
{
    struct ring *ring = NULL;
    (void)state;
    assert_int_equal(ring_create(&ring, &rows), RING_OK);
    const struct row at_zero = {0, 0};
    const struct row at_last = {UINT64_MAX, 0};
    add(ring, (struct ring_bytes){&at_zero, sizeof at_zero}, 2);
    add(ring, (struct ring_bytes){&at_last, sizeof at_last}, 2);
    const uint64_t starts[] = {0, 1, UINT64_MAX - 1, UINT64_MAX};
    for (size_t i = 0; i < 4; i++) {
        struct ring_owner_cursor cursor;
        struct ring_bytes first;
        struct ring_bytes second;
        struct ring_bytes none;
        assert_int_equal(ring_seek_position(ring, starts[i], &cursor), RING_OK);
        assert_true(ring_next_owner(ring, &cursor, &first));
        assert_true(ring_next_owner(ring, &cursor, &second));
        assert_false(ring_next_owner(ring, &cursor, &none));
        assert_memory_equal(first.data, i == 3 ? &at_zero : &at_last, sizeof at_zero);
        assert_memory_equal(second.data, i == 3 ? &at_last : &at_zero, sizeof at_zero);
    }
    ring_destroy(ring);
}

/* Points at equal positions, of one node and of several. */
static void equal_positions(void **state)
{
    struct ring *ring = NULL;
    (void)state;
    assert_int_equal(ring_create(&ring, &all_equal), RING_OK);
    add(ring, BYTES("b"), 3);
    add(ring, BYTES("a"), 2);
    add(ring, BYTES("c"), 30);
    assert_owners(ring, 4, "abc");
    assert_owners(ring, 5, "abc");
    assert_owners(ring, 6, "abc");
    for (int letter = 'd'; letter <= 't'; letter++) {
        const char name = (char)letter;
        add(ring, (struct ring_bytes){&name, 1}, 3);
    }
    assert_owners(ring, 4, "abcdefghijklmnopqrst");
    assert_owners(ring, 5, "abcdefghijklmnopqrst");
    assert_owners(ring, UINT64_MAX, "abcdefghijklmnopqrst");
    ring_destroy(ring);
}

/* The order is that of find_n, under every rule and with every store. */
static void walks_are_find_n(void **state)
{
    enum { NODES = 40, KEYS = 100 };
    const struct point_store *const stores[] = {&ring_arcs_tiny, &ring_merge};
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        const struct ring_options options = {.rule = (enum ring_rule)(i / 2)};
        struct ring *ring = create_over(stores[i % 2], &options);
        for (unsigned number = 1; number <= NODES; number++) {
            const unsigned char name = (unsigned char)number;
            add(ring, (struct ring_bytes){&name, 1}, 1 + number % 7 * 20);
        }
        for (unsigned number = 0; number < KEYS; number++) {
            const unsigned char key = (unsigned char)number;
            struct ring_bytes expected[NODES];
            struct ring_bytes node;
            struct ring_owner_cursor cursor;
            size_t found = 0;
            assert_int_equal(ring_find_n(ring, &key, 1, NODES, expected, &found), RING_OK);
            assert_int_equal(ring_seek(ring, &key, 1, &cursor), RING_OK);
            for (size_t n = 0; n < NODES; n++) {
                assert_true(ring_next_owner(ring, &cursor, &node));
                assert_ptr_equal(node.data, expected[n].data);
            }
            assert_false(ring_next_owner(ring, &cursor, &node));
        }
        ring_destroy(ring);
    }
}

struct asked {
    char names[8];
    char accepted;
};

static bool accept(void *context, struct ring_bytes node)
{
    struct asked *asked = context;
    const char *name = node.data;
    (void)strncat(asked->names, name, 1);
    return *name == asked->accepted;
}

static void find_if_asks_in_order(void **state)
{
    struct ring *ring = NULL;
    struct ring_bytes node = {NULL, 99};
    struct asked second = {"", 'c'};
    struct asked nobody = {"", 'x'};
    struct asked first = {"", 'b'};
    (void)state;
    assert_int_equal(ring_create(&ring, &picked_positions), RING_OK);
    assert_int_equal(ring_find_if(ring, NAME("a"), accept, &first, &node), RING_OK);
    assert_null(node.data);
    assert_int_equal(node.size, 0);
    add(ring, BYTES("b"), 2);
    add(ring, BYTES("c"), 1);
    add(ring, BYTES("d"), 1);
    assert_int_equal(ring_find_if(ring, NAME("a"), accept, &first, &node), RING_OK);
    assert_string_equal(first.names, "b");
    assert_memory_equal(node.data, "b", 1);
    assert_int_equal(ring_find_if(ring, NAME("a"), accept, &second, &node), RING_OK);
    assert_string_equal(second.names, "bc");
    assert_memory_equal(node.data, "c", 1);
    assert_int_equal(ring_find_if(ring, NAME("b"), accept, &nobody, &node), RING_OK);
    assert_string_equal(nobody.names, "cdb");
    assert_null(node.data);
    assert_int_equal(node.size, 0);
    ring_destroy(ring);
}

static void bad_arguments(void **state)
{
    struct ring *ring = NULL;
    struct ring_bytes node = {"untouched", 9};
    struct ring_owner_cursor cursor = {.start = 7};
    struct asked asked = {"", 'b'};
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    add(ring, BYTES("b"), 1);
    assert_int_equal(ring_seek(NULL, NAME("k"), &cursor), RING_BAD_ARGUMENT);
    assert_int_equal(ring_seek(ring, NULL, 1, &cursor), RING_BAD_ARGUMENT);
    assert_int_equal(ring_seek(ring, NAME("k"), NULL), RING_BAD_ARGUMENT);
    assert_int_equal(ring_seek_position(NULL, 1, &cursor), RING_BAD_ARGUMENT);
    assert_int_equal(ring_seek_position(ring, 1, NULL), RING_BAD_ARGUMENT);
    assert_int_equal(cursor.start, 7);
    assert_int_equal(ring_find_if(NULL, NAME("k"), accept, &asked, &node), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_if(ring, NULL, 1, accept, &asked, &node), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_if(ring, NAME("k"), NULL, &asked, &node), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_if(ring, NAME("k"), accept, &asked, NULL), RING_BAD_ARGUMENT);
    assert_string_equal(asked.names, "");
    assert_int_equal(ring_seek(ring, NULL, 0, &cursor), RING_OK);
    assert_false(ring_next_owner(NULL, &cursor, &node));
    assert_false(ring_next_owner(ring, NULL, &node));
    assert_false(ring_next_owner(ring, &cursor, NULL));
    assert_int_equal(node.size, 9);
    assert_true(ring_next_owner(ring, &cursor, &node));
    cursor = (struct ring_owner_cursor){.left = 0};
    assert_false(ring_next_owner(ring, &cursor, &node)); /* it was not started */
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_owner_comes_once), cmocka_unit_test(the_ends_of_the_circle),
        cmocka_unit_test(equal_positions),       cmocka_unit_test(walks_are_find_n),
        cmocka_unit_test(find_if_asks_in_order), cmocka_unit_test(bad_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
