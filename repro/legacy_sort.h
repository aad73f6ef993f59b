/* The historical sort, written anew from its description, with the defect that this project is
 * about: its explicit stack holds LEGACY_STACK entries, and nothing checks that they suffice. */
#ifndef REPRO_LEGACY_SORT_H
#define REPRO_LEGACY_SORT_H

#include <stdint.h>

struct legacy_node;

struct legacy_item {
    uint64_t position;
    struct legacy_node *owner;
};

/* Sorts pointers to items by position; NULLs end up last. The stack entries it needs are
 * told by `legacy_sort_depth` where LEGACY_SORT_MEASURED is defined. */
void quicksort(struct legacy_item **items, int count);

#ifdef LEGACY_SORT_MEASURED
extern int legacy_sort_depth; /* the most entries used since it was last set to 0 */
#endif

#endif
