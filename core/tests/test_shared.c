/* The shared ring, used by one thread and by two. Both of its sides must equal a plain ring with
 * the same changes, and a reader that stays inside must keep its ring. fuzz/threads/stress_shared.c
 * tests many threads. */
#include "support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ringproof/ring_shared.h>

#include "../merge.h"
#include "../shared/over.h"
#include "scribbling_allocator.h"
#include "tiny.h"

/* A shared ring, and a plain one that must always equal it. */
struct pair {
    struct ring_shared *shared;
    struct ring *plain;
    size_t held; /* bytes that this thread held before */
};

static struct pair make_over(const struct ring_options *options, const struct point_store *store)
{
    struct pair pair = {NULL, NULL, scribbling_held()};
    struct ring_options used =
        options != NULL ? *options : (struct ring_options){.rule = RING_XXH3};
    assert_int_equal(ring_create(&pair.plain, &used), RING_OK);
    used.allocator = scribbling_allocator;
    assert_int_equal(ring_shared_create_over(&pair.shared, &used, store), RING_OK);
    return pair;
}

static struct pair make(const struct ring_options *options)
{
    return make_over(options, &ring_arcs);
}

static void unmake(struct pair pair)
{
    ring_shared_destroy(pair.shared);
    ring_destroy(pair.plain);
    assert_int_equal(scribbling_held(), pair.held);
}

static enum ring_error add(struct pair pair, const void *name, size_t size, uint32_t replicas)
{
    enum ring_error error = ring_add(pair.plain, name, size, replicas);
    assert_int_equal(ring_shared_add(pair.shared, name, size, replicas), error);
    return error;
}

static enum ring_error add_many(struct pair pair, const struct ring_node *nodes, size_t count)
{
    enum ring_error error = ring_add_many(pair.plain, nodes, count);
    assert_int_equal(ring_shared_add_many(pair.shared, nodes, count), error);
    return error;
}

static enum ring_error take_out(struct pair pair, const void *name, size_t size)
{
    enum ring_error error = ring_remove(pair.plain, name, size);
    assert_int_equal(ring_shared_remove(pair.shared, name, size), error);
    return error;
}

static enum ring_error set_replicas(struct pair pair, const void *name, size_t size,
                                    uint32_t replicas)
{
    enum ring_error error = ring_set_replicas(pair.plain, name, size, replicas);
    assert_int_equal(ring_shared_set_replicas(pair.shared, name, size, replicas), error);
    return error;
}

/* Asserts that readers now see what the plain ring has. */
static void assert_alike(struct pair pair)
{
    const struct ring *ring = ring_shared_enter(pair.shared);
    char *seen = portrait(ring);
    char *expected = portrait(pair.plain);
    assert_string_equal(seen, expected);
    assert_sound(ring);
    for (uint32_t i = 0; i < 16; i++) {
        struct ring_bytes owner = {NULL, 0};
        assert_int_equal(ring_find(pair.plain, &i, sizeof i, &owner), RING_OK);
        assert_owner(ring, (struct ring_bytes){&i, sizeof i}, owner);
    }
    ring_shared_leave(pair.shared);
    free(seen);
    free(expected);
    assert_int_equal(ring_shared_bytes_used(pair.shared), scribbling_held() - pair.held);
}

/* Asserts the same of both sides: each change publishes the other one. */
static void assert_both_alike(struct pair pair)
{
    assert_alike(pair);
    assert_int_equal(add(pair, NAME("a probe"), 2), RING_OK);
    assert_alike(pair);
    assert_int_equal(take_out(pair, NAME("a probe")), RING_OK);
    assert_alike(pair);
}

static const struct ring_node batch[] = {
    {BYTES("x"), 9},
    {BYTES("a longer name than the others"), 30},
    {BYTES("y"), 1},
};

static void a_new_one_is_empty(void **state)
{
    struct pair pair = make(NULL);
    (void)state;
    assert_both_alike(pair);
    unmake(pair);
    ring_shared_destroy(NULL);
    assert_int_equal(ring_shared_create(&pair.shared, NULL), RING_OK);
    const struct ring *ring = ring_shared_enter(pair.shared);
    assert_non_null(ring);
    assert_owner(ring, BYTES("key"), (struct ring_bytes){NULL, 0});
    ring_shared_leave(pair.shared);
    ring_shared_destroy(pair.shared);
}

static void wrong_options_are_refused(void **state)
{
    struct ring_shared *shared = NULL;
    struct ring_options options[] = {
        {.rule = (enum ring_rule)99},
        {.rule = RING_CUSTOM},
        {.allocator = {.allocate = scribbling_allocator.allocate}},
        {.allocator = {.release = scribbling_allocator.release}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        assert_int_equal(ring_shared_create(&shared, &options[i]), RING_BAD_ARGUMENT);
        assert_null(shared);
    }
    assert_int_equal(ring_shared_create(NULL, NULL), RING_BAD_ARGUMENT);
}

static void errors_are_those_of_a_ring(void **state)
{
    static const struct ring_node twice[] = {{BYTES("p"), 1}, {BYTES("q"), 1}, {BYTES("p"), 2}};
    static const struct ring_node one_exists[] = {{BYTES("p"), 1}, {BYTES("x"), 1}};
    static const struct ring_node one_is_empty[] = {{BYTES("p"), 1}, {BYTES(""), 1}};
    struct pair pair = make(NULL);
    (void)state;
    assert_int_equal(add_many(pair, batch, 3), RING_OK);
    assert_int_equal(add(pair, NULL, 1, 1), RING_BAD_ARGUMENT);
    assert_int_equal(add(pair, "", 0, 1), RING_BAD_ARGUMENT);
    assert_int_equal(add(pair, NAME("p"), 0), RING_BAD_ARGUMENT);
    assert_int_equal(add(pair, NAME("p"), RING_REPLICAS_MAX + 1), RING_BAD_ARGUMENT);
    assert_int_equal(add(pair, NAME("y"), 5), RING_NODE_EXISTS);
    assert_int_equal(add_many(pair, NULL, 1), RING_BAD_ARGUMENT);
    assert_int_equal(add_many(pair, NULL, 0), RING_OK);
    assert_int_equal(add_many(pair, one_is_empty, 2), RING_BAD_ARGUMENT);
    assert_int_equal(add_many(pair, twice, 3), RING_NODE_EXISTS);
    assert_int_equal(add_many(pair, one_exists, 2), RING_NODE_EXISTS);
    assert_int_equal(add(pair, "z", SIZE_MAX, 1), RING_NO_MEMORY);
    assert_int_equal(take_out(pair, NULL, 1), RING_BAD_ARGUMENT);
    assert_int_equal(take_out(pair, "", 0), RING_BAD_ARGUMENT);
    assert_int_equal(take_out(pair, NAME("a longer name")), RING_NO_SUCH_NODE);
    assert_int_equal(set_replicas(pair, NAME("a longer name"), 3), RING_NO_SUCH_NODE);
    assert_int_equal(set_replicas(pair, NAME("x"), 0), RING_BAD_ARGUMENT);
    assert_int_equal(set_replicas(pair, NAME("x"), 9), RING_OK);
    assert_both_alike(pair);
    assert_int_equal(ring_shared_add(NULL, NAME("x"), 1), RING_BAD_ARGUMENT);
    assert_int_equal(ring_shared_add_many(NULL, batch, 3), RING_BAD_ARGUMENT);
    assert_int_equal(ring_shared_remove(NULL, NAME("x")), RING_BAD_ARGUMENT);
    assert_int_equal(ring_shared_set_replicas(NULL, NAME("x"), 1), RING_BAD_ARGUMENT);
    unmake(pair);
}

/* 4096 nodes of 2^20 points: one point too many. */
static void too_many_points_are_refused(void **state)
{
    enum { NODES = 4096 };
    struct ring_node *nodes = calloc(NODES, sizeof *nodes);
    struct pair pair = make(NULL);
    (void)state;
    assert_non_null(nodes);
    uint32_t numbers[NODES];
    for (uint32_t i = 0; i < NODES; i++) {
        numbers[i] = i;
        nodes[i] = (struct ring_node){{&numbers[i], sizeof numbers[i]}, RING_REPLICAS_MAX};
    }
    assert_int_equal(add_many(pair, nodes, NODES), RING_TOO_MANY_POINTS);
    assert_both_alike(pair);
    unmake(pair);
    free(nodes);
}

static void creating_survives_every_refusal(void **state)
{
    const struct ring_options options = {.allocator = scribbling_allocator};
    const size_t held = scribbling_held();
    (void)state;
    for (int once = 0; once < 2; once++) {
        struct ring_shared *shared = NULL;
        for (size_t blocks = 0; shared == NULL; blocks++) {
            scribbling_allow(blocks, once != 0);
            enum ring_error error = ring_shared_create(&shared, &options);
            scribbling_allow(SIZE_MAX, false);
            assert_int_equal(error, shared != NULL ? RING_OK : RING_NO_MEMORY);
            assert_true(shared != NULL || scribbling_held() == held);
            assert_true(shared == NULL || blocks > 0);
        }
        assert_int_equal(ring_shared_bytes_used(shared), scribbling_held() - held);
        ring_shared_destroy(shared);
        assert_int_equal(scribbling_held(), held);
    }
}

/* Adds a batch with only this many allocations allowed, and destroys the pair. Whether the add
 * succeeded. */
static bool batch_with(size_t blocks, bool once, struct pair pair, const struct ring_node *batch,
                       size_t count)
{
    size_t held = scribbling_held();
    scribbling_allow(blocks, once);
    enum ring_error error = ring_shared_add_many(pair.shared, batch, count);
    scribbling_allow(SIZE_MAX, false);
    if (error == RING_OK) {
        assert_int_equal(ring_add_many(pair.plain, batch, count), RING_OK);
    } else {
        assert_int_equal(error, RING_NO_MEMORY);
        assert_int_equal(scribbling_held(), held);
    }
    assert_both_alike(pair);
    unmake(pair);
    return error == RING_OK;
}

/* Adds the batch to a ring with `before` nodes, with only this many allocations allowed. Whether
 * the add succeeded. */
static bool added_with(size_t blocks, bool once, int before)
{
    struct pair pair = make(NULL);
    for (int i = 0; i < before; i++) {
        assert_int_equal(add(pair, &i, sizeof i, 3), RING_OK);
    }
    return batch_with(blocks, once, pair, batch, 3);
}

static void adding_survives_every_refusal(void **state)
{
    (void)state;
    for (int before = 0; before < 40; before += 13) {
        for (int once = 0; once < 2; once++) {
            size_t blocks = 0;
            while (!added_with(blocks, once != 0, before)) {
                blocks++;
            }
            /* Three nodes, and at least one array. */
            assert_in_range(blocks, 4, 100);
        }
    }
}

/* A ring in which one more node makes something grow on each side. */
struct growth {
    const struct point_store *store;
    int nodes;                       /* nodes before */
    uint32_t replicas;               /* of each of them */
    uint32_t more;                   /* of the next node */
    const struct ring_options *rule; /* NULL: RING_XXH3 */
};

static struct pair made_for(const struct growth *growth)
{
    struct pair pair = make_over(growth->rule, growth->store);
    for (int i = 0; i < growth->nodes; i++) {
        assert_int_equal(add(pair, &i, sizeof i, growth->replicas), RING_OK);
    }
    return pair;
}

/* How many allocations it takes: `with` tries it with this many allowed. */
static size_t blocks_for(bool (*with)(size_t blocks, bool once, const struct growth *growth),
                         bool once, const struct growth *growth)
{
    size_t blocks = 0;
    while (!with(blocks, once, growth)) {
        blocks++;
    }
    return blocks;
}

/* Adds that node with only this many allocations allowed. Whether the add succeeded. */
static bool grown_with(size_t blocks, bool once, const struct growth *growth)
{
    struct pair pair = made_for(growth);
    const struct ring_node node = {BYTES("more"), growth->more};
    return batch_with(blocks, once, pair, &node, 1);
}

static void growing_survives_every_refusal(void **state)
{
    static const struct growth growths[] = {
        {&ring_arcs, 1, 40, 200, NULL},            /* a larger run */
        {&ring_arcs_tiny, 1, 40, 200, NULL},       /* more lines than there are */
        {&ring_arcs_tiny, 1, 4, 200, NULL},        /* lines instead of a run */
        {&ring_arcs_tiny, 3, 60, 150, NULL},       /* chains */
        {&ring_arcs_tiny, 1, 40, 200, &all_equal}, /* a run beside the run */
        {&ring_merge, 1, 40, 200, NULL},           /* a larger array */
        {&ring_arcs, 16, 30, 1, NULL},             /* the table of nodes alone */
        {&ring_merge, 16, 30, 1, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof growths / sizeof *growths; i++) {
        for (int once = 0; once < 2; once++) {
            size_t blocks = blocks_for(grown_with, once != 0, &growths[i]);
            /* First what a plain ring needs: a list, a node, a buffer, points. Then something on
             * each side. */
            assert_in_range(blocks, 4 + 2, 200);
        }
    }
}

/* Changes the replicas of a node with only this many allocations allowed. Whether it succeeded. */
static bool changed_with(size_t blocks, bool once, const struct growth *growth)
{
    struct pair pair = made_for(growth);
    const int node = 0;
    const size_t held = scribbling_held();
    scribbling_allow(blocks, once);
    enum ring_error error = ring_shared_set_replicas(pair.shared, &node, sizeof node, growth->more);
    scribbling_allow(SIZE_MAX, false);
    if (error == RING_OK) {
        assert_int_equal(ring_set_replicas(pair.plain, &node, sizeof node, growth->more), RING_OK);
    } else {
        assert_int_equal(error, RING_NO_MEMORY);
        assert_int_equal(scribbling_held(), held);
    }
    assert_both_alike(pair);
    unmake(pair);
    return error == RING_OK;
}

static void changing_replicas_survives_every_refusal(void **state)
{
    static const struct growth growths[] = {
        {&ring_arcs, 1, 40, 200, NULL},      /* a larger run on each side */
        {&ring_arcs_tiny, 1, 40, 200, NULL}, /* more lines than there are */
        {&ring_arcs_tiny, 1, 4, 200, NULL},  /* lines instead of a run */
        {&ring_arcs_tiny, 1, 200, 4, NULL},  /* a run instead of lines; new points' places */
        {&ring_merge, 1, 40, 200, NULL},     /* a larger array */
        {&ring_arcs, 3, 40, 7, NULL},        /* the node and the lists alone */
    };
    (void)state;
    for (size_t i = 0; i < sizeof growths / sizeof *growths; i++) {
        for (int once = 0; once < 2; once++) {
            size_t blocks = blocks_for(changed_with, once != 0, &growths[i]);
            assert_in_range(blocks, 4 + (i < 5 ? 2 : 0), i < 5 ? 200 : 4);
        }
    }
}

static void a_null_ring_uses_no_memory(void **state)
{
    (void)state;
    assert_int_equal(ring_shared_bytes_used(NULL), 0);
}

static void removing_needs_no_memory(void **state)
{
    struct pair pair = make(NULL);
    (void)state;
    assert_int_equal(add_many(pair, batch, 3), RING_OK);
    for (size_t i = 0; i < 3; i++) {
        scribbling_allow(0, false);
        assert_int_equal(take_out(pair, batch[i].name.data, batch[i].name.size), RING_OK);
        scribbling_allow(SIZE_MAX, false);
        assert_alike(pair);
    }
    assert_both_alike(pair);
    unmake(pair);
}

static void a_removed_name_is_given_back(void **state)
{
    static const char name[5000] = "long";
    struct pair pair = make(NULL);
    (void)state;
    assert_int_equal(add(pair, NAME("short"), 1), RING_OK);
    assert_int_equal(add(pair, name, sizeof name, 1), RING_OK);
    size_t held = scribbling_held();
    assert_int_equal(take_out(pair, name, sizeof name), RING_OK);
    assert_true(scribbling_held() <= held - sizeof name);
    assert_both_alike(pair);
    unmake(pair);
}

/* The layer has memory for two rings, except for the nodes and their positions, which the sides
 * share. */
static void memory_is_that_of_two_rings(void **state)
{
    struct pair pair = make(NULL);
    size_t empty = ring_shared_bytes_used(pair.shared);
    size_t plain_empty = ring_bytes_used(pair.plain);
    (void)state;
    for (int i = 0; i < 300; i++) {
        assert_int_equal(add(pair, &i, sizeof i, 50), RING_OK);
        size_t shared_once = ring_point_count(pair.plain) * sizeof(uint64_t);
        assert_true(ring_shared_bytes_used(pair.shared) - empty + shared_once <=
                    2 * (ring_bytes_used(pair.plain) - plain_empty));
    }
    assert_int_equal(ring_shared_bytes_used(pair.shared), scribbling_held() - pair.held);
    unmake(pair);
}

static uint32_t next(uint32_t *random)
{
    *random = *random * UINT32_C(1664525) + UINT32_C(1013904223);
    return *random >> 16;
}

static void mixed_over(const struct ring_options *options, const struct point_store *store)
{
    struct pair pair = make_over(options, store);
    uint32_t random = 1;
    for (int step = 0; step < 200; step++) {
        unsigned char names[3];
        for (size_t i = 0; i < 3; i++) {
            names[i] = (unsigned char)(next(&random) % 12);
        }
        uint32_t replicas = 1 + next(&random) % 5;
        struct ring_node nodes[] = {{{&names[0], 1}, replicas}, {{names, 2}, 1}, {{names, 3}, 70}};
        switch (next(&random) % 6) {
        case 4:
        case 5:
            (void)set_replicas(pair, names, 1 + next(&random) % 3, 1 + next(&random) % 90);
            break;
        case 0:
            (void)add(pair, names, 1, replicas);
            break;
        case 1:
            (void)add_many(pair, nodes, next(&random) % 4);
            break;
        default:
            (void)take_out(pair, names, 1 + next(&random) % 3);
            break;
        }
        assert_alike(pair);
    }
    assert_both_alike(pair);
    unmake(pair);
}

static void mixed(const struct ring_options *options)
{
    mixed_over(options, &ring_arcs);
    mixed_over(options, &ring_arcs_tiny);
}

static void answers_are_those_of_a_ring(void **state)
{
    (void)state;
    mixed(NULL);
    mixed(&(struct ring_options){.rule = RING_SHA1});
    mixed(&picked_positions);
    mixed(&all_equal);
}

/* Whether the side that readers see has lines. */
static bool is_large(struct pair pair)
{
    const bool large = arc_count(ring_shared_enter(pair.shared)) > 0;
    ring_shared_leave(pair.shared);
    return large;
}

/* Adds one point and removes it, and asserts that both sides have lines, or that none has. */
static void assert_both_large(struct pair pair, bool large)
{
    assert_int_equal(is_large(pair), large);
    assert_int_equal(add(pair, NAME("z"), 1), RING_OK);
    assert_int_equal(take_out(pair, NAME("z")), RING_OK);
    assert_int_equal(is_large(pair), large);
}

/* Both sides get more points than a run may have, and fewer again. */
static void both_sides_change_their_form(void **state)
{
    struct pair pair = make(NULL);
    (void)state;
    assert_int_equal(add_many(pair, batch, 3), RING_OK);
    assert_int_equal(add(pair, NAME("many"), RUN_MAX - 42), RING_OK);
    assert_both_large(pair, false);
    assert_int_equal(set_replicas(pair, NAME("x"), 11), RING_OK);
    assert_both_alike(pair); /* with two points for a moment */
    assert_both_large(pair, true);
    assert_int_equal(set_replicas(pair, NAME("many"), RUN_MAX / 4 - 41), RING_OK);
    assert_both_large(pair, true);
    assert_both_alike(pair);
    assert_int_equal(set_replicas(pair, NAME("many"), RUN_MAX / 4 - 42), RING_OK);
    assert_both_large(pair, false);
    assert_both_alike(pair);
    assert_int_equal(set_replicas(pair, NAME("many"), RUN_MAX + 1000), RING_OK);
    assert_both_large(pair, true);
    scribbling_allow(0, false); /* there is none to become small */
    assert_int_equal(take_out(pair, NAME("many")), RING_OK);
    scribbling_allow(SIZE_MAX, false);
    assert_int_equal(ring_point_count(pair.plain), 42);
    assert_true(is_large(pair));
    assert_alike(pair);
    assert_int_equal(add(pair, NAME("z"), 1), RING_OK);
    assert_true(is_large(pair));
    assert_int_equal(take_out(pair, NAME("z")), RING_OK); /* now there is */
    assert_both_large(pair, false);
    assert_both_alike(pair);
    unmake(pair);
}

static void enters_may_be_nested(void **state)
{
    struct pair one = make(NULL);
    struct ring_shared *other = NULL;
    (void)state;
    assert_int_equal(ring_shared_create(&other, &all_equal), RING_OK);
    assert_int_equal(add_many(one, batch, 3), RING_OK);
    assert_int_equal(ring_shared_add(other, NAME("only"), 1), RING_OK);
    const struct ring *outer = ring_shared_enter(one.shared);
    char *before = portrait(outer);
    for (int i = 0; i < 3; i++) {
        assert_alike(one);
        assert_owner(ring_shared_enter(other), BYTES("key"), BYTES("only"));
        ring_shared_leave(other);
    }
    assert_ptr_equal(ring_shared_enter(one.shared), outer);
    ring_shared_leave(one.shared);
    char *after = portrait(outer);
    assert_string_equal(before, after);
    ring_shared_leave(one.shared);
    free(before);
    free(after);
    unmake(one);
    ring_shared_destroy(other);
}

static void a_thread_may_register_again(void **state)
{
    struct pair pair = make(NULL);
    (void)state;
    ring_shared_unregister();
    assert_int_equal(add(pair, NAME("x"), 1), RING_OK); /* nobody reads */
    ring_shared_register();
    assert_both_alike(pair);
    unmake(pair);
}

enum call_kind { ADDS, REMOVES, CHANGES, SETS_DATA, ADDS_NONE, KEEPS_REPLICAS, SETS_DATA_OF_NONE };

/* A call by another thread. */
struct call {
    struct ring_shared *shared;
    enum call_kind kind;
    enum ring_error error;
    atomic_bool returned;
};

static void *make_change(void *argument)
{
    struct call *call = argument;
    struct ring_shared *shared = call->shared;
    const struct ring_bytes name = batch[1].name;
    switch (call->kind) {
    case ADDS:
        call->error = ring_shared_add_many(shared, batch, 3);
        break;
    case REMOVES:
        call->error = ring_shared_remove(shared, name.data, name.size);
        break;
    case CHANGES:
    case KEEPS_REPLICAS:
        call->error = ring_shared_set_replicas(shared, name.data, name.size, 70);
        break;
    case SETS_DATA:
        call->error = ring_shared_set_node_data(shared, name.data, name.size, call);
        break;
    case ADDS_NONE:
        call->error = ring_shared_add_many(shared, NULL, 0);
        break;
    case SETS_DATA_OF_NONE:
        call->error = ring_shared_set_node_data(shared, NAME("none"), call);
        break;
    }
    atomic_store(&call->returned, true);
    scribbling_flush();
    return NULL;
}

static void pause_for(long milliseconds)
{
    (void)nanosleep(&(struct timespec){0, milliseconds * 1000000}, NULL);
}

/* Waits until a reader that enters sees this many points: the change has been published. */
static void wait_until_seen(const struct ring_shared *shared, size_t points)
{
    size_t seen = SIZE_MAX;
    while (seen != points) {
        seen = ring_point_count(ring_shared_enter(shared));
        ring_shared_leave(shared);
        pause_for(1);
    }
}

static void stay_during(struct ring_shared *shared, enum call_kind kind, size_t points_after)
{
    struct call call = {.shared = shared, .kind = kind};
    pthread_t thread;
    const struct ring *ring = ring_shared_enter(shared);
    struct ring_bytes owner = {NULL, 0};
    assert_int_equal(ring_find(ring, NAME("key"), &owner), RING_OK);
    char *before = portrait(ring);
    assert_int_equal(pthread_create(&thread, NULL, make_change, &call), 0);
    wait_until_seen(shared, points_after);
    pause_for(20); /* time for a writer that does not wait to do harm */
    assert_false(atomic_load(&call.returned));
    char *after = portrait(ring);
    assert_string_equal(before, after);
    assert_sound(ring);
    assert_owner(ring, BYTES("key"), owner);
    ring_shared_leave(shared);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(atomic_load(&call.returned));
    assert_int_equal(call.error, RING_OK);
    free(before);
    free(after);
}

static void a_reader_that_stays_keeps_its_ring(void **state)
{
    const struct ring_options options = {.allocator = scribbling_allocator};
    struct ring_shared *shared = NULL;
    struct ring *plain = NULL;
    (void)state;
    assert_int_equal(ring_shared_create(&shared, &options), RING_OK);
    assert_int_equal(ring_create(&plain, NULL), RING_OK);
    assert_int_equal(ring_shared_add(shared, NAME("one"), 40), RING_OK);
    stay_during(shared, ADDS, 80);
    stay_during(shared, CHANGES, 120);
    stay_during(shared, SETS_DATA, 120);
    stay_during(shared, REMOVES, 50);
    assert_int_equal(ring_add(plain, NAME("one"), 40), RING_OK);
    assert_int_equal(ring_add_many(plain, batch, 3), RING_OK);
    assert_int_equal(ring_remove(plain, batch[1].name.data, batch[1].name.size), RING_OK);
    char *seen = portrait(ring_shared_enter(shared));
    ring_shared_leave(shared);
    char *expected = portrait(plain);
    assert_string_equal(seen, expected);
    free(seen);
    free(expected);
    ring_destroy(plain);
    ring_shared_destroy(shared);
}

/* A call that changes nothing waits for no reader. */
static void assert_returns_beside_a_reader(struct ring_shared *shared, enum call_kind kind,
                                           enum ring_error error)
{
    struct call call = {.shared = shared, .kind = kind};
    pthread_t thread;
    (void)ring_shared_enter(shared);
    assert_int_equal(pthread_create(&thread, NULL, make_change, &call), 0);
    for (int i = 0; i < 10000 && !atomic_load(&call.returned); i++) {
        pause_for(1);
    }
    assert_true(atomic_load(&call.returned));
    ring_shared_leave(shared);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(call.error, error);
}

static void a_reader_that_stays_delays_nothing_else(void **state)
{
    const struct ring_options options = {.allocator = scribbling_allocator};
    struct ring_shared *shared = NULL;
    (void)state;
    assert_int_equal(ring_shared_create(&shared, &options), RING_OK);
    assert_int_equal(ring_shared_add_many(shared, batch, 3), RING_OK);
    assert_int_equal(ring_shared_set_replicas(shared, batch[1].name.data, batch[1].name.size, 70),
                     RING_OK);
    assert_returns_beside_a_reader(shared, ADDS_NONE, RING_OK);
    assert_returns_beside_a_reader(shared, KEEPS_REPLICAS, RING_OK);
    assert_returns_beside_a_reader(shared, SETS_DATA_OF_NONE, RING_NO_SUCH_NODE);
    assert_returns_beside_a_reader(shared, ADDS, RING_NODE_EXISTS);
    ring_shared_destroy(shared);
}

/* The reader leaves before each change, so no change waits for it. */
static void readers_that_enter_later_see_the_change(void **state)
{
    struct pair pair = make(NULL);
    (void)state;
    for (int i = 0; i < 50; i++) {
        assert_int_equal(add(pair, &i, sizeof i, 2), RING_OK);
        assert_int_equal(ring_node_count(ring_shared_enter(pair.shared)), i + 1);
        ring_shared_leave(pair.shared);
    }
    unmake(pair);
}

struct changes {
    struct ring_shared *shared;
    atomic_bool returned;
};

static void *change_often(void *argument)
{
    struct changes *changes = argument;
    for (uint32_t i = 0; i < 200; i++) {
        assert_int_equal(ring_shared_set_replicas(changes->shared, NAME("x"), i % 2 == 0 ? 90 : 1),
                         RING_OK);
    }
    atomic_store(&changes->returned, true);
    scribbling_flush();
    return NULL;
}

/* While replicas change, each reader sees the node with the old number or the new one. */
static void a_changed_node_is_never_absent(void **state)
{
    const struct ring_options options = {.allocator = scribbling_allocator};
    struct changes changes = {.shared = NULL};
    pthread_t thread;
    (void)state;
    assert_int_equal(ring_shared_create(&changes.shared, &options), RING_OK);
    assert_int_equal(ring_shared_add_many(changes.shared, batch, 3), RING_OK);
    assert_int_equal(ring_shared_set_replicas(changes.shared, NAME("x"), 1), RING_OK);
    assert_int_equal(pthread_create(&thread, NULL, change_often, &changes), 0);
    while (!atomic_load(&changes.returned)) {
        const struct ring *ring = ring_shared_enter(changes.shared);
        uint32_t replicas = 0;
        assert_int_equal(ring_node_replicas(ring, NAME("x"), &replicas), RING_OK);
        assert_true(replicas == 1 || replicas == 90);
        assert_int_equal(ring_point_count(ring), 31 + replicas);
        assert_sound(ring);
        ring_shared_leave(changes.shared);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    ring_shared_destroy(changes.shared);
}

static void *data_of(const struct ring_shared *shared, const void *name, size_t size)
{
    struct ring_bytes own;
    const struct ring *ring = ring_shared_enter(shared);
    assert_int_equal(ring_own_name(ring, name, size, &own), RING_OK);
    void *data = ring_node_data(own);
    ring_shared_leave(shared);
    return data;
}

/* It is the same on both sides, and stays through changes. */
static void both_sides_have_the_callers_pointer(void **state)
{
    struct pair pair = make(NULL);
    int marks[2];
    (void)state;
    assert_int_equal(ring_shared_add_with_data(pair.shared, NAME("x"), 3, &marks[0]), RING_OK);
    assert_int_equal(ring_shared_add_with_data(pair.shared, NAME("x"), 3, &marks[1]),
                     RING_NODE_EXISTS);
    assert_int_equal(ring_add(pair.plain, NAME("x"), 3), RING_OK);
    assert_ptr_equal(data_of(pair.shared, NAME("x")), &marks[0]);
    assert_both_alike(pair);
    assert_int_equal(add(pair, NAME("y"), 3), RING_OK);
    assert_ptr_equal(data_of(pair.shared, NAME("x")), &marks[0]);
    assert_null(data_of(pair.shared, NAME("y")));
    for (uint32_t replicas = 1; replicas < 5; replicas++) {
        assert_int_equal(set_replicas(pair, NAME("x"), replicas), RING_OK);
        assert_ptr_equal(data_of(pair.shared, NAME("x")), &marks[0]);
        assert_int_equal(ring_shared_set_node_data(pair.shared, NAME("y"), &marks[1]), RING_OK);
        assert_ptr_equal(data_of(pair.shared, NAME("y")), &marks[1]);
        assert_int_equal(ring_shared_set_node_data(pair.shared, NAME("y"), NULL), RING_OK);
        assert_null(data_of(pair.shared, NAME("y")));
    }
    assert_int_equal(ring_shared_set_node_data(pair.shared, NAME("z"), NULL), RING_NO_SUCH_NODE);
    assert_int_equal(ring_shared_set_node_data(pair.shared, NAME(""), NULL), RING_BAD_ARGUMENT);
    assert_int_equal(ring_shared_set_node_data(NULL, NAME("x"), NULL), RING_BAD_ARGUMENT);
    assert_both_alike(pair);
    unmake(pair);
}

static void *set_data_often(void *argument)
{
    struct changes *changes = argument;
    ring_shared_register();
    for (int i = 0; i < 200; i++) {
        int *fresh = malloc(sizeof *fresh);
        int *old = data_of(changes->shared, NAME("x"));
        assert_non_null(fresh);
        *fresh = i;
        assert_int_equal(ring_shared_set_node_data(changes->shared, NAME("x"), fresh), RING_OK);
        *old = -1;
        free(old);
    }
    atomic_store(&changes->returned, true);
    ring_shared_unregister();
    scribbling_flush();
    return NULL;
}

/* What a pointer points to can be freed when another one has been set. */
static void an_old_pointer_can_be_freed(void **state)
{
    struct changes changes = {.shared = NULL};
    pthread_t thread;
    int *first = calloc(1, sizeof *first);
    int last = 0;
    (void)state;
    assert_non_null(first);
    assert_int_equal(ring_shared_create(&changes.shared, NULL), RING_OK);
    assert_int_equal(ring_shared_add_with_data(changes.shared, NAME("x"), 9, first), RING_OK);
    assert_int_equal(pthread_create(&thread, NULL, set_data_often, &changes), 0);
    while (!atomic_load(&changes.returned)) {
        struct ring_bytes node;
        const struct ring *ring = ring_shared_enter(changes.shared);
        assert_int_equal(ring_find(ring, NAME("key"), &node), RING_OK);
        const int *data = ring_node_data(node);
        assert_true(*data >= last);
        last = *data;
        ring_shared_leave(changes.shared);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    free(data_of(changes.shared, NAME("x")));
    ring_shared_destroy(changes.shared);
}

static int set_up(void **state)
{
    (void)state;
    ring_shared_register();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ring_shared_unregister();
    scribbling_flush();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_one_is_empty),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(errors_are_those_of_a_ring),
        cmocka_unit_test(too_many_points_are_refused),
        cmocka_unit_test(creating_survives_every_refusal),
        cmocka_unit_test(adding_survives_every_refusal),
        cmocka_unit_test(growing_survives_every_refusal),
        cmocka_unit_test(changing_replicas_survives_every_refusal),
        cmocka_unit_test(a_null_ring_uses_no_memory),
        cmocka_unit_test(removing_needs_no_memory),
        cmocka_unit_test(a_removed_name_is_given_back),
        cmocka_unit_test(memory_is_that_of_two_rings),
        cmocka_unit_test(answers_are_those_of_a_ring),
        cmocka_unit_test(both_sides_change_their_form),
        cmocka_unit_test(enters_may_be_nested),
        cmocka_unit_test(a_thread_may_register_again),
        cmocka_unit_test(a_reader_that_stays_keeps_its_ring),
        cmocka_unit_test(a_reader_that_stays_delays_nothing_else),
        cmocka_unit_test(readers_that_enter_later_see_the_change),
        cmocka_unit_test(a_changed_node_is_never_absent),
        cmocka_unit_test(both_sides_have_the_callers_pointer),
        cmocka_unit_test(an_old_pointer_can_be_freed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
