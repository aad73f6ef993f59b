/* What the files of the ring share, and nobody else includes (but the tests that break a ring on
 * purpose, to see ring_check() notice). check.c lists the invariants. */
#ifndef RING_INTERNAL_H
#define RING_INTERNAL_H

#include "placement.h"
#include "run.h"

struct ring {
    struct placement placement;
    struct ring_allocator allocator;
    struct run points;
    struct run nodes;  /* position 0 each, so in the order of names */
    size_t node_bytes; /* the sum of the nodes' own blocks */
};

/* A block for `count` (> 0) elements of `size`, or NULL, also where the product does not fit. */
void *ring_allocate(const struct ring *ring, size_t count, size_t size);

/* Takes back what ring_allocate() gave for the same count and size. NULL is ignored. */
void ring_release(const struct ring *ring, void *block, size_t count, size_t size);

size_t ring_node_block_size(const struct node *node);
void ring_release_node(const struct ring *ring, struct node *node);

/* Appends the points of `node` to the run, unsorted: it has room for them. `buffer` has room for
 * the node's name and PLACEMENT_SUFFIX_MAX bytes. */
void ring_place(const struct ring *ring, struct node *node, unsigned char *buffer, struct run *run);

#endif
