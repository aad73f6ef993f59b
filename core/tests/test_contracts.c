/* A build without NDEBUG asserts what functions require of callers that are not proved. */
#include "../arcs/arcs.h"
#include "stops.h"

static struct node nobody;
static struct entry scratch[3];

static void merge_with_a_left_run_out_of_order(void)
{
    struct entry left[3] = {{5, &nobody}, {3, &nobody}};
    const struct entry right = {1, &nobody};
    ring_run_merge(left, left, 2, &right, 1);
}

static void merge_with_a_right_run_out_of_order(void)
{
    struct entry into[2];
    const struct entry right[2] = {{5, &nobody}, {3, &nobody}};
    ring_run_merge(into, scratch, 0, right, 2);
}

static void merge_into_the_right_run(void)
{
    struct entry into = {5, &nobody};
    ring_run_merge(&into, scratch, 0, &into, 1);
}

static void merge_into_a_part_of_the_left_run(void)
{
    struct entry into[3] = {{3, &nobody}, {5, &nobody}, {7, &nobody}};
    const struct entry right = {9, &nobody};
    ring_run_merge(into, into + 1, 2, &right, 1);
}

static void drop_from_a_run_out_of_order(void)
{
    struct entry entries[2] = {{5, &nobody}, {3, &nobody}};
    ring_run_drop(&(struct run){entries, 2, 2}, &nobody);
}

static void drop_from_a_run_among_its_own_entries(void)
{
    union {
        struct run run;
        struct entry entries[2];
    } both = {.run = {both.entries, 1, 2}};
    ring_run_drop(&both.run, &nobody);
}

static void sort_with_scratch_that_begins_within(void)
{
    ring_run_sort(scratch, 2, scratch + 1);
}

static void sort_with_scratch_that_ends_within(void)
{
    ring_run_sort(scratch + 1, 2, scratch);
}

static void search_for_no_bits(void)
{
    (void)ring_lower_bound(&scratch->position, 1, 1, 1, 64);
}

static void search_among_none(void)
{
    (void)ring_lower_bound(&scratch->position, 1, 0, 1, 0);
}

static void point_of_no_rule(void)
{
    struct placement placement = {.rule = RING_XXH3};
    unsigned char name[1 + PLACEMENT_SUFFIX_MAX] = "a";
    struct placer placer;
    ring_placer_init(&placer, &placement, name, 1);
    placement.rule = RING_HASH_RING_COMPAT32 + 1;
    (void)ring_placer_point(&placer, 0);
}

static void guess_among_none(void)
{
    (void)ring_interpolate(0, 1, 0);
}

static void guess_of_no_bits(void)
{
    (void)ring_interpolate(1, 1, 64);
}

static void top_bit_of_no_number(void)
{
    (void)ring_top_bit(0);
}

static void position_of_no_bits(void)
{
    (void)arcs_scaled(&(struct arcs){.scale = 64}, 0);
}

static void suffix_of_no_level(void)
{
    (void)suffix_of(0, 32);
}

static void line_in_a_slot_that_is_not_there(void)
{
    (void)line_in_slot(&(struct lines){.count = 3, .level = 1, .room = 1}, 3);
}

static void line_in_a_piece_that_is_not_there(void)
{
    (void)line_in_slot(&(struct lines){.count = PIECE_LINES + 1, .level = 6, .room = 1}, 0);
}

static void arc_at_lines_of_another_level(void)
{
    (void)arc_at(&(struct lines){.count = 3, .level = 2, .room = 1}, 0);
}

static void arc_at_too_many_lines(void)
{
    (void)arc_at(&(struct lines){.count = 0x80000000, .level = 31, .room = UINT32_MAX}, 0);
}

static void name_of_a_number_that_was_never_used(void)
{
    struct ring_bytes names[NODES_FIRST_PIECE] = {{NULL, 0}};
    (void)ring_nodes_numbered(&(struct nodes){.pieces = {names}, .piece_count = 1, .used = 1}, 1);
}

#if SIZE_MAX > UINT32_MAX
static void chain_of_too_many(void)
{
    (void)chain_length((size_t)UINT32_MAX + 1);
}

static void lines_for_too_many(void)
{
    (void)ring_arcs_wanted((size_t)UINT32_MAX + 1);
}
#endif

static void level_of_no_arc(void)
{
    (void)arc_level(0);
}

static void bit_of_no_number(void)
{
    (void)ring_low_bit(0);
}

static void arc_after_one_that_is_not_there(void)
{
    struct lines lines = {.count = 3, .level = 1, .room = 1};
    (void)arc_after(&lines, 6);
}

static void arc_before_one_that_is_not_there(void)
{
    struct lines lines = {.count = 3, .level = 1, .room = 1};
    (void)arc_before(&lines, 2);
}

static void line_of_an_arc_that_is_not_there(void)
{
    struct lines lines = {.count = 3, .level = 1, .room = 1};
    (void)line_of(&lines, 2);
}

static void line_of_an_arc_that_is_not_there_yet(void)
{
    struct lines lines = {.count = 3, .level = 1, .room = 1};
    (void)line_of(&lines, 6);
}

static struct ring *large_ring(void)
{
    struct ring *ring = NULL;
    assert_int_equal(ring_create(&ring, NULL), RING_OK);
    assert_int_equal(ring_add(ring, "old", 3, 1000), RING_OK);
    assert_int_equal(ring_add(ring, "other", 5, RUN_MAX), RING_OK);
    return ring;
}

static struct line line_with(uint16_t last_suffix)
{
    struct line line = {.suffix = {0}};
    for (unsigned i = 0; i < LINE_POINTS; i++) {
        line.suffix[i] = last_suffix;
    }
    return line;
}

static void open_a_full_line(void)
{
    struct line line = line_with(7);
    ring_line_open(&line, 0);
}

static void open_behind_a_line(void)
{
    struct line line = line_with(NO_SUFFIX);
    ring_line_open(&line, LINE_POINTS);
}

static void close_where_no_point_is(void)
{
    struct line line = line_with(NO_SUFFIX);
    ring_line_close(&line, 0);
}

static void close_behind_a_line(void)
{
    struct line line = line_with(7);
    ring_line_close(&line, LINE_POINTS);
}

static void close_a_line_with_a_chain(void)
{
    struct line line = line_with(7);
    line.owner[CHAINED_POINTS] = NO_OWNER;
    ring_line_close(&line, 0);
}

/* A chain with one line more than an arc may have. */
static struct line *long_chain(void)
{
    static struct line lines[CHAIN_MAX + 2];
    for (unsigned i = 0; i <= CHAIN_MAX; i++) {
        lines[i].owner[CHAINED_POINTS] = NO_OWNER;
        lines[i].more = &lines[i + 1];
    }
    return lines;
}

static void count_a_chain_that_is_too_long(void)
{
    (void)ring_arc_count(long_chain());
}

static void set_the_next_of_a_chain_that_is_too_long(void)
{
    ring_arc_set_next(long_chain(), 0);
}

static void change_all_lines(struct ring *ring, void (*change)(struct line *line))
{
    const struct lines *lines = &arcs_of(ring)->lines;
    for (uint32_t slot = 0; slot < lines->count; slot++) {
        struct line *line = line_in_slot(lines, slot);
        if (line_has_room(line)) {
            change(line);
        }
    }
}

static void break_next(struct line *line)
{
    line->owner[LINE_POINTS]++;
}

static void break_order(struct line *line)
{
    line->suffix[0] = NO_SUFFIX - 1;
}

static void remove_where(void (*change)(struct line *line))
{
    struct ring *ring = large_ring();
    change_all_lines(ring, change);
    (void)ring_remove(ring, "old", 3);
}

static void insert_into_a_line_with_two_next_owners(void)
{
    struct ring *ring = large_ring();
    change_all_lines(ring, break_next);
    (void)ring_add(ring, "new", 3, 1000);
}

static void erase_from_a_line_with_two_next_owners(void)
{
    remove_where(break_next);
}

static void erase_from_a_line_out_of_order(void)
{
    remove_where(break_order);
}

int main(void)
{
    static void (*const wrong[])(void) = {
        merge_with_a_left_run_out_of_order,
        merge_with_a_right_run_out_of_order,
        merge_into_the_right_run,
        merge_into_a_part_of_the_left_run,
        drop_from_a_run_out_of_order,
        drop_from_a_run_among_its_own_entries,
        sort_with_scratch_that_begins_within,
        sort_with_scratch_that_ends_within,
        search_for_no_bits,
        search_among_none,
        point_of_no_rule,
        guess_among_none,
        guess_of_no_bits,
        top_bit_of_no_number,
        position_of_no_bits,
        suffix_of_no_level,
        line_in_a_slot_that_is_not_there,
        line_in_a_piece_that_is_not_there,
        arc_at_lines_of_another_level,
        arc_at_too_many_lines,
        name_of_a_number_that_was_never_used,
#if SIZE_MAX > UINT32_MAX
        chain_of_too_many,
        lines_for_too_many,
#endif
        level_of_no_arc,
        bit_of_no_number,
        arc_after_one_that_is_not_there,
        arc_before_one_that_is_not_there,
        line_of_an_arc_that_is_not_there,
        line_of_an_arc_that_is_not_there_yet,
        open_a_full_line,
        open_behind_a_line,
        close_where_no_point_is,
        close_behind_a_line,
        close_a_line_with_a_chain,
        count_a_chain_that_is_too_long,
        set_the_next_of_a_chain_that_is_too_long,
        insert_into_a_line_with_two_next_owners,
        erase_from_a_line_with_two_next_owners,
        erase_from_a_line_out_of_order,
    };
    return test_wrong_calls(wrong, sizeof wrong / sizeof *wrong);
}
