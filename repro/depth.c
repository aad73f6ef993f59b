/* How many stack entries the historical sort needs, over rings of many sizes: the tables in README.md.
 * Built with a sort that measures, and whose stack suffices. */
#include <stdio.h>
#include <stdlib.h>

#include "../fuzz/memory.h"
#include "../fuzz/rules.h"
#include "../fuzz/subject.h"
#include "legacy_sort.h"

/* The sort takes minutes beyond that. */
#define POINTS_MAX 300000

struct need {
    int add;    /* the last node */
    int remove; /* the most of removing the first, a middle and the last node */
};

static struct ring_bytes write_name(char name[32], size_t index)
{
    int size = snprintf(name, 32, "10.0.%zu.%zu:11211", index / 256, index % 256);
    return (struct ring_bytes){name, (size_t)size};
}

static void add_all(void *ring, size_t nodes, uint32_t replicas)
{
    struct ring_node *batch = memory_resize(NULL, nodes, sizeof *batch);
    char(*names)[32] = memory_resize(NULL, nodes, sizeof *names);
    for (size_t i = 0; i < nodes; i++) {
        batch[i] = (struct ring_node){write_name(names[i], i), replicas};
    }
    (void)subject_legacy.add_many(ring, batch, nodes);
    free(names);
    free(batch);
}

static int add_one(void *ring, size_t index, uint32_t replicas)
{
    char name[32];
    legacy_sort_depth = 0;
    (void)subject_legacy.add(ring, write_name(name, index), replicas);
    return legacy_sort_depth;
}

static int remove_one(void *ring, size_t index)
{
    char name[32];
    legacy_sort_depth = 0;
    (void)subject_legacy.remove(ring, write_name(name, index));
    return legacy_sort_depth;
}

static struct need measure(size_t nodes, uint32_t replicas)
{
    void *ring = subject_legacy.create(&rule_named("sha1")->options);
    const size_t removed[] = {0, nodes / 2, nodes - 1};
    struct need need = {0, 0};
    add_all(ring, nodes - 1, replicas);
    need.add = add_one(ring, nodes - 1, replicas);
    for (size_t i = 0; i < 3; i++) {
        int depth = remove_one(ring, removed[i]);
        need.remove = depth > need.remove ? depth : need.remove;
        (void)add_one(ring, removed[i], replicas);
    }
    subject_legacy.destroy(ring);
    return need;
}

static void print_grid(void)
{
    static const uint32_t replicas[] = {1, 16, 64, 128, 256, 512, 1024};
    static const size_t nodes[] = {1, 4, 16, 64, 256, 1024, 4096};
    const size_t columns = sizeof replicas / sizeof *replicas;
    (void)printf("| nodes \\ replicas |");
    for (size_t column = 0; column < columns; column++) {
        (void)printf(" %u |", (unsigned)replicas[column]);
    }
    (void)printf("\n|---|---|---|---|---|---|---|---|\n");
    for (size_t row = 0; row < sizeof nodes / sizeof *nodes; row++) {
        (void)printf("| %zu |", nodes[row]);
        for (size_t column = 0; column < columns; column++) {
            if (nodes[row] * replicas[column] > POINTS_MAX) {
                (void)printf(" |");
                continue;
            }
            struct need need = measure(nodes[row], replicas[column]);
            const char *bold =
                need.add > LEGACY_SORT_ENTRIES || need.remove > LEGACY_SORT_ENTRIES ? "**" : "";
            (void)printf(" %s%d / %d%s |", bold, need.add, need.remove, bold);
            (void)fflush(stdout);
        }
        (void)printf("\n");
    }
}

/* The fewest replicas with which removing a node overflows. Every replica of the node is a hole, and
 * every hole but the last an entry, so that LEGACY_SORT_ENTRIES + 2 overflow. The need is not quite
 * monotonic: from the figure found by halving, it is followed down as long as it overflows. */
static uint32_t fewest_replicas(size_t nodes)
{
    uint32_t fits = 0;
    uint32_t overflows = LEGACY_SORT_ENTRIES + 2;
    while (overflows - fits > 1) {
        uint32_t middle = fits + (overflows - fits) / 2;
        if (measure(nodes, middle).remove > LEGACY_SORT_ENTRIES) {
            overflows = middle;
        } else {
            fits = middle;
        }
    }
    while (overflows > 1 && measure(nodes, overflows - 1).remove > LEGACY_SORT_ENTRIES) {
        overflows--;
    }
    return overflows;
}

static void print_smallest(void)
{
    (void)printf("| nodes | fewest replicas | points |\n|---|---|---|\n");
    for (size_t nodes = 1; nodes <= 256; nodes *= 4) {
        uint32_t replicas = fewest_replicas(nodes);
        (void)printf("| %zu | %u | %zu |\n", nodes, (unsigned)replicas, nodes * replicas);
        (void)fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        (void)fprintf(stderr,
                      "usage: %s\nPrints how many stack entries the historical sort needs.\n",
                      argv[0]);
        return 2;
    }
    (void)printf("Entries needed to add the last node / to remove a node; bold: more than %d.\n\n",
                 LEGACY_SORT_ENTRIES);
    print_grid();
    (void)printf("\nThe smallest rings that overflow when a node is removed.\n\n");
    print_smallest();
    return 0;
}
