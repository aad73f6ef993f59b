/* Dies by the historical sort, or otherwise, on any machine: it needs no library. Argument: how. */
#include <stdlib.h>
#include <string.h>

#include "../legacy/sort.h"

enum { POINTS = 28000, PARTS = 26 };

static int compare_items(const struct legacy_item *a, const struct legacy_item *b)
{
    if (a == NULL || b == NULL) {
        return a == NULL ? 1 : -1;
    }
    return (a->position > b->position) - (a->position < b->position);
}

__attribute__((noinline)) static int read_it(volatile int *place)
{
    return *place;
}

/* As a ring does after one of its nodes was removed: the points are in order, with holes. */
__attribute__((noinline)) static int sort_with_holes(void)
{
    static struct legacy_item all[POINTS];
    static struct legacy_item *items[POINTS];
    unsigned random = 1;
    for (int i = 0; i < POINTS; i++) {
        random = random * 1103515245 + 12345;
        all[i].position = (unsigned)i;
        items[i] = (random >> 16) % PARTS == 0 ? NULL : &all[i];
    }
    quicksort(items, POINTS, compare_items);
    return items[0] == NULL;
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    if (strcmp(how, "sort") == 0) {
        return sort_with_holes();
    }
    if (strcmp(how, "null") == 0) {
        return read_it((int *)0) + 1;
    }
    if (strcmp(how, "abort") == 0) {
        abort();
    }
    if (strcmp(how, "illegal") == 0) {
        __builtin_trap();
    }
    return 0;
}
