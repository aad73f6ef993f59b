/* One measurement: one node added to or removed from a ring of `nodes` nodes, each with `replicas`
 * points, under SHA-1 placement. */
#ifndef REPRO_DEPTH_CASE_H
#define REPRO_DEPTH_CASE_H

#include <stdio.h>

#include <ringproof/ring.h>

#define DEPTH_NODES_MAX 65536     /* depth_name() has no more names */
#define DEPTH_POINTS_MAX 16777216 /* in one ring; the sort would take hours beyond that */

struct depth_case {
    size_t nodes; /* in the larger ring: before a removal, after an addition */
    uint32_t replicas;
    enum depth_operation { DEPTH_ADD, DEPTH_REMOVE } operation;
    enum depth_position { DEPTH_FIRST, DEPTH_MIDDLE, DEPTH_LAST } position; /* which node */
};

/* Case 0 adds the last node; cases 1 to 3 remove the first, the middle and the last node. */
#define DEPTH_CASES 4
struct depth_case depth_case_of(size_t nodes, uint32_t replicas, int number);

/* The index of the node that is added or removed. */
size_t depth_case_node(const struct depth_case *asked);

/* Writes the name of node `index` into `name`: "10.0.0.0:11211", "10.0.0.1:11211", ... */
#define DEPTH_NAME_SIZE 32
struct ring_bytes depth_name(char name[DEPTH_NAME_SIZE], size_t index);

/* Most noticeable first. */
enum depth_outcome {
    DEPTH_CRASHED, /* the sort did not return */
    DEPTH_WRONG,   /* the sort returned, and the ring has wrong points or nodes */
    DEPTH_SILENT,  /* memory was overwritten, but the ring is correct */
    DEPTH_SAFE     /* the stack was large enough */
};

/* Prints one line of map.tsv; its columns. */
#define DEPTH_COLUMNS "nodes\treplicas\toperation\tposition\tentries\toutcome"
void depth_print(FILE *file, const struct depth_case *asked, int entries,
                 enum depth_outcome outcome);

#endif
