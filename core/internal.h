/* What the files of the ring share, and nobody else includes (but the tests that break a ring on
 * purpose, to see ring_check() notice). check.c lists the invariants. */
#ifndef RING_INTERNAL_H
#define RING_INTERNAL_H

#include "allocation.h"
#include "nodes.h"
#include "placement.h"
#include "point_store.h"
#include "run.h"

/* The beginning of a ring over any store: each has a struct of its own, which begins with this one. */
struct ring {
    const struct point_store *store;
    size_t point_count;
    struct nodes nodes;
    struct placement placement;
    struct allocation allocation;
};

/* As ring_create, over this point store, and with links for so many sides in each node. */
enum ring_error ring_create_over(struct ring **ring, const struct ring_options *options,
                                 const struct point_store *store, uint32_t sides, uint32_t side);

/* An array of `count` entries and as many again, which are a sort's scratch. NULL also where that does
 * not fit. */
struct entry *ring_allocate_unsorted(const struct ring *ring, size_t count);
void ring_release_unsorted(const struct ring *ring, struct entry *entries, size_t count);

/* Appends the points of `node` to the run, unsorted: it has room for them. `buffer` has room for
 * the node's name and PLACEMENT_SUFFIX_MAX bytes. */
void ring_place(const struct ring *ring, struct node *node, unsigned char *buffer, struct run *run);

/* ADDING, in steps, so that it can be made to two rings that share their nodes. */

struct batch {
    struct run nodes;  /* sorted by name; owned until they are in a ring */
    struct run points; /* sorted */
    uint32_t piece_count;
};

/* Whether the arguments of an add are valid. */
bool ring_batch_valid(const struct ring *ring, const struct ring_node *nodes, size_t count);

/* Of `count` > 0 nodes. Where it fails, nothing is left to be freed. */
enum ring_error ring_batch_create(struct ring *ring, struct batch *batch,
                                  const struct ring_node *nodes, size_t count);

/* Makes room in the ring: all that can still fail, and then leaves the ring as it was. */
enum ring_error ring_batch_reserve(struct ring *ring, struct batch *batch);
void ring_batch_cancel(struct ring *ring, const struct batch *batch);

/* Cannot fail, once there is room. Uses up batch->points. */
void ring_batch_commit(struct ring *ring, struct batch *batch);

/* The lists; with `nodes` the nodes, too: those of a batch that came into no ring. */
void ring_batch_free(struct ring *ring, struct batch *batch, bool nodes);

/* Takes a node out of the ring, and leaves it to the caller. */
void ring_detach(struct ring *ring, struct node *node);

/* As ring_destroy, but that the nodes are left to another ring that has them. */
void ring_destroy_side(struct ring *ring);

#endif
