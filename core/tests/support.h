/* What the unit tests of the ring library share. */
#ifndef RING_TESTS_SUPPORT_H
#define RING_TESTS_SUPPORT_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ringproof/ring.h>

/* A string literal as bytes, embedded NULs included. */
#define BYTES(literal) ((struct ring_bytes){(literal), sizeof(literal) - 1})
#define NAME(literal) (literal), sizeof(literal) - 1

/* A rule that lets a test pick positions. A name or key is a big-endian number. That is the
 * position of the key, and of the node's first point; each further point is 1000 behind the one
 * before. */
extern const struct ring_options picked_positions;

/* A rule that puts every point and every key at position 5. */
extern const struct ring_options all_equal;

/* A rule that puts the points of a node in a row. The name of a node is a struct row. */
struct row {
    uint64_t start;
    uint64_t step;
};
extern const struct ring_options rows;

struct point_store;

/* Creates a ring with this point store, or fails the test. */
struct ring *create_over(const struct point_store *store, const struct ring_options *options);

/* Fails the test unless ring_check() finds that all invariants hold. */
void assert_sound(const struct ring *ring);

/* Returns everything that a caller can see of a ring, as text. The caller frees it. It must not
 * change when a call fails, and must be equal for equal sets of nodes. */
char *portrait(const struct ring *ring);
void assert_same(const struct ring *ring, const struct ring *other);

/* The same for the answers of lookups: at many points, beside them, and anywhere. */
void assert_same_answers(const struct ring *ring, const struct ring *other);

/* Returns how many arcs a ring with the arcs store has. 0: it is one run. */
uint32_t arc_count(const struct ring *ring);

/* Asserts that ring_find() finds this owner. An owner of no bytes means: no node. */
void assert_owner(const struct ring *ring, struct ring_bytes key, struct ring_bytes owner);

#endif
