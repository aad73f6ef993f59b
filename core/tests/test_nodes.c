/* Nodes alone: how their positions are found, how many levels they have, and which numbers they
 * get. */
#include "../merge.h"
#include "../sorted.h"
#include "support.h"

#include <stdlib.h>

/* FINDING A POSITION, near its guessed index and far from it */

#define REPLICAS 160

/* Positions of 64 bits in order. Their distances from evenly spread ones cover all cases. */
static uint64_t even(uint32_t replica)
{
    return replica * (UINT64_MAX / REPLICAS);
}

static uint64_t bent(uint32_t replica)
{
    return even(replica) / REPLICAS * replica;
}

static uint64_t bent_upwards(uint32_t replica)
{
    return UINT64_MAX - bent(REPLICAS - 1 - replica);
}

static uint64_t low(uint32_t replica)
{
    return (uint64_t)replica << 32;
}

static uint64_t high(uint32_t replica)
{
    return UINT64_MAX - low(REPLICAS - 1 - replica);
}

static uint64_t in_pairs(uint32_t replica)
{
    return even(replica / 2 * 2);
}

static uint64_t in_two_clusters(uint32_t replica)
{
    return replica < REPLICAS / 2 ? low(3) : high(3);
}

struct shape {
    uint64_t (*position)(uint32_t replica);
    unsigned scale;
};

static uint64_t shape_point(void *context, const void *name, size_t size, uint32_t replica)
{
    const struct shape *shape = context;
    (void)name, (void)size;
    return shape->position(replica) >> shape->scale;
}

static uint64_t shape_key(void *context, const void *key, size_t size)
{
    return shape_point(context, key, size, 0);
}

static void assert_lower_bound(const struct ring *ring, const struct node *node, uint64_t position,
                               unsigned scale)
{
    const uint64_t *positions = ring_node_positions(&ring->nodes, node);
    size_t expected = 0;
    while (expected < node->replicas && positions[expected] < position) {
        expected++;
    }
    assert_int_equal(ring_node_lower_bound(&ring->nodes, node, position, scale), expected);
}

static void every_position_is_found(struct shape shape)
{
    const struct ring_options options = {.rule = RING_CUSTOM,
                                         .custom = {shape_point, shape_key, &shape}};
    struct ring *ring = create_over(&ring_merge, &options);
    assert_int_equal(ring_add(ring, NAME("a"), REPLICAS), RING_OK);
    const struct node *node = ring_nodes_named(&ring->nodes, NAME("a"));
    const uint64_t *positions = ring_node_positions(&ring->nodes, node);
    const uint64_t last = UINT64_MAX >> shape.scale;
    for (uint32_t i = 0; i < REPLICAS; i++) {
        assert_lower_bound(ring, node, positions[i], shape.scale);
        assert_lower_bound(ring, node, positions[i] > 0 ? positions[i] - 1 : 0, shape.scale);
        assert_lower_bound(ring, node, positions[i] < last ? positions[i] + 1 : last, shape.scale);
        assert_lower_bound(ring, node, even(i) >> shape.scale, shape.scale);
    }
    assert_lower_bound(ring, node, 0, shape.scale);
    assert_lower_bound(ring, node, last, shape.scale);
    ring_destroy(ring);
}

static void positions_are_found_however_they_lie(void **state)
{
    uint64_t (*const shapes[])(uint32_t) = {even, bent,     bent_upwards,   low,
                                            high, in_pairs, in_two_clusters};
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        every_position_is_found((struct shape){shapes[i], 0});
        every_position_is_found((struct shape){shapes[i], 32});
    }
}

/* The guess finds evenly spread positions to within one index. */
static void even_positions_are_guessed(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < REPLICAS; i++) {
        const uint32_t least = i > 0 ? i - 1 : 0;
        assert_in_range(ring_interpolate(REPLICAS, even(i) + 1, 0), least, i + 1);
        assert_in_range(ring_interpolate(REPLICAS, (even(i) + 1) >> 32, 32), least, i + 1);
    }
}

/* LEVELS: a fourth of the nodes of each level reach the next. */

static void a_fourth_of_the_nodes_reaches_the_next_level(void **state)
{
    enum { NODES = 16384 };
    struct ring *ring = create_over(&ring_merge, NULL);
    size_t reach[NODES_LEVELS + 1] = {0};
    (void)state;
    for (uint32_t name = 0; name < NODES; name++) {
        struct node *node =
            ring_node_create(&ring->nodes, (struct ring_bytes){&name, sizeof name}, 1, NULL);
        assert_non_null(node);
        assert_in_range(node->levels, 1, NODES_LEVELS);
        for (uint32_t level = 0; level < node->levels; level++) {
            reach[level]++;
        }
        ring_node_destroy(&ring->nodes, node);
    }
    assert_int_equal(reach[0], NODES);
    for (uint32_t level = 1; level < 5; level++) {
        assert_in_range(reach[level], reach[level - 1] / 5, reach[level - 1] / 3);
    }
    ring_destroy(ring);
}

/* A name must leave room for a node with all levels and for what rules append. One byte more is
 * refused, and the name is not read. */
static void the_longest_name_leaves_room(void **state)
{
    const size_t most =
        sizeof(uint64_t) + NODES_LEVELS * sizeof(struct node *) + sizeof(struct node);
    struct ring *ring = create_over(&ring_merge, NULL);
    (void)state;
    assert_int_equal(ring_add(ring, "x", SIZE_MAX - most - PLACEMENT_SUFFIX_MAX + 1, 1),
                     RING_NO_MEMORY);
    ring_destroy(ring);
}

/* A node has links for a second ring only if two rings share it. */
static void a_ring_alone_has_links_for_one(void **state)
{
    struct ring *ring = NULL;
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    const size_t before = ring_bytes_used(ring);
    struct node *node = ring_node_create(&ring->nodes, BYTES("a name"), 5, NULL);
    assert_int_equal(ring_bytes_used(ring) - before, 5 * sizeof(uint64_t) +
                                                         node->levels * sizeof(struct node *) +
                                                         offsetof(struct node, name) + 6);
    ring_node_destroy(&ring->nodes, node);
    assert_int_equal(ring_bytes_used(ring), before);
    ring_destroy(ring);
}

/* NUMBERS */

static void add(struct ring *ring, const char *names, size_t count)
{
    struct ring_node nodes[32];
    for (size_t i = 0; i < count; i++) {
        nodes[i] = (struct ring_node){{&names[i], 1}, 2};
    }
    assert_int_equal(ring_add_many(ring, nodes, count), RING_OK);
    assert_sound(ring);
}

static void drop(struct ring *ring, const char *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ring_remove(ring, &names[i], 1), RING_OK);
    }
    assert_sound(ring);
}

/* All free numbers are given out again before new ones. */
static void numbers_are_given_out_again(void **state)
{
    struct ring *ring = create_over(&ring_merge, NULL);
    (void)state;
    add(ring, "abcdef", 6);
    assert_int_equal(ring->nodes.used, 6);
    drop(ring, "bde", 3);
    assert_int_equal(ring->nodes.free_count, 3);
    add(ring, "xy", 2);
    assert_int_equal(ring->nodes.free_count, 1);
    assert_int_equal(ring->nodes.used, 6);
    add(ring, "uvw", 3);
    assert_int_equal(ring->nodes.free_count, 0);
    assert_int_equal(ring->nodes.free, NODE_NONE);
    assert_int_equal(ring->nodes.used, 8);
    ring_destroy(ring);
}

/* The table grows when it is full, and not before. */
static void the_table_grows_when_it_is_full(void **state)
{
    struct ring *ring = create_over(&ring_merge, NULL);
    (void)state;
    assert_int_equal(ring->nodes.piece_count, 0);
    add(ring, "abcdefghijklmnop", 16);
    assert_int_equal(ring->nodes.piece_count, 1);
    drop(ring, "abcd", 4);
    add(ring, "ABCD", 4);
    assert_int_equal(ring->nodes.piece_count, 1);
    drop(ring, "AB", 2);
    add(ring, "123", 3);
    assert_int_equal(ring->nodes.piece_count, 2);
    add(ring, "xyzXYZ", 6);
    assert_int_equal(ring->nodes.piece_count, 2);
    drop(ring, "efghijklmn", 10); /* 10 of 23 are free; 25 nodes need 15 new: 38 of 48 */
    add(ring, "abdefghijklmnqrstuvw_-+.:", 25);
    assert_int_equal(ring->nodes.piece_count, 2);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_found_however_they_lie),
        cmocka_unit_test(even_positions_are_guessed),
        cmocka_unit_test(a_fourth_of_the_nodes_reaches_the_next_level),
        cmocka_unit_test(the_longest_name_leaves_room),
        cmocka_unit_test(a_ring_alone_has_links_for_one),
        cmocka_unit_test(numbers_are_given_out_again),
        cmocka_unit_test(the_table_grows_when_it_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
