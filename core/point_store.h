/* A point store: how a ring keeps its points in order. There are two:
 *
 *     ring_arcs    arcs/arcs.h   the store of every ring that ring_create() makes
 *     ring_merge   merge.h       one sorted run, as the fix of 2014 proposed: a readable reference
 *                                that is fast enough for large rings
 *
 * Both find the nodes in struct ring (internal.h).
 */
#ifndef RING_POINT_STORE_H
#define RING_POINT_STORE_H

#include "run.h"

struct point_store {
    /* The bytes of a ring with this store: a struct ring, then the data of the store. */
    size_t ring_size;

    void (*create)(struct ring *ring);
    void (*destroy)(struct ring *ring);

    /* A change has two phases. `reserve` makes room for a sorted run that is not empty, and does all
     * that can fail; if it fails, the ring is as it was. Then either `cancel` gives up the room, or
     * `commit` makes the change. `leaving`: NULL, or the node whose points go. */
    enum ring_error (*reserve)(struct ring *ring, const struct run *fresh,
                               const struct node *leaving);
    void (*cancel)(struct ring *ring, const struct run *fresh);

    /* Removes the points of `leaving`, and inserts the run, which is empty if a node only leaves:
     * that needs no `reserve`. Cannot fail. In ring->nodes, the owners of the run are there already,
     * and the one that leaves is not. */
    void (*commit)(struct ring *ring, const struct run *fresh, const struct node *leaving);

    /* Writes the owners of the successors of `count` positions. The ring must have points. */
    void (*find)(const struct ring *ring, const uint64_t *positions, size_t count,
                 struct ring_bytes *nodes);

    /* Sets the cursor to the first point whose position is strictly greater, or to the end. */
    void (*seek)(const struct ring *ring, uint64_t position, struct ring_cursor *cursor);

    /* Reads the point at the cursor, unless `point` is NULL, and moves the cursor on. Returns the
     * number of the owner. At the end, returns NODE_NONE and does not write to `point`. */
    uint32_t (*next)(const struct ring *ring, struct ring_cursor *cursor, struct ring_point *point);

    /* Returns the first of the store's own invariants that does not hold, as a sentence, or
     * NULL. */
    const char *(*check)(const struct ring *ring);
};

#endif
