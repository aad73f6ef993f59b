/* Every error, and that the ring is as it was after each. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

static struct ring *small_ring(void)
{
    struct ring *ring = NULL;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 3), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 5), RING_OK);
    return ring;
}

/* Makes one call on a small ring. It must return the error and change nothing. */
#define ASSERT_REFUSED(error, call)                                                                \
    do {                                                                                           \
        struct ring *ring = small_ring();                                                          \
        char *before = portrait(ring);                                                             \
        size_t bytes_before = ring_bytes_used(ring);                                               \
        assert_int_equal((call), (error));                                                         \
        char *after = portrait(ring);                                                              \
        assert_string_equal(before, after);                                                        \
        assert_int_equal(bytes_before, ring_bytes_used(ring));                                     \
        assert_sound(ring);                                                                        \
        free(before);                                                                              \
        free(after);                                                                               \
        ring_destroy(ring);                                                                        \
    } while (0)

static void *allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void release(void *context, void *block, size_t size)
{
    (void)context, (void)size;
    free(block);
}

static void create_refuses_bad_options(void **state)
{
    struct ring *const untouched = small_ring();
    struct ring *ring = untouched;
    struct ring_options options = {.rule = (enum ring_rule)(RING_HASH_RING_COMPAT32 + 1)};
    (void)state;
    assert_int_equal(ring_create(NULL, NULL), RING_BAD_ARGUMENT);
    assert_int_equal(ring_create(&ring, &options), RING_BAD_ARGUMENT);
    options.rule = (enum ring_rule) - 1;
    assert_int_equal(ring_create(&ring, &options), RING_BAD_ARGUMENT);
    options = all_equal;
    options.custom.key = NULL;
    assert_int_equal(ring_create(&ring, &options), RING_BAD_ARGUMENT);
    options = all_equal;
    options.custom.point = NULL;
    assert_int_equal(ring_create(&ring, &options), RING_BAD_ARGUMENT);
    options = (struct ring_options){.allocator = {.release = release}};
    assert_int_equal(ring_create(&ring, &options), RING_BAD_ARGUMENT);
    options = (struct ring_options){.allocator = {.allocate = allocate}};
    assert_int_equal(ring_create(&ring, &options), RING_BAD_ARGUMENT);
    assert_ptr_equal(ring, untouched);
    ring_destroy(untouched);
}

static void create_refuses_options_it_does_not_know(void **state)
{
    struct ring_options options = {.rule = RING_SHA1};
    const size_t count = sizeof options.reserved / sizeof *options.reserved;
    struct ring *ring = NULL;
    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            options.reserved[i] = UINT64_C(1) << bit;
            assert_int_equal(ring_create(&ring, &options), RING_BAD_ARGUMENT);
        }
        options.reserved[i] = 0;
    }
    assert_null(ring);
    assert_int_equal(ring_create(&ring, &options), RING_OK);
    ring_destroy(ring);
}

static void add_refuses_bad_arguments(void **state)
{
    const struct ring_node second_bad[] = {{BYTES("c"), 1}, {BYTES("d"), 0}};
    const struct ring_node nameless[] = {{BYTES("c"), 1}, {{NULL, 4}, 1}};
    (void)state;
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add(NULL, NAME("c"), 1));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add(ring, NULL, 1, 1));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add(ring, NAME(""), 1));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add(ring, NAME("c"), 0));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add(ring, NAME("c"), RING_REPLICAS_MAX + 1));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add(ring, NAME("c"), UINT32_MAX));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add_many(ring, NULL, 1));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add_many(NULL, NULL, 0));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add_many(ring, second_bad, 2));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add_many(ring, nameless, 2));
}

static void add_refuses_duplicates(void **state)
{
    const struct ring_node twice[] = {{BYTES("c"), 1}, {BYTES("d"), 2}, {BYTES("c"), 1}};
    const struct ring_node known[] = {{BYTES("c"), 1}, {BYTES("b"), 5}};
    (void)state;
    ASSERT_REFUSED(RING_NODE_EXISTS, ring_add(ring, NAME("a"), 3));
    ASSERT_REFUSED(RING_NODE_EXISTS, ring_add(ring, NAME("b"), 1));
    ASSERT_REFUSED(RING_NODE_EXISTS, ring_add_many(ring, twice, 3));
    ASSERT_REFUSED(RING_NODE_EXISTS, ring_add_many(ring, known, 2));
}

static void remove_refuses_the_absent(void **state)
{
    (void)state;
    ASSERT_REFUSED(RING_NO_SUCH_NODE, ring_remove(ring, NAME("c")));
    ASSERT_REFUSED(RING_NO_SUCH_NODE, ring_remove(ring, NAME("\x01")));
    ASSERT_REFUSED(RING_NO_SUCH_NODE, ring_remove(ring, NAME("a\0")));
    ASSERT_REFUSED(RING_NO_SUCH_NODE, ring_remove(ring, NAME("aa")));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_remove(ring, NAME("")));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_remove(ring, NULL, 1));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_remove(NULL, NAME("a")));
}

static void set_replicas_refuses_the_absent(void **state)
{
    (void)state;
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_set_replicas(NULL, NAME("a"), 1));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_set_replicas(ring, NULL, 1, 1));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_set_replicas(ring, NAME(""), 1));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_set_replicas(ring, NAME("a"), 0));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_set_replicas(ring, NAME("a"), RING_REPLICAS_MAX + 1));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_set_replicas(ring, NAME("absent"), UINT32_MAX));
    ASSERT_REFUSED(RING_NO_SUCH_NODE, ring_set_replicas(ring, NAME("c"), 1));
    ASSERT_REFUSED(RING_NO_SUCH_NODE, ring_set_replicas(ring, NAME("a\0"), 3));
    ASSERT_REFUSED(RING_OK, ring_set_replicas(ring, NAME("a"), 3));
}

static void node_replicas_refuses_the_absent(void **state)
{
    uint32_t replicas = 77;
    (void)state;
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_node_replicas(NULL, NAME("a"), &replicas));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_node_replicas(ring, NULL, 1, &replicas));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_node_replicas(ring, NAME(""), &replicas));
    ASSERT_REFUSED(RING_NO_SUCH_NODE, ring_node_replicas(ring, NAME("c"), &replicas));
    ASSERT_REFUSED(RING_NO_SUCH_NODE, ring_node_replicas(ring, NAME("a\0"), NULL));
    assert_int_equal(replicas, 77);
    ASSERT_REFUSED(RING_OK, ring_node_replicas(ring, NAME("b"), &replicas));
    assert_int_equal(replicas, 5);
    ASSERT_REFUSED(RING_OK, ring_node_replicas(ring, NAME("a"), NULL));
}

static void find_refuses_bad_arguments(void **state)
{
    struct ring_bytes node = {"untouched", 9};
    size_t found = 77;
    (void)state;
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_find(NULL, NAME("k"), &node));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_find(ring, NULL, 1, &node));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_find(ring, NAME("k"), NULL));
    ASSERT_REFUSED(RING_OK, ring_find(ring, NULL, 0, &(struct ring_bytes){NULL, 0}));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_find_n(NULL, NAME("k"), 1, &node, &found));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_find_n(ring, NULL, 1, 1, &node, &found));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_find_n(ring, NAME("k"), 1, NULL, &found));
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_find_n(ring, NAME("k"), 1, &node, NULL));
    assert_int_equal(found, 77);
    ASSERT_REFUSED(RING_OK, ring_find_n(ring, NULL, 0, 1, &(struct ring_bytes){NULL, 0}, &found));
    assert_int_equal(found, 1);
    ASSERT_REFUSED(RING_OK, ring_find_n(ring, NAME("k"), 0, NULL, &found));
    assert_int_equal(found, 0);
    assert_int_equal(node.size, 9);
}

/* 4096 nodes of 2^20 replicas are 2^32 points, one too many. The ring refuses them before it
 * allocates anything of that size, so the test needs little memory. */
static void points_have_a_limit(void **state)
{
    static struct ring_node nodes[4097];
    static uint16_t names[4097];
    (void)state;
    for (uint16_t i = 0; i < 4097; i++) {
        names[i] = i;
        nodes[i] = (struct ring_node){{&names[i], sizeof names[i]}, RING_REPLICAS_MAX};
    }
    ASSERT_REFUSED(RING_TOO_MANY_POINTS, ring_add_many(ring, nodes, 4096));
    ASSERT_REFUSED(RING_TOO_MANY_POINTS, ring_add_many(ring, nodes, 4097));
    /* If several errors apply, the first of the enumeration is returned. */
    nodes[4096].name = nodes[0].name;
    ASSERT_REFUSED(RING_NODE_EXISTS, ring_add_many(ring, nodes, 4097));
    nodes[17].replicas = 0;
    ASSERT_REFUSED(RING_BAD_ARGUMENT, ring_add_many(ring, nodes, 4097));
}

static void *allocate_little(void *context, size_t size)
{
    (void)context;
    return size < 1048576 ? malloc(size) : NULL;
}

/* 2^32 - 1 points are allowed: the ring refuses them only because this allocator has no memory. One
 * more is too many. */
static void the_limit_itself_is_within(void **state)
{
    static struct ring_node nodes[4097];
    static unsigned char names[4097][2];
    const struct ring_options options = {.allocator = {allocate_little, release, NULL}};
    struct ring *ring = NULL;
    (void)state;
    for (uint32_t i = 0; i < 4097; i++) {
        names[i][0] = (unsigned char)(i >> 8); /* in the order of names */
        names[i][1] = (unsigned char)i;
        nodes[i] = (struct ring_node){{names[i], 2}, i < 4095 ? RING_REPLICAS_MAX : 1};
    }
    nodes[4095].replicas = RING_REPLICAS_MAX - 1;
    assert_int_equal(ring_create(&ring, &options), RING_OK);
    assert_int_equal(ring_add_many(ring, nodes, 4096), RING_NO_MEMORY);
    assert_int_equal(ring_add_many(ring, nodes, 4097), RING_TOO_MANY_POINTS);
    assert_int_equal(ring_node_count(ring), 0);
    ring_destroy(ring);
}

static void null_rings_are_empty(void **state)
{
    struct ring_cursor cursor = {{0}};
    struct ring_node node;
    struct ring_point point;
    (void)state;
    ring_destroy(NULL);
    assert_int_equal(ring_node_count(NULL), 0);
    assert_int_equal(ring_point_count(NULL), 0);
    assert_int_equal(ring_bytes_used(NULL), 0);
    assert_false(ring_next_node(NULL, &cursor, &node));
    assert_false(ring_next_point(NULL, &cursor, &point));
    assert_int_equal(ring_check(NULL, NULL), RING_BAD_ARGUMENT);
}

static void walks_without_a_place_end(void **state)
{
    struct ring *ring = small_ring();
    struct ring_cursor cursor = {{0}};
    struct ring_node node;
    struct ring_point point;
    (void)state;
    assert_false(ring_next_node(ring, NULL, &node));
    assert_false(ring_next_node(ring, &cursor, NULL));
    assert_false(ring_next_point(ring, NULL, &point));
    assert_false(ring_next_point(ring, &cursor, NULL));
    assert_true(ring_next_node(ring, &cursor, &node));
    ring_destroy(ring);
}

static void errors_have_sentences(void **state)
{
    (void)state;
    for (int i = RING_OK; i <= RING_CORRUPT + 1; i++) {
        const char *sentence = ring_strerror((enum ring_error)i);
        assert_non_null(sentence);
        for (int j = RING_OK; j < i; j++) {
            assert_string_not_equal(sentence, ring_strerror((enum ring_error)j));
        }
    }
    assert_non_null(strstr(ring_strerror(RING_CORRUPT + 1), "unknown"));
    assert_non_null(strstr(ring_strerror((enum ring_error) - 7), "unknown"));
}

static void the_version_can_be_compared(void **state)
{
    (void)state;
    assert_int_equal(ring_version(), RING_VERSION);
    assert_int_equal(RING_VERSION % 100, RING_VERSION_PATCH);
    assert_int_equal(RING_VERSION / 100 % 100, RING_VERSION_MINOR);
    assert_int_equal(RING_VERSION / 10000, RING_VERSION_MAJOR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_refuses_bad_options),
        cmocka_unit_test(add_refuses_bad_arguments),
        cmocka_unit_test(add_refuses_duplicates),
        cmocka_unit_test(remove_refuses_the_absent),
        cmocka_unit_test(set_replicas_refuses_the_absent),
        cmocka_unit_test(node_replicas_refuses_the_absent),
        cmocka_unit_test(find_refuses_bad_arguments),
        cmocka_unit_test(points_have_a_limit),
        cmocka_unit_test(the_limit_itself_is_within),
        cmocka_unit_test(null_rings_are_empty),
        cmocka_unit_test(errors_have_sentences),
        cmocka_unit_test(walks_without_a_place_end),
        cmocka_unit_test(the_version_can_be_compared),
        cmocka_unit_test(create_refuses_options_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
