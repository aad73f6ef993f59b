/* The state: what a correct ring holds after the operations so far, and what the next operation
 * meets there. Triggers are made of this: see trigger.h. */
#ifndef FUZZ_SEARCH_STATE_H
#define FUZZ_SEARCH_STATE_H

#include "../program/operations.h"

/* Numbers that describe an operation and the ring before it. */
enum feature {
    FEATURE_REPLICAS,     /* most replicas of a node that it adds or removes */
    FEATURE_SIZE,         /* bytes of its longest name, or of its key */
    FEATURE_N,            /* n of a find_n */
    FEATURE_BATCH,        /* nodes that it names */
    FEATURE_HAD_REPLICAS, /* most replicas of a node that is or was in the ring */
    FEATURE_HAD_SIZE,     /* bytes of the longest name of such a node */
    FEATURE_NODES,        /* nodes in the ring */
    FEATURE_POINTS,       /* points in the ring */
    FEATURES
};

/* Facts about an operation and the ring before it. */
enum circumstance {
    WHEN_EMPTY,      /* a name or the key has no bytes */
    WHEN_ABSENT,     /* a name is not in the ring */
    WHEN_PRESENT,    /* a name is in the ring */
    WHEN_WANTS_MORE, /* find_n's n is more than the ring has nodes */
    WHEN_WRAPS,      /* the key's position is that of the last point, or beyond it */
    WHEN_AGAIN,      /* a name was removed from the ring, and is absent now */
    WHEN_ZERO_BYTE,  /* a name or the key has a byte 0 */
    WHEN_HIGH_BYTE,  /* a name or the key has a byte above 127 */
    WHEN_REMOVED,    /* a node has been removed from the ring */
    CIRCUMSTANCES
};

struct situation {
    enum operation_kind kind;
    const struct rule *rule;
    uint64_t features[FEATURES];
    unsigned int circumstances; /* bit 1 << C is set for each C of enum circumstance that holds */
};

struct state_node {
    struct ring_bytes name; /* in the program's memory */
    uint32_t replicas;
    uint64_t last; /* the greatest position of its points */
    bool there;    /* false: it was removed */
};

struct state {
    const struct rule *rule;
    struct state_node *nodes;
    size_t count;
    bool removed; /* some node was */
};

void state_init(struct state *state, const struct rule *rule);
void state_free(struct state *state);

/* What the operation is, and what it meets in the state. */
struct situation state_describe(const struct state *state, const struct operation *operation);

/* Applies the operation. Its program must outlive the state. */
void state_apply(struct state *state, const struct operation *operation);

#endif
