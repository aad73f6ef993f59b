#include "support.h"

#include "../arcs/arcs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t number(const void *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | ((const unsigned char *)bytes)[i];
    }
    return value;
}

static uint64_t picked_point(void *context, const void *name, size_t size, uint32_t replica)
{
    (void)context;
    return number(name, size) + UINT64_C(1000) * replica;
}

static uint64_t picked_key(void *context, const void *key, size_t size)
{
    (void)context;
    return number(key, size);
}

static uint64_t five_point(void *context, const void *name, size_t size, uint32_t replica)
{
    (void)context, (void)name, (void)size, (void)replica;
    return 5;
}

static uint64_t five_key(void *context, const void *key, size_t size)
{
    return five_point(context, key, size, 0);
}

const struct ring_options picked_positions = {
    .rule = RING_CUSTOM,
    .custom = {picked_point, picked_key, NULL},
};

const struct ring_options all_equal = {
    .rule = RING_CUSTOM,
    .custom = {five_point, five_key, NULL},
};

static uint64_t row_point(void *context, const void *name, size_t size, uint32_t replica)
{
    const struct row *row = name;
    (void)context;
    assert_int_equal(size, sizeof *row);
    return row->start + replica * row->step;
}

static uint64_t row_key(void *context, const void *key, size_t size)
{
    return row_point(context, key, size, 0);
}

const struct ring_options rows = {
    .rule = RING_CUSTOM,
    .custom = {row_point, row_key, NULL},
};

struct ring *create_over(const struct point_store *store, const struct ring_options *options)
{
    struct ring *ring = NULL;
    assert_int_equal(ring_create_over(&ring, options, store, 1, 0), RING_OK);
    return ring;
}

void assert_sound(const struct ring *ring)
{
    const char *broken = NULL;
    enum ring_error error = ring_check(ring, &broken);
    if (error != RING_OK) {
        fail_msg("ring_check: %s: %s", ring_strerror(error), broken != NULL ? broken : "");
    }
}

static void write_hex(FILE *out, struct ring_bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        (void)fprintf(out, "%02x", ((const unsigned char *)bytes.data)[i]);
    }
}

char *portrait(const struct ring *ring)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    (void)fprintf(out, "%zu nodes, %zu points\n", ring_node_count(ring), ring_point_count(ring));
    struct ring_cursor cursor = {{0}};
    struct ring_node node;
    while (ring_next_node(ring, &cursor, &node)) {
        write_hex(out, node.name);
        (void)fprintf(out, " x %" PRIu32 "\n", node.replicas);
    }
    cursor = (struct ring_cursor){{0}};
    struct ring_point point;
    while (ring_next_point(ring, &cursor, &point)) {
        (void)fprintf(out, "%" PRIu64 " ", point.position);
        write_hex(out, point.node);
        (void)fputc('\n', out);
    }
    (void)fclose(out);
    return text;
}

void assert_same(const struct ring *ring, const struct ring *other)
{
    char *first = portrait(ring);
    char *second = portrait(other);
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void assert_same_owner(struct ring_bytes owner, struct ring_bytes other)
{
    assert_int_equal(owner.size, other.size);
    assert_memory_equal(owner.data, other.data, other.size);
}

/* Compares the owners of a position, from a lookup of its own and from a walk. */
static void assert_same_walk(const struct ring *ring, const struct ring *other, uint64_t position)
{
    struct ring_owner_cursor cursors[2];
    struct ring_bytes owners[2];
    assert_int_equal(ring_find_positions(ring, &position, 1, &owners[0]), RING_OK);
    assert_int_equal(ring_find_positions(other, &position, 1, &owners[1]), RING_OK);
    assert_same_owner(owners[0], owners[1]);
    assert_int_equal(ring_seek_position(ring, position, &cursors[0]), RING_OK);
    assert_int_equal(ring_seek_position(other, position, &cursors[1]), RING_OK);
    for (int i = 0; i < 3; i++) {
        const bool more = ring_next_owner(other, &cursors[1], &owners[1]);
        assert_int_equal(ring_next_owner(ring, &cursors[0], &owners[0]), more);
        if (more) {
            assert_same_owner(owners[0], owners[1]);
        }
    }
}

void assert_same_answers(const struct ring *ring, const struct ring *other)
{
    enum { KEYS_MAX = 1000, WALKS = 50 };
    static uint64_t positions[KEYS_MAX];
    static struct ring_bytes answers[2][KEYS_MAX];
    const size_t points = ring_point_count(other);
    const size_t keys = points < KEYS_MAX / 4 ? 4 * points : KEYS_MAX;
    const size_t stride = 1 + 4 * points / KEYS_MAX;
    struct ring_cursor cursor = {{0}};
    struct ring_point point = {.position = 0};
    for (uint64_t i = 0; i < keys; i++) {
        const uint64_t anywhere = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
        for (size_t j = 0; j < stride && i % 4 == 0; j++) {
            (void)ring_next_point(other, &cursor, &point);
        }
        positions[i] = i % 4 < 3 ? point.position + i % 4 - 1 : anywhere >> i % 8 * 32 / 7;
    }
    assert_int_equal(ring_find_positions(ring, positions, keys, answers[0]), RING_OK);
    assert_int_equal(ring_find_positions(other, positions, keys, answers[1]), RING_OK);
    for (size_t i = 0; i < keys; i++) {
        assert_same_owner(answers[0][i], answers[1][i]);
    }
    for (size_t i = 0; i < keys; i += keys / WALKS | 1) { /* odd: in all four places */
        assert_same_walk(ring, other, positions[i]);
    }
}

uint32_t arc_count(const struct ring *ring)
{
    return arcs_of(ring)->lines.count;
}

void assert_owner(const struct ring *ring, struct ring_bytes key, struct ring_bytes owner)
{
    struct ring_bytes found = {NULL, 99};
    assert_int_equal(ring_find(ring, key.data, key.size, &found), RING_OK);
    assert_int_equal(found.size, owner.size);
    if (owner.size > 0) {
        assert_memory_equal(found.data, owner.data, owner.size);
    } else {
        assert_null(found.data);
    }
}
