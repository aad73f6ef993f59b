/* The historical sort, rewritten from its description, with the defect that caused the crash: its
 * explicit stack holds 1024 entries, and nothing checks for overflow. */
#ifndef REPRO_LEGACY_SORT_H
#define REPRO_LEGACY_SORT_H

#include <stdint.h>

struct legacy_node;

struct legacy_item {
    uint64_t position;
    struct legacy_node *owner;
};

/* Negative if `a` comes before `b`, 0 if they are equal, positive if it comes after. An item may be
 * NULL: a hole. */
typedef int legacy_compare(const struct legacy_item *a, const struct legacy_item *b);

/* Sorts `count` pointers to items in place. Where the sort needs more than LEGACY_SORT_ENTRIES stack
 * entries, it writes past the end of its arrays: undefined behaviour.
 *
 * With LEGACY_SORT_MEASURED defined, the stack is always large enough, and legacy_sort_depth counts
 * the entries used. That build is not reentrant. */
void quicksort(struct legacy_item **items, int count, legacy_compare *compare);

#define LEGACY_SORT_ENTRIES 1024

#ifdef LEGACY_SORT_MEASURED
extern int legacy_sort_depth; /* the most entries used since it was last set to 0 */
#endif

#endif
