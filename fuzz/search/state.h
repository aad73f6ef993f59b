/* The state: what correct rings hold after the operations so far, and what the next operation meets
 * there. Triggers are made of this: see trigger.h. */
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
    FEATURE_POINTS,       /* replicas of these nodes together */
    FEATURE_RINGS,        /* rings that there are */
    FEATURES
};

/* Facts about an operation and the ring before it. */
enum circumstance {
    WHEN_EMPTY,      /* a name or the key has no bytes */
    WHEN_ABSENT,     /* a name is not in the ring */
    WHEN_PRESENT,    /* a name is in the ring */
    WHEN_WANTS_MORE, /* find_n's n is more than the ring has nodes */
    WHEN_WRAPS,      /* the key's position is that of the last point, or beyond it */
    WHEN_ON_POINT,   /* the key's position is that of a point */
    WHEN_TIES,       /* points are at equal positions: for a find, those that come first behind the
                      * key, or at it; else any two of the ring before or after it */
    WHEN_AGAIN,      /* a name was removed from the ring, and is absent now */
    WHEN_ZERO_BYTE,  /* a name or the key has a byte 0 */
    WHEN_HIGH_BYTE,  /* a name or the key has a byte above 127 */
    WHEN_REMOVED,    /* a node has been removed from the ring */
    WHEN_RENEWED,    /* a ring has been destroyed */
    CIRCUMSTANCES
};

struct situation {
    enum operation_kind kind;
    const struct rule *rule;
    uint64_t features[FEATURES];
    unsigned int circumstances; /* bit 1 << C is set for each C of enum circumstance that holds */
    uint64_t bytes[4];       /* bit 1 << B % 64 of bytes[B / 64]: a name or the key has a byte B */
    uint64_t least_replicas; /* the fewest replicas of a node that it adds or removes */
    const struct operation *operation; /* NULL, or as long as its program lives */
};

struct state_node {
    struct ring_bytes name; /* in the program's memory */
    uint32_t replicas;
    uint64_t last; /* the greatest position of its points */
    bool there;    /* false: it was removed */
};

struct state_ring {
    bool made;
    struct state_node *nodes;
    size_t count;
    bool removed; /* some node was */
    /* The positions of its points, sorted, if `sorted`. Made when they are needed. */
    bool sorted;
    uint64_t *positions;
    size_t position_count;
    bool ties; /* two are equal */
};

struct state {
    const struct rule *rule;
    bool positions; /* tell WHEN_TIES and WHEN_ON_POINT, which takes longer */
    struct state_ring rings[PROGRAM_RINGS];
    struct state_ring *ring; /* in use */
    size_t made;
    bool renewed;
};

/* If not `positions`, WHEN_TIES and WHEN_ON_POINT never hold. Nor do they, and WHEN_WRAPS, under a
 * rule of which positions are not known. */
void state_init(struct state *state, const struct rule *rule, bool positions);
void state_free(struct state *state);

/* What the operation is, and what it meets in the state. */
struct situation state_describe(struct state *state, const struct operation *operation);

/* What it meets that a ring is destroyed: an operation of kind OP_RENEW. */
struct situation state_describe_end(struct state *state, struct state_ring *ring);

/* Applies the operation. Its program must outlive the state. */
void state_apply(struct state *state, const struct operation *operation);

#endif
