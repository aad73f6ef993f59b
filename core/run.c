#include "run.h"

#include <string.h>

bool ring_entry_before(const struct entry *a, const struct entry *b)
{
    if (a->position != b->position) {
        return a->position < b->position;
    }
    /* Weak rules give one node many equal points. They need no look at its name. */
    if (a->owner == b->owner) {
        return false;
    }
    return ring_compare_names(a->owner->name, a->owner->size, b->owner->name, b->owner->size) < 0;
}

void ring_run_merge(struct entry *into, const struct entry *left, size_t left_count,
                    const struct entry *right, size_t right_count)
{
    /* From the back, so that `left` can grow in place, into the room behind it. */
    while (right_count > 0) {
        if (left_count > 0 && ring_entry_before(&right[right_count - 1], &left[left_count - 1])) {
            into[left_count + right_count - 1] = left[left_count - 1];
            left_count--;
        } else {
            into[left_count + right_count - 1] = right[right_count - 1];
            right_count--;
        }
    }
    if (into != left && left_count > 0) {
        memcpy(into, left, left_count * sizeof *into);
    }
}

static void merge_sort(struct entry *entries, size_t count, struct entry *scratch)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; count - start > width; start += 2 * width) {
            struct entry *left = entries + start;
            size_t rest = count - start - width;
            size_t right_count = rest < width ? rest : width;
            memcpy(scratch, left + width, right_count * sizeof *scratch);
            ring_run_merge(left, left, width, scratch, right_count);
            if (rest <= width) {
                break;
            }
        }
    }
}

void ring_run_sort(struct entry *entries, size_t count, struct entry *scratch)
{
    enum { PARTS = 256, PARTS_MIN = 32 };
    if (count < PARTS_MIN) { /* less work than visiting every part */
        merge_sort(entries, count, scratch);
        return;
    }
    size_t ends[PARTS + 1] = {0};
    /* Distribute the entries over equal parts of the circle, then sort each part. Digests are
     * spread evenly, so few are left to compare. Positions that are not spread may all end in one
     * part. */
    for (size_t i = 0; i < count; i++) {
        ends[(entries[i].position >> 56) + 1]++;
    }
    for (size_t part = 0; part < PARTS; part++) {
        ends[part + 1] += ends[part];
    }
    memcpy(scratch, entries, count * sizeof *scratch);
    for (size_t i = 0; i < count; i++) {
        entries[ends[scratch[i].position >> 56]++] = scratch[i];
    }
    for (size_t part = 0, begin = 0; part < PARTS; begin = ends[part++]) {
        if (ends[part] - begin > 1) {
            merge_sort(entries + begin, ends[part] - begin, scratch);
        }
    }
}

void ring_run_drop(struct run *run, const struct node *owner)
{
    struct entry *const entries = run->entries;
    const size_t count = run->count;
    size_t kept = 0;
    /*@ loop invariant kept <= i <= count;
        loop invariant \forall integer k;
          i <= k < count ==> equal(entries[k], \at(entries[k], LoopEntry));
        loop invariant \forall integer k; 0 <= k < kept ==> entries[k].owner != owner;
        loop invariant sorted(entries, 0, kept);
        loop invariant \forall integer k, j;
          0 <= k < kept && i <= j < count ==> !before(entries[j], entries[k]);
        loop invariant \forall struct entry e; e.owner != owner ==>
          occurrences(entries, 0, kept, e) == occurrences{LoopEntry}(entries, 0, i, e);
        loop assigns i, kept, entries[0 .. count - 1];
        loop variant count - i;
     */
    for (size_t i = 0; i < count; i++) {
        const struct entry entry = entries[i];
        const struct node *const its_owner = entry.owner; /* ci/prove knows no casts */
        //@ assert \forall struct entry e; grows{LoopEntry}(entries, i, e);
        /*@ assert \forall struct entry e;
              occurrences{LoopEntry}(entries, i, i + 1, e) == once(entry, e); */
        if (its_owner != owner) {
            //@ ghost Before: ;
            entries[kept++] = entry;
            //@ assert equal(entries[kept - 1], entry);
            /*@ assert \forall struct entry e;
                  occurrences(entries, kept - 1, kept, e) == once(entry, e); */
            //@ assert unchanged{Before, Here}(entries, 0, kept - 1);
            /*@ assert \forall struct entry e;
                  occurrences(entries, 0, kept - 1, e) ==
                    occurrences{Before}(entries, 0, kept - 1, e); */
            //@ assert \forall struct entry e; grows(entries, kept - 1, e);
        }
    }
    run->count = kept;
}

size_t ring_run_after(const struct run *run, uint64_t position, unsigned scale)
{
    if (position == UINT64_MAX || run->count == 0) {
        return run->count;
    }
    /* Positions lie one entry apart. */
    const uint64_t *const positions = &run->entries->position;
    const size_t step = sizeof *run->entries / sizeof *positions;
    /*@ assert \forall integer i, j; 0 <= i < j < run->count ==>
          run->entries[i].position <= run->entries[j].position; */
    /*@ assert \forall integer i; 0 <= i < run->count ==>
          at(positions, step, i) == run->entries[i].position; */
    return ring_lower_bound(positions, step, run->count, position + 1, scale);
}
