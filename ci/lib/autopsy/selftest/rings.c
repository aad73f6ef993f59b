/* Crashes of programs that have the names of the historical library, but not its defect: rings NAME dies as NAME says. Exits
 * with 2 if there is no such crash, and with 0 if it survived. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES = 1024, ROOM = 65536, POINTS = 28000, HOLES = 1200 };

struct item {
    int position;
};

typedef int comparator(const struct item *a, const struct item *b);

static struct item *items[POINTS];
static struct item storage[POINTS];
static const volatile int *volatile nothing;
static int deepest;
static int dies_at = 1 << 30; /* level */
static bool allocated;
static int room = ROOM;
static int limit = ROOM;

static int compare_items(const struct item *a, const struct item *b)
{
    if (deepest >= dies_at) {
        return *nothing; /* another bug */
    }
    if (a == NULL) {
        return 1;
    }
    return b == NULL ? -1 : (a->position > b->position) - (a->position < b->position);
}

static void swap(int a, int b)
{
    struct item *item = items[a];
    items[a] = items[b];
    items[b] = item;
}

/* The historical algorithm, on a stack that is large enough, or checked. Returns false if it was too small. */
static bool sort_on(int *starts, int *ends, int count, comparator *volatile compare)
{
    int i = 0;
    starts[0] = 0;
    ends[0] = count - 1;
    while (i >= 0) {
        int pivot = starts[i];
        int left = pivot + 1;
        int right = ends[i];
        if (left > right) {
            i--;
            continue;
        }
        while (left < right) {
            if (compare(items[left], items[pivot]) <= 0) {
                left++;
            } else {
                swap(left, right--);
            }
        }
        if (compare(items[left], items[pivot]) < 0) {
            swap(left, pivot);
        }
        if (right == ends[i]) {
            ends[i] = left - 1;
            continue;
        }
        if (i + 1 == limit) {
            return false;
        }
        starts[i + 1] = right;
        ends[i + 1] = ends[i];
        ends[i] = left - 1;
        i++;
        deepest = i > deepest ? i : deepest;
    }
    return true;
}

__attribute__((noinline)) static bool quicksort(int count, comparator *compare)
{
    if (allocated) {
        int *stack = malloc(2 * ROOM * sizeof *stack);
        bool sorted = sort_on(stack, stack + ROOM, count, compare);
        free(stack);
        return sorted;
    }
    int starts[room];
    int ends[room];
    return sort_on(starts, ends, count, compare);
}

__attribute__((noinline)) static int hash_ring_remove_node(void)
{
    bool sorted = quicksort(POINTS, compare_items);
    if (dies_at == 1 << 30) {
        return *nothing; /* another bug */
    }
    return sorted ? 0 : 1;
}

static void fill(void)
{
    for (int i = 0; i < POINTS; i++) {
        storage[i].position = i;
        items[i] = i % 23 == 0 && i / 23 < HOLES ? NULL : &storage[i];
    }
}

static void cured_allocated(void)
{
    allocated = true;
    dies_at = ENTRIES + 2;
    fill();
    (void)hash_ring_remove_node();
}

static void cured_larger(void)
{
    dies_at = ENTRIES + 2;
    fill();
    (void)hash_ring_remove_node();
}

static void cured_larger_later(void)
{
    fill();
    (void)hash_ring_remove_node();
}

static void cured_checked(void)
{
    room = ENTRIES;
    limit = ENTRIES;
    dies_at = ENTRIES - 1;
    fill();
    (void)hash_ring_remove_node();
}

static void cured_checked_later(void)
{
    room = ENTRIES;
    limit = ENTRIES;
    fill();
    (void)hash_ring_remove_node();
}

/* Writes rising numbers over the return addresses, as the historical sort does. */
__attribute__((noinline)) static void count_past(volatile int *array, int count)
{
    for (int i = 0; i < count; i++) {
        array[i] = 4000 + i;
    }
}

__attribute__((noinline)) static void counter_in_place_of_return_addresses(void)
{
    int array[64];
    count_past(array, 64 + 24);
}

static void tool_counter(void)
{
    counter_in_place_of_return_addresses();
    counter_in_place_of_return_addresses();
}

static const struct {
    const char *name;
    void (*crash)(void);
} crashes[] = {
    {"cured_allocated", cured_allocated},         {"cured_larger", cured_larger},
    {"cured_larger_later", cured_larger_later},   {"cured_checked", cured_checked},
    {"cured_checked_later", cured_checked_later}, {"tool_counter", tool_counter},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        if (argc > 1 && strcmp(argv[1], crashes[i].name) == 0) {
            crashes[i].crash();
            (void)fprintf(stderr, "%s: it survived\n", argv[1]);
            return 0;
        }
    }
    (void)fprintf(stderr, "usage: rings NAME\n");
    return 2;
}
