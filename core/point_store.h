/* A point store: how a ring keeps its points in order. There are two, ring_arcs (arcs.h), which every ring
 * has, and ring_merge (merge.h): one sorted run, as the fix of 2014 proposed, kept as the readable
 * reference that is fast enough for large rings. What both know of the nodes is in struct ring.
 */
#ifndef RING_POINT_STORE_H
#define RING_POINT_STORE_H

#include "run.h"

struct point_store {
    size_t ring_size; /* of a ring over it: a struct ring, and behind it the store's own */
    enum ring_error (*create)(struct ring *ring);
    void (*destroy)(struct ring *ring);

    /* Adding a sorted run: what can fail, and its undoing; then what cannot. `add` may overwrite the
     * run's entries, and use the scratch behind them; their owners are in ring->nodes by then. */
    enum ring_error (*reserve)(struct ring *ring, const struct run *fresh);
    void (*cancel)(struct ring *ring, const struct run *fresh);
    void (*add)(struct ring *ring, struct run *fresh);

    /* Removes the points of a node. Never allocates. */
    void (*remove)(struct ring *ring, const struct node *node);

    /* In a ring with points: the owners of the successors of `count` positions. */
    void (*find)(const struct ring *ring, const uint64_t *positions, size_t count,
                 struct ring_bytes *nodes);

    /* Sets the cursor to the first point whose position is strictly greater, or to the end. */
    void (*seek)(const struct ring *ring, uint64_t position, struct ring_cursor *cursor);

    /* The point at the cursor, which moves on; false at the end. `position` may be NULL. */
    bool (*next)(const struct ring *ring, struct ring_cursor *cursor, struct ring_bytes *node,
                 uint64_t *position);

    /* A sentence of the first of the store's own invariants that does not hold, or NULL. */
    const char *(*check)(const struct ring *ring);
};

#endif
