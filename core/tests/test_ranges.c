/* What moves between two rings, and shares of the circle. */
#include "../merge.h"
#include "support.h"

#include <inttypes.h>
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
}

/* The ranges as text: "98-99 a>b;". A node that does not exist is "-". */
struct ranges {
    char text[512];
    size_t most; /* then it stops */
};

static bool note(void *context, const struct ring_range *range)
{
    struct ranges *ranges = context;
    size_t used = strlen(ranges->text);
    (void)snprintf(ranges->text + used, sizeof ranges->text - used,
                   "%" PRIu64 "-%" PRIu64 " %c>%c;", range->first, range->last,
                   range->before.size > 0 ? *(const char *)range->before.data : '-',
                   range->after.size > 0 ? *(const char *)range->after.data : '-');
    return --ranges->most > 0;
}

static void assert_moves(const struct ring *before, const struct ring *after, const char *expected)
{
    struct ranges ranges = {.most = SIZE_MAX};
    assert_int_equal(ring_moves(before, after, note, &ranges), RING_OK);
    assert_string_equal(ranges.text, expected);
}

static void ranges_of_a_small_ring(void **state)
{
    struct ring *empty = make(&picked_positions);
    struct ring *one = make(&picked_positions);
    struct ring *two = make(&picked_positions);
    (void)state;
    assert_moves(empty, empty, "");
    add(one, BYTES("b"), 1); /* at 98 */
    assert_moves(empty, one, "0-18446744073709551615 ->b;");
    assert_moves(one, empty, "0-18446744073709551615 b>-;");
    assert_moves(one, one, "");
    add(two, BYTES("b"), 1);
    add(two, BYTES("d"), 2); /* at 100 and 1100 */
    assert_moves(one, two, "98-1099 b>d;");
    assert_moves(two, one, "98-1099 d>b;");
    assert_moves(empty, two, "0-97 ->b;98-1099 ->d;1100-18446744073709551615 ->b;");
    add(one, BYTES("c"), 2); /* at 99 and 1099 */
    assert_moves(one, two, "98-1098 c>d;1099-1099 b>d;");
    ring_destroy(empty);
    ring_destroy(one);
    ring_destroy(two);
}

/* The same owners have different names in memory, and neighbouring ranges are one. */
static void the_same_nodes_do_not_move(void **state)
{
    struct ring *one = make(NULL);
    struct ring *other = create_over(&ring_merge, NULL);
    (void)state;
    for (int letter = 'a'; letter <= 'p'; letter++) {
        const char name = (char)letter;
        add(one, (struct ring_bytes){&name, 1}, 20);
    }
    for (int letter = 'p'; letter >= 'a'; letter--) {
        const char name = (char)letter;
        add(other, (struct ring_bytes){&name, 1}, 20);
    }
    assert_moves(one, other, "");
    ring_destroy(one);
    ring_destroy(other);
}

static void a_prefix_is_another_node(void **state)
{
    struct ring *one = make(&all_equal);
    struct ring *other = make(&all_equal);
    (void)state;
    add(one, BYTES("ab"), 1);
    add(other, BYTES("a"), 1);
    assert_moves(one, other, "0-18446744073709551615 a>a;");
    ring_destroy(one);
    ring_destroy(other);
}

static void points_at_the_ends(void **state)
{
    struct ring *empty = make(&picked_positions);
    struct ring *ring = make(&picked_positions);
    (void)state;
    add(ring, BYTES("\0"), 1);
    add(ring, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff"), 1);
    /* The text ends at the name of the node at 0, which is a zero byte. */
    assert_moves(ring, empty,
                 "0-18446744073709551614 \xff>-;18446744073709551615-18446744073709551615 ");
    ring_destroy(empty);
    ring_destroy(ring);
}

static void the_circle_of_32_bits(void **state)
{
    const struct ring_options options = {.rule = RING_MD5_COMPAT32};
    struct ring *empty = make(&options);
    struct ring *ring = make(&options);
    double share = 0;
    (void)state;
    add(ring, BYTES("a"), 5);
    assert_moves(empty, ring, "0-4294967295 ->a;");
    assert_int_equal(ring_shares(ring, &share), RING_OK);
    assert_true(share >= 1 && share <= 1);
    ring_destroy(empty);
    ring_destroy(ring);
}

static void the_callback_can_stop(void **state)
{
    struct ring *empty = make(&picked_positions);
    struct ring *ring = make(&picked_positions);
    struct ranges ranges = {.most = 2};
    (void)state;
    add(ring, BYTES("b"), 1);
    add(ring, BYTES("d"), 2);
    assert_int_equal(ring_moves(empty, ring, note, &ranges), RING_OK);
    assert_string_equal(ranges.text, "0-97 ->b;98-1099 ->d;");
    ring_destroy(empty);
    ring_destroy(ring);
}

static uint64_t other_key(void *context, const void *key, size_t size)
{
    return picked_positions.custom.key(context, key, size);
}

/* Other rules call no functions, so these do not count. */
static void functions_of_other_rules_are_ignored(void **state)
{
    static const enum ring_rule rules[] = {RING_XXH3, RING_HASH_RING_SHA1};
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct ring_options with = {.rule = rules[i], .custom = picked_positions.custom};
        const struct ring_options without = {.rule = rules[i]};
        struct ring *ring = make(&with);
        struct ring *other = make(&without);
        struct ranges ranges = {.most = SIZE_MAX};
        assert_int_equal(ring_moves(ring, other, note, &ranges), RING_OK);
        ring_destroy(ring);
        ring_destroy(other);
    }
}

static void rings_must_place_keys_alike(void **state)
{
    struct ring_options options = picked_positions;
    struct ring *ring = make(&picked_positions);
    struct ring *xxh3 = make(NULL);
    struct ring *sha1 = make(&(struct ring_options){.rule = RING_SHA1});
    struct ranges ranges = {.most = SIZE_MAX};
    (void)state;
    options.custom.key = other_key;
    struct ring *keys = make(&options);
    options = picked_positions;
    options.custom.context = &ranges;
    struct ring *context = make(&options);
    options = picked_positions;
    options.custom.point = all_equal.custom.point;
    struct ring *points = make(&options);
    add(ring, BYTES("b"), 1);
    assert_int_equal(ring_moves(ring, xxh3, note, &ranges), RING_BAD_ARGUMENT);
    assert_int_equal(ring_moves(sha1, xxh3, note, &ranges), RING_BAD_ARGUMENT);
    assert_int_equal(ring_moves(xxh3, sha1, note, &ranges), RING_BAD_ARGUMENT);
    assert_int_equal(ring_moves(ring, keys, note, &ranges), RING_BAD_ARGUMENT);
    assert_int_equal(ring_moves(keys, ring, note, &ranges), RING_BAD_ARGUMENT);
    assert_int_equal(ring_moves(ring, context, note, &ranges), RING_BAD_ARGUMENT);
    assert_int_equal(ring_moves(context, ring, note, &ranges), RING_BAD_ARGUMENT);
    assert_int_equal(ring_moves(NULL, ring, note, &ranges), RING_BAD_ARGUMENT);
    assert_int_equal(ring_moves(ring, NULL, note, &ranges), RING_BAD_ARGUMENT);
    assert_int_equal(ring_moves(ring, ring, NULL, &ranges), RING_BAD_ARGUMENT);
    assert_string_equal(ranges.text, "");
    assert_moves(ring, points, "0-18446744073709551615 b>-;");
    ring_destroy(ring);
    ring_destroy(sha1);
    ring_destroy(xxh3);
    ring_destroy(keys);
    ring_destroy(context);
    ring_destroy(points);
}

static void assert_shares(const struct ring *ring, const double expected[4])
{
    double shares[4] = {-1, -1, -1, -1};
    assert_int_equal(ring_shares(ring, shares), RING_OK);
    for (size_t i = 0; i < 4; i++) {
        double due = i < ring_node_count(ring) ? expected[i] : -1;
        assert_true(shares[i] >= due && shares[i] <= due);
    }
}

/* An allocator is never asked for no bytes. */
static void *allocate_some(void *context, size_t size)
{
    (void)context;
    assert_int_not_equal(size, 0);
    return malloc(size);
}

static void release_any(void *context, void *block, size_t size)
{
    (void)context;
    (void)size;
    free(block);
}

static void shares_of_the_circle(void **state)
{
    const struct row at_zero = {0, 0};
    const struct row quarter = {UINT64_C(1) << 62, 0};
    const struct row half = {UINT64_C(1) << 63, 0};
    const struct row twin = {UINT64_C(1) << 63, 1};
    struct ring_options options = rows;
    options.allocator = (struct ring_allocator){allocate_some, release_any, NULL};
    struct ring *ring = make(&options);
    (void)state;
    assert_int_equal(ring_shares(ring, NULL), RING_OK);
    add(ring, (struct ring_bytes){&half, sizeof half}, 3);
    assert_shares(ring, (double[4]){1});
    add(ring, (struct ring_bytes){&at_zero, sizeof at_zero}, 1);
    assert_shares(ring, (double[4]){0.5, 0.5});
    assert_int_equal(ring_remove(ring, &half, sizeof half), RING_OK);
    assert_shares(ring, (double[4]){1});
    add(ring, (struct ring_bytes){&half, sizeof half}, 1);
    add(ring, (struct ring_bytes){&twin, sizeof twin}, 1); /* after `half`: it owns nothing */
    struct ring_cursor cursor = {{0}};
    struct ring_node node;
    double expected[4] = {0};
    for (size_t i = 0; ring_next_node(ring, &cursor, &node); i++) {
        expected[i] = memcmp(node.name.data, &twin, sizeof twin) == 0 ? 0 : 0.5;
    }
    assert_shares(ring, expected);
    assert_int_equal(ring_remove(ring, &twin, sizeof twin), RING_OK);
    add(ring, (struct ring_bytes){&quarter, sizeof quarter}, 1);
    cursor = (struct ring_cursor){{0}};
    for (size_t i = 0; ring_next_node(ring, &cursor, &node); i++) {
        expected[i] = memcmp(node.name.data, &at_zero, sizeof at_zero) == 0 ? 0.5 : 0.25;
    }
    assert_shares(ring, expected);
    ring_destroy(ring);
}

static void shares_add_up(void **state)
{
    struct ring *ring = make(NULL);
    double shares[100];
    double sum = 0;
    (void)state;
    for (unsigned char name = 0; name < 100; name++) {
        add(ring, (struct ring_bytes){&name, 1}, 100);
    }
    assert_int_equal(ring_shares(ring, shares), RING_OK);
    for (size_t i = 0; i < 100; i++) {
        assert_true(shares[i] > 0.005 && shares[i] < 0.02);
        sum += shares[i];
    }
    assert_true(sum > 0.999999 && sum < 1.000001);
    ring_destroy(ring);
}

static bool memory_is_gone;

static void *allocate(void *context, size_t size)
{
    (void)context;
    return memory_is_gone ? NULL : malloc(size);
}

static void release(void *context, void *block, size_t size)
{
    (void)context, (void)size;
    free(block);
}

static void shares_refuse(void **state)
{
    const struct ring_options options = {.allocator = {allocate, release, NULL}};
    struct ring *ring = make(&options);
    double share = 7;
    (void)state;
    add(ring, BYTES("a"), 3);
    assert_int_equal(ring_shares(NULL, &share), RING_BAD_ARGUMENT);
    assert_int_equal(ring_shares(ring, NULL), RING_BAD_ARGUMENT);
    memory_is_gone = true;
    assert_int_equal(ring_shares(ring, &share), RING_NO_MEMORY);
    memory_is_gone = false;
    assert_true(share >= 7 && share <= 7);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_of_a_small_ring),
        cmocka_unit_test(the_same_nodes_do_not_move),
        cmocka_unit_test(a_prefix_is_another_node),
        cmocka_unit_test(points_at_the_ends),
        cmocka_unit_test(the_circle_of_32_bits),
        cmocka_unit_test(the_callback_can_stop),
        cmocka_unit_test(rings_must_place_keys_alike),
        cmocka_unit_test(functions_of_other_rules_are_ignored),
        cmocka_unit_test(shares_of_the_circle),
        cmocka_unit_test(shares_add_up),
        cmocka_unit_test(shares_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
