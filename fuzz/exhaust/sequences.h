/* Small scope: every sequence of changes up to a length, over 3 nodes with 1 to 3 replicas and 8 positions,
 * each once but for those that are alike.
 *
 * A step is one of:
 *
 *     add       a node that is absent, with 1, 2 or 3 replicas
 *     batch     2 or 3 absent nodes in one call, each with 1, 2 or 3 replicas
 *     remove    a node that is there
 *     refused   one after another, all calls that must leave the ring as it is: adds of what is there, removes
 *               of what is not, batches that name a node twice or one that is there, at each place, replicas
 *               and names out of range, and no nodes at all
 *
 * and where the replicas of a node lie is decided when it first comes with so many, in every way there is. What
 * a step can do depends on the names in the ring alone, so that no ring is needed to enumerate.
 *
 * LEFT OUT, each for one that stands for it:
 *
 * Finds are no steps. They take a const ring: 4 keys are looked up in the end of every sequence, alone and as the
 * first 1, 2, 3 and 4 distinct nodes. The end of every sequence is met, since a beginning of a sequence is one.
 *
 * Positions of replicas that are never placed. The rule is not asked for them.
 *
 * Positions in the same order. A ring does not know its rule, and compares positions: which replicas share one,
 * and the order of the others, is all there is to a sequence. The one that is kept takes its different positions
 * from both ends of the table of 8 (rules.c) on, so that 0 and 2^64 - 1 are among them as soon as there are two. (The
 * arcs also cut positions to 16 bits. The table has neighbours that are cut alike and others that are
 * not; with so many positions the same ones always meet.)
 *
 * The order of a node's own replicas, as long as the node never came with some of them alone. An add sorts them
 * before anything else knows them, and which is which is stored nowhere. Names spell those of "a" in ascending
 * order, of "b" in descending, of "c" in neither, so that there is something to sort.
 *
 * The order of nodes in a batch, but in the last step. An add sorts them first of all. That the ring is then the
 * same is what the sequence in which this was the last step has shown: in it they stand in each order.
 *
 * Batches of one node. ring_add() is one.
 *
 * Other names in the same order. Names are compared, and nothing else: where two nodes are mentioned they are "a"
 * and "b", where one is, "a".
 *
 * Two refused steps in a row. The second finds the ring after a refused call, as the second call of the first
 * does; each call is made after the others of its step, and before.
 *
 * Refused calls one by one, at every place that each could have. A step makes all of them, and every sequence
 * stands with and without it at every place. The replicas and positions of nodes in a refused call are not varied: it
 * ends before they are placed. (A ring in which they are half done differs from the model's, wherever they lie.)
 */
#ifndef FUZZ_EXHAUST_SEQUENCES_H
#define FUZZ_EXHAUST_SEQUENCES_H

#include "../program/operations.h"

#define EXHAUST_NODES 3
#define EXHAUST_REPLICAS 3
#define EXHAUST_POSITIONS 8
#define EXHAUST_LENGTH_MAX 16

struct exhaust_step {
    enum exhaust_kind { EXHAUST_ADD, EXHAUST_BATCH, EXHAUST_REMOVE, EXHAUST_REFUSED } kind : 8;
    uint8_t count; /* of nodes */
    uint8_t node[EXHAUST_NODES];
    uint8_t replicas[EXHAUST_NODES];
};

/* Plain data, so that it can be left in shared memory by a process that may crash. */
struct exhaust_sequence {
    struct exhaust_step steps[EXHAUST_LENGTH_MAX];
    uint8_t length;
    uint8_t present; /* a bit for each node that is in the ring in the end */
    uint8_t ranks;   /* how many different positions there are */
    struct exhaust_placing {
        uint8_t rank[EXHAUST_REPLICAS]; /* of a replica's position among them, from 0 */
        uint8_t placed; /* replicas that have one: the most that the node came with */
        uint8_t known;  /* a bit for each number of replicas it came with, and for 0 */
    } nodes[EXHAUST_NODES];
};

struct exhaust_scope {
    unsigned int length; /* exactly so many steps, 1 to EXHAUST_LENGTH_MAX */
    unsigned int nodes;  /* the most that are added, 1 to EXHAUST_NODES */
    /* Of the sequences those that begin as every `parts`-th does, from number `part` on. */
    unsigned int part;
    unsigned int parts;
};

/* Visits every sequence of the scope, in an order that is always the same, until `visit` returns false;
 * then it does, too. Some 50 ns a sequence. */
bool exhaust_walk(const struct exhaust_scope *scope,
                  bool (*visit)(void *context, const struct exhaust_sequence *sequence),
                  void *context);

/* A sequence as a program under the rule "table": its calls, and in the end the finds. `points` (at least 1) stand
 * for each replica: with more, small scopes meet what arcs do when they are full. */
struct exhaust_program;
struct exhaust_program *exhaust_program_create(unsigned int points);
void exhaust_program_free(struct exhaust_program *program);

/* Valid until the next is asked for; not to be freed. */
const struct program *exhaust_program_of(struct exhaust_program *program,
                                         const struct exhaust_sequence *sequence);

#endif
