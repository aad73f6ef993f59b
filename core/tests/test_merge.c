/* The merge store alone: how its array grows. */
#include "../merge.h"
#include "support.h"

/* The array grows only when it is full: by half, so that few adds copy all points, or by as much as
 * is needed. */
static void the_array_grows_by_half(void **state)
{
    struct ring *ring = create_over(&ring_merge, NULL);
    const struct run *run = &((struct merge *)ring)->run;
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 100), RING_OK);
    assert_int_equal(run->capacity, 100);
    assert_int_equal(ring_add(ring, NAME("b"), 1), RING_OK);
    assert_int_equal(run->capacity, 150);
    const struct entry *entries = run->entries;
    assert_int_equal(ring_add(ring, NAME("c"), 49), RING_OK);
    assert_int_equal(run->capacity, 150);
    assert_ptr_equal(run->entries, entries);
    assert_int_equal(ring_add(ring, NAME("d"), 200), RING_OK);
    assert_int_equal(run->capacity, 350);
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
    struct batch batch;
    (void)state;
    assert_int_equal(ring_add(ring, NAME("a"), 100), RING_OK);
    const size_t bytes = falling.bytes;
    assert_int_equal(ring_batch_create(ring, &batch, &node, 1, NULL), RING_OK);
    assert_int_equal(ring_batch_reserve(ring, &batch), RING_OK);
    assert_true(((struct merge *)ring)->room.entries < ((struct merge *)ring)->run.entries);
    ring_batch_cancel(ring, &batch);
    ring_batch_free(ring, &batch, true);
    assert_int_equal(falling.bytes, bytes);
    assert_int_equal(ring_add_many(ring, &node, 1), RING_OK);
    assert_sound(ring);
    ring_destroy(ring);
    assert_int_equal(falling.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_array_grows_by_half),
        cmocka_unit_test(arrays_that_are_not_needed_are_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
