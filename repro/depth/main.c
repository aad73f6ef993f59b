/* How much stack the historical sort needs, over rings of many sizes, and what comes of it: the tables
 * in README.md, and depth.tsv. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../legacy/sort.h"
#include "case.h"
#include "real.h"
#include "replay.h"

/* More would take longer than one likes to wait for a table. */
#define TABLE_POINTS_MAX 1100000

/* What an overflow does depends on it. */
#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

struct need {
    int add;    /* the last node */
    int remove; /* the most of removing the first, a middle and the last node */
};

static struct need need_of(const struct depth_circle *circle, size_t nodes, uint32_t replicas)
{
    struct need need = {0, 0};
    for (int i = 0; i < DEPTH_CASES; i++) {
        struct depth_case asked = depth_case_of(nodes, replicas, i);
        int entries = depth_entries(circle, &asked);
        int *most = asked.operation == DEPTH_ADD ? &need.add : &need.remove;
        *most = entries > *most ? entries : *most;
    }
    return need;
}

static void print_need(size_t nodes, uint32_t replicas)
{
    struct depth_circle *circle = depth_circle_make(nodes, replicas);
    struct need need = need_of(circle, nodes, replicas);
    const char *bold =
        need.add > LEGACY_SORT_ENTRIES || need.remove > LEGACY_SORT_ENTRIES ? "**" : "";
    (void)printf(" %s%d / %d%s |", bold, need.add, need.remove, bold);
    (void)fflush(stdout);
    depth_circle_free(circle);
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
            if (nodes[row] * replicas[column] > TABLE_POINTS_MAX) {
                (void)printf(" |");
            } else {
                print_need(nodes[row], replicas[column]);
            }
        }
        (void)printf("\n");
    }
}

static bool removal_overflows(const struct depth_circle *circle, size_t nodes, uint32_t replicas)
{
    for (int i = 1; i < DEPTH_CASES; i++) {
        struct depth_case asked = depth_case_of(nodes, replicas, i);
        if (depth_entries(circle, &asked) > LEGACY_SORT_ENTRIES) {
            return true;
        }
    }
    return false;
}

/* The need goes up and down with the replicas, so that halving would find some overflow, not the first.
 * One can start where there are as many points as entries, as no entry is empty; and it ends, as every
 * replica of the node is a hole, and every hole but the last an entry. */
static uint32_t fewest_replicas(size_t nodes)
{
    struct depth_circle *circle = depth_circle_make(nodes, LEGACY_SORT_ENTRIES + 2);
    uint32_t replicas = (uint32_t)(LEGACY_SORT_ENTRIES / nodes) + 1;
    while (!removal_overflows(circle, nodes, replicas)) {
        replicas++;
    }
    depth_circle_free(circle);
    return replicas;
}

static void print_smallest(void)
{
    (void)printf("| nodes | fewest replicas | points |\n|---|---|---|\n");
    for (size_t nodes = 1; nodes <= 1024; nodes *= 4) {
        uint32_t replicas = fewest_replicas(nodes);
        (void)printf("| %zu | %u | %zu |\n", nodes, (unsigned)replicas, nodes * replicas);
        (void)fflush(stdout);
    }
}

static void print_tables(void)
{
    (void)printf("Entries needed to add the last node / to remove a node; bold: more than %d.\n\n",
                 LEGACY_SORT_ENTRIES);
    print_grid();
    (void)printf("\nThe smallest rings that overflow when a node is removed.\n\n");
    print_smallest();
}

static void print_ring(size_t nodes, uint32_t replicas)
{
    struct depth_circle *circle = depth_circle_make(nodes, replicas);
    for (int i = 0; i < DEPTH_CASES; i++) {
        struct depth_case asked = depth_case_of(nodes, replicas, i);
        int entries = depth_entries(circle, &asked);
        depth_print(stdout, &asked, entries, depth_outcome_of(&asked, entries));
        (void)fflush(stdout);
    }
    depth_circle_free(circle);
}

static void print_all(void)
{
    time_t begun = time(NULL);
    (void)printf(
        "# Made by: build/release/repro/depth --all >repro/depth/map.tsv (" COMPILER ")\n"
        "# Rings of SHA-1, whose nodes are 10.0.0.0:11211, 10.0.0.1:11211, and so on. One\n"
        "# is added, or removed: the first, the one in the middle, the last.\n"
        "# entries: needed on the stack, which held %d. outcome: safe (they sufficed),\n"
        "# silent (memory was overwritten, but the ring is right), wrong, crashed.\n"
        "# " DEPTH_COLUMNS "\n",
        LEGACY_SORT_ENTRIES);
    for (size_t nodes = 64; nodes <= 8192; nodes *= 2) {
        for (uint32_t replicas = 1; replicas <= 512; replicas *= 2) {
            print_ring(nodes, replicas);
            (void)fprintf(stderr, "%5.0f s: %zu nodes of %u replicas\n",
                          difftime(time(NULL), begun), nodes, (unsigned)replicas);
        }
    }
}

/* 0: not a number from 1 to `most`. */
static unsigned long number_of(const char *text, unsigned long most)
{
    char *end = NULL;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    return errno == 0 && *end == '\0' && text[0] != '-' && number <= most ? number : 0;
}

static int usage(const char *name)
{
    (void)fprintf(
        stderr,
        "usage: %s                   the tables of repro/README.md\n"
        "       %s --all             repro/depth/map.tsv: the whole plane; about an hour\n"
        "       %s NODES REPLICAS    the lines of one ring, of 1 to %d nodes and up to %d "
        "points\n"
        "How many stack entries the historical sort needs, and what comes of it.\n",
        name, name, name, DEPTH_NODES_MAX, DEPTH_POINTS_MAX);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        print_tables();
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "--all") == 0) {
        print_all();
        return 0;
    }
    unsigned long nodes = argc == 3 ? number_of(argv[1], DEPTH_NODES_MAX) : 0;
    unsigned long replicas = argc == 3 ? number_of(argv[2], RING_REPLICAS_MAX) : 0;
    if (nodes * replicas == 0 || nodes * replicas > DEPTH_POINTS_MAX) {
        return usage(argv[0]);
    }
    print_ring(nodes, (uint32_t)replicas);
    return 0;
}
