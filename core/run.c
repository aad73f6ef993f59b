#include "run.h"

#include <assert.h>
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
    assert(ring_apart(into, (left_count + right_count) * sizeof *into, right,
                      right_count * sizeof *right));
    assert(into == left || ring_apart(into, (left_count + right_count) * sizeof *into, left,
                                      left_count * sizeof *left));
    //@ ghost const size_t lefts = left_count;
    //@ ghost const size_t rights = right_count;
    /* From the back, so that `left` can grow in place, into the room behind it. */
    /*@ loop invariant left_count <= lefts && right_count <= rights;
        loop invariant unchanged{Pre, Here}(left, 0, left_count);
        loop invariant unchanged{Pre, Here}(right, 0, rights);
        loop invariant owned(left, 0, left_count);
        loop invariant owned(into, left_count + right_count, lefts + rights);
        loop invariant sorted(into, left_count + right_count, lefts + rights);
        loop invariant
          none_before{Pre, Here}(into, left_count + right_count, lefts + rights, left, left_count);
        loop invariant none_before{Pre, Here}(into, left_count + right_count, lefts + rights,
                                              right, right_count);
        loop invariant \forall kind k; counted(into, left_count + right_count, lefts + rights, k) ==
          counted{Pre}(left, left_count, lefts, k) + counted{Pre}(right, right_count, rights, k);
        loop assigns left_count, right_count, into[0 .. lefts + rights - 1];
        loop variant left_count + right_count;
     */
    while (right_count > 0) {
        //@ ghost Before: ;
        //@ ghost const size_t at = left_count + right_count - 1;
        /*@ assert \forall kind k; counted(into, at + 1, lefts + rights, k) ==
              counted{Pre}(left, left_count, lefts, k) +
              counted{Pre}(right, right_count, rights, k); */
        //@ assert \forall integer i; 0 <= i < rights ==> \separated(&into[at], &right[i]);
        /*@ assert \forall integer i; 0 <= i < left_count && i < at ==>
              \separated(&into[at], &left[i]); */
        const bool from_left =
            left_count > 0 && ring_entry_before(&right[right_count - 1], &left[left_count - 1]);
        const struct entry *const last = from_left ? &left[--left_count] : &right[--right_count];
        //@ ghost const struct entry moved = *last;
        //@ assert at == left_count + right_count;
        /*@ assert from_left ==> equal(\at(left[\at(left_count, Here)], Pre), moved) &&
              right_count > 0 && before(right[right_count - 1], moved); */
        /*@ assert !from_left ==> equal(\at(right[\at(right_count, Here)], Pre), moved) &&
              (left_count > 0 ==> !before(moved, left[left_count - 1])); */
        //@ ghost const struct entry first = left_count > 0 ? left[left_count - 1] : moved;
        //@ ghost const struct entry second = right_count > 0 ? right[right_count - 1] : moved;
        /*@ assert \forall integer k; 0 <= k < left_count ==> !before(first, \at(left[k], Pre)); */
        /*@ assert \forall integer k; 0 <= k < right_count ==> !before(second, \at(right[k], Pre)); */
        //@ assert !before(moved, first) && !before(moved, second);
        /*@ assert \forall integer k; 0 <= k < left_count ==> !before(moved, \at(left[k], Pre)); */
        /*@ assert \forall integer k; 0 <= k < right_count ==> !before(moved, \at(right[k], Pre)); */
        //@ assert \forall integer k; at < k < lefts + rights ==> !before(into[k], moved);
        assert(left_count == 0 || !ring_entry_before(last, &left[left_count - 1]));
        assert(right_count == 0 || !ring_entry_before(last, &right[right_count - 1]));
        into[left_count + right_count] = *last;
        //@ assert equal(into[at], moved);
        //@ assert unchanged{Before, Here}(left, 0, left_count);
        //@ assert unchanged{Before, Here}(right, 0, rights);
        //@ assert unchanged{Before, Here}(into, at + 1, lefts + rights);
        //@ assert none_before{Pre, Here}(into, at + 1, lefts + rights, left, left_count);
        //@ assert none_before{Pre, Here}(into, at + 1, lefts + rights, right, right_count);
        //@ assert \forall integer k; at < k < lefts + rights ==> !before(into[k], into[at]);
        //@ assert sorted(into, at + 1, lefts + rights);
        //@ assert owned(into, at + 1, lefts + rights);
        //@ assert owned(into, at, lefts + rights);
        //@ assert sorted(into, at, lefts + rights);
        //@ assert none_before{Pre, Here}(into, at, lefts + rights, left, left_count);
        //@ assert none_before{Pre, Here}(into, at, lefts + rights, right, right_count);
        //@ assert unchanged{Pre, Here}(left, 0, left_count);
        //@ assert unchanged{Pre, Here}(right, 0, rights);
        //@ assert single{Pre}(left, left_count) && single{Pre}(right, right_count);
        //@ assert single(into, at) && splits(into, at, at + 1, lefts + rights);
        //@ assert splits{Pre}(left, left_count, left_count + 1, lefts);
        //@ assert splits{Pre}(right, right_count, right_count + 1, rights);
        /*@ assert \forall kind k; counted(into, at, lefts + rights, k) ==
              once(moved, k) + counted{Before}(into, at + 1, lefts + rights, k); */
        /*@ assert from_left ==> \forall kind k; counted{Pre}(left, left_count, lefts, k) ==
              once(moved, k) + counted{Pre}(left, left_count + 1, lefts, k); */
        /*@ assert !from_left ==> \forall kind k; counted{Pre}(right, right_count, rights, k) ==
              once(moved, k) + counted{Pre}(right, right_count + 1, rights, k); */
        /*@ assert \forall kind k; counted{Before}(into, at + 1, lefts + rights, k) ==
              counted{Pre}(left, from_left ? left_count + 1 : left_count, lefts, k) +
              counted{Pre}(right, from_left ? right_count : right_count + 1, rights, k); */
        /*@ assert \forall kind k; counted(into, at, lefts + rights, k) ==
              counted{Pre}(left, left_count, lefts, k) +
              counted{Pre}(right, right_count, rights, k); */
    }
    //@ assert into == left || left_count == 0 ==> sorted(into, 0, lefts + rights);
    /*@ assert \forall kind k;
          counted(left, 0, left_count, k) == counted{Pre}(left, 0, left_count, k); */
    /*@ assert \forall kind k; counted(into, left_count, lefts + rights, k) ==
          counted{Pre}(left, left_count, lefts, k) + counted{Pre}(right, 0, rights, k); */
    const struct entry *const place = into; /* ci/prove knows no casts */
    if (place != left && left_count > 0) {
        //@ assert left_count > 0; // memcpy must never get NULL (C11 7.24.1)
        //@ ghost Rest: ;
        memcpy(into, left, left_count * sizeof *into);
        //@ assert \forall integer i; 0 <= i < left_count ==> equal(into[i], \at(left[i], Pre));
        //@ assert unchanged{Rest, Here}(into, left_count, lefts + rights);
        //@ ghost same_counts(into, left, left_count);
        /*@ assert \forall kind k; counted(into, 0, left_count, k) ==
              counted{Pre}(left, 0, left_count, k); */
        /*@ assert \forall kind k; counted(into, left_count, lefts + rights, k) ==
              counted{Rest}(into, left_count, lefts + rights, k); */
        //@ assert sorted(into, left_count, lefts + rights);
        //@ assert owned(into, left_count, lefts + rights);
        //@ assert none_before{Pre, Here}(into, left_count, lefts + rights, left, left_count);
        //@ assert sorted(into, 0, left_count);
        /*@ assert \forall integer i, j; 0 <= i < left_count <= j < lefts + rights ==>
              !before(into[j], into[i]); */
        //@ assert owned(into, 0, left_count);
        //@ assert sorted(into, 0, lefts + rights);
    }
    //@ assert sorted(into, 0, lefts + rights);
    /*@ assert splits(into, 0, left_count, lefts + rights) &&
          splits{Pre}(left, 0, left_count, lefts); */
}

void ring_run_drop(struct run *run, const struct node *owner)
{
    struct entry *const entries = run->entries;
    const size_t count = run->count;
    size_t kept = 0;
    assert(ring_apart(run, sizeof *run, entries, count * sizeof *entries));
    /*@ loop invariant kept <= i <= count;
        loop invariant \forall integer k;
          i <= k < count ==> equal(entries[k], \at(entries[k], LoopEntry));
        loop invariant \forall integer k; 0 <= k < kept ==> entries[k].owner != owner;
        loop invariant sorted(entries, 0, kept);
        loop invariant \forall integer k, j;
          0 <= k < kept && i <= j < count ==> !before(entries[j], entries[k]);
        loop invariant \forall struct entry e; e.owner != owner ==>
          counted(entries, 0, kept, only(e)) == counted{LoopEntry}(entries, 0, i, only(e));
        loop assigns i, kept, entries[0 .. count - 1];
        loop variant count - i;
     */
    for (size_t i = 0; i < count; i++) {
        const struct entry entry = entries[i];
        assert(i == 0 || !ring_entry_before(&entries[i], &entries[i - 1]));
        const struct node *const its_owner = entry.owner; /* ci/prove knows no casts */
        /*@ assert single{LoopEntry}(entries, i) &&
              splits{LoopEntry}(entries, 0, i, i + 1); */
        /*@ assert \forall struct entry e; counted{LoopEntry}(entries, 0, i + 1, only(e)) ==
              counted{LoopEntry}(entries, 0, i, only(e)) + once(entry, only(e)); */
        if (its_owner != owner) {
            //@ ghost Before: ;
            entries[kept++] = entry;
            //@ assert equal(entries[kept - 1], entry);
            /*@ assert single(entries, kept - 1) &&
                  splits(entries, 0, kept - 1, kept); */
            //@ assert unchanged{Before, Here}(entries, 0, kept - 1);
            /*@ assert \forall struct entry e;
                  counted(entries, 0, kept - 1, only(e)) ==
                    counted{Before}(entries, 0, kept - 1, only(e)); */
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
