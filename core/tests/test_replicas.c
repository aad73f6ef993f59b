/* ring_set_replicas(): the ring is the one to which the node was added with that number. */
#include "../merge.h"
#include "support.h"
#include "tiny.h"

#include <stdlib.h>
#include <string.h>

#define NODES 12

static void set(struct ring *ring, uint32_t node, uint32_t replicas)
{
    assert_int_equal(ring_set_replicas(ring, &node, sizeof node, replicas), RING_OK);
}

static struct ring *add_all_over(const struct point_store *store,
                                 const struct ring_options *options, const uint32_t replicas[NODES])
{
    struct ring *ring = create_over(store, options);
    for (uint32_t node = 0; node < NODES; node++) {
        if (replicas[node] > 0) {
            assert_int_equal(ring_add(ring, &node, sizeof node, replicas[node]), RING_OK);
        }
    }
    return ring;
}

static struct ring *add_all(const struct ring_options *options, const uint32_t replicas[NODES])
{
    return add_all_over(&ring_arcs, options, replicas);
}

/* Three places, and each point in one of them by node and replica: nodes take turns there. */
static uint64_t crowded_point(void *context, const void *name, size_t size, uint32_t replica)
{
    uint32_t node = 0;
    (void)context;
    memcpy(&node, name, size);
    return (replica * 7 + node) % 3 + (UINT64_C(1) << 63) * (replica % 2);
}

static uint64_t crowded_key(void *context, const void *key, size_t size)
{
    return crowded_point(context, key, size, 0);
}

static const struct ring_options crowded = {
    .rule = RING_CUSTOM,
    .custom = {crowded_point, crowded_key, NULL},
};

/* Numbers that look random, for steps that are the same everywhere. */
static uint32_t drawn(uint32_t *state, uint32_t below)
{
    *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
    return (uint32_t)((uint64_t)*state * below >> 32);
}

static void change_often(const struct point_store *store, const struct ring_options *options,
                         uint32_t most)
{
    uint32_t replicas[NODES] = {0};
    uint32_t random = most;
    struct ring *ring = create_over(store, options);
    for (int step = 0; step < 60; step++) {
        uint32_t node = drawn(&random, NODES);
        uint32_t number = 1 + drawn(&random, drawn(&random, 4) == 0 ? most : most / 8);
        if (replicas[node] == 0) {
            assert_int_equal(ring_add(ring, &node, sizeof node, number), RING_OK);
        } else if (drawn(&random, 8) == 0) {
            assert_int_equal(ring_remove(ring, &node, sizeof node), RING_OK);
            number = 0;
        } else {
            set(ring, node, number);
        }
        replicas[node] = number;
        struct ring *right = add_all(options, replicas);
        assert_same(ring, right);
        assert_sound(ring);
        ring_destroy(right);
    }
    ring_destroy(ring);
}

static void the_ring_is_as_if_added_so(void **state)
{
    const struct point_store *const stores[] = {&ring_arcs, &ring_arcs_tiny, &ring_merge};
    const struct ring_options hashed[] = {{.rule = RING_XXH3},
                                          {.rule = RING_SHA1},
                                          {.rule = RING_MD5},
                                          {.rule = RING_MD5_COMPAT32},
                                          {.rule = RING_HASH_RING_COMPAT32}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 4; j++) {
            change_often(stores[i], &hashed[j], 160);
        }
        change_often(stores[i], &hashed[0], 1600);
        change_often(stores[i], &picked_positions, 60);
        change_often(stores[i], &all_equal, 30);
        change_often(stores[i], &crowded, 60);
    }
}

/* A node that owns all points: the ring is empty in the middle of the change. */
static void the_only_node(void **state)
{
    const struct point_store *const stores[] = {&ring_arcs, &ring_arcs_tiny, &ring_merge};
    const uint32_t numbers[] = {1, 2, 1, 100, 3, 5000, 1};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct ring *ring = create_over(stores[i], NULL);
        uint32_t replicas[NODES] = {77};
        assert_int_equal(ring_add(ring, &(uint32_t){0}, sizeof(uint32_t), 77), RING_OK);
        for (size_t j = 0; j < sizeof numbers / sizeof *numbers; j++) {
            set(ring, 0, replicas[0] = numbers[j]);
            struct ring *right = add_all(NULL, replicas);
            assert_same(ring, right);
            assert_sound(ring);
            ring_destroy(right);
        }
        ring_destroy(ring);
    }
}

static void arcs_come_and_go(void **state)
{
    struct ring *ring = NULL;
    uint32_t replicas[NODES] = {400, 400, 400, 400};
    (void)state;
    ring = add_all_over(&ring_arcs_tiny, NULL, replicas);
    const size_t few = arc_count(ring);
    set(ring, 2, replicas[2] = 50000);
    const size_t many = arc_count(ring);
    assert_true(many > 8 * few);
    assert_sound(ring);
    set(ring, 2, replicas[2] = 300);
    assert_true(arc_count(ring) <= many / 4);
    assert_sound(ring);
    struct ring *right = add_all(NULL, replicas);
    assert_same(ring, right);
    assert_same_answers(ring, right);
    ring_destroy(right);
    ring_destroy(ring);
}

/* One point more than a run may have makes it arcs. A quarter of that makes them a run again. */
static void a_run_becomes_arcs_and_arcs_a_run(void **state)
{
    uint32_t replicas[NODES] = {192, RUN_MAX - 193};
    const uint32_t numbers[] = {1, 193, 192, 194, 1, 500, 300};
    struct ring *ring = add_all(NULL, replicas);
    (void)state;
    set(ring, 1, replicas[1] = RUN_MAX - 192);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_int_equal(arc_count(ring) > 0, i >= 2);
        set(ring, 0, replicas[0] = numbers[i]);
        struct ring *right = add_all_over(&ring_merge, NULL, replicas);
        assert_same(ring, right);
        assert_sound(ring);
        ring_destroy(right);
    }
    set(ring, 1, replicas[1] = RUN_MAX / 4 - 300);
    assert_int_equal(arc_count(ring), 0);
    ring_destroy(ring);
}

struct moves {
    const void *node;
    bool grows;
    size_t count;
};

static bool moved(void *context, const struct ring_range *range)
{
    struct moves *moves = context;
    const struct ring_bytes *side = moves->grows ? &range->after : &range->before;
    const struct ring_bytes *other = moves->grows ? &range->before : &range->after;
    assert_memory_equal(side->data, moves->node, sizeof(uint32_t));
    assert_memory_not_equal(other->data, moves->node, sizeof(uint32_t));
    moves->count++;
    return true;
}

/* Keys move to a node that grows, and away from a node that shrinks. No others do. */
static void only_keys_of_those_replicas_move(void **state)
{
    const uint32_t replicas[NODES] = {100, 100, 100, 100, 100};
    struct ring *ring = add_all(NULL, replicas);
    struct ring *before = add_all(NULL, replicas);
    const uint32_t node = 3;
    struct moves moves = {&node, true, 0};
    (void)state;
    set(ring, node, 120);
    assert_int_equal(ring_moves(before, ring, moved, &moves), RING_OK);
    assert_in_range(moves.count, 1, 20);
    moves = (struct moves){&node, false, 0};
    set(ring, node, 90);
    assert_int_equal(ring_moves(before, ring, moved, &moves), RING_OK);
    assert_in_range(moves.count, 1, 10);
    ring_destroy(ring);
    ring_destroy(before);
}

static void the_same_number_changes_nothing(void **state)
{
    struct ring *ring = NULL;
    struct ring_bytes before;
    struct ring_bytes after;
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 5), RING_OK);
    assert_int_equal(ring_find(ring, NAME("key"), &before), RING_OK);
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 5), RING_OK);
    assert_int_equal(ring_find(ring, NAME("key"), &after), RING_OK);
    assert_ptr_equal(before.data, after.data);
    ring_destroy(ring);
}

static uint64_t counted_point(void *context, const void *name, size_t size, uint32_t replica)
{
    ++*(size_t *)context;
    return crowded_point(NULL, name, size, replica);
}

/* Of many points, only those that come or go are placed. */
static void few_points_are_placed(void **state)
{
    size_t placed = 0;
    const struct ring_options options = {.rule = RING_CUSTOM,
                                         .custom = {counted_point, crowded_key, &placed}};
    static const uint32_t replicas[NODES] = {500, 3};
    struct ring *ring = add_all(&options, replicas);
    (void)state;
    assert_int_equal(placed, 503);
    set(ring, 0, 502);
    assert_int_equal(placed, 503 + 2);
    set(ring, 0, 499);
    assert_int_equal(placed, 503 + 2 + 3);
    ring_destroy(ring);
}

/* The other node takes the place of the present one, so that a full table of names is enough. */
static void no_room_for_another_node_is_needed(void **state)
{
    struct ring *ring = create_over(&ring_arcs, NULL);
    (void)state;
    for (uint32_t node = 0; node < NODES_FIRST_PIECE; node++) {
        assert_int_equal(ring_add(ring, &node, sizeof node, 2), RING_OK);
    }
    const size_t bytes = ring_bytes_used(ring);
    set(ring, 0, 1);
    assert_int_equal(ring_bytes_used(ring), bytes - sizeof(uint64_t));
    ring_destroy(ring);
}

static void the_least_and_the_most(void **state)
{
    struct ring *ring = NULL;
    uint32_t replicas = 0;
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 2), RING_OK);
    assert_int_equal(ring_set_replicas(ring, NAME("a"), RING_REPLICAS_MAX), RING_OK);
    assert_int_equal(ring_node_replicas(ring, NAME("a"), &replicas), RING_OK);
    assert_int_equal(replicas, RING_REPLICAS_MAX);
    assert_int_equal(ring_point_count(ring), RING_REPLICAS_MAX);
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 1), RING_OK);
    assert_int_equal(ring_point_count(ring), 1);
    assert_sound(ring);
    ring_destroy(ring);
}

/* The ring only claims to have so many points. */
static void too_many_points_are_refused(void **state)
{
    struct ring *ring = create_over(&ring_merge, NULL); /* which counts what it has by itself */
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 5), RING_OK);
    ring->point_count = RING_POINTS_MAX - 1;
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 7), RING_TOO_MANY_POINTS);
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 6), RING_OK);
    assert_int_equal(ring->point_count, RING_POINTS_MAX);
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 7), RING_TOO_MANY_POINTS);
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 4), RING_OK);
    ring->point_count = 4;
    assert_sound(ring);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ring_is_as_if_added_so),
        cmocka_unit_test(the_only_node),
        cmocka_unit_test(arcs_come_and_go),
        cmocka_unit_test(a_run_becomes_arcs_and_arcs_a_run),
        cmocka_unit_test(only_keys_of_those_replicas_move),
        cmocka_unit_test(the_same_number_changes_nothing),
        cmocka_unit_test(few_points_are_placed),
        cmocka_unit_test(no_room_for_another_node_is_needed),
        cmocka_unit_test(the_least_and_the_most),
        cmocka_unit_test(too_many_points_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
