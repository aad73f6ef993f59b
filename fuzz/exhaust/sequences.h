/* Small scope: every sequence of changes up to a length, over 3 nodes with 1 to 3 replicas each,
 * and 8 positions. If no ring can tell some sequences apart, only one of them is enumerated.
 *
 * A step is one of:
 *
 *   add      an absent node, with 1, 2 or 3 replicas
 *   batch    2 or 3 absent nodes in one call, each with 1, 2 or 3 replicas
 *   remove   a present node
 *   set      a present node gets 1, 2 or 3 replicas instead of another number; the last step, and
 *            only if the ring can
 *   refused  all calls that must leave the ring as it is, one after another: adds of present nodes;
 *            removes of absent nodes; batches with a node twice, or with a present node, at each
 *            place; replicas and names out of range; a batch without nodes. If the ring can set
 *            replicas: those of absent nodes, out of range, and of a node without a name
 *
 * A replica gets its position when its node first has so many replicas. Every placement
 * is enumerated. Which steps are possible depends only on the names in the ring, so the enumeration
 * needs no ring.
 *
 * After its last step, a sequence looks up 4 keys: their owners, and their first 1, 2, 3 and 4
 * distinct nodes.
 *
 * WHAT IS LEFT OUT, and why nothing is lost:
 *
 * Finds as steps. A find takes a const ring, and cannot change it. Lookups after the last step are
 * enough, since every prefix of a sequence is a sequence too.
 *
 * Steps after one that sets replicas. The comparison at the end, and the ring's check of itself, show
 * whether the ring is as if its node had been added so; and sequences with that add go on. (This
 * bounds the time: with three nodes, sets make two thirds more sequences of three steps. Sets in every
 * step would make two and a half times more.)
 *
 * Positions of replicas that are never placed. The rule is never asked for them.
 *
 * Other positions in the same order. A ring does not know its rule; it only compares positions. So
 * a sequence is fully described by which replicas share a position, and by the order of the
 * positions. The sequence that is kept takes its positions from both ends of the table of 8 in
 * program/rules.c. So 0 and 2^64 - 1 are among them, once there are two. (Arcs also compare 16 bits
 * of a position by themselves. Some neighbours in the table share these bits and others do not;
 * which of them occur depends only on the number of positions.)
 *
 * The order of a node's replicas, unless the node also comes with only some of them. An add sorts
 * the points before anything else uses them, and no ring stores the index of a replica. To give the
 * sort work, the name of "a" spells its positions in ascending order, "b" in descending order, and
 * "c" in neither.
 *
 * The order of nodes in a batch, except in the last step. An add sorts the nodes first. Every order
 * leads to the same ring: the sequences that end with this batch check that.
 *
 * Batches of one node. ring_add() is one.
 *
 * Other names in the same order. A ring only compares names. Sequences with two nodes use "a" and
 * "b", sequences with one use "a".
 *
 * Two refused steps in a row. The calls of the second would meet a ring on which a call was just
 * refused. So do all calls of the first but one, and kinds of calls alternate within a step.
 *
 * Refused calls one by one. A step makes all of them, and every sequence exists with and without a
 * refused step at every place. Replicas and positions of the nodes in a refused call are not
 * varied: the call ends before they are placed. (A ring that does half of such a call differs from
 * the model, wherever the points lie.)
 */
#ifndef FUZZ_EXHAUST_SEQUENCES_H
#define FUZZ_EXHAUST_SEQUENCES_H

#include "../program/operations.h"

#define EXHAUST_NODES 3
#define EXHAUST_REPLICAS 3
#define EXHAUST_POSITIONS 8
#define EXHAUST_LENGTH_MAX 16

struct exhaust_step {
    enum exhaust_kind {
        EXHAUST_ADD,
        EXHAUST_BATCH,
        EXHAUST_REMOVE,
        EXHAUST_SET,
        EXHAUST_REFUSED
    } kind : 8;
    uint8_t count; /* of nodes */
    uint8_t node[EXHAUST_NODES];
    uint8_t replicas[EXHAUST_NODES];
};

/* The nodes that are present after a step, as bits, if `present` were before it. */
static inline unsigned int exhaust_present(unsigned int present, const struct exhaust_step *step)
{
    for (unsigned int i = 0; i < step->count && step->kind != EXHAUST_SET; i++) {
        present ^= 1U << step->node[i];
    }
    return present;
}

/* Has no pointers, so that a process that may crash can leave it in shared memory. */
struct exhaust_sequence {
    struct exhaust_step steps[EXHAUST_LENGTH_MAX];
    uint8_t length;
    uint8_t present; /* bit N is set if node N is in the ring after the last step */
    uint8_t ranks;   /* the number of different positions */
    struct exhaust_placing {
        uint8_t rank[EXHAUST_REPLICAS]; /* of each replica's position among these, from 0 */
        uint8_t placed;                 /* replicas with a position: the most that it came with */
        uint8_t known; /* bit R is set if the node came with R replicas; bit 0 always is */
    } nodes[EXHAUST_NODES];
};

struct exhaust_scope {
    unsigned int length; /* steps of each sequence, 1 to EXHAUST_LENGTH_MAX */
    unsigned int nodes;  /* the most different nodes in a sequence, 1 to EXHAUST_NODES */
    /* For parallel runs: visit only share number `part`, from 0, of `parts`. Sequences with the
     * same first two steps, placed alike, are in the same share. */
    unsigned int part;
    unsigned int parts;
    bool sets; /* with steps that set replicas */
};

/* Visits every sequence of the scope, always in the same order, until `visit` returns false.
 * Returns false if `visit` did. Costs about 50 ns a sequence. */
bool exhaust_walk(const struct exhaust_scope *scope,
                  bool (*visit)(void *context, const struct exhaust_sequence *sequence),
                  void *context);

/* Sequences as programs under the rule "table": first the calls of the steps, then the finds.
 * `points`, at least 1, is the number of points for each replica: with more of them, lines and
 * blocks of arcs overflow and split in a small scope too. `sets`: refused steps set replicas. */
struct exhaust_program;
struct exhaust_program *exhaust_program_create(unsigned int points, bool sets);
void exhaust_program_free(struct exhaust_program *program);

/* The sequence as a program. It belongs to `program`, and is valid until the next call. */
const struct program *exhaust_program_of(struct exhaust_program *program,
                                         const struct exhaust_sequence *sequence);

#endif
