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

/* CHANGES, in steps, so that one change can be made in two rings that share their nodes:
 *
 *     ring_prepare_...      makes the nodes that come, and places and sorts their points
 *     ring_change_reserve   makes room in the ring: the last step that can fail
 *     ring_change_commit    makes the change; or ring_change_cancel gives up the room
 *     ring_change_free      frees what the steps needed, and the nodes that are not in a ring
 *
 * If a node's replicas change, another node with its name takes its place. */

struct change {
    struct run nodes;     /* come; sorted by name */
    struct run points;    /* theirs; sorted */
    struct node *leaving; /* or NULL */
    size_t longest;       /* size of the longest name of those that come */
};

/* Check the arguments, and prepare a change. Unless the result is RING_OK, nothing is left to free,
 * and the change may not be set. */
enum ring_error ring_prepare_add(struct ring *ring, struct change *change,
                                 const struct ring_node *nodes, size_t count, void *data);
enum ring_error ring_prepare_replicas(struct ring *ring, struct change *change, const void *name,
                                      size_t size, uint32_t replicas);
enum ring_error ring_prepare_remove(struct ring *ring, struct change *change, const void *name,
                                    size_t size);

/* Makes room in the ring. If it fails, the ring is as it was. Cannot fail if no node comes. */
enum ring_error ring_change_reserve(struct ring *ring, const struct change *change);
void ring_change_cancel(struct ring *ring, const struct change *change);

/* Makes the change. Cannot fail. */
void ring_change_commit(struct ring *ring, const struct change *change);
void ring_change_free(struct ring *ring, struct change *change, bool made);

/* Destroys a ring as ring_destroy does, but not its nodes, which another ring still has. */
void ring_destroy_side(struct ring *ring);

#endif
