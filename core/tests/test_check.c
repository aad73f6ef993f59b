/* ring_check() notices: these tests break each invariant by hand, and ring_check() must name it. */
#include "../merge.h"
#include "support.h"
#include "tiny.h"

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

/* The same in a new ring, with this store. */
#define ASSERT_NOTICED_OVER(store, words, place, value)                                            \
    do {                                                                                           \
        struct ring *ring = sound_ring((store), NULL);                                             \
        struct nodes *nodes = &ring->nodes;                                                        \
        struct node *a = ring_nodes_named(nodes, NAME("a"));                                       \
        struct node *b = ring_nodes_named(nodes, NAME("b"));                                       \
        (void)a, (void)b, (void)nodes;                                                             \
        ASSERT_NOTICED_IN(ring, words, place, value);                                              \
        ring_destroy(ring);                                                                        \
    } while (0)

#define ASSERT_NOTICED(words, place, value) ASSERT_NOTICED_OVER(&ring_arcs, words, place, value)

/* With arcs: its seven points would be a run else. */
#define ASSERT_NOTICED_TINY(words, place, value)                                                   \
    ASSERT_NOTICED_OVER(&ring_arcs_tiny, words, place, value)

static void too_many_points(void **state)
{
    (void)state;
    if (SIZE_MAX > RING_POINTS_MAX) {
        ASSERT_NOTICED("at most 2^32 - 1 points", ring->point_count, (size_t)RING_POINTS_MAX + 1);
    }
    ASSERT_NOTICED("as many points as all nodes", ring->point_count, (size_t)RING_POINTS_MAX);
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

/* A walk over all nodes meets none that could show what is wrong. */
static void levels_of_no_nodes(void **state)
{
    struct ring *ring = NULL;
    struct ring *other = sound_ring(&ring_arcs, NULL);
    (void)state;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    for (uint32_t level = 1; level < NODES_LEVELS; level++) {
        ASSERT_NOTICED_IN(ring, "every level", ring->nodes.first[level],
                          ring_nodes_next(&other->nodes, NULL));
    }
    ring_destroy(other);
    ring_destroy(ring);
}

/* In place of its links comes the caller's pointer, which is not to be followed. */
static void nodes_without_levels(void **state)
{
    struct ring *ring = sound_ring(&ring_arcs, NULL);
    struct node *a = ring_nodes_next(&ring->nodes, NULL);
    struct node *b = ring_nodes_next(&ring->nodes, a);
    (void)state;
    ring_node_set(a, b);
    ASSERT_NOTICED_IN(ring, "ordered by name", a->levels, 0);
    ring_node_set(b, a->name);
    ASSERT_NOTICED_IN(ring, "ordered by name", b->levels, 0);
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
        ASSERT_NOTICED_TINY("match the positions of its points", ring_node_positions(nodes, a)[i],
                            i);
    }
    ring_destroy(ring);
}

/* ARCS. The seven points of the small ring are in its two lines. */

#define SLOT(number) (arcs_in(ring)->lines.pieces[0].line[number])
#define LINE SLOT(0)
#define OTHER(number) (3 - (number)) /* "a" is number 1, "b" 2 */

/* Eleven points at one position, in two lines: 3 of "a", 4 of "b", and 1; 3 of "c". The arc is the
 * first of two. The second is empty. */
static struct ring *ring_with_chain(void)
{
    struct ring *ring = sound_ring(&ring_arcs_tiny, &all_equal);
    assert_int_equal(ring_add(ring, NAME("c"), 4), RING_OK);
    assert_true(line_is_chained(&LINE));
    assert_int_equal(line_count(LINE.more), 3);
    assert_sound(ring);
    return ring;
}

static void chains_of_a_wrong_length(void **state)
{
    struct ring *ring = ring_with_chain();
    struct line *more = LINE.more;
    struct line last = *more;
    (void)state;
    /* It ends too early. */
    ASSERT_NOTICED_IN(ring, "as many points as the ring", LINE.owner[CHAINED_POINTS], 0);
    /* A line that is not the last is not full. */
    ASSERT_NOTICED_IN(ring, "all lines but its last are full", LINE.suffix[7], NO_SUFFIX);
    ASSERT_NOTICED_IN(ring, "all lines but its last are full", LINE.suffix[8], 1);
    /* The last has too few points to be needed. */
    more->suffix[0] = more->suffix[1] = more->suffix[2] = NO_SUFFIX;
    assert_broken(ring, "no longer than it must be");
    *more = last;
    more->suffix[1] = more->suffix[2] = NO_SUFFIX;
    assert_broken(ring, "no longer than it must be");
    *more = last;
    /* It leads back to the first. */
    ASSERT_NOTICED_IN(ring, "no longer than it must be", *more, LINE);
    ring_destroy(ring);
    ASSERT_NOTICED_TINY("all lines but its last are full", LINE.owner[CHAINED_POINTS], NO_OWNER);
}

/* A chain whose lines are right, but are more than an arc may have. */
static void chains_that_are_too_long(void **state)
{
    enum { LINES = 20 };
    static struct line fake[LINES];
    struct ring *ring = ring_with_chain();
    struct line *more = LINE.more;
    (void)state;
    for (size_t i = 0; i < LINES; i++) {
        fake[i] = LINE;
        fake[i].more = i + 1 < LINES ? &fake[i + 1] : more;
    }
    ASSERT_NOTICED_IN(ring, "no longer than it must be", LINE.more, fake);
    ring_destroy(ring);
}

static void suffixes_out_of_order(void **state)
{
    struct ring *ring = ring_with_chain();
    (void)state;
    for (unsigned i = 1; i < CHAINED_POINTS; i++) {
        ASSERT_NOTICED_IN(ring, "the suffixes of an arc ascend", LINE.suffix[i - 1], 1);
    }
    ASSERT_NOTICED_IN(ring, "the suffixes of an arc ascend", LINE.suffix[7], 1);
    ASSERT_NOTICED_IN(ring, "the suffixes of an arc ascend", LINE.more->suffix[0], 1);
    ASSERT_NOTICED_IN(ring, "unused ones come last", LINE.more->suffix[4], 0);
    ring_destroy(ring);
    ASSERT_NOTICED_TINY("the suffixes of an arc ascend", LINE.suffix[1], 0);
    ASSERT_NOTICED_TINY("unused ones come last", LINE.suffix[0], NO_SUFFIX);
    ASSERT_NOTICED_TINY("unused ones come last", SLOT(1).suffix[0], NO_SUFFIX);
}

static void owners_that_do_not_exist(void **state)
{
    struct ring *ring = ring_with_chain();
    (void)state;
    ASSERT_NOTICED_IN(ring, "number of a node", LINE.owner[7], 77);
    ASSERT_NOTICED_IN(ring, "number of a node", LINE.more->owner[0], 77);
    assert_int_equal(ring_remove(ring, NAME("a")), RING_OK);
    ASSERT_NOTICED_IN(ring, "number of a node", LINE.owner[1], 1);
    ring_destroy(ring);
    ASSERT_NOTICED_TINY("number of a node", LINE.owner[0], 0); /* free */
    ASSERT_NOTICED_TINY("number of a node", LINE.owner[0], 3); /* never used */
    ASSERT_NOTICED_TINY("number of a node", LINE.owner[1], 3);
    ASSERT_NOTICED_TINY("number of a node", LINE.owner[0], NO_OWNER);
}

static void suffixes_that_match_no_position(void **state)
{
    struct ring *ring = ring_with_chain();
    (void)state;
    ASSERT_NOTICED_IN(ring, "match the positions of its points", LINE.more->suffix[2], 1);
    ASSERT_NOTICED_IN(ring, "the rule gives", LINE.owner[1], 2);
    ring_destroy(ring);
    ASSERT_NOTICED_TINY("match the positions of its points", LINE.suffix[0], LINE.suffix[0] - 1);
    ASSERT_NOTICED_TINY("match the positions of its points", LINE.suffix[0], LINE.suffix[0] + 1);
    ASSERT_NOTICED_TINY("match the positions of its points", SLOT(1).suffix[0],
                        SLOT(1).suffix[0] - 1);
}

/* All that a line has is right, but it is the line of another arc. The window of both is the
 * same. */
static void points_in_another_arc(void **state)
{
    struct ring *ring = sound_ring(&ring_arcs_tiny, NULL);
    const struct line lines[] = {SLOT(0), SLOT(1)};
    (void)state;
    SLOT(0) = lines[1];
    SLOT(1) = lines[0];
    assert_broken(ring, "match the positions of its points");
    SLOT(0) = lines[0];
    assert_broken(ring, "match the positions of its points"); /* the first line is right */
    SLOT(0) = SLOT(1) = lines[1];
    assert_broken(ring, "match the positions of its points"); /* the second is */
    SLOT(0) = lines[0];
    assert_sound(ring);
    ring_destroy(ring);
}

/* All points of a chain are said to be of one node, which has fewer. */
static void a_node_with_too_many_points(void **state)
{
    struct ring *ring = ring_with_chain();
    const uint32_t few = ring_nodes_named(&ring->nodes, "a", 1)->number;
    const struct line lines[] = {LINE, *LINE.more};
    (void)state;
    assert_in_range(ring_nodes_named(&ring->nodes, "a", 1)->replicas, 1, CHAINED_POINTS - 1);
    for (unsigned i = 0; i < CHAINED_POINTS; i++) {
        LINE.owner[i] = few;
    }
    for (unsigned i = 0; i < 3; i++) {
        LINE.more->owner[i] = few;
    }
    assert_broken(ring, "the points that the rule gives");
    *LINE.more = lines[1];
    LINE = lines[0];
    assert_sound(ring);
    ring_destroy(ring);
}

/* A line lacks its last point, or has none. */
static void lines_that_lack_points(void **state)
{
    struct ring *ring = sound_ring(&ring_arcs_tiny, NULL);
    (void)state;
    for (unsigned slot = 0; slot < 2; slot++) {
        const unsigned count = line_count(&SLOT(slot));
        assert_true(count > 1);
        ASSERT_NOTICED_IN(ring, "as many points as the ring", SLOT(slot).suffix[count - 1],
                          NO_SUFFIX);
        const struct line kept = SLOT(slot);
        memset(SLOT(slot).suffix, 0xff, sizeof kept.suffix);
        assert_broken(ring, "as many points as the ring");
        SLOT(slot) = kept;
    }
    ring_destroy(ring);
}

static void owners_behind_the_points(void **state)
{
    struct ring *ring = ring_with_chain();
    (void)state;
    for (unsigned i = 3; i <= LINE_POINTS; i++) {
        ASSERT_NOTICED_IN(ring, "has the owner of the next point", LINE.more->owner[i], 2);
    }
    for (unsigned i = 0; i <= LINE_POINTS; i++) { /* of the empty arc */
        ASSERT_NOTICED_IN(ring, "has the owner of the next point", SLOT(1).owner[i],
                          i == CHAINED_POINTS ? 0 : 2);
    }
    ring_destroy(ring);
    for (unsigned slot = 0; slot < 2; slot++) {
        for (unsigned i = 5; i <= LINE_POINTS; i++) {
            ASSERT_NOTICED_TINY("has the owner of the next point", SLOT(slot).owner[i],
                                OTHER(SLOT(slot).owner[i]));
            ASSERT_NOTICED_TINY("has the owner of the next point", SLOT(slot).owner[i], 3);
        }
    }
}

static void lines_of_another_number(void **state)
{
    struct ring *ring = ring_with_chain();
    struct lines *lines = &arcs_in(ring)->lines;
    (void)state;
    ASSERT_NOTICED_IN(ring, "the level of their number", lines->count, 0);
    ASSERT_NOTICED_IN(ring, "the level of their number", lines->level, lines->level + 1);
    ASSERT_NOTICED_IN(ring, "the level of their number", lines->level, lines->level + 32);
    ASSERT_NOTICED_IN(ring, "room in their table", lines->room, 0);
    ring_destroy(ring);
    ring = create_over(&ring_arcs_tiny, NULL);
    lines = &arcs_in(ring)->lines;
    assert_int_equal(ring_add(ring, NAME("a"), 420), RING_OK);
    assert_int_equal(lines->count, PIECE_LINES + 1);
    ASSERT_NOTICED_IN(ring, "room in their table", lines->room, 1);
    ASSERT_NOTICED_IN(ring, "the level of their number", lines->level, lines->level - 1);
    ring_destroy(ring);
}

/* Nodes have one point each, so that both are read as that one. */
static void a_point_that_is_in_its_line_twice(void **state)
{
    struct ring *ring = create_over(&ring_arcs_tiny, NULL);
    const struct lines *lines = &arcs_in(ring)->lines;
    struct line *line = NULL;
    (void)state;
    for (uint32_t node = 0; node < 20; node++) {
        assert_int_equal(ring_add(ring, &node, sizeof node, 1), RING_OK);
    }
    for (uint32_t arc = lines->count; line == NULL || line_count(line) == 0; arc++) {
        line = line_of(lines, arc);
    }
    const struct line kept = *line;
    ring_line_open(line, 0);
    assert_broken(ring, "as many points as the ring");
    *line = kept;
    assert_sound(ring);
    ring_destroy(ring);
}

/* Wherever an owner changes, something is wrong. */
static void owners_that_are_not_the_rules(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= LINE_POINTS; i++) {
        ASSERT_NOTICED_TINY("arcs", LINE.owner[i], OTHER(LINE.owner[i]));
        ASSERT_NOTICED_TINY("arcs", SLOT(1).owner[i], OTHER(SLOT(1).owner[i]));
    }
}

static void ties_out_of_order(void **state)
{
    struct ring *ring = sound_ring(&ring_arcs_tiny, &all_equal);
    (void)state;
    assert_int_equal(arc_count(ring), 2);
    LINE.owner[2] = ring_nodes_named(&ring->nodes, NAME("b"))->number;
    LINE.owner[3] = ring_nodes_named(&ring->nodes, NAME("a"))->number;
    assert_broken(ring, "ordered by owner's name");
    ring_destroy(ring);
}

/* In arcs behind the first piece of lines, and at a level with another window. */
static void damage_anywhere(void **state)
{
    struct ring *ring = NULL;
    (void)state;
    assert_int_equal(ring_create_over(&ring, NULL, &ring_arcs_tiny, 1, 0), RING_OK);
    assert_int_equal(ring_add(ring, NAME("a"), 3000), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 4000), RING_OK);
    assert_int_equal(arc_count(ring), 1077);
    assert_sound(ring);
    for (uint32_t slot = 0; slot < 1077; slot += 269) {
        struct line *line = line_in_slot(&arcs_in(ring)->lines, slot);
        const unsigned count = line_count(line);
        assert_true(count > 1);
        ASSERT_NOTICED_IN(ring, "number of a node", line->owner[count - 1], 2);
        ASSERT_NOTICED_IN(ring, "match the positions of its points", line->suffix[count - 1],
                          line->suffix[count - 1] + 1);
        ASSERT_NOTICED_IN(ring, "as many points as the ring", line->suffix[count - 1], NO_SUFFIX);
        if (!line_is_chained(line)) {
            ASSERT_NOTICED_IN(ring, "has the owner of the next point", line->owner[LINE_POINTS], 2);
        }
    }
    ring_destroy(ring);
}

/* WALKS, with a store whose own check finds nothing wrong. */

static uint32_t walk_nowhere(const struct ring *ring, struct ring_cursor *cursor,
                             struct ring_point *point)
{
    (void)ring, (void)cursor, (void)point;
    return NODE_NONE;
}

/* Behind the last point, the walk begins again. */
static uint32_t walk_in_circles(const struct ring *ring, struct ring_cursor *cursor,
                                struct ring_point *point)
{
    const uint32_t owner = ring_merge.next(ring, cursor, point);
    if (owner == NODE_NONE) {
        *cursor = (struct ring_cursor){{0}};
        return ring_merge.next(ring, cursor, point);
    }
    return owner;
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
        cmocka_unit_test(levels_of_no_nodes),
        cmocka_unit_test(nodes_without_levels),
        cmocka_unit_test(the_highest_level),
        cmocka_unit_test(numbers_that_lead_astray),
        cmocka_unit_test(the_first_number_that_is_not_used),
        cmocka_unit_test(numbers_that_are_free_and_have_a_name),
        cmocka_unit_test(sums_that_differ),
        cmocka_unit_test(positions_that_are_not_the_rules),
        cmocka_unit_test(chains_of_a_wrong_length),
        cmocka_unit_test(chains_that_are_too_long),
        cmocka_unit_test(suffixes_out_of_order),
        cmocka_unit_test(owners_that_do_not_exist),
        cmocka_unit_test(suffixes_that_match_no_position),
        cmocka_unit_test(points_in_another_arc),
        cmocka_unit_test(a_node_with_too_many_points),
        cmocka_unit_test(lines_that_lack_points),
        cmocka_unit_test(owners_behind_the_points),
        cmocka_unit_test(lines_of_another_number),
        cmocka_unit_test(a_point_that_is_in_its_line_twice),
        cmocka_unit_test(owners_that_are_not_the_rules),
        cmocka_unit_test(ties_out_of_order),
        cmocka_unit_test(damage_anywhere),
        cmocka_unit_test(walks_of_another_length),
        cmocka_unit_test(runs_that_are_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
