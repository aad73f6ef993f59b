/* Sorted runs: arrays of entries in ring order, which is by position and then by owner's name. One
 * sort, one merge, one compaction and one search serve all runs:
 *
 *     the points of a batch
 *     the nodes of a batch, all with position 0, so that their names order them
 *     all points of a ring, in the merge store and in a small ring
 *
 * Nothing here allocates, recurses or keeps an explicit stack: in 2014, a sort crashed because it
 * overflowed its explicit stack.
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

#include "proof.h" /* which speaks of entries */

struct run {
    struct entry *entries;
    size_t count;
    size_t capacity;
};

/* Whether two objects share no byte. Their addresses are numbers here: C compares none of different
 * objects. */
static inline bool ring_apart(const void *a, size_t a_size, const void *b, size_t b_size)
{
    return (uintptr_t)a + a_size <= (uintptr_t)b || (uintptr_t)b + b_size <= (uintptr_t)a;
}

/* Whether `a` comes before `b` in ring order. */
/*@ requires \valid_read(a) && \valid_read(b);
    requires \valid_read(&a->owner->size) && \valid_read(&b->owner->size);
    assigns \nothing;
    ensures \result <==> before(*a, *b);
 */
bool ring_entry_before(const struct entry *a, const struct entry *b);

/* Sorts `count` entries. `scratch` has room for as many. O(count log count), and less if positions
 * are spread evenly. */
/*@ requires count <= SIZE_MAX / sizeof(struct entry);
    requires \valid(entries + (0 .. count - 1)) && \valid(scratch + (0 .. count - 1));
    requires \separated(entries + (0 .. count - 1), scratch + (0 .. count - 1));
    requires owned(entries, 0, count);
    assigns entries[0 .. count - 1], scratch[0 .. count - 1];
    ensures sorted(entries, 0, count);
    ensures \forall struct entry e;
      counted(entries, 0, count, only(e)) == \old(counted(entries, 0, count, only(e)));
 */
void ring_run_sort(struct entry *entries, size_t count, struct entry *scratch);

/* Merges two runs into `into`, which has room for both. `into` may be `left` itself, and must not
 * overlap the runs otherwise. Equal entries are in any order: they are of one node, and equal in
 * every byte, or of a batch that is refused, since it names a node twice.
 * O(left_count + right_count). */
/*@ requires left_count + right_count <= SIZE_MAX / sizeof(struct entry);
    requires \valid_read(left + (0 .. left_count - 1));
    requires \valid_read(right + (0 .. right_count - 1));
    requires \valid(into + (0 .. left_count + right_count - 1));
    requires into == left ||
      \separated(into + (0 .. left_count + right_count - 1), left + (0 .. left_count - 1));
    requires
      \separated(into + (0 .. left_count + right_count - 1), right + (0 .. right_count - 1));
    requires owned(left, 0, left_count) && owned(right, 0, right_count);
    requires sorted(left, 0, left_count) && sorted(right, 0, right_count);
    assigns into[0 .. left_count + right_count - 1];
    ensures owned(into, 0, left_count + right_count);
    ensures sorted(into, 0, left_count + right_count);
    ensures \forall kind k; counted(into, 0, left_count + right_count, k) ==
      \old(counted(left, 0, left_count, k)) + \old(counted(right, 0, right_count, k));
 */
void ring_run_merge(struct entry *into, const struct entry *left, size_t left_count,
                    const struct entry *right, size_t right_count);

/* Removes the entries of `owner` in one pass, and keeps the others in order. Those that compare as
 * equal are of one node. */
/*@ requires \valid(run) && \valid(run->entries + (0 .. run->count - 1));
    requires \separated(run, run->entries + (0 .. run->count - 1));
    requires sorted(run->entries, 0, run->count);
    assigns run->count, run->entries[0 .. \old(run->count) - 1];
    ensures run->count <= \old(run->count);
    ensures \forall integer i; 0 <= i < run->count ==> run->entries[i].owner != owner;
    ensures sorted(run->entries, 0, run->count);
    ensures \forall struct entry e; e.owner != owner ==>
      counted(run->entries, 0, run->count, only(e)) ==
        \old(counted(run->entries, 0, run->count, only(e)));
 */
void ring_run_drop(struct run *run, const struct node *owner);

/* Returns the index of the first entry whose position is strictly greater, or `count` if there is
 * none. `scale`: positions are below 2^(64 - scale). O(1) expected if they are spread evenly,
 * O(log count) at worst. */
/*@ requires \valid_read(run) && \valid_read(run->entries + (0 .. run->count - 1));
    requires run->count <= SIZE_MAX / sizeof(struct entry);
    requires sorted(run->entries, 0, run->count);
    requires scale < 64;
    assigns \nothing;
    ensures \result <= run->count;
    ensures \forall integer i; 0 <= i < \result ==> run->entries[i].position <= position;
    ensures \forall integer i; \result <= i < run->count ==> run->entries[i].position > position;
 */
size_t ring_run_after(const struct run *run, uint64_t position, unsigned scale);

#endif
