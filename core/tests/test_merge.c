/* The merge store alone: how its array grows, and how it searches. */
#include "../merge.h"
#include "support.h"

/* The array grows only when it is full: by an eighth, so that few adds need another, or by as much as
 * is needed. */
static void the_array_grows_by_an_eighth(void **state)
{
    struct ring *ring = create_over(&ring_merge, NULL);
    const struct run *run = &((struct merge *)ring)->run;
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 100), RING_OK);
    assert_int_equal(run->capacity, 100);
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    assert_int_equal(run->capacity, 112);
    const struct entry *entries = run->entries;
    assert_int_equal(ring_add(ring, NAME("c"), 11), RING_OK);
    assert_int_equal(run->capacity, 112);
    assert_ptr_equal(run->entries, entries);
    assert_int_equal(ring_add(ring, NAME("d"), 200), RING_OK);
    assert_int_equal(run->capacity, 312);
    assert_sound(ring);
    ring_destroy(ring);
}

/* An allocator that puts each block below the one before, so that a mistake in comparing addresses
 * shows whatever malloc() does. */
struct falling {
    _Alignas(max_align_t) unsigned char memory[1 << 16];
    size_t bottom;
    size_t bytes; /* held now */
};

static void *take(void *context, size_t size)
{
    struct falling *falling = context;
    size_t room = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    assert_in_range(room, 1, falling->bottom);
    falling->bottom -= room;
    falling->bytes += size;
    return falling->memory + falling->bottom;
}

static void give(void *context, void *block, size_t size)
{
    struct falling *falling = context;
    assert_non_null(block);
    falling->bytes -= size;
}

static void arrays_that_are_not_needed_are_given_back(void **state)
{
    static struct falling falling = {.bottom = sizeof falling.memory};
    const struct ring_options options = {.allocator = {take, give, &falling}};
    const struct ring_node node = {BYTES("b"), 1};
    struct ring *ring = create_over(&ring_merge, &options);
    struct change change;
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 100), RING_OK);
    const size_t bytes = falling.bytes;
    assert_int_equal(ring_prepare_add(ring, &change, &node, 1, NULL), RING_OK);
    assert_int_equal(ring_change_reserve(ring, &change), RING_OK);
    assert_true(((struct merge *)ring)->room.entries < ((struct merge *)ring)->run.entries);
    ring_change_cancel(ring, &change);
    ring_change_free(ring, &change, false);
    assert_int_equal(falling.bytes, bytes);
    assert_int_equal(ring_add_many(ring, &node, 1), RING_OK);
    assert_sound(ring);
    ring_destroy(ring);
    assert_int_equal(falling.bytes, 0);
}

enum { ENTRIES = 600 };

/* Positions of digests, or, with `bits`, so few that many are equal. */
static uint64_t position_of(uint64_t number, unsigned bits)
{
    uint64_t digest = number * UINT64_C(0x9e3779b97f4a7c15);
    return bits > 0 ? digest >> (64 - bits) : digest;
}

static size_t bisect(const struct run *run, uint64_t position)
{
    size_t low = 0;
    size_t high = run->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (run->entries[middle].position <= position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Each position, and those before and behind it, is where bisection finds it, however the positions
 * are spread, and even if some are above what the scale says. */
static void searches_agree_with_bisection(void **state)
{
    static struct entry entries[ENTRIES];
    static struct entry scratch[ENTRIES];
    const unsigned bits[] = {0, 32, 33, 5, 1};
    (void)state;
    for (size_t count = 0; count <= ENTRIES; count += 1 + count / 3) {
        for (size_t kind = 0; kind < 5; kind++) {
            for (size_t i = 0; i < count; i++) {
                entries[i] = (struct entry){position_of(i, bits[kind]), NULL};
            }
            ring_run_sort(entries, count, scratch);
            const struct run run = {entries, count, count};
            const unsigned scale = bits[kind] == 32 || bits[kind] == 33 ? 32 : 0;
            for (size_t i = 0; i < 3 * count; i++) {
                uint64_t position = entries[i / 3].position + i % 3 - 1;
                assert_int_equal(ring_run_after(&run, position, scale), bisect(&run, position));
            }
            assert_int_equal(ring_run_after(&run, UINT64_MAX, scale), count);
        }
    }
}

/* Replicas come in the place of others: the array has room for those that stay. */
static void the_array_has_room_for_what_stays(void **state)
{
    struct ring *ring = create_over(&ring_merge, NULL);
    const struct run *run = &((struct merge *)ring)->run;
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 100), RING_OK);
    assert_int_equal(ring_add(ring, NAME("b"), 50), RING_OK);
    assert_int_equal(run->capacity, 150);
    const struct entry *entries = run->entries;
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 90), RING_OK);
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 100), RING_OK);
    assert_ptr_equal(run->entries, entries);
    assert_int_equal(ring_set_replicas(ring, NAME("a"), 101), RING_OK);
    assert_int_equal(run->capacity, 150 + 150 / 8);
    assert_sound(ring);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_array_grows_by_an_eighth),
        cmocka_unit_test(arrays_that_are_not_needed_are_given_back),
        cmocka_unit_test(the_array_has_room_for_what_stays),
        cmocka_unit_test(searches_agree_with_bisection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
