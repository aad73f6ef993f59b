/* The allocator refuses the N-th block, for every N until the call succeeds. After each refusal,
 * the ring must be as it was. */
#include "../arcs/tiny.h"
#include "../merge.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct budget {
    size_t blocks_left; /* blocks to allocate before it refuses */
    bool once;          /* refuses only one block, not all from there on */
    size_t peak;        /* the most bytes held */
    size_t bytes;       /* held now */
    size_t asked;       /* blocks requested so far */
};

static void *take(void *context, size_t size)
{
    struct budget *budget = context;
    assert_true(size > 0);
    budget->asked++;
    if (budget->blocks_left == 0) {
        budget->blocks_left = budget->once ? SIZE_MAX : 0;
        return NULL;
    }
    budget->blocks_left--;
    budget->bytes += size;
    budget->peak = budget->bytes > budget->peak ? budget->bytes : budget->peak;
    return size > 0 ? malloc(size) : NULL;
}

static void give(void *context, void *block, size_t size)
{
    struct budget *budget = context;
    assert_non_null(block);
    assert_true(budget->bytes >= size);
    budget->bytes -= size;
    memset(block, 0xdd, size); /* shows reads after the release */
    free(block);
}

static struct ring_options with_budget(struct budget *budget)
{
    return (struct ring_options){.allocator = {take, give, budget}};
}

static struct ring *make(struct budget *budget)
{
    struct ring *ring = NULL;
    struct ring_options options = with_budget(budget);
    budget->blocks_left = SIZE_MAX;
    assert_int_equal(ring_create(&ring, &options), RING_OK);
    return ring;
}

static void create_needs_memory(void **state)
{
    struct budget budget = {0};
    struct ring *ring = NULL;
    struct ring_options options = with_budget(&budget);
    (void)state;
    assert_int_equal(ring_create(&ring, &options), RING_NO_MEMORY);
    assert_null(ring);
    assert_int_equal(budget.bytes, 0);
}

/* Refuses each block of a new ring, alone and together with all later ones. */
static void creating_survives_every_refusal(void **state)
{
    const struct point_store *const stores[] = {&ring_arcs, &ring_arcs_tiny, &ring_merge};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        struct ring *ring = NULL;
        for (size_t refusals = 0; ring == NULL; refusals++) {
            struct budget budget = {.blocks_left = refusals, .once = i % 2 == 1};
            struct ring_options options = with_budget(&budget);
            enum ring_error error = ring_create_over(&ring, &options, stores[i / 2], 1, 0);
            assert_int_equal(error, ring != NULL ? RING_OK : RING_NO_MEMORY);
            ring_destroy(ring);
            assert_int_equal(budget.bytes, 0);
        }
    }
}

static const struct ring_node batch[] = {
    {BYTES("x"), 9},
    {BYTES("a longer name than the others"), 30},
    {BYTES("y"), 1},
};

static enum ring_error add_one(struct ring *ring)
{
    return ring_add(ring, NAME("one more"), 40);
}

static enum ring_error add_batch(struct ring *ring)
{
    return ring_add_many(ring, batch, 3);
}

static enum ring_error raise_replicas(struct ring *ring)
{
    return ring_set_replicas(ring, NAME("x"), 120);
}

static enum ring_error lower_replicas(struct ring *ring)
{
    return ring_set_replicas(ring, NAME("x"), 4);
}

static enum ring_error check(struct ring *ring)
{
    return ring_check(ring, NULL);
}

static enum ring_error find_many(struct ring *ring)
{
    struct ring_bytes nodes[20];
    size_t found = 55;
    enum ring_error error = ring_find_n(ring, NAME("key"), 20, nodes, &found);
    assert_int_equal(found, error == RING_OK ? 20 : 55);
    return error;
}

/* Returns how many refusals there were before the step succeeded. */
static size_t assert_survives(struct ring *ring, struct budget *budget,
                              enum ring_error (*step)(struct ring *ring))
{
    for (size_t refusals = 0;; refusals++) {
        char *before = portrait(ring);
        size_t bytes_before = budget->bytes;
        budget->blocks_left = refusals;
        enum ring_error error = step(ring);
        budget->blocks_left = SIZE_MAX;
        assert_int_equal(ring_bytes_used(ring), budget->bytes);
        assert_sound(ring);
        if (error == RING_OK) {
            free(before);
            return refusals;
        }
        assert_int_equal(error, RING_NO_MEMORY);
        char *after = portrait(ring);
        assert_string_equal(before, after);
        assert_int_equal(budget->bytes, bytes_before);
        free(before);
        free(after);
    }
}

static void survive_every_refusal(bool once)
{
    struct budget budget = {.once = once};
    struct ring *ring = make(&budget);
    assert_int_equal(ring_bytes_used(ring), budget.bytes);
    /* The list of the batch, three nodes, a buffer, points, a piece of the table, and a block. */
    assert_int_equal(assert_survives(ring, &budget, add_batch), 8);
    /* The same with one node and no piece, but with the old block's points and an overflow run. */
    assert_int_equal(assert_survives(ring, &budget, add_one), 7);
    assert_int_equal(assert_survives(ring, &budget, check), 2);
    for (int i = 0; i < 20; i++) {
        char name[16];
        int size = snprintf(name, sizeof name, "node%d", i);
        assert_int_equal(ring_add(ring, name, (size_t)size, 3), RING_OK);
    }
    assert_int_equal(assert_survives(ring, &budget, find_many), 1);
    ring_destroy(ring);
    assert_int_equal(budget.bytes, 0);
}

static const struct ring_node large_batch[] = {
    {BYTES("p"), 60}, {BYTES("q"), 1}, {BYTES("r"), 100}, {BYTES("s"), 30}, {BYTES("t"), 9},
};

static enum ring_error add_large_batch(struct ring *ring)
{
    return ring_add_many(ring, large_batch, 5);
}

/* Adds that replace many blocks, make room in others, and need a larger directory. */
static void survive_while_blocks_grow(bool once, const struct point_store *store,
                                      struct ring_options options)
{
    struct budget budget = {.once = once, .blocks_left = SIZE_MAX};
    struct ring *ring = NULL;
    options.allocator = (struct ring_allocator){take, give, &budget};
    assert_int_equal(ring_create_over(&ring, &options, store, 1, 0), RING_OK);
    /* Each node was refused at least once, and so were the lists of nodes and of points. */
    assert_true(assert_survives(ring, &budget, add_batch) > 3 + 3);
    assert_true(assert_survives(ring, &budget, add_large_batch) > 5 + 3);
    assert_true(assert_survives(ring, &budget, add_one) > 1 + 2);
    for (size_t i = 0; i < 5; i++) {
        const struct ring_bytes *name = &large_batch[i].name;
        budget.blocks_left = 0;
        assert_int_equal(ring_remove(ring, name->data, name->size), RING_OK);
        budget.blocks_left = SIZE_MAX;
        assert_sound(ring);
    }
    assert_true(assert_survives(ring, &budget, add_large_batch) > 5 + 2);
    /* The node, its name with a suffix, the points; and more than that if blocks grow. */
    assert_true(assert_survives(ring, &budget, raise_replicas) > 3);
    assert_int_equal(assert_survives(ring, &budget, lower_replicas), 3);
    assert_true(assert_survives(ring, &budget, raise_replicas) >= 3);
    ring_destroy(ring);
    assert_int_equal(budget.bytes, 0);
}

/* Adds that change a block in each half of the circle. One is refused after it has prepared part of
 * its change. The next succeeds after some refusals, and replaces the block of one half
 * only. */
struct halves {
    struct ring_node before[2];
    struct ring_node refused[2];
    struct ring_node next[2];
    size_t kept; /* the half whose block the next add must not replace */
};

#define ROW(start, step, replicas)                                                                 \
    {                                                                                              \
        {&(const struct row){(start), (step)}, sizeof(struct row)}, (replicas)                     \
    }
#define UPPER (UINT64_C(1) << 63)
#define STEP (UINT64_C(1) << 57) /* a half has room for 64 of them */

static const struct halves halves[] = {
    {{ROW(0, STEP, 25), ROW(UPPER, STEP, 25)},
     {ROW(1, STEP, 10), ROW(UPPER + 1, STEP, 10)},
     {ROW(UPPER / 2, 1, 1), ROW(UPPER + 2, STEP, 10)},
     0},
    {{ROW(0, STEP, 25), ROW(UPPER, STEP, 25)},
     {ROW(1, STEP, 10), ROW(UPPER + 1, STEP, 10)},
     {ROW(2, STEP, 10), ROW(UPPER + UPPER / 2, 1, 1)},
     1},
    /* The refused add makes room for overflow in the lower half; the next add needs none. */
    {{ROW(0, 0, 25), ROW(UPPER, STEP, 25)},
     {ROW(1, 0, 1), ROW(UPPER + 1, STEP, 10)},
     {ROW(UPPER / 2, 1, 1), ROW(UPPER + 2, STEP, 10)},
     0},
};

static const struct block *block_of_half(const struct ring *ring, size_t half)
{
    const struct arcs *arcs = arcs_of(ring);
    return arcs_block(arcs, half * UPPER);
}

static bool refused_and_then_elsewhere(size_t refusals, const struct halves *adds)
{
    struct budget budget = {.blocks_left = SIZE_MAX};
    struct ring_options options = rows;
    struct ring *ring = NULL;
    size_t refusals_of_next = 0;
    options.allocator = (struct ring_allocator){take, give, &budget};
    assert_int_equal(ring_create_over(&ring, &options, &ring_arcs_tiny, 1, 0), RING_OK);
    assert_int_equal(ring_add_many(ring, adds->before, 2), RING_OK);
    const struct block *kept = block_of_half(ring, adds->kept);
    const size_t blocks = block_count(ring);
    budget.blocks_left = refusals;
    enum ring_error error = ring_add_many(ring, adds->refused, 2);
    if (error != RING_OK) {
        assert_int_equal(error, RING_NO_MEMORY);
        for (budget.blocks_left = 0; ring_add_many(ring, adds->next, 2) != RING_OK;) {
            budget.blocks_left = ++refusals_of_next;
        }
        assert_ptr_equal(block_of_half(ring, adds->kept), kept);
        assert_true(block_count(ring) > blocks);
    }
    budget.blocks_left = SIZE_MAX;
    assert_sound(ring);
    ring_destroy(ring);
    assert_int_equal(budget.bytes, 0);
    return error == RING_OK;
}

static void a_refused_add_leaves_no_mark(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        size_t refusals = 0;
        while (!refused_and_then_elsewhere(refusals, &halves[i])) {
            refusals++;
        }
        assert_in_range(refusals, 8, 100);
    }
}

static void every_refusal_is_survived_while_blocks_grow(void **state)
{
    const struct point_store *const stores[] = {&ring_arcs, &ring_arcs_tiny, &ring_merge};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        survive_while_blocks_grow(false, stores[i], (struct ring_options){.rule = RING_XXH3});
        survive_while_blocks_grow(true, stores[i], (struct ring_options){.rule = RING_MD5});
        survive_while_blocks_grow(true, stores[i], all_equal);
    }
}

static void every_refusal_is_survived(void **state)
{
    (void)state;
    survive_every_refusal(false);
    survive_every_refusal(true);
}

static void removing_and_finding_need_none(void **state)
{
    struct budget budget = {0};
    struct ring *ring = make(&budget);
    struct ring_bytes nodes[16];
    size_t found = 0;
    (void)state;
    assert_int_equal(add_batch(ring), RING_OK);
    assert_int_equal(add_one(ring), RING_OK);
    size_t asked = budget.asked;
    budget.blocks_left = 0;
    assert_int_equal(ring_find(ring, NAME("key"), &nodes[0]), RING_OK);
    assert_int_equal(ring_find_n(ring, NAME("key"), 16, nodes, &found), RING_OK);
    assert_int_equal(ring_add_many(ring, batch, 0), RING_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ring_remove(ring, batch[i].name.data, batch[i].name.size), RING_OK);
    }
    assert_int_equal(ring_remove(ring, NAME("one more")), RING_OK);
    assert_int_equal(budget.asked, asked);
    ring_destroy(ring);
    assert_int_equal(budget.bytes, 0);
}

static void add_numbered(struct ring *ring, int first, int last)
{
    for (int i = first; i < last; i++) {
        char name[16];
        int size = snprintf(name, sizeof name, "n%06d", i);
        assert_int_equal(ring_add(ring, name, (size_t)size, 10), RING_OK);
    }
}

/* Up to sixteen nodes, ring_find_n() compares with those found so far instead of allocating. */
static void finding_sixteen_needs_none(void **state)
{
    struct budget budget = {0};
    struct ring *ring = make(&budget);
    struct ring_bytes nodes[17];
    size_t found = 0;
    (void)state;
    add_numbered(ring, 0, 20);
    budget.blocks_left = 0;
    assert_int_equal(ring_find_n(ring, NAME("key"), 16, nodes, &found), RING_OK);
    assert_int_equal(ring_find_n(ring, NAME("key"), 17, nodes, &found), RING_NO_MEMORY);
    assert_int_equal(found, 16);
    ring_destroy(ring);
}

/* A request for more nodes than there are is a request for all. */
static void finding_more_than_there_are_needs_none(void **state)
{
    struct budget budget = {0};
    struct ring *ring = make(&budget);
    struct ring_bytes nodes[16];
    size_t found = 0;
    (void)state;
    add_numbered(ring, 0, 16);
    budget.blocks_left = 0;
    assert_int_equal(ring_find_n(ring, NAME("key"), 1000, nodes, &found), RING_OK);
    assert_int_equal(found, 16);
    ring_destroy(ring);
}

/* Counts what a growing ring allocates, and compares it with what ring.h says. Names have 7 bytes,
 * nodes 10 points. */
static void memory_is_what_the_header_says(void **state)
{
    const size_t nodes = 4000;
    const size_t block = sizeof(size_t) + 9 + 3 * sizeof(void *) + 7;
    const size_t in_the_table = 2 * sizeof(struct ring_bytes);
    struct budget budget = {0};
    struct ring *ring = make(&budget);
    size_t empty = budget.bytes;
    (void)state;
    for (size_t i = 0; i < nodes; i++) {
        size_t before = budget.bytes;
        budget.peak = before;
        add_numbered(ring, (int)i, (int)i + 1);
        size_t most = empty + (size_t)200 * (i + 1) + (i + 1) * (block + in_the_table) + 1024;
        assert_in_range(budget.bytes, 0, most);
        /* An add builds at most one block again, from 16 bytes for each of its points. */
        size_t growth = budget.bytes > before ? budget.bytes - before : 0;
        assert_in_range(budget.peak, 0, before + growth + 100000);
    }
    ring_destroy(ring);
    assert_int_equal(budget.bytes, 0);
}

/* A node that is removed and added again needs no more memory: a rolling restart grows nothing. */
static void churn_does_not_grow(void **state)
{
    struct budget budget = {0};
    struct ring *ring = make(&budget);
    (void)state;
    assert_int_equal(add_batch(ring), RING_OK);
    assert_int_equal(add_one(ring), RING_OK);
    size_t bytes = budget.bytes;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(ring_remove(ring, NAME("one more")), RING_OK);
        assert_int_equal(add_one(ring), RING_OK);
        assert_int_equal(budget.bytes, bytes);
    }
    assert_int_equal(lower_replicas(ring), RING_OK);
    assert_int_equal(raise_replicas(ring), RING_OK);
    bytes = budget.bytes;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(lower_replicas(ring), RING_OK);
        assert_true(budget.bytes < bytes);
        assert_int_equal(raise_replicas(ring), RING_OK);
        assert_int_equal(budget.bytes, bytes);
    }
    ring_destroy(ring);
}

/* Sizes that do not fit size_t give RING_NO_MEMORY, before anything is read or allocated. */
static void sizes_that_do_not_fit_are_refused(void **state)
{
    struct budget budget = {0};
    struct ring *ring = make(&budget);
    (void)state;
    assert_int_equal(ring_add(ring, "x", SIZE_MAX, 1), RING_NO_MEMORY);
    assert_int_equal(ring_add(ring, "x", SIZE_MAX - 10, 1), RING_NO_MEMORY);
    assert_int_equal(ring_node_count(ring), 0);
    assert_int_equal(ring_bytes_used(ring), budget.bytes);
    ring_destroy(ring);
    assert_int_equal(budget.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_needs_memory),
        cmocka_unit_test(creating_survives_every_refusal),
        cmocka_unit_test(every_refusal_is_survived),
        cmocka_unit_test(every_refusal_is_survived_while_blocks_grow),
        cmocka_unit_test(a_refused_add_leaves_no_mark),
        cmocka_unit_test(removing_and_finding_need_none),
        cmocka_unit_test(finding_sixteen_needs_none),
        cmocka_unit_test(finding_more_than_there_are_needs_none),
        cmocka_unit_test(memory_is_what_the_header_says),
        cmocka_unit_test(churn_does_not_grow),
        cmocka_unit_test(sizes_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
