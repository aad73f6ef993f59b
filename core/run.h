/* Sorted runs: arrays of entries in ring order, (position, owner's name).
 *
 * The points of a batch are one; its nodes are another, with position 0 each, so that the order there is
 * the order of names. So are all points of a ring in the merge store, and in the arcs those that do not
 * fit into their lines: one sort, one merge, one compaction and one search serve them all.
 *
 * Nothing here allocates, recurses, or keeps a stack of its own: the 2014 crash was a sort that
 * did.
 */
#ifndef RING_RUN_H
#define RING_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nodes.h"

struct entry {
    uint64_t position;
    struct node *owner;
};

struct run {
    struct entry *entries;
    size_t count;
    size_t capacity;
};

bool ring_entry_before(const struct entry *a, const struct entry *b);

/* Sorts. O(count log count), less where positions are spread evenly. `scratch` has room for `count`
 * entries. */
void ring_run_sort(struct entry *entries, size_t count, struct entry *scratch);

/* Merges two runs into `into`, which has room for both and is either `left` itself or apart from
 * it, and apart from `right`. Equal entries: those of `left` first. O(left_count + right_count),
 * and in place no entry of `left` before the first of `right` is touched. */
void ring_run_merge(struct entry *into, const struct entry *left, size_t left_count,
                    const struct entry *right, size_t right_count);

/* Drops the entries of `owner` in one pass. */
void ring_run_drop(struct run *run, const struct node *owner);

/* The index of the first entry whose position is strictly greater; `count` if there is none. */
size_t ring_run_after(const struct run *run, uint64_t position);

#endif
