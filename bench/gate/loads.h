/* The workloads of ci/perf: each does a fixed amount of work on a fixed ring. */
#ifndef GATE_LOADS_H
#define GATE_LOADS_H

#include "place.h"

struct load {
    const char *name;
    struct place_shape shape;
    size_t operations; /* in one round */
    size_t argument;   /* find_n: owners wanted; remove_one: nodes to remove */
    /* One round, measured by ruler.h. The ring has the same nodes afterwards. */
    void (*round)(struct place *place, const struct load *load);
};

extern const struct load loads[]; /* ended by a NULL name */

#endif
