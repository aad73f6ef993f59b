/* A fork of the historical library: its sort does not have that defect, but another one, found while `i` is 2500. */
#include <stddef.h>

enum { POINTS = 28000, BAD = 2500 };

struct item {
    int position;
};

static struct item *items[POINTS];
static struct item storage[POINTS];

__attribute__((noinline)) static int quicksort(struct item **array, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        sum += array[i]->position;
    }
    return sum;
}

__attribute__((noinline)) static int hash_ring_remove_node(void)
{
    return quicksort(items, POINTS) + 1;
}

int main(void)
{
    for (int i = 0; i < POINTS; i++) {
        items[i] = i == BAD ? NULL : &storage[i];
    }
    return hash_ring_remove_node();
}
