/* What the files of the ring share. It is not installed. Outside core/, only the harness includes
 * it, to make rings with other point stores. check.c lists the invariants. */
#ifndef RING_INTERNAL_H
#define RING_INTERNAL_H

#include "allocation.h"
#include "nodes.h"
#include "placement.h"
#include "point_store.h"
#include "run.h"

/* What every ring has. The struct of each point store begins with this one. */
struct ring {
    const struct point_store *store;
    size_t point_count;
    struct nodes nodes;
    struct placement placement;
    struct allocation allocation;
};

/* Creates a ring as ring_create does, with this point store. Each node gets links for `sides` rings
 * that share it, of which this ring is number `side`; a ring by itself has 1 and 0. */
enum ring_error ring_create_over(struct ring **ring, const struct ring_options *options,
                                 const struct point_store *store, uint32_t sides, uint32_t side);

/* Does what the `next` of the point store does, but behind the last point comes the first. The ring
 * must have points. */
static inline uint32_t ring_next_around(const struct ring *ring, struct ring_cursor *cursor,
                                        struct ring_point *point)
{
    uint32_t owner = ring->store->next(ring, cursor, point);
    if (owner == NODE_NONE) {
        *cursor = (struct ring_cursor){{0}};
        owner = ring->store->next(ring, cursor, point);
    }
    return owner;
}

static inline bool ring_is_among(const uint32_t *owners, size_t count, uint32_t owner)
{
    for (size_t i = 0; i < count; i++) {
        if (owners[i] == owner) {
            return true;
        }
    }
    return false;
}

/* Returns an array of `count` entries followed by as many again as scratch for a sort. NULL if
 * there is no memory, or if the size does not fit size_t. */
struct entry *ring_allocate_unsorted(const struct ring *ring, size_t count);
void ring_release_unsorted(const struct ring *ring, struct entry *entries, size_t count);

/* Appends the points of `node` to the run, unsorted, from replica `first` on. The run must have room
 * for them, and `buffer` for the node's name and PLACEMENT_SUFFIX_MAX bytes. */
void ring_place(const struct ring *ring, struct node *node, uint32_t first, unsigned char *buffer,
                struct run *run);

/* ADDING, in steps, so that one batch can go into two rings that share their nodes:
 *
 *     ring_batch_create    copies the nodes, and places and sorts their points
 *     ring_batch_reserve   makes room in the ring: the last step that can fail
 *     ring_batch_commit    puts the batch in; or ring_batch_cancel gives up the room
 *     ring_batch_free      frees what the steps needed
 */

struct batch {
    struct run nodes;     /* sorted by name; the batch owns them until they are in a ring */
    struct run points;    /* sorted */
    uint32_t piece_count; /* of the table of names, before ring_batch_reserve() */
};

/* Whether the arguments of an add are valid. */
bool ring_batch_valid(const struct ring *ring, const struct ring_node *nodes, size_t count);

/* Creates a batch of `count` > 0 nodes, each with the caller's pointer `data`. If it fails, nothing
 * is left to free. */
enum ring_error ring_batch_create(struct ring *ring, struct batch *batch,
                                  const struct ring_node *nodes, size_t count, void *data);

/* Makes room for the batch in the ring. If it fails, the ring is as it was. */
enum ring_error ring_batch_reserve(struct ring *ring, struct batch *batch);
void ring_batch_cancel(struct ring *ring, const struct batch *batch);

/* Puts the batch into the ring, which must have room for it. Cannot fail. */
void ring_batch_commit(struct ring *ring, const struct batch *batch);

/* Frees the lists of a batch. `nodes`: the nodes too, because they are in no ring. */
void ring_batch_free(struct ring *ring, struct batch *batch, bool nodes);

/* CHANGING THE REPLICAS OF A NODE, in steps like adding. Another node, with the same name and the
 * new number of replicas, takes the place of the present one:
 *
 *     ring_change_create    makes that node, and places its points
 *     ring_change_reserve   makes room in the ring: the last step that can fail
 *     ring_change_commit    puts the node in; or ring_change_cancel gives up the room
 *     ring_change_free      frees `spare`, the node that is not in a ring, and what the steps needed
 */

struct change {
    struct node *present;
    struct node *node;
    struct run points; /* of `node`, sorted */
};

/* Creates a change. If the node has that number already, change->node is NULL: nothing is to be done.
 * If it fails, nothing is left to free. */
enum ring_error ring_change_create(struct ring *ring, struct change *change, const void *name,
                                   size_t size, uint32_t replicas);

/* Makes room in the ring. If it fails, the ring is as it was. */
enum ring_error ring_change_reserve(struct ring *ring, const struct change *change);
void ring_change_cancel(struct ring *ring, const struct change *change);

/* Puts the node in. Cannot fail. */
void ring_change_commit(struct ring *ring, const struct change *change);
void ring_change_free(struct ring *ring, struct change *change, struct node *spare);

/* Removes a node from the ring without freeing it: the caller owns it afterwards. */
void ring_detach(struct ring *ring, struct node *node);

/* Destroys a ring as ring_destroy does, but not its nodes, which another ring still has. */
void ring_destroy_side(struct ring *ring);

#endif
