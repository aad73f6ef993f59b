/* The stage: what a right ring has in it by the operations so far, and what an operation finds there. By this
 * a person, or the tool itself, can say what triggers a defect: see trigger.h. */
#ifndef FUZZ_SEARCH_STATE_H
#define FUZZ_SEARCH_STATE_H

#include "../program/operations.h"

/* What is measured of an operation and of the ring before it. */
enum feature {
    FEATURE_REPLICAS,     /* the most of its nodes; of a remove: what the node has */
    FEATURE_SIZE,         /* bytes of its longest name, or of its key */
    FEATURE_N,            /* find_n's */
    FEATURE_BATCH,        /* nodes that it names */
    FEATURE_HAD_REPLICAS, /* the most of any node that is or was in the ring */
    FEATURE_HAD_SIZE,     /* bytes of the longest name of these */
    FEATURE_NODES,        /* in the ring */
    FEATURE_POINTS,       /* in the ring */
    FEATURES
};

enum circumstance {
    WHEN_EMPTY,      /* a name or the key has no bytes */
    WHEN_ABSENT,     /* a name is not in the ring */
    WHEN_PRESENT,    /* a name is in the ring */
    WHEN_WANTS_MORE, /* find_n's n is more than the ring has nodes */
    WHEN_WRAPS,      /* the key lies at the last point or behind it */
    WHEN_AGAIN,      /* a name was in the ring once, and is not now */
    WHEN_ZERO_BYTE,  /* a name or the key has one */
    WHEN_HIGH_BYTE,  /* or one above 127 */
    WHEN_REMOVED,    /* a node has been removed from the ring */
    CIRCUMSTANCES
};

struct situation {
    enum operation_kind kind;
    const struct rule *rule;
    uint64_t features[FEATURES];
    unsigned int circumstances; /* the bit 1 << C for each C of enum circumstance */
};

struct state_node {
    struct ring_bytes name; /* the program's */
    uint32_t replicas;
    uint64_t last; /* the greatest position of its points */
    bool there;    /* false: it was removed */
};

struct state {
    const struct rule *rule;
    struct state_node *nodes;
    size_t count;
    bool removed;
};

void state_init(struct state *state, const struct rule *rule);
void state_free(struct state *state);

/* What the operation would meet. */
struct situation state_describe(const struct state *state, const struct operation *operation);

/* Lets it happen. The program must live as long as the stage. */
void state_apply(struct state *state, const struct operation *operation);

#endif
