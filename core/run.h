/* Sorted runs: arrays of entries in ring order, (position, owner's name).
 *
 * A ring is two of them: its points, and its nodes. A node's entry in the second has position 0, so
 * that the order there is the order of names, and one sort, one merge, one compaction and one
 * search serve both.
 *
 * Nothing here allocates, recurses, or keeps a stack of its own: the 2014 crash was a sort that
 * did.
 */
#ifndef RING_RUN_H
#define RING_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node {
    size_t size;
    uint32_t replicas;
    unsigned char name[];
};

struct entry {
    uint64_t position;
    struct node *owner;
};

struct run {
    struct entry *entries;
    size_t count;
    size_t capacity;
};

/* < 0, 0, > 0 as `a` comes before, with, or after `b`: bytewise unsigned, a prefix first. */
int ring_compare_names(const void *a, size_t a_size, const void *b, size_t b_size);

bool ring_entry_before(const struct entry *a, const struct entry *b);

/* Sorts in place. O(count log count). `scratch` has room for count / 2 entries. */
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

/* In a run of nodes: the index of the first whose name is not less than this one; `count` if none.
 */
size_t ring_run_find(const struct run *run, const void *name, size_t size);

#endif
