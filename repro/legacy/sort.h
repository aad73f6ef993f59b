/* The historical sort, written anew from its description, with the defect that this project is
 * about: its explicit stack holds 1024 entries, and nothing checks that they suffice. */
#ifndef REPRO_LEGACY_SORT_H
#define REPRO_LEGACY_SORT_H

#include <stdint.h>

struct legacy_node;

struct legacy_item {
    uint64_t position;
    struct legacy_node *owner;
};

/* Less than 0, 0, or more, as `a` comes before, with or after `b`. */
typedef int legacy_compare(const struct legacy_item *a, const struct legacy_item *b);

/* Sorts pointers to items. The stack entries it needs are told by `legacy_sort_depth` where
 * LEGACY_SORT_MEASURED is defined. */
void quicksort(struct legacy_item **items, int count, legacy_compare *compare);

#define LEGACY_SORT_ENTRIES 1024 /* what the stack holds */

#ifdef LEGACY_SORT_MEASURED
extern int legacy_sort_depth; /* the most entries used since it was last set to 0 */
#endif

#endif
