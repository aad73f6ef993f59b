/* What the table is about: one change of a ring of `nodes` nodes, each of so many replicas. */
#ifndef REPRO_DEPTH_CASE_H
#define REPRO_DEPTH_CASE_H

#include <stdio.h>

#include "../../core/ring.h"

#define DEPTH_NODES_MAX 65536     /* as many names as there are */
#define DEPTH_POINTS_MAX 16777216 /* of a ring: the sort takes hours beyond that */

struct depth_case {
    size_t nodes; /* of the larger ring: before a removal, after an addition */
    uint32_t replicas;
    enum depth_operation { DEPTH_ADD, DEPTH_REMOVE } operation;
    enum depth_position { DEPTH_FIRST, DEPTH_MIDDLE, DEPTH_LAST } position; /* of what changes */
};

/* The cases of each ring: its last node added, and three of its nodes removed. */
#define DEPTH_CASES 4
struct depth_case depth_case_of(size_t nodes, uint32_t replicas, int number);

/* The index of the node that is added or removed. */
size_t depth_case_node(const struct depth_case *asked);

/* "10.0.0.0:11211", "10.0.0.1:11211", ... */
#define DEPTH_NAME_SIZE 32
struct ring_bytes depth_name(char name[DEPTH_NAME_SIZE], size_t index);

/* In the order of how soon one learns of it. */
enum depth_outcome {
    DEPTH_CRASHED, /* the sort did not return */
    DEPTH_WRONG,   /* it returned, and the ring is not what it must be */
    DEPTH_SILENT,  /* memory was overwritten, and nothing shows it: the ring is right */
    DEPTH_SAFE     /* the entries sufficed */
};

/* A line of depth.tsv, and its columns. */
#define DEPTH_COLUMNS "nodes\treplicas\toperation\tposition\tentries\toutcome"
void depth_print(FILE *file, const struct depth_case *asked, int entries,
                 enum depth_outcome outcome);

#endif
