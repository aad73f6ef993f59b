/* What a ring answers, on rings small enough to follow by hand. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ring *make(const struct ring_options *options)
{
    struct ring *ring = NULL;
    assert_int_equal(ring_create(&ring, options), RING_OK);
    return ring;
}

static void add(struct ring *ring, struct ring_bytes name, uint32_t replicas)
{
    assert_int_equal(ring_add(ring, name.data, name.size, replicas), RING_OK);
    assert_sound(ring);
}

static void drop(struct ring *ring, struct ring_bytes name)
{
    assert_int_equal(ring_remove(ring, name.data, name.size), RING_OK);
    assert_sound(ring);
}

static void assert_found(const struct ring *ring, struct ring_bytes key, size_t n,
                         const char *expected)
{
    struct ring_bytes nodes[32];
    char text[256] = "";
    size_t found = 99;
    assert_int_equal(ring_find_n(ring, key.data, key.size, n, nodes, &found), RING_OK);
    assert_true(found <= n);
    for (size_t i = 0; i < found; i++) {
        (void)strncat(text, nodes[i].data, nodes[i].size);
    }
    assert_string_equal(text, expected);
}

static void empty_ring_has_no_node(void **state)
{
    struct ring *ring = make(NULL);
    (void)state;
    assert_owner(ring, BYTES("key"), BYTES(""));
    assert_owner(ring, BYTES(""), BYTES(""));
    assert_found(ring, BYTES("key"), 3, "");
    assert_int_equal(ring_node_count(ring), 0);
    assert_int_equal(ring_point_count(ring), 0);
    assert_sound(ring);
    add(ring, BYTES("a"), 3);
    drop(ring, BYTES("a"));
    assert_owner(ring, BYTES("key"), BYTES(""));
    ring_destroy(ring);
}

static void find_takes_the_strictly_greater(void **state)
{
    struct ring *ring = make(&picked_positions);
    (void)state;
    add(ring, BYTES("b"), 1); /* at 98 */
    add(ring, BYTES("d"), 1); /* at 100 */
    assert_owner(ring, BYTES("a"), BYTES("b"));
    assert_owner(ring, BYTES("b"), BYTES("d"));
    assert_owner(ring, BYTES("c"), BYTES("d"));
    assert_owner(ring, BYTES("d"), BYTES("b"));
    assert_owner(ring, BYTES("e"), BYTES("b"));
    assert_owner(ring, BYTES(""), BYTES("b"));
    ring_destroy(ring);
}

static void ends_of_the_circle_wrap(void **state)
{
    struct ring *ring = make(&picked_positions);
    (void)state;
    add(ring, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff"), 1);
    add(ring, BYTES("\0"), 1);
    assert_owner(ring, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff"), BYTES("\0"));
    assert_owner(ring, BYTES("\xff\xff\xff\xff\xff\xff\xff\xfe"),
                 BYTES("\xff\xff\xff\xff\xff\xff\xff\xff"));
    assert_owner(ring, BYTES("\0"), BYTES("\xff\xff\xff\xff\xff\xff\xff\xff"));
    ring_destroy(ring);
}

static void equal_points_are_ordered_by_name(void **state)
{
    struct ring *ring = make(&all_equal);
    (void)state;
    add(ring, BYTES("b"), 2);
    add(ring, BYTES("\xff"), 1);
    add(ring, BYTES("ab"), 3);
    add(ring, BYTES("a"), 1);
    assert_int_equal(ring_point_count(ring), 7);
    assert_owner(ring, BYTES("any"), BYTES("a"));
    assert_found(ring, BYTES("any"), 9, "aabb\xff");
    drop(ring, BYTES("a"));
    assert_owner(ring, BYTES("any"), BYTES("ab"));
    assert_int_equal(ring_point_count(ring), 6);
    ring_destroy(ring);
}

static void find_n_gives_distinct_owners(void **state)
{
    struct ring *ring = make(&picked_positions);
    (void)state;
    add(ring, BYTES("a"), 3); /* 97, 1097, 2097 */
    add(ring, BYTES("b"), 1); /* 98 */
    add(ring, BYTES("c"), 2); /* 99, 1099 */
    assert_found(ring, BYTES("a"), 0, "");
    assert_found(ring, BYTES("a"), 1, "b");
    assert_found(ring, BYTES("a"), 2, "bc");
    assert_found(ring, BYTES("a"), 3, "bca");
    assert_found(ring, BYTES("a"), 4, "bca");
    assert_found(ring, BYTES("c"), 2, "ac");
    assert_found(ring, BYTES("c"), 32, "acb");
    ring_destroy(ring);
}

/* Above 16 wanted nodes, find_n remembers in another way which nodes it has found. */
static void find_n_of_many_continues_find_n_of_few(void **state)
{
    struct ring *ring = make(NULL);
    struct ring_bytes many[40];
    size_t found = 0;
    (void)state;
    for (int i = 0; i < 40; i++) {
        char name[16];
        int size = snprintf(name, sizeof name, "node%d", i);
        assert_int_equal(ring_add(ring, name, (size_t)size, (uint32_t)(1 + i % 5)), RING_OK);
    }
    assert_int_equal(ring_find_n(ring, NAME("key"), 40, many, &found), RING_OK);
    assert_int_equal(found, 40);
    for (size_t i = 0; i < 40; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_ptr_not_equal(many[i].data, many[j].data);
        }
    }
    for (size_t n = 0; n <= 40; n++) {
        struct ring_bytes some[40];
        assert_int_equal(ring_find_n(ring, NAME("key"), n, some, &found), RING_OK);
        assert_int_equal(found, n);
        for (size_t i = 0; i < n; i++) {
            assert_ptr_equal(some[i].data, many[i].data);
        }
    }
    ring_destroy(ring);
}

static const struct ring_node fleet[] = {
    {BYTES("node1"), 20},
    {BYTES("node11"), 3},
    {BYTES("a"), 1},
    {BYTES("a\0"), 7},
    {BYTES("a\0b"), 2},
    {BYTES("\xff\x80|\n"), 5},
    {BYTES("10.0.0.1:11211"), 64},
};
#define FLEET (sizeof fleet / sizeof *fleet)

static void assert_same_ring(const struct ring *ring, const struct ring *other)
{
    char *first = portrait(ring);
    char *second = portrait(other);
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static const struct ring_options rules[] = {
    {.rule = RING_XXH3},
    {.rule = RING_SHA1},
    {.rule = RING_MD5},
    {.rule = RING_MD5_COMPAT32},
    {.rule = RING_HASH_RING_SHA1},
    {.rule = RING_HASH_RING_MD5},
    {.rule = RING_HASH_RING_COMPAT32},
};
#define RULES (sizeof rules / sizeof *rules)

static void the_ring_is_a_function_of_its_nodes(void **state)
{
    (void)state;
    for (size_t rule = 0; rule <= RULES; rule++) {
        const struct ring_options *options = rule < RULES ? &rules[rule] : &all_equal;
        struct ring *batch = make(options);
        assert_int_equal(ring_add_many(batch, fleet, FLEET), RING_OK);
        assert_sound(batch);
        for (size_t start = 0; start < FLEET; start++) {
            struct ring *single = make(options);
            for (size_t i = 0; i < FLEET; i++) {
                /* 3 and 7 have no common factor: every node once. */
                size_t which = (start + 3 * i) % FLEET;
                add(single, fleet[which].name, fleet[which].replicas);
                if (i % 2 == 1) {
                    drop(single, fleet[which].name);
                    add(single, fleet[which].name, fleet[which].replicas);
                }
            }
            assert_same_ring(batch, single);
            ring_destroy(single);
        }
        ring_destroy(batch);
    }
}

static void a_batch_adds_to_the_nodes_that_are_there(void **state)
{
    struct ring *at_once = make(NULL);
    struct ring *in_two = make(NULL);
    (void)state;
    assert_int_equal(ring_add_many(at_once, fleet, FLEET), RING_OK);
    assert_int_equal(ring_add_many(in_two, fleet + 3, FLEET - 3), RING_OK);
    assert_int_equal(ring_add_many(in_two, fleet, 3), RING_OK);
    assert_int_equal(ring_add_many(in_two, NULL, 0), RING_OK);
    assert_sound(in_two);
    assert_same_ring(at_once, in_two);
    ring_destroy(at_once);
    ring_destroy(in_two);
}

static void removal_leaves_the_others(void **state)
{
    (void)state;
    for (size_t gone = 0; gone < FLEET; gone++) {
        struct ring *all = make(NULL);
        struct ring *others = make(NULL);
        assert_int_equal(ring_add_many(all, fleet, FLEET), RING_OK);
        for (size_t i = 0; i < FLEET; i++) {
            if (i != gone) {
                add(others, fleet[i].name, fleet[i].replicas);
            }
        }
        drop(all, fleet[gone].name);
        assert_same_ring(all, others);
        ring_destroy(all);
        ring_destroy(others);
    }
}

static void nodes_are_walked_by_name(void **state)
{
    struct ring *ring = make(NULL);
    struct ring_cursor cursor = {{0}};
    struct ring_node node;
    static const struct ring_bytes sorted[] = {
        BYTES("10.0.0.1:11211"), BYTES("a"),      BYTES("a\0"),         BYTES("a\0b"),
        BYTES("node1"),          BYTES("node11"), BYTES("\xff\x80|\n"),
    };
    (void)state;
    assert_int_equal(ring_add_many(ring, fleet, FLEET), RING_OK);
    for (size_t i = 0; i < FLEET; i++) {
        assert_true(ring_next_node(ring, &cursor, &node));
        assert_int_equal(node.name.size, sorted[i].size);
        assert_memory_equal(node.name.data, sorted[i].data, sorted[i].size);
    }
    assert_false(ring_next_node(ring, &cursor, &node));
    assert_false(ring_next_node(ring, &cursor, &node));
    ring_destroy(ring);
}

static void the_most_replicas_fit(void **state)
{
    struct ring *ring = make(NULL);
    (void)state;
    assert_int_equal(ring_add(ring, NAME("big"), RING_REPLICAS_MAX), RING_OK);
    assert_int_equal(ring_point_count(ring), RING_REPLICAS_MAX);
    assert_int_equal(ring_add(ring, NAME("small"), 1), RING_OK);
    assert_sound(ring);
    drop(ring, BYTES("big"));
    assert_int_equal(ring_point_count(ring), 1);
    assert_owner(ring, BYTES("key"), BYTES("small"));
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_ring_has_no_node),
        cmocka_unit_test(find_takes_the_strictly_greater),
        cmocka_unit_test(ends_of_the_circle_wrap),
        cmocka_unit_test(equal_points_are_ordered_by_name),
        cmocka_unit_test(find_n_gives_distinct_owners),
        cmocka_unit_test(find_n_of_many_continues_find_n_of_few),
        cmocka_unit_test(the_ring_is_a_function_of_its_nodes),
        cmocka_unit_test(a_batch_adds_to_the_nodes_that_are_there),
        cmocka_unit_test(removal_leaves_the_others),
        cmocka_unit_test(nodes_are_walked_by_name),
        cmocka_unit_test(the_most_replicas_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
