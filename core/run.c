#include "run.h"

#include <string.h>

int ring_compare_names(const void *a, size_t a_size, const void *b, size_t b_size)
{
    int difference = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return difference != 0 ? difference : (a_size > b_size) - (a_size < b_size);
}

bool ring_entry_before(const struct entry *a, const struct entry *b)
{
    if (a->position != b->position) {
        return a->position < b->position;
    }
    /* Weak rules put many points of one node together: no need to look at its name. */
    if (a->owner == b->owner) {
        return false;
    }
    return ring_compare_names(a->owner->name, a->owner->size, b->owner->name, b->owner->size) < 0;
}

void ring_run_merge(struct entry *into, const struct entry *left, size_t left_count,
                    const struct entry *right, size_t right_count)
{
    /* From the back, so that a run can be merged into the room behind itself. */
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

void ring_run_sort(struct entry *entries, size_t count, struct entry *scratch)
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

void ring_run_drop(struct run *run, const struct node *owner)
{
    size_t kept = 0;
    for (size_t i = 0; i < run->count; i++) {
        if (run->entries[i].owner != owner) {
            run->entries[kept++] = run->entries[i];
        }
    }
    run->count = kept;
}

size_t ring_run_after(const struct run *run, uint64_t position)
{
    const struct entry *entries = run->entries;
    size_t low = 0;
    size_t high = run->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (entries[middle].position <= position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t ring_run_find(const struct run *run, const void *name, size_t size)
{
    size_t low = 0;
    size_t high = run->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct node *node = run->entries[middle].owner;
        if (ring_compare_names(node->name, node->size, name, size) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
