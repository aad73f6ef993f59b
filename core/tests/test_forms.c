/* When a ring is one run and when it has lines, and what happens if there is no memory to change
 * that, or to split and unite arcs. */
#include <string.h>

#include "../merge.h"
#include "scribbling_allocator.h"
#include "support.h"
#include "tiny.h"

/* The allocator refuses all blocks of this size. */
static size_t refused_size;

static void *allocate(void *context, size_t size)
{
    return size != refused_size ? scribbling_allocator.allocate(context, size) : NULL;
}

/* The fewest points for which a ring has so many arcs. */
#define POINTS_FOR(arcs) (((arcs)*13 - 12) / 2)

#define PIECE_SIZE ((PIECE_LINES + 1) * sizeof(struct line) - 1)

/* A ring whose allocator can refuse, and one of the merge store with the same nodes. */
struct both {
    struct ring *ring;
    struct ring *merge;
    size_t held; /* before */
};

static struct both make(const struct point_store *store, const struct ring_options *options)
{
    struct both both = {NULL, create_over(&ring_merge, options), scribbling_held()};
    struct ring_options used = *options;
    used.allocator = (struct ring_allocator){allocate, scribbling_allocator.release, NULL};
    both.ring = create_over(store, &used);
    return both;
}

static void unmake(struct both both)
{
    ring_destroy(both.ring);
    ring_destroy(both.merge);
    assert_int_equal(scribbling_held(), both.held);
}

static void assert_alike(struct both both)
{
    assert_int_equal(ring_bytes_used(both.ring), scribbling_held() - both.held);
    assert_sound(both.ring);
    assert_same(both.ring, both.merge);
    assert_same_answers(both.ring, both.merge);
}

static void add_many(struct both both, const struct ring_node *nodes, size_t count)
{
    assert_int_equal(ring_add_many(both.ring, nodes, count), RING_OK);
    assert_int_equal(ring_add_many(both.merge, nodes, count), RING_OK);
    assert_alike(both);
}

static void add(struct both both, struct row row, uint32_t replicas)
{
    const struct ring_node node = {{&row, sizeof row}, replicas};
    add_many(both, &node, 1);
}

static void drop(struct both both, struct row row)
{
    assert_int_equal(ring_remove(both.ring, &row, sizeof row), RING_OK);
    assert_int_equal(ring_remove(both.merge, &row, sizeof row), RING_OK);
    assert_alike(both);
}

static void set(struct both both, struct row row, uint32_t replicas)
{
    assert_int_equal(ring_set_replicas(both.ring, &row, sizeof row, replicas), RING_OK);
    assert_int_equal(ring_set_replicas(both.merge, &row, sizeof row, replicas), RING_OK);
    assert_alike(both);
}

/* The same while all memory is refused. */
static void drop_without_memory(struct both both, struct row row)
{
    scribbling_allow(0, false);
    assert_int_equal(ring_remove(both.ring, &row, sizeof row), RING_OK);
    scribbling_allow(SIZE_MAX, false);
    assert_int_equal(ring_remove(both.merge, &row, sizeof row), RING_OK);
    assert_alike(both);
}

/* A row of this many points around the whole circle. */
static struct row round_the_circle(uint64_t start, uint32_t points)
{
    return (struct row){start, UINT64_MAX / points};
}

/* So many points in one arc, of a ring with so few arcs that they are not split. */
static struct row crowd(uint64_t start)
{
    return (struct row){start, 1};
}

static const struct run *run_in(struct both both)
{
    return &arcs_of(both.ring)->small.run;
}

static void assert_run(struct both both)
{
    assert_int_equal(arc_count(both.ring), 0);
    assert_int_equal(run_in(both)->count, ring_point_count(both.ring));
}

static void assert_lines(struct both both)
{
    assert_true(arc_count(both.ring) > 0);
    assert_null(run_in(both)->entries);
}

/* SMALL AND LARGE */

static void more_than_the_most_of_a_run_have_lines(void **state)
{
    struct both both = make(&ring_arcs, &rows);
    const struct row many = round_the_circle(1, RUN_MAX - 100);
    const struct row some = round_the_circle(2, 99);
    const struct row one = {3, 0};
    const struct row last = {4, 0};
    (void)state;
    add(both, some, 99);
    assert_run(both);
    add(both, many, RUN_MAX - 100);
    add(both, one, 1);
    assert_run(both);
    add(both, last, 1);
    assert_lines(both);
    assert_int_equal(arc_count(both.ring), (RUN_MAX + 1) * 2 / 13 + 1);
    drop(both, last);
    assert_lines(both);
    set(both, many, RUN_MAX / 4 - 99);
    assert_lines(both);
    set(both, many, RUN_MAX / 4 - 100);
    assert_run(both);
    assert_int_equal(run_in(both)->capacity, RUN_MAX / 4);
    unmake(both);
}

/* A removal makes a ring small, too. The only arc of four or fewer points never has a line. */
static void a_quarter_of_the_most_is_small_again(void **state)
{
    struct both both = make(&ring_arcs, &rows);
    const struct row many = round_the_circle(1, RUN_MAX);
    const struct row some = round_the_circle(2, RUN_MAX / 4);
    (void)state;
    add(both, some, RUN_MAX / 4);
    add(both, many, RUN_MAX);
    add(both, (struct row){3, 0}, 1);
    assert_lines(both);
    drop(both, many);
    assert_lines(both);
    drop(both, (struct row){3, 0});
    assert_run(both);
    drop(both, some);
    assert_run(both);
    unmake(both);
}

static void replicas_change_the_form_both_ways(void **state)
{
    struct both both = make(&ring_arcs, &(struct ring_options){.rule = RING_XXH3});
    const struct row name = {1, 2};
    const struct {
        uint32_t replicas;
        bool large;
    } steps[] = {
        {RUN_MAX - 200, false},     {RUN_MAX - 100, false},
        {RUN_MAX - 99, true},       {RUN_MAX - 100, true},
        {RUN_MAX + 1000, true},     {RUN_MAX / 4 - 99, true},
        {RUN_MAX / 4 - 100, false}, {RUN_MAX - 99, true},
        {3 * RUN_MAX, true},        {1, false},
        {8 * RUN_MAX, true},        {3, false},
    };
    (void)state;
    assert_int_equal(ring_add(both.ring, NAME("other"), 100), RING_OK);
    assert_int_equal(ring_add(both.merge, NAME("other"), 100), RING_OK);
    add(both, name, 50);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        set(both, name, steps[i].replicas);
        assert_int_equal(arc_count(both.ring) > 0, steps[i].large);
    }
    unmake(both);
}

/* A change of replicas in which more points leave than stay. */
static void a_run_counts_only_what_stays(void **state)
{
    struct both both = make(&ring_arcs, &rows);
    const uint32_t most = RUN_MAX - 1000;
    const struct row many = round_the_circle(1, most);
    (void)state;
    add(both, round_the_circle(2, 1000), 1000);
    add(both, many, most - 10);
    set(both, many, most);
    assert_run(both);
    set(both, many, most + 1);
    assert_lines(both);
    unmake(both);
}

/* Then new lines take the place of all. */
static void batches_larger_than_the_ring(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const struct row clusters[] = {crowd(1), crowd(UINT64_MAX / 2 + 1), crowd(UINT64_MAX - 1000)};
    const struct row spread = round_the_circle(7, 400);
    const struct ring_node nodes[] = {{{&clusters[0], sizeof(struct row)}, 100},
                                      {{&clusters[1], sizeof(struct row)}, 50},
                                      {{&clusters[2], sizeof(struct row)}, 11},
                                      {{&spread, sizeof spread}, 400}};
    (void)state;
    add(both, round_the_circle(1000, 500), 500);
    add_many(both, nodes, 4);
    assert_int_equal(arc_count(both.ring), (500 + 561) * 2 / 13 + 1);
    for (size_t i = 0; i < 3; i++) {
        drop(both, clusters[i]);
    }
    assert_lines(both);
    unmake(both);
}

static void batches_as_large_as_the_ring_change_its_lines(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const struct lines *lines = &arcs_of(both.ring)->lines;
    (void)state;
    add(both, round_the_circle(1, 100), 100);
    const struct line *first = line_in_slot(lines, 0);
    add(both, round_the_circle(2, 100), 100);
    assert_ptr_equal(line_in_slot(lines, 0), first);
    add(both, round_the_circle(3, 201), 201);
    assert_ptr_not_equal(line_in_slot(lines, 0), first);
    unmake(both);
}

/* The points of the batch are in order already. */
static void a_batch_in_an_empty_ring_is_not_copied(void **state)
{
    struct both both = make(&ring_arcs, &rows);
    const struct row all = round_the_circle(1, RUN_MAX + 10);
    (void)state;
    refused_size = (RUN_MAX + 10) * sizeof(struct entry);
    add(both, all, RUN_MAX + 10);
    assert_lines(both);
    drop(both, all);
    add(both, all, RUN_MAX + 10);
    assert_lines(both);
    refused_size = 0;
    unmake(both);
}

/* In an empty ring, and in one whose only node leaves meanwhile. */
static void batches_larger_than_nothing(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const struct row row = round_the_circle(1, 1000);
    (void)state;
    add(both, row, 300);
    assert_lines(both);
    set(both, row, 299);
    set(both, row, 300);
    set(both, row, 1000);
    assert_int_equal(arc_count(both.ring), 1000 * 2 / 13 + 1);
    drop(both, row);
    assert_run(both);
    unmake(both);
}

/* UNEVEN RULES */

/* More points than an arc may have. */
static void points_that_are_not_spread_stay_a_run(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    (void)state;
    add(both, (struct row){5, 0}, ARC_MAX + 1);
    assert_run(both);
    add(both, (struct row){6, 0}, 1);
    assert_run(both);
    add(both, round_the_circle(1000, 100), 100);
    assert_run(both);
    set(both, (struct row){5, 0}, ARC_MAX + 20);
    assert_run(both);
    drop(both, (struct row){6, 0});
    assert_run(both);
    /* What is left is spread, so it gets lines with the next change. */
    set(both, (struct row){5, 0}, ARC_MAX - 20);
    assert_lines(both);
    unmake(both);
}

static void a_removal_from_an_uneven_run_waits_for_the_next_add(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    (void)state;
    add(both, round_the_circle(1000, 100), 100);
    assert_lines(both);
    add(both, (struct row){5, 0}, 300); /* larger than the ring */
    assert_run(both);
    drop(both, (struct row){5, 0});
    assert_run(both);
    add(both, (struct row){6, 0}, 2);
    assert_lines(both);
    unmake(both);
}

/* Exactly as many as an arc may have, and one more. */
static void an_arc_has_at_most_128_points(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const uint64_t start = UINT64_MAX / 3;
    (void)state;
    assert_int_equal(ARC_MAX, 128);
    add(both, round_the_circle(1, 1300), 1300);
    add(both, crowd(start), 100);
    const struct lines *lines = &arcs_of(both.ring)->lines;
    const size_t count = ring_arc_count(line_of(lines, arc_at(lines, start)));
    assert_in_range(count, 101, 120);
    const uint32_t room = (uint32_t)(ARC_MAX - count);
    add(both, crowd(start + 200), room - 1);
    const struct line *first = line_in_slot(lines, 0);
    add(both, crowd(start + 400), 1);
    assert_ptr_equal(line_in_slot(lines, 0), first); /* the same as before */
    assert_int_equal(ring_arc_count(line_of(lines, arc_at(lines, start))), ARC_MAX);
    add(both, crowd(start + 600), 1);
    assert_run(both);
    drop(both, crowd(start + 600));
    assert_run(both);
    set(both, crowd(start), 101);
    assert_run(both);
    set(both, crowd(start), 100);
    assert_lines(both);
    set(both, crowd(start), 101);
    assert_run(both);
    unmake(both);
}

/* What is too much for the arcs that there are is not too much for those that there will be. */
static void a_batch_may_be_even_once_its_arcs_are_split(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const struct row close = {UINT64_C(1) << 63, UINT64_C(3) << 48};
    const struct row spread = round_the_circle(7, 900);
    const struct ring_node nodes[] = {{{&close, sizeof close}, 140},
                                      {{&spread, sizeof spread}, 900}};
    (void)state;
    add(both, round_the_circle(1000, 1100), 1100);
    const struct lines *lines = &arcs_of(both.ring)->lines;
    assert_int_equal(arc_at(lines, close.start), arc_at(lines, close.start + 139 * close.step));
    add_many(both, nodes, 2);
    assert_lines(both);
    assert_int_equal(arc_count(both.ring), 2140 * 2 / 13 + 1);
    unmake(both);
}

/* The points that leave are not too many with those that come. */
static void replicas_of_a_crowd_change(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const uint64_t start = UINT64_MAX / 3;
    (void)state;
    add(both, round_the_circle(1, 1300), 1300);
    add(both, crowd(start), 100);
    set(both, crowd(start), 110);
    assert_lines(both);
    set(both, crowd(start), 90);
    assert_lines(both);
    set(both, crowd(start), 20);
    set(both, crowd(start), 40);
    set(both, crowd(start), 5);
    assert_lines(both);
    unmake(both);
}

/* NO MEMORY to split arcs */

static void splits_without_memory_wait(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const uint32_t before = POINTS_FOR(PIECE_LINES - 9);
    (void)state;
    add(both, round_the_circle(1000, before), before);
    assert_int_equal(arc_count(both.ring), PIECE_LINES - 9);
    refused_size = PIECE_SIZE;
    add(both, round_the_circle(2000, 200), 200);
    assert_int_equal(arc_count(both.ring), PIECE_LINES);
    add(both, round_the_circle(3000, 300), 300);
    assert_int_equal(arc_count(both.ring), PIECE_LINES);
    drop(both, round_the_circle(2000, 200));
    assert_int_equal(arc_count(both.ring), PIECE_LINES);
    refused_size = 0;
    add(both, (struct row){4000, 0}, 1);
    assert_int_equal(arc_count(both.ring), (before + 301) * 2 / 13 + 1);
    unmake(both);
}

/* The table of pieces grows at the fifth piece. If there is no memory for that piece then, the table
 * stays larger. */
static void tables_without_memory_wait(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const uint32_t before = POINTS_FOR(4 * PIECE_LINES - 9);
    (void)state;
    add(both, round_the_circle(1000, before), before);
    assert_int_equal(arc_count(both.ring), 4 * PIECE_LINES - 9);
    refused_size = 10 * sizeof(struct piece);
    add(both, round_the_circle(2000, 200), 200);
    assert_int_equal(arc_count(both.ring), 4 * PIECE_LINES);
    assert_int_equal(arcs_of(both.ring)->lines.room, 4);
    refused_size = PIECE_SIZE;
    add(both, (struct row){3000, 0}, 1);
    assert_int_equal(arc_count(both.ring), 4 * PIECE_LINES);
    assert_int_equal(arcs_of(both.ring)->lines.room, 10);
    refused_size = 0;
    add(both, (struct row){4000, 0}, 1);
    assert_int_equal(arc_count(both.ring), (before + 202) * 2 / 13 + 1);
    unmake(both);
}

/* So many splits wait that arcs have too many points. Then new lines must take their place. */
static void arcs_that_wait_become_crowded(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const uint32_t sixth = 6 * PIECE_LINES;
    const struct row last = round_the_circle(2, 2 * sixth);
    (void)state;
    add(both, round_the_circle(1, sixth), sixth);
    refused_size = PIECE_SIZE;
    for (uint32_t i = 1; i <= 20; i++) { /* up to 126 points for each arc */
        add(both, round_the_circle(1000 + i, sixth), sixth);
        assert_in_range(arc_count(both.ring), 1, PIECE_LINES);
    }
    assert_int_equal(ring_add(both.ring, &last, sizeof last, 2 * sixth), RING_NO_MEMORY);
    assert_alike(both);
    refused_size = 0;
    add(both, last, 2 * sixth);
    assert_int_equal(arc_count(both.ring), 23 * sixth * 2 / 13 + 1);
    unmake(both);
}

/* NO MEMORY to unite arcs. It is needed where the two together have more than one line. */

static void unites_without_memory_wait(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const struct row many = round_the_circle(1000, 1300);
    (void)state;
    for (uint64_t i = 0; i < 16; i++) {
        add(both, (struct row){(i << 60) + (UINT64_C(1) << 50), UINT64_C(1) << 45}, 20);
    }
    add(both, many, 1300);
    assert_int_equal(arc_count(both.ring), 250);
    drop_without_memory(both, many); /* 320 points need 50 */
    assert_in_range(arc_count(both.ring), 102, 250);
    const uint32_t arcs = arc_count(both.ring);
    drop_without_memory(both, (struct row){UINT64_C(1) << 50, UINT64_C(1) << 45});
    assert_int_equal(arc_count(both.ring), arcs);
    drop(both, (struct row){(UINT64_C(1) << 60) + (UINT64_C(1) << 50), UINT64_C(1) << 45});
    assert_int_equal(arc_count(both.ring), 89); /* 280 points need 44 */
    unmake(both);
}

/* Some of the lines for a chain were there, and then there was no memory. */
static void unites_with_too_little_memory_wait(void **state)
{
    (void)state;
    for (size_t blocks = 0; blocks < 20; blocks++) {
        struct both both = make(&ring_arcs_tiny, &rows);
        const struct row many = round_the_circle(1000, 1300);
        for (uint64_t i = 0; i < 8; i++) {
            add(both, (struct row){(i << 61) + (UINT64_C(1) << 50), UINT64_C(1) << 45}, 40);
        }
        add(both, many, 1300);
        scribbling_allow(blocks, blocks % 2 == 1);
        assert_int_equal(ring_remove(both.ring, &many, sizeof many), RING_OK);
        scribbling_allow(SIZE_MAX, false);
        assert_int_equal(ring_remove(both.merge, &many, sizeof many), RING_OK);
        assert_alike(both);
        add(both, many, 1300);
        drop(both, many);
        assert_int_equal(arc_count(both.ring), 101);
        unmake(both);
    }
}

/* Halves that are full stay as they are. */
static void full_halves_are_not_united(void **state)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const struct row many = round_the_circle(1000, 1300);
    const struct row few = round_the_circle(2000, 16);
    (void)state;
    add(both, many, 1300);
    add(both, crowd(0), 100);
    add(both, crowd(UINT64_C(1) << 56), 100); /* the second of 256 arcs */
    add(both, few, 16);
    assert_int_equal(arc_count(both.ring), 234);
    drop(both, many); /* 216 points need 34, but the first of 128 arcs would have more than 128 */
    assert_int_equal(arc_count(both.ring), 129);
    drop(both, few);
    assert_int_equal(arc_count(both.ring), 129);
    drop(both, crowd(0));
    assert_int_equal(arc_count(both.ring), 2 * (100 * 2 / 13 + 1) + 1);
    unmake(both);
}

/* NO MEMORY to become small: the ring has few lines instead. */

static void a_ring_stays_large_if_there_is_no_memory(void **state)
{
    struct both both = make(&ring_arcs, &rows);
    const struct row many = round_the_circle(1, RUN_MAX);
    const struct row some = round_the_circle(2, 1000);
    const struct row few = round_the_circle(3, 10);
    (void)state;
    add(both, some, 1000);
    add(both, few, 10);
    add(both, many, RUN_MAX);
    drop_without_memory(both, many);
    assert_lines(both);
    assert_int_equal(arc_count(both.ring), 2 * (1010 * 2 / 13 + 1) + 1);
    add(both, (struct row){4, 0}, 1);
    assert_lines(both);
    drop_without_memory(both, some);
    assert_int_equal(arc_count(both.ring), 2 * (11 * 2 / 13 + 1) + 1);
    drop(both, (struct row){4, 0});
    assert_run(both);
    unmake(both);
}

/* No run is needed for no points. */
static void an_empty_ring_is_small_without_memory(void **state)
{
    struct both both = make(&ring_arcs, &rows);
    const struct row many = round_the_circle(1, RUN_MAX + 1);
    (void)state;
    add(both, many, RUN_MAX + 1);
    assert_lines(both);
    drop_without_memory(both, many);
    assert_run(both);
    add(both, many, 5);
    unmake(both);
}

/* REFUSALS. A change that needs this much memory survives every one of them. */

/* Makes a change with each number of allocations, on new rings, until it succeeds. Returns the
 * number. */
struct change_of_form {
    const char *what;
    uint32_t spread;  /* points all around */
    uint32_t crowd;   /* and in one arc */
    uint32_t batch;   /* come, all around */
    uint32_t crowded; /* and to that arc */
    bool lines;       /* in the end */
};

static bool changed_with(size_t blocks, bool once, const struct change_of_form *change)
{
    struct both both = make(&ring_arcs_tiny, &rows);
    const struct row crowded = crowd(UINT64_MAX / 3 + 1000);
    const struct row batch = round_the_circle(2000, change->batch);
    const struct ring_node nodes[] = {{{&crowded, sizeof crowded}, change->crowded},
                                      {{&batch, sizeof batch}, change->batch}};
    const size_t skipped = change->crowded == 0;
    add(both, round_the_circle(1000, change->spread), change->spread);
    add(both, crowd(UINT64_MAX / 3), change->crowd);
    const uint32_t arcs = arc_count(both.ring);
    scribbling_allow(blocks, once);
    const enum ring_error error = ring_add_many(both.ring, nodes + skipped, 2 - skipped);
    scribbling_allow(SIZE_MAX, false);
    if (error == RING_OK) {
        assert_int_equal(ring_add_many(both.merge, nodes + skipped, 2 - skipped), RING_OK);
        assert_int_equal(arc_count(both.ring) > 0, change->lines);
    } else {
        assert_int_equal(error, RING_NO_MEMORY);
        assert_int_equal(arc_count(both.ring), arcs);
    }
    assert_alike(both);
    add(both, (struct row){3, 0}, 2); /* the refused one has left nothing behind */
    unmake(both);
    return error == RING_OK;
}

static void changes_of_form_survive_every_refusal(void **state)
{
    static const struct change_of_form changes[] = {
        {"a run grows", 2, 1, 1, 0, false},
        {"a run gets lines", 3, 1, 100, 0, true},
        {"a run gets lines with chains", 3, 1, 100, 90, true},
        {"a run gets two pieces", 3, 1, 4000, 0, true},
        {"a run stays one", 3, 1, 100, 200, false},
        {"new lines take the place of all", 100, 30, 500, 60, true},
        {"lines become a run", 100, 30, 500, 128, false},
        {"arcs get chains", 200, 30, 100, 40, true},
        {"an arc gets too many points", 400, 30, 100, 128, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        for (int once = 0; once < 2; once++) {
            size_t blocks = 0;
            while (!changed_with(blocks, once != 0, &changes[i])) {
                blocks++;
            }
            assert_in_range(blocks, 5, 60);
        }
    }
}

static int tear_down(void **state)
{
    (void)state;
    scribbling_flush();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_than_the_most_of_a_run_have_lines),
        cmocka_unit_test(a_quarter_of_the_most_is_small_again),
        cmocka_unit_test(replicas_change_the_form_both_ways),
        cmocka_unit_test(a_run_counts_only_what_stays),
        cmocka_unit_test(batches_larger_than_the_ring),
        cmocka_unit_test(batches_as_large_as_the_ring_change_its_lines),
        cmocka_unit_test(a_batch_in_an_empty_ring_is_not_copied),
        cmocka_unit_test(batches_larger_than_nothing),
        cmocka_unit_test(points_that_are_not_spread_stay_a_run),
        cmocka_unit_test(a_removal_from_an_uneven_run_waits_for_the_next_add),
        cmocka_unit_test(an_arc_has_at_most_128_points),
        cmocka_unit_test(a_batch_may_be_even_once_its_arcs_are_split),
        cmocka_unit_test(replicas_of_a_crowd_change),
        cmocka_unit_test(splits_without_memory_wait),
        cmocka_unit_test(tables_without_memory_wait),
        cmocka_unit_test(arcs_that_wait_become_crowded),
        cmocka_unit_test(unites_without_memory_wait),
        cmocka_unit_test(unites_with_too_little_memory_wait),
        cmocka_unit_test(full_halves_are_not_united),
        cmocka_unit_test(a_ring_stays_large_if_there_is_no_memory),
        cmocka_unit_test(an_empty_ring_is_small_without_memory),
        cmocka_unit_test(changes_of_form_survive_every_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
