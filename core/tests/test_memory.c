/* The allocator refuses the N-th block, for every N until the call succeeds. After each refusal,
 * the ring must be as it was. */
#include "../merge.h"
#include "support.h"
#include "tiny.h"

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
    /* The list of the batch, three nodes, a buffer, points, a piece of the table, and the run. */
    assert_int_equal(assert_survives(ring, &budget, add_batch), 8);
    /* The same with one node and no piece. */
    assert_int_equal(assert_survives(ring, &budget, add_one), 5);
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

/* Adds that build lines, and that need chains. `run_max`: of the arcs store. */
static void survive_while_arcs_grow(bool once, const struct point_store *store, uint32_t run_max,
                                    struct ring_options options)
{
    struct budget budget = {.once = once, .blocks_left = SIZE_MAX};
    struct ring *ring = NULL;
    options.allocator = (struct ring_allocator){take, give, &budget};
    assert_int_equal(ring_create_over(&ring, &options, store, 1, 0), RING_OK);
    if (store == &ring_arcs) {
        arcs_in(ring)->run_max = run_max;
    }
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
    /* The list of nodes, the node, its name with a suffix, the points; and more than that if a run or
     * chains grow. */
    assert_true(assert_survives(ring, &budget, raise_replicas) >= 4);
    assert_in_range(assert_survives(ring, &budget, lower_replicas), 4, 9);
    assert_true(assert_survives(ring, &budget, raise_replicas) >= 4);
    ring_destroy(ring);
    assert_int_equal(budget.bytes, 0);
}

/* A ring that is a run until a change of replicas makes it arcs. */
static void survive_until_arcs(bool once, struct ring_options options, uint32_t run_max)
{
    struct budget budget = {.once = once, .blocks_left = SIZE_MAX};
    options.allocator = (struct ring_allocator){take, give, &budget};
    struct ring *ring = create_over(&ring_arcs, &options);
    arcs_in(ring)->run_max = run_max;
    assert_int_equal(add_batch(ring), RING_OK);
    /* The list of nodes, the node, its name with a suffix, the points. */
    assert_int_equal(assert_survives(ring, &budget, lower_replicas), 4);
    assert_int_equal(arc_count(ring), 0);
    /* And all points in one run, a table, a piece, and lines for chains if there must be any. */
    assert_true(assert_survives(ring, &budget, raise_replicas) >= 4 + 3);
    assert_true(arc_count(ring) > 0);
    assert_in_range(assert_survives(ring, &budget, lower_replicas), 5, 9);
    assert_true(assert_survives(ring, &budget, raise_replicas) >= 4);
    ring_destroy(ring);
    assert_int_equal(budget.bytes, 0);
}

/* When one point is left, lines become a run, unless there is no memory for that. */
static void the_last_point_needs_memory_for_a_run(void **state)
{
    (void)state;
    for (int refused = 0; refused < 2; refused++) {
        struct budget budget = {.blocks_left = SIZE_MAX};
        const struct ring_options options = {.allocator = {take, give, &budget}};
        struct ring *ring = create_over(&ring_arcs_tiny, &options);
        assert_int_equal(ring_add(ring, NAME("a"), 1), RING_OK);
        assert_int_equal(ring_add(ring, NAME("b"), 50), RING_OK);
        budget.blocks_left = refused ? 0 : SIZE_MAX;
        assert_int_equal(ring_remove(ring, NAME("b")), RING_OK);
        budget.blocks_left = SIZE_MAX;
        assert_int_equal(arc_count(ring) > 0, refused);
        assert_sound(ring);
        ring_destroy(ring);
        assert_int_equal(budget.bytes, 0);
    }
}

static void every_refusal_is_survived_while_arcs_grow(void **state)
{
    const struct {
        const struct point_store *store;
        uint32_t run_max;
    } stores[] = {
        {&ring_arcs_tiny, 0},  {&ring_merge, 0},
        {&ring_arcs, 0},       /* becomes arcs with the first points */
        {&ring_arcs, 60},      /* with the large batch */
        {&ring_arcs, RUN_MAX}, /* never */
    };
    (void)state;
    for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
        const struct ring_options xxh3 = {.rule = RING_XXH3};
        const struct ring_options md5 = {.rule = RING_MD5};
        survive_while_arcs_grow(false, stores[i].store, stores[i].run_max, xxh3);
        survive_while_arcs_grow(true, stores[i].store, stores[i].run_max, md5);
        survive_while_arcs_grow(true, stores[i].store, stores[i].run_max, all_equal);
    }
    for (uint32_t run_max = 40; run_max <= 150; run_max += 55) { /* of 35 to 151 points */
        survive_until_arcs(false, (struct ring_options){.rule = RING_XXH3}, run_max);
        survive_until_arcs(true, (struct ring_options){.rule = RING_MD5}, run_max);
    }
}

/* A refused add of points to some arcs, and then an add to others, with memory for just what it
 * needs. The refused one has left nothing that the next would use. */
#define ROW(start, step, replicas)                                                                 \
    {                                                                                              \
        {&(const struct row){(start), (step)}, sizeof(struct row)}, (replicas)                     \
    }
#define UPPER (UINT64_C(1) << 63)
#define STEP (UINT64_C(1) << 57) /* a half has room for 64 of them */

static const struct ring_node before_halves[] = {ROW(0, STEP, 60), ROW(UPPER, STEP, 60)};
static const struct ring_node refused_halves[] = {ROW(1, 1, 40), ROW(UPPER + 1, 1, 40)};
static const struct ring_node next_halves[] = {ROW(UPPER / 2, 1, 30), ROW(UPPER / 2 * 3, 1, 30)};

static bool refused_and_then_elsewhere(size_t refusals)
{
    struct budget budget = {.blocks_left = SIZE_MAX};
    struct ring_options options = rows;
    size_t needed[2] = {0, 0};
    enum ring_error error = RING_OK;
    options.allocator = (struct ring_allocator){take, give, &budget};
    for (size_t i = 0; i < 2; i++) { /* the next add with and without the refused one before it */
        budget.blocks_left = SIZE_MAX;
        struct ring *ring = create_over(&ring_arcs_tiny, &options);
        assert_int_equal(ring_add_many(ring, before_halves, 2), RING_OK);
        if (i == 0) {
            budget.blocks_left = refusals;
            error = ring_add_many(ring, refused_halves, 2);
        }
        for (budget.blocks_left = 0; error != RING_OK || i > 0;) {
            if (ring_add_many(ring, next_halves, 2) == RING_OK) {
                break;
            }
            budget.blocks_left = ++needed[i];
        }
        budget.blocks_left = SIZE_MAX;
        assert_sound(ring);
        ring_destroy(ring);
        assert_int_equal(budget.bytes, 0);
        if (error == RING_OK && i == 0) {
            return true;
        }
        error = RING_OK;
    }
    assert_int_equal(needed[0], needed[1]);
    return false;
}

static void a_refused_add_leaves_no_mark(void **state)
{
    size_t refusals = 0;
    (void)state;
    while (!refused_and_then_elsewhere(refusals)) {
        refusals++;
    }
    assert_in_range(refusals, 8, 100);
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
    const size_t piece = PIECE_LINES * sizeof(struct line); /* not all of its lines are used */
    struct budget budget = {0};
    struct ring *ring = make(&budget);
    size_t empty = budget.bytes;
    (void)state;
    for (size_t i = 0; i < nodes; i++) {
        size_t before = budget.bytes;
        budget.peak = before;
        add_numbered(ring, (int)i, (int)i + 1);
        size_t points = 10 * (i + 1);
        size_t of_points = points <= RUN_MAX ? 26 * points : 41 * points / 2 + piece;
        size_t most = empty + of_points + (i + 1) * (block + in_the_table) + 1024;
        assert_in_range(budget.bytes, 0, most);
        /* An add needs a few lists of its points. In a small ring, it builds another run. */
        size_t growth = budget.bytes > before ? budget.bytes - before : 0;
        size_t again = 2048 + (points <= RUN_MAX + 10 ? 34 * points : 0);
        assert_in_range(budget.peak, 0, before + growth + again);
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
        cmocka_unit_test(the_last_point_needs_memory_for_a_run),
        cmocka_unit_test(every_refusal_is_survived_while_arcs_grow),
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
