/* Several answers from one call: each equals ring_find's, with every point store, and wrong
 * arguments are refused. */
#include "../merge.h"
#include "support.h"
#include "tiny.h"

#include <string.h>

static struct ring *small_ring(const struct point_store *store)
{
    struct ring *ring = create_over(store, NULL);
    assert_int_equal(ring_add(ring, NAME("a"), 30), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 50), RING_OK);
    return ring;
}

static struct ring *make_twenty(const struct point_store *store)
{
    struct ring *ring = create_over(store, NULL);
    for (uint32_t name = 0; name < 20; name++) {
        assert_int_equal(ring_add(ring, &name, sizeof name, 1 + name), RING_OK);
    }
    return ring;
}

/* More keys than are looked up together, and not a multiple of that number. One key has no
 * bytes. */
#define KEYS 203

static void make_keys(struct ring_bytes *keys, uint32_t *bytes)
{
    for (uint32_t i = 0; i < KEYS; i++) {
        bytes[i] = i * UINT32_C(2654435761);
        keys[i] = (struct ring_bytes){&bytes[i], sizeof bytes[i]};
    }
    keys[7] = (struct ring_bytes){NULL, 0};
}

static void many_answers_are_those_of_one_by_one(void **state)
{
    const struct point_store *const stores[] = {&ring_arcs, &ring_arcs_tiny, &ring_merge};
    struct ring_bytes keys[KEYS];
    uint32_t bytes[KEYS];
    (void)state;
    make_keys(keys, bytes);
    for (size_t i = 0; i < 3; i++) {
        struct ring *ring = small_ring(stores[i]);
        struct ring_bytes nodes[KEYS];
        assert_int_equal(ring_find_many(ring, keys, KEYS, nodes), RING_OK);
        for (size_t key = 0; key < KEYS; key++) {
            assert_owner(ring, keys[key], nodes[key]);
        }
        /* One is looked up in another way, and many in steps: none writes behind the last. */
        for (size_t few = 1; few <= 130; few++) {
            memset(nodes, 0, sizeof nodes);
            assert_int_equal(ring_find_many(ring, keys, few, nodes), RING_OK);
            for (size_t key = 0; key < few; key++) {
                assert_owner(ring, keys[key], nodes[key]);
            }
            for (size_t key = few; key < KEYS; key++) {
                assert_null(nodes[key].data);
            }
        }
        ring_destroy(ring);
    }
}

/* Up to sixteen owners are found in another way than more. */
static void assert_same_owners(const struct ring *ring, const struct ring *other, uint32_t key,
                               size_t n)
{
    struct ring_bytes nodes[20];
    struct ring_bytes others[20];
    size_t found = 0;
    assert_int_equal(ring_find_n(ring, &key, sizeof key, n, nodes, &found), RING_OK);
    assert_int_equal(found, n);
    assert_int_equal(ring_find_n(other, &key, sizeof key, n, others, &found), RING_OK);
    assert_int_equal(found, n);
    for (size_t i = 0; i < n; i++) {
        assert_memory_equal(nodes[i].data, others[i].data, sizeof(uint32_t));
    }
}

static void owners_are_the_same_over_every_store(void **state)
{
    struct ring *ring = make_twenty(&ring_arcs);
    struct ring *tiny = make_twenty(&ring_arcs_tiny);
    struct ring *merge = make_twenty(&ring_merge);
    (void)state;
    for (uint32_t key = 0; key < 60; key++) {
        assert_same_owners(ring, merge, key, 1 + key % 20);
        assert_same_owners(tiny, merge, key, 1 + key % 20);
    }
    ring_destroy(ring);
    ring_destroy(tiny);
    ring_destroy(merge);
}

static void an_empty_ring_has_no_node_for_any_key(void **state)
{
    struct ring *ring = NULL;
    struct ring_bytes keys[KEYS];
    struct ring_bytes nodes[KEYS];
    uint32_t bytes[KEYS];
    (void)state;
    make_keys(keys, bytes);
    memset(nodes, 0xff, sizeof nodes);
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_find_many(ring, keys, KEYS, nodes), RING_OK);
    for (size_t key = 0; key < KEYS; key++) {
        assert_null(nodes[key].data);
        assert_int_equal(nodes[key].size, 0);
    }
    ring_destroy(ring);
}

static void no_keys_need_no_arrays(void **state)
{
    const struct point_store *const stores[] = {&ring_arcs, &ring_arcs_tiny, &ring_merge};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct ring *ring = small_ring(stores[i]);
        assert_int_equal(ring_find_many(ring, NULL, 0, NULL), RING_OK);
        assert_int_equal(ring_find_positions(ring, NULL, 0, NULL), RING_OK);
        ring_destroy(ring);
    }
}

/* All or none: even if only the last key is wrong. */
static void bad_arguments_write_no_answers(void **state)
{
    struct ring *ring = small_ring(&ring_arcs);
    const struct ring_bytes good[] = {BYTES("k"), {NULL, 0}};
    const struct ring_bytes bad[] = {BYTES("k"), {NULL, 1}};
    const uint64_t positions[] = {1, 2};
    struct ring_bytes nodes[] = {{"untouched", 9}, {"untouched", 9}};
    (void)state;
    assert_int_equal(ring_find_many(NULL, good, 2, nodes), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_many(NULL, NULL, 0, NULL), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_many(ring, NULL, 2, nodes), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_many(ring, good, 2, NULL), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_many(ring, bad, 2, nodes), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_positions(NULL, positions, 2, nodes), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_positions(ring, NULL, 2, nodes), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_positions(ring, positions, 2, NULL), RING_BAD_ARGUMENT);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(nodes[i].data, "untouched");
        assert_int_equal(nodes[i].size, 9);
    }
    ring_destroy(ring);
}

static void one_key_is_refused_as_many_are(void **state)
{
    struct ring *ring = small_ring(&ring_arcs);
    const struct ring_bytes key = BYTES("k");
    const struct ring_bytes bad = {NULL, 1};
    const uint64_t position = 1;
    struct ring_bytes node = {"untouched", 9};
    (void)state;
    assert_int_equal(ring_find_many(ring, NULL, 1, &node), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_many(ring, &key, 1, NULL), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_many(ring, &bad, 1, &node), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_positions(ring, NULL, 1, &node), RING_BAD_ARGUMENT);
    assert_int_equal(ring_find_positions(ring, &position, 1, NULL), RING_BAD_ARGUMENT);
    assert_string_equal(node.data, "untouched");
    ring_destroy(ring);
}

/* That rule has no point above 2^32 - 1. A lookup there wraps around to the first point. */
static void positions_above_all_points_lead_to_the_first(void **state)
{
    enum { ABOVE = 17 };
    const struct ring_options options = {.rule = RING_MD5_COMPAT32};
    const struct point_store *const stores[] = {&ring_arcs, &ring_arcs_tiny, &ring_merge};
    uint64_t above[ABOVE] = {UINT64_MAX};
    (void)state;
    for (uint64_t i = 1; i < ABOVE; i++) {
        above[i] = (UINT64_C(1) << 32) + ((i - 1) << 28);
    }
    for (size_t i = 0; i < 3; i++) {
        struct ring *ring = create_over(stores[i], &options);
        for (int name = 0; name < 20; name++) {
            assert_int_equal(ring_add(ring, &name, sizeof name, 10), RING_OK);
        }
        struct ring_cursor cursor = {{0}};
        struct ring_point first;
        struct ring_bytes nodes[ABOVE];
        assert_true(ring_next_point(ring, &cursor, &first));
        assert_int_equal(ring_find_positions(ring, above, ABOVE, nodes), RING_OK);
        for (size_t j = 0; j < ABOVE; j++) {
            assert_ptr_equal(nodes[j].data, first.node.data);
            assert_int_equal(ring_find_positions(ring, &above[j], 1, &nodes[j]), RING_OK);
            assert_ptr_equal(nodes[j].data, first.node.data);
        }
        ring_destroy(ring);
    }
}

static void bad_arguments_have_no_position(void **state)
{
    struct ring *ring = small_ring(&ring_arcs);
    uint64_t position = 99;
    (void)state;
    assert_int_equal(ring_position(NULL, NAME("k"), &position), RING_BAD_ARGUMENT);
    assert_int_equal(ring_position(ring, NULL, 1, &position), RING_BAD_ARGUMENT);
    assert_int_equal(ring_position(ring, NAME("k"), NULL), RING_BAD_ARGUMENT);
    assert_int_equal(position, 99);
    assert_int_equal(ring_position(ring, NULL, 0, &position), RING_OK);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_answers_are_those_of_one_by_one),
        cmocka_unit_test(owners_are_the_same_over_every_store),
        cmocka_unit_test(an_empty_ring_has_no_node_for_any_key),
        cmocka_unit_test(no_keys_need_no_arrays),
        cmocka_unit_test(bad_arguments_write_no_answers),
        cmocka_unit_test(one_key_is_refused_as_many_are),
        cmocka_unit_test(positions_above_all_points_lead_to_the_first),
        cmocka_unit_test(bad_arguments_have_no_position),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
