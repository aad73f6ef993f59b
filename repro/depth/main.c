/* How many stack entries the historical sort needs in rings of many sizes, and what an overflow does.
 * Makes results.md (the needs alone, which are computed and the same on every machine) and map.tsv
 * (needs and outcomes; the outcome of an overflow depends on the compiler). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../legacy/sort.h"
#include "case.h"
#include "real.h"
#include "replay.h"

/* Larger rings are left out of results.md: they would take too long. */
#define TABLE_POINTS_MAX 1100000UL

/* Recorded in map.tsv, because what an overflow overwrites depends on it. */
#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

enum { ROWS = 7, COLUMNS = 7 };
static const size_t rows[ROWS] = {1, 4, 16, 64, 256, 1024, 4096};          /* nodes */
static const uint32_t columns[COLUMNS] = {1, 16, 64, 128, 256, 512, 1024}; /* replicas */

/* The entries needed in the worst case: over the first, the middle and the last node for a removal,
 * the last node for an addition. */
static int worst_need(const struct depth_circle *circle, size_t nodes, uint32_t replicas,
                      enum depth_operation operation)
{
    int worst = 0;
    for (int i = 0; i < DEPTH_CASES; i++) {
        struct depth_case asked = depth_case_of(nodes, replicas, i);
        int entries = asked.operation == operation ? depth_entries(circle, &asked) : 0;
        worst = entries > worst ? entries : worst;
    }
    return worst;
}

static void print_need(size_t nodes, uint32_t replicas, enum depth_operation operation, size_t most)
{
    if (nodes * replicas > most) {
        (void)printf(" |");
        return;
    }
    struct depth_circle *circle = depth_circle_make(nodes, replicas);
    int entries = worst_need(circle, nodes, replicas, operation);
    const char *bold = entries > LEGACY_SORT_ENTRIES ? "**" : "";
    (void)printf(" %s%d%s |", bold, entries, bold);
    (void)fflush(stdout);
    depth_circle_free(circle);
}

static void print_needs(enum depth_operation operation, size_t most)
{
    (void)printf("| nodes \\ replicas |");
    for (int column = 0; column < COLUMNS; column++) {
        (void)printf(" %u |", (unsigned)columns[column]);
    }
    (void)printf("\n|---|---|---|---|---|---|---|---|\n");
    for (int row = 0; row < ROWS; row++) {
        (void)printf("| %zu |", rows[row]);
        for (int column = 0; column < COLUMNS; column++) {
            print_need(rows[row], columns[column], operation, most);
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

/* Tries every size: the need is not monotonic, so a binary search could miss the smallest ring. Starts
 * with one point more than the stack has entries, because each entry is a range of at least one point.
 * Ends at FEWEST_REPLICAS_MAX at the latest: every hole but the last takes an entry. */
#define FEWEST_REPLICAS_MAX (LEGACY_SORT_ENTRIES + 2)

static uint32_t fewest_replicas(size_t nodes)
{
    struct depth_circle *circle = depth_circle_make(nodes, FEWEST_REPLICAS_MAX);
    uint32_t replicas = (uint32_t)(LEGACY_SORT_ENTRIES / nodes) + 1;
    while (!removal_overflows(circle, nodes, replicas)) {
        replicas++;
    }
    depth_circle_free(circle);
    return replicas;
}

static void print_smallest(size_t most)
{
    (void)printf("| nodes | fewest replicas | points |\n|---|---|---|\n");
    for (size_t nodes = 1; nodes <= 1024; nodes *= 4) {
        if (nodes * FEWEST_REPLICAS_MAX > most) {
            (void)printf("| %zu | | |\n", nodes);
            continue;
        }
        uint32_t replicas = fewest_replicas(nodes);
        (void)printf("| %zu | %u | %zu |\n", nodes, (unsigned)replicas, nodes * replicas);
        (void)fflush(stdout);
    }
}

static void print_results(size_t most)
{
    (void)printf(
        "Made by: `build/release/repro/depth --markdown >repro/depth/results.md`\n\n"
        "# Stack entries that the historical sort needs\n\n"
        "The sort's stack holds %d entries. In **bold** cells it overflows. Empty cells are rings\n"
        "of more than %zu points, which were left out.\n\n"
        "The rings use SHA-1 placement and nodes named `10.0.0.0:11211`, `10.0.0.1:11211`, and so\n"
        "on; other names give other numbers. The numbers are computed, so every machine gets the\n"
        "same ones.\n\n"
        "## Removing a node\n\n"
        "Entries for removing the first, the middle or the last node: the most of the three.\n\n",
        LEGACY_SORT_ENTRIES, most);
    print_needs(DEPTH_REMOVE, most);
    (void)printf("\n## Adding a node\n\nWhat adding the last node needs.\n\n");
    print_needs(DEPTH_ADD, most);
    (void)printf("\n## The smallest rings that overflow when a node is removed\n\n"
                 "Some larger rings fit again: the need is not monotonic.\n\n");
    print_smallest(most);
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
        "# Rings with SHA-1 placement and nodes named 10.0.0.0:11211, 10.0.0.1:11211, and so on.\n"
        "# Each line adds the last node, or removes the first, the middle or the last node.\n"
        "# entries: stack entries needed; the stack holds %d. outcome: safe (no overflow),\n"
        "# silent (memory was overwritten, but the ring is correct), wrong, crashed.\n"
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

/* Returns 0 if `text` is not a number from 1 to `most`. */
static unsigned long number_of(const char *text, unsigned long most)
{
    char *end = NULL;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    return errno == 0 && *end == '\0' && text[0] != '-' && number <= most ? number : 0;
}

static void print_usage(FILE *file)
{
    (void)fprintf(file, "usage: depth --markdown [N]\n"
                        "       depth --all\n"
                        "       depth NODES REPLICAS\n");
}

static void print_help(void)
{
    print_usage(stdout);
    (void)printf(
        "\n"
        "Prints how many stack entries the historical sort needs and, except with --markdown, "
        "what an overflow does.\n"
        "\n"
        "  NODES REPLICAS   the lines of repro/depth/map.tsv for one ring: 1 to %d nodes, up to "
        "%d points\n"
        "\n"
        "options:\n"
        "  -h, --help       show this help and exit\n"
        "  --markdown [N]   repro/depth/results.md, or only rings of at most N points; about a "
        "minute\n"
        "  --all            repro/depth/map.tsv; about an hour\n"
        "\n"
        "Exit: 0 printed, 2 wrong usage, or an overflow cannot be tried here.\n",
        DEPTH_NODES_MAX, DEPTH_POINTS_MAX);
}

static int misused(const char *what, const char *value, unsigned long most)
{
    (void)fprintf(stderr, "depth: %s %s: not a whole number from 1 to %lu\n", what, value, most);
    print_usage(stderr);
    return 2;
}

static int run_markdown(int argc, char **argv)
{
    size_t most = argc > 2 ? number_of(argv[2], TABLE_POINTS_MAX) : TABLE_POINTS_MAX;
    if (most == 0) {
        return misused("--markdown", argv[2], TABLE_POINTS_MAX);
    }
    print_results(most);
    return 0;
}

static int run_ring(char **argv)
{
    unsigned long nodes = number_of(argv[1], DEPTH_NODES_MAX);
    if (nodes == 0) {
        return misused("NODES", argv[1], DEPTH_NODES_MAX);
    }
    unsigned long most = DEPTH_POINTS_MAX / nodes;
    most = most < RING_REPLICAS_MAX ? most : RING_REPLICAS_MAX;
    unsigned long replicas = number_of(argv[2], most);
    if (replicas == 0) {
        return misused("REPLICAS", argv[2], most);
    }
    print_ring(nodes, (uint32_t)replicas);
    return 0;
}

int main(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : "";
    if (strcmp(first, "-h") == 0 || strcmp(first, "--help") == 0) {
        print_help();
        return 0;
    }
    if (strcmp(first, "--markdown") == 0 && argc <= 3) {
        return run_markdown(argc, argv);
    }
    if (strcmp(first, "--all") == 0 && argc == 2) {
        print_all();
        return 0;
    }
    if (argc == 3 && strncmp(first, "--", 2) != 0) {
        return run_ring(argv);
    }
    (void)fputs(argc == 1 ? "depth: what? name a ring, or an option\n"
                          : "depth: these arguments do not go together\n",
                stderr);
    print_usage(stderr);
    return 2;
}
