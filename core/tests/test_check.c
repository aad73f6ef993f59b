/* ring_check() notices: these tests break each invariant by hand, and ring_check() must name it. */
#include "../arcs/tiny.h"
#include "../merge.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>

static struct ring *sound_ring(const struct point_store *store, const struct ring_options *options)
{
    struct ring *ring = NULL;
    assert_int_equal(ring_create_over(&ring, options, store, 1, 0), RING_OK);
    assert_int_equal(ring_add(ring, NAME("gone"), 2), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 3), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 4), RING_OK);
    assert_int_equal(ring_remove(ring, NAME("gone")), RING_OK);
    assert_sound(ring);
    return ring;
}

static void assert_broken(const struct ring *ring, const char *words)
{
    const char *broken = "nothing";
    assert_int_equal(ring_check(ring, &broken), RING_CORRUPT);
    if (strstr(broken, words) == NULL) {
        fail_msg("expected a sentence with '%s', got '%s'", words, broken);
    }
    assert_int_equal(ring_check(ring, NULL), RING_CORRUPT);
}

/* Breaks `place` in `ring`, checks the ring, and repairs it. */
#define ASSERT_NOTICED_IN(ring, words, place, value)                                               \
    do {                                                                                           \
        __typeof__(place) kept = (place);                                                          \
        (place) = (value);                                                                         \
        assert_broken((ring), (words));                                                            \
        (place) = kept;                                                                            \
        assert_sound(ring);                                                                        \
    } while (0)

/* The same in a new ring, with the arcs store. */
#define ASSERT_NOTICED(words, place, value)                                                        \
    do {                                                                                           \
        struct ring *ring = sound_ring(&ring_arcs, NULL);                                          \
        struct nodes *nodes = &ring->nodes;                                                        \
        struct node *a = ring_nodes_named(nodes, NAME("a"));                                       \
        struct node *b = ring_nodes_named(nodes, NAME("b"));                                       \
        (void)a, (void)b, (void)nodes;                                                             \
        ASSERT_NOTICED_IN(ring, words, place, value);                                              \
        ring_destroy(ring);                                                                        \
    } while (0)

static void too_many_points(void **state)
{
    (void)state;
    if (SIZE_MAX > RING_POINTS_MAX) {
        ASSERT_NOTICED("at most 2^32 - 1 points", ring->point_count, (size_t)RING_POINTS_MAX + 1);
    }
}

static void nodes_out_of_range(void **state)
{
    (void)state;
    ASSERT_NOTICED("1 to 2^20 replicas", a->replicas, 0);
    ASSERT_NOTICED("1 to 2^20 replicas", b->replicas, RING_REPLICAS_MAX + 1);
}

static void names_of_no_bytes(void **state)
{
    (void)state;
    ASSERT_NOTICED("every node has a name", a->size, 0);
}

static void nodes_out_of_order(void **state)
{
    (void)state;
    ASSERT_NOTICED("ordered by name", a->name[0], 'c');
    ASSERT_NOTICED("ordered by name", a->name[0], 'b');
    ASSERT_NOTICED("each is in the list once", nodes->count, 1);
    ASSERT_NOTICED("each is in the list once", nodes->count, 3);
    ASSERT_NOTICED("each is in the list once", nodes->first[0], b);
}

static void levels_that_lack_nodes(void **state)
{
    struct ring *ring = NULL;
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    for (unsigned char name = 0; name < 200; name++) {
        assert_int_equal(ring_add(ring, &name, 1, 1), RING_OK);
    }
    struct node **first = &ring->nodes.first[1];
    assert_non_null(*first);
    ASSERT_NOTICED_IN(ring, "every level", *first, NULL);
    ASSERT_NOTICED_IN(ring, "every level", *first, ring_nodes_next(&ring->nodes, *first));
    struct node *low = ring_nodes_next(&ring->nodes, NULL);
    while (low->levels > 1) {
        low = ring_nodes_next(&ring->nodes, low);
    }
    ASSERT_NOTICED_IN(ring, "every level", first[1], low); /* two levels too low */
    ring_destroy(ring);
}

/* XXH3 of these five bytes ends in 32 zero bits: enough for one level more than there are. */
static void the_highest_level(void **state)
{
    struct ring *ring = NULL;
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_add(ring, NAME("\x38\x69\x79\x18\x01"), 1), RING_OK);
    struct node *node = ring_nodes_next(&ring->nodes, NULL);
    assert_int_equal(node->levels, NODES_LEVELS);
    ASSERT_NOTICED_IN(ring, "every level", ring->nodes.first[NODES_LEVELS - 1], NULL);
    ring_destroy(ring);
}

static void numbers_that_lead_astray(void **state)
{
    (void)state;
    ASSERT_NOTICED("every number leads", a->number, b->number);
    ASSERT_NOTICED("every number leads", a->number, 77);
    ASSERT_NOTICED("every number leads", nodes->free_count, 0);
    ASSERT_NOTICED("every number leads", nodes->free_count, 2);
    ASSERT_NOTICED("every number leads", nodes->used, 4);
    ASSERT_NOTICED("every number leads", nodes->free, b->number);
    ASSERT_NOTICED("every number leads", nodes->free, 77);
    ASSERT_NOTICED("every number leads", ring_nodes_numbered(nodes, b->number)->size, 2);
    ASSERT_NOTICED("every number leads", ring_nodes_numbered(nodes, b->number)->size, 0);
    ASSERT_NOTICED("every number leads", ring_nodes_numbered(nodes, b->number)->data, a->name);
}

/* The first unused number is noticed even if the table ends before it. */
static void the_first_number_that_is_not_used(void **state)
{
    struct ring *ring = NULL;
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    for (unsigned char name = 0; name < NODES_FIRST_PIECE; name++) {
        assert_int_equal(ring_add(ring, &name, 1, 1), RING_OK);
    }
    struct node *node = ring_nodes_next(&ring->nodes, NULL);
    ASSERT_NOTICED_IN(ring, "every number leads", node->number, NODES_FIRST_PIECE);
    assert_int_equal(ring_remove(ring, node->name, node->size), RING_OK);
    ASSERT_NOTICED_IN(ring, "every number leads", ring->nodes.free, NODES_FIRST_PIECE);
    ring_destroy(ring);
}

/* The chain has the right length, but one of its numbers has a name, and the size of that name
 * leads on to the next number. */
static void numbers_that_are_free_and_have_a_name(void **state)
{
    struct ring *ring = NULL;
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_add(ring, NAME("gone"), 1), RING_OK);
    assert_int_equal(ring_add(ring, NAME("gone first"), 1), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 1), RING_OK);
    assert_int_equal(ring_remove(ring, NAME("gone first")), RING_OK);
    assert_int_equal(ring_remove(ring, NAME("gone")), RING_OK);
    ASSERT_NOTICED_IN(ring, "every number leads", ring->nodes.free, 2);
    ASSERT_NOTICED_IN(ring, "every number leads", ring_nodes_numbered(&ring->nodes, 0)->size, 0);
    ring_destroy(ring);
}

static void sums_that_differ(void **state)
{
    (void)state;
    ASSERT_NOTICED("as many points as all nodes", ring->point_count, 6);
    ASSERT_NOTICED("as many points as all nodes", ring->point_count, 8);
}

static void positions_that_are_not_the_rules(void **state)
{
    struct ring *ring = sound_ring(&ring_merge, NULL);
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct node *a = ring_nodes_named(&ring->nodes, NAME("a"));
        ASSERT_NOTICED_IN(ring, "list of its positions", ring_node_positions(&ring->nodes, a)[i],
                          i);
        ASSERT_NOTICED_IN(ring, "list of its positions", ring_node_positions(&ring->nodes, a)[i],
                          UINT64_MAX - i);
        ASSERT_NOTICED("match the positions of its points", ring_node_positions(nodes, a)[i], i);
    }
    ring_destroy(ring);
}

/* ARCS. The seven points of the small ring are in the two lines of its only block. */

#define BLOCK (arcs_in(ring)->directory[0].block)
#define LINE (BLOCK->line[0])
#define OTHER(number) (3 - (number)) /* "a" is number 1, "b" 2 */

static void directory_entries_that_disagree(void **state)
{
    (void)state;
    ASSERT_NOTICED("each directory entry", arcs_in(ring)->directory[0].lines, 7);
    ASSERT_NOTICED("each directory entry", arcs_in(ring)->directory[0].depth, 1);
    ASSERT_NOTICED("each directory entry", BLOCK->first, 1);
    ASSERT_NOTICED("each directory entry", BLOCK->depth, 1);
}

static void blocks_out_of_bounds(void **state)
{
    (void)state;
    ASSERT_NOTICED("within their blocks", BLOCK->lines_room, 0);
    ASSERT_NOTICED("within their blocks", BLOCK->overflow.count, 1);
    ASSERT_NOTICED("counts the points in its lines", arcs_in(ring)->directory[0].count, 6);
}

static void lines_out_of_order(void **state)
{
    (void)state;
    ASSERT_NOTICED("suffixes of a line ascend", LINE.suffix[1], 0);
    ASSERT_NOTICED("suffixes of a line ascend", LINE.suffix[0], NO_SUFFIX);
    ASSERT_NOTICED("match the positions of its points", LINE.suffix[0], LINE.suffix[0] - 1);
    ASSERT_NOTICED("number of a node", LINE.owner[0], 0); /* free */
    ASSERT_NOTICED("number of a node", LINE.owner[0], 3); /* never used */
    ASSERT_NOTICED("number of a node", LINE.owner[0], NO_OWNER);
    ASSERT_NOTICED("has the owner of the next point", LINE.owner[9], OTHER(LINE.owner[9]));
    ASSERT_NOTICED("overflows exactly if", LINE.owner[10], NO_OWNER);
}

static void points_that_are_not_the_rules(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= LINE_POINTS; i++) {
        ASSERT_NOTICED("arcs", LINE.owner[i], OTHER(LINE.owner[i]));
    }
}

static void overflow_runs_that_are_wrong(void **state)
{
    struct ring *ring = sound_ring(&ring_arcs, &all_equal);
    (void)state;
    assert_int_equal(ring_add(ring, NAME("c"), 7), RING_OK);
    assert_int_equal(BLOCK->overflow.count, 4);
    ASSERT_NOTICED_IN(ring, "within their blocks", BLOCK->overflow.count,
                      BLOCK->overflow.capacity + 1);
    ASSERT_NOTICED_IN(ring, "counts the points in its lines", BLOCK->overflow.count, 3);
    ASSERT_NOTICED_IN(ring, "overflows exactly if", LINE.owner[10], 0);
    ASSERT_NOTICED_IN(ring, "overflows exactly if", BLOCK->overflow.entries[3].position,
                      UINT64_MAX);
    ASSERT_NOTICED_IN(ring, "the rule gives", BLOCK->overflow.entries[3].position, 6);
    ASSERT_NOTICED_IN(ring, "the rule gives", BLOCK->overflow.entries[3].owner,
                      ring_nodes_named(&ring->nodes, NAME("a")));
    ring_destroy(ring);
}

static void ties_out_of_order(void **state)
{
    struct ring *ring = sound_ring(&ring_arcs, &all_equal);
    (void)state;
    LINE.owner[2] = ring_nodes_named(&ring->nodes, NAME("b"))->number;
    LINE.owner[3] = ring_nodes_named(&ring->nodes, NAME("a"))->number;
    assert_broken(ring, "ordered by owner's name");
    ring_destroy(ring);
}

/* All points are in the first block. The others are empty, and wider the farther they are from
 * it. */
static struct ring *ring_of_many_blocks(void)
{
    struct ring *ring = NULL;
    assert_int_equal(ring_create_over(&ring, &picked_positions, &ring_arcs_tiny, 1, 0), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 200), RING_OK);
    assert_int_equal(arcs_in(ring)->depth, 6);
    assert_int_equal(arcs_in(ring)->directory[63].depth, 1);
    assert_sound(ring);
    return ring;
}

static void directory_entries_that_lead_elsewhere(void **state)
{
    struct ring *ring = ring_of_many_blocks();
    struct directory_entry *directory = arcs_in(ring)->directory;
    (void)state;
    ASSERT_NOTICED_IN(ring, "each directory entry", BLOCK->first, UINT64_C(1) << 63);
    ASSERT_NOTICED_IN(ring, "each directory entry", directory[63].block->first, 0);
    ASSERT_NOTICED_IN(ring, "each directory entry", BLOCK->depth, 64);
    ASSERT_NOTICED_IN(ring, "each directory entry", directory[63].block, directory[0].block);
    ASSERT_NOTICED_IN(ring, "each directory entry", directory[63].depth, 6);
    ring_destroy(ring);
}

/* Entries that are wrong in either direction. */
static void directory_entries_that_are_not_the_first_of_their_block(void **state)
{
    struct ring *ring = ring_of_many_blocks();
    struct directory_entry *last = &arcs_in(ring)->directory[63];
    (void)state;
    ASSERT_NOTICED_IN(ring, "each directory entry", last->block, NULL);
    struct block *above_all = (struct block *)UINTPTR_MAX; /* NOLINT(performance-no-int-to-ptr) */
    ASSERT_NOTICED_IN(ring, "each directory entry", last->block, above_all);
    ASSERT_NOTICED_IN(ring, "each directory entry", last->depth, 0);
    ASSERT_NOTICED_IN(ring, "each directory entry", last->depth, 2);
    ASSERT_NOTICED_IN(ring, "each directory entry", last->lines, (uint16_t)(last->lines - 1));
    ASSERT_NOTICED_IN(ring, "each directory entry", last->lines, (uint16_t)(last->lines + 1));
    ring_destroy(ring);
}

static void owners_that_are_more_or_less(void **state)
{
    (void)state;
    ASSERT_NOTICED("number of a node", LINE.owner[1], 3);
    ASSERT_NOTICED("has the owner of the next point", LINE.owner[9], 0);
    ASSERT_NOTICED("has the owner of the next point", LINE.owner[9], 3);
}

/* Also in other lines than the first of the first block, and in a ring of a single point. */
static void owners_anywhere(void **state)
{
    struct ring *ring = ring_of_many_blocks();
    const struct directory_entry *last = &arcs_in(ring)->directory[63];
    (void)state;
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    ASSERT_NOTICED_IN(ring, "has the owner of the next point",
                      last->block->line[0].owner[LINE_POINTS], 1);
    ring_destroy(ring);
    ASSERT_NOTICED("has the owner of the next point", BLOCK->line[1].owner[LINE_POINTS],
                   OTHER(BLOCK->line[1].owner[LINE_POINTS]));
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 1), RING_OK);
    ASSERT_NOTICED_IN(ring, "has the owner of the next point", LINE.owner[LINE_POINTS], 1);
    ring_destroy(ring);
}

static void full_lines_out_of_order(void **state)
{
    struct ring *ring = sound_ring(&ring_arcs, &all_equal);
    (void)state;
    assert_int_equal(ring_add(ring, NAME("c"), 7), RING_OK);
    ASSERT_NOTICED_IN(ring, "suffixes of a line ascend", LINE.suffix[8], 1);
    ring_destroy(ring);
}

static void blocks_without_lines(void **state)
{
    struct ring *ring = sound_ring(&ring_arcs, NULL);
    struct directory_entry *dirent = &arcs_in(ring)->directory[0];
    const uint16_t lines = dirent->lines;
    (void)state;
    dirent->lines = BLOCK->lines = 0;
    assert_broken(ring, "within their blocks");
    dirent->lines = BLOCK->lines = lines;
    ASSERT_NOTICED_IN(ring, "within their blocks", arcs_in(ring)->lines_max, lines - 1U);
    ring_destroy(ring);
}

/* A line lacks a point, and its block's count agrees. But the ring has one point more. */
static void blocks_that_lack_a_point(void **state)
{
    struct ring *ring = sound_ring(&ring_arcs, NULL);
    unsigned last = 0;
    (void)state;
    while (LINE.suffix[last + 1] != NO_SUFFIX) {
        last++;
    }
    LINE.suffix[last] = NO_SUFFIX;
    arcs_in(ring)->directory[0].count--;
    assert_broken(ring, "as many points as the ring");
    ring_destroy(ring);
}

static void overflow_runs_of_lines_that_have_room(void **state)
{
    struct ring *ring = sound_ring(&ring_arcs, &all_equal);
    (void)state;
    assert_int_equal(ring_add(ring, NAME("c"), 7), RING_OK);
    LINE.suffix[LINE_POINTS - 1] = NO_SUFFIX;
    arcs_in(ring)->directory[0].count--;
    assert_broken(ring, "overflows exactly if");
    ring_destroy(ring);
}

/* WALKS, with a store whose own check finds nothing wrong. */

static bool walk_nowhere(const struct ring *ring, struct ring_cursor *cursor,
                         struct ring_bytes *node, uint64_t *position)
{
    (void)ring, (void)cursor, (void)node, (void)position;
    return false;
}

/* Behind the last point, the walk begins again. */
static bool walk_in_circles(const struct ring *ring, struct ring_cursor *cursor,
                            struct ring_bytes *node, uint64_t *position)
{
    if (!ring_merge.next(ring, cursor, node, position)) {
        *cursor = (struct ring_cursor){{0}};
        return ring_merge.next(ring, cursor, node, position);
    }
    return true;
}

static void walks_of_another_length(void **state)
{
    struct ring *ring = sound_ring(&ring_merge, NULL);
    struct point_store broken = ring_merge;
    (void)state;
    broken.next = walk_nowhere;
    ASSERT_NOTICED_IN(ring, "the rule gives", ring->store, &broken);
    broken.next = walk_in_circles;
    ASSERT_NOTICED_IN(ring, "a walk ends behind", ring->store, &broken);
    ring_destroy(ring);
}

/* THE MERGE STORE */

static void runs_that_are_wrong(void **state)
{
    struct ring *ring = sound_ring(&ring_merge, NULL);
    struct run *run = &((struct merge *)ring)->run;
    (void)state;
    ASSERT_NOTICED_IN(ring, "within their array", run->count, run->capacity + 1);
    ASSERT_NOTICED_IN(ring, "as many points as the ring", run->count, 6);
    assert_in_range(run->capacity, 8, SIZE_MAX);
    ASSERT_NOTICED_IN(ring, "as many points as the ring", run->count, 8);
    ASSERT_NOTICED_IN(ring, "ordered by position", run->entries[6].position, 0);
    ASSERT_NOTICED_IN(ring, "ordered by position", run->entries[0].position, UINT64_MAX);
    ASSERT_NOTICED_IN(ring, "the rule gives", run->entries[3].position,
                      run->entries[3].position + 1);
    ASSERT_NOTICED_IN(ring, "the rule gives", run->entries[3].position,
                      run->entries[3].position - 1);
    for (size_t i = 0; i < 7; i++) {
        struct node *other = ring_nodes_named(&ring->nodes, NAME("a"));
        if (other == run->entries[i].owner) {
            other = ring_nodes_named(&ring->nodes, NAME("b"));
        }
        ASSERT_NOTICED_IN(ring, "the rule gives", run->entries[i].owner, other);
    }
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_many_points),
        cmocka_unit_test(nodes_out_of_range),
        cmocka_unit_test(names_of_no_bytes),
        cmocka_unit_test(nodes_out_of_order),
        cmocka_unit_test(levels_that_lack_nodes),
        cmocka_unit_test(the_highest_level),
        cmocka_unit_test(numbers_that_lead_astray),
        cmocka_unit_test(the_first_number_that_is_not_used),
        cmocka_unit_test(numbers_that_are_free_and_have_a_name),
        cmocka_unit_test(sums_that_differ),
        cmocka_unit_test(positions_that_are_not_the_rules),
        cmocka_unit_test(directory_entries_that_disagree),
        cmocka_unit_test(blocks_out_of_bounds),
        cmocka_unit_test(lines_out_of_order),
        cmocka_unit_test(points_that_are_not_the_rules),
        cmocka_unit_test(overflow_runs_that_are_wrong),
        cmocka_unit_test(ties_out_of_order),
        cmocka_unit_test(directory_entries_that_lead_elsewhere),
        cmocka_unit_test(directory_entries_that_are_not_the_first_of_their_block),
        cmocka_unit_test(owners_that_are_more_or_less),
        cmocka_unit_test(owners_anywhere),
        cmocka_unit_test(full_lines_out_of_order),
        cmocka_unit_test(blocks_without_lines),
        cmocka_unit_test(blocks_that_lack_a_point),
        cmocka_unit_test(overflow_runs_of_lines_that_have_room),
        cmocka_unit_test(walks_of_another_length),
        cmocka_unit_test(runs_that_are_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
