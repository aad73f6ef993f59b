/* What the unit tests of the core share. */
#ifndef RING_TESTS_SUPPORT_H
#define RING_TESTS_SUPPORT_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../ring.h"

/* A string literal as bytes, embedded NULs included. */
#define BYTES(literal) ((struct ring_bytes){(literal), sizeof(literal) - 1})
#define NAME(literal) (literal), sizeof(literal) - 1

/* A rule under which a program picks positions: a name or key is a big-endian number; point i of a
 * node is 1000 * i behind it. */
extern const struct ring_options picked_positions;
/* Every point and every key at position 5. */
extern const struct ring_options all_equal;

/* A rule under which a node's points stand in a row: its name is a struct row. */
struct row {
    uint64_t start;
    uint64_t step;
};
extern const struct ring_options rows;

struct point_store;
struct ring *create_over(const struct point_store *store, const struct ring_options *options);

/* Fails the test unless ring_check() is content. */
void assert_sound(const struct ring *ring);

/* Everything that a caller can see of a ring, as text, to be freed: what must not change when a call
 * fails, and must be equal for equal sets of nodes. */
char *portrait(const struct ring *ring);
void assert_same(const struct ring *ring, const struct ring *other);

/* Of a ring over arcs. */
size_t block_count(const struct ring *ring);

void assert_owner(const struct ring *ring, struct ring_bytes key, struct ring_bytes owner);

#endif
