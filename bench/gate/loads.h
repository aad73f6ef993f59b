/* What is measured, one by one: fixed work on a fixed ring. */
#ifndef GATE_LOADS_H
#define GATE_LOADS_H

#include "place.h"

struct load {
    const char *name;
    struct place_shape shape;
    size_t operations; /* in one round */
    size_t argument;   /* of `round`: how many nodes find_n wants, which nodes remove_one takes */
    /* One round, measured. Leaves the ring with the nodes it had. */
    void (*round)(struct place *place, const struct load *load);
};

extern const struct load loads[]; /* ended by one without a name */

#endif
