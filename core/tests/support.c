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

size_t block_count(const struct ring *ring)
{
    const struct arcs *arcs = arcs_of(ring);
    size_t count = 0;
    for (size_t i = 0; i < (size_t)1 << arcs->depth; count++) {
        i += (size_t)1 << (arcs->depth - arcs->directory[i].depth);
    }
    return count;
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
