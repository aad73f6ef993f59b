#include "sequences.h"

struct walk {
    struct exhaust_scope scope;
    uint64_t beginnings;
    bool (*visit)(void *context, const struct exhaust_sequence *sequence);
    void *context;
};

static bool extend(struct walk *walk, const struct exhaust_sequence *sequence);

/* Whether to go on from a sequence of this length. Its first two steps decide whether it is in the
 * walk's share. */
static bool mine(struct walk *walk, unsigned int length)
{
    unsigned int decides = walk->scope.length < 2 ? walk->scope.length : 2;
    return length != decides || walk->beginnings++ % walk->scope.parts == walk->scope.part;
}

/* Whether the sequence uses the first names: "a", or "a" and "b", or all. */
static bool named_in_order(const struct exhaust_sequence *sequence)
{
    unsigned int mentioned = 0;
    for (unsigned int i = 0; i < sequence->length; i++) {
        const struct exhaust_step *step = &sequence->steps[i];
        for (unsigned int j = 0; j < step->count; j++) {
            mentioned |= 1U << step->node[j];
        }
    }
    return (mentioned & (mentioned + 1)) == 0;
}

/* Goes on from a sequence whose last step is complete: to longer ones, or to `visit`. */
static bool go_on(struct walk *walk, const struct exhaust_sequence *sequence)
{
    if (!mine(walk, sequence->length)) {
        return true;
    }
    if (sequence->length < walk->scope.length) {
        return extend(walk, sequence);
    }
    return !named_in_order(sequence) || walk->visit(walk->context, sequence);
}

/* PLACING: gives positions to the nodes of the last step, one by one, and to the replicas of each.
 * `item` is the node's index in the step. */

static struct exhaust_placing *placing_of(struct exhaust_sequence *sequence, unsigned int item)
{
    const struct exhaust_step *step = &sequence->steps[sequence->length - 1];
    return &sequence->nodes[step->node[item]];
}

static bool place(struct walk *walk, const struct exhaust_sequence *sequence, unsigned int item);

/* Places the next replica at a new position, which gets this rank; higher ranks move up by one. */
static bool place_between(struct walk *walk, const struct exhaust_sequence *sequence,
                          unsigned int item, unsigned int rank)
{
    struct exhaust_sequence next = *sequence;
    for (unsigned int i = 0; i < EXHAUST_NODES; i++) {
        for (unsigned int j = 0; j < next.nodes[i].placed; j++) {
            next.nodes[i].rank[j] =
                (uint8_t)(next.nodes[i].rank[j] + (next.nodes[i].rank[j] >= rank));
        }
    }
    next.ranks++;
    struct exhaust_placing *placing = placing_of(&next, item);
    placing->rank[placing->placed++] = (uint8_t)rank;
    return place(walk, &next, item);
}

/* Places the next replica at the existing position of this rank. */
static bool place_upon(struct walk *walk, const struct exhaust_sequence *sequence,
                       unsigned int item, unsigned int rank)
{
    struct exhaust_sequence next = *sequence;
    struct exhaust_placing *placing = placing_of(&next, item);
    placing->rank[placing->placed++] = (uint8_t)rank;
    return place(walk, &next, item);
}

/* Places the next replica of a node in every way. Replicas that always came together have ascending
 * ranks. */
static bool place_replica(struct walk *walk, const struct exhaust_sequence *sequence,
                          unsigned int item)
{
    const struct exhaust_step *step = &sequence->steps[sequence->length - 1];
    const struct exhaust_placing *placing = &sequence->nodes[step->node[item]];
    bool first = (placing->known >> placing->placed & 1) != 0;
    unsigned int low = first ? 0 : placing->rank[placing->placed - 1];
    for (unsigned int rank = low; rank < sequence->ranks; rank++) {
        if (!place_upon(walk, sequence, item, rank)) {
            return false;
        }
    }
    for (unsigned int rank = first ? 0 : low + 1;
         rank <= sequence->ranks && sequence->ranks < EXHAUST_POSITIONS; rank++) {
        if (!place_between(walk, sequence, item, rank)) {
            return false;
        }
    }
    return true;
}

/* The node came with more replicas before, and comes with this number for the first time. This
 * divides replicas that always came together, those from `begin` to `end`, into two parts. There
 * are at most three, so one part is a single replica, the first or the last. Tries each of their
 * different positions for it. */
static bool split(struct walk *walk, const struct exhaust_sequence *sequence, unsigned int item)
{
    const struct exhaust_step *step = &sequence->steps[sequence->length - 1];
    const struct exhaust_placing *placing = &sequence->nodes[step->node[item]];
    unsigned int replicas = step->replicas[item];
    unsigned int begin = replicas - 1;
    unsigned int end = replicas + 1;
    while ((placing->known >> begin & 1) == 0) {
        begin--;
    }
    while ((placing->known >> end & 1) == 0) {
        end++;
    }
    bool to_front = replicas - begin == 1;
    for (unsigned int i = begin; i < end; i++) {
        if (i > begin && placing->rank[i] == placing->rank[i - 1]) {
            continue;
        }
        struct exhaust_sequence next = *sequence;
        struct exhaust_placing *split = placing_of(&next, item);
        for (unsigned int j = begin, to = to_front ? begin + 1 : begin; j < end; j++) {
            if (j != i) {
                split->rank[to++] = placing->rank[j];
            }
        }
        split->rank[to_front ? begin : end - 1] = placing->rank[i];
        split->known = (uint8_t)(split->known | 1U << replicas);
        if (!place(walk, &next, item)) {
            return false;
        }
    }
    return true;
}

static bool place(struct walk *walk, const struct exhaust_sequence *sequence, unsigned int item)
{
    const struct exhaust_step *step = &sequence->steps[sequence->length - 1];
    if (item == step->count) {
        return go_on(walk, sequence);
    }
    const struct exhaust_placing *placing = &sequence->nodes[step->node[item]];
    unsigned int replicas = step->replicas[item];
    if (placing->placed < replicas) {
        return place_replica(walk, sequence, item);
    }
    if ((placing->known >> replicas & 1) != 0) {
        return place(walk, sequence, item + 1);
    }
    if (placing->placed > replicas) {
        return split(walk, sequence, item);
    }
    struct exhaust_sequence next = *sequence;
    next.nodes[step->node[item]].known = (uint8_t)(placing->known | 1U << replicas);
    return place(walk, &next, item + 1);
}

/* STEPS */

static bool take(struct walk *walk, const struct exhaust_sequence *sequence,
                 const struct exhaust_step *step)
{
    struct exhaust_sequence next = *sequence;
    next.steps[next.length++] = *step;
    next.present = (uint8_t)exhaust_present(next.present, step);
    return step->kind == EXHAUST_REMOVE ? go_on(walk, &next) : place(walk, &next, 0);
}

/* The first node that may come next in a batch. Names ascend, except in the last step. */
static uint8_t next_in_batch(const struct walk *walk, const struct exhaust_sequence *sequence,
                             const struct exhaust_step *step)
{
    bool last = sequence->length + 1U == walk->scope.length;
    return last || step->count == 0 ? 0 : (uint8_t)(step->node[step->count - 1] + 1);
}

/* Takes all batches that begin with the nodes of `step`. A batch has two nodes or more. */
static bool take_batches(struct walk *walk, const struct exhaust_sequence *sequence,
                         const struct exhaust_step *step, unsigned int absent)
{
    if (step->count > 1 && !take(walk, sequence, step)) {
        return false;
    }
    for (uint8_t node = next_in_batch(walk, sequence, step); node < EXHAUST_NODES; node++) {
        for (uint8_t replicas = 1; (absent >> node & 1) != 0 && replicas <= EXHAUST_REPLICAS;
             replicas++) {
            struct exhaust_step longer = *step;
            longer.node[longer.count] = node;
            longer.replicas[longer.count++] = replicas;
            if (!take_batches(walk, sequence, &longer, absent & ~(1U << node))) {
                return false;
            }
        }
    }
    return true;
}

/* How many replicas a present node has. */
static uint8_t replicas_of(const struct exhaust_sequence *sequence, uint8_t node)
{
    for (unsigned int i = sequence->length; i-- > 0;) {
        const struct exhaust_step *step = &sequence->steps[i];
        for (unsigned int j = 0; j < step->count; j++) {
            if (step->node[j] == node) {
                return step->replicas[j];
            }
        }
    }
    return 0;
}

static bool sets_here(const struct walk *walk, const struct exhaust_sequence *sequence)
{
    return walk->scope.sets && sequence->length + 1U == walk->scope.length;
}

static bool take_sets(struct walk *walk, const struct exhaust_sequence *sequence, uint8_t node)
{
    const uint8_t present = replicas_of(sequence, node);
    for (uint8_t replicas = 1; replicas <= EXHAUST_REPLICAS; replicas++) {
        const struct exhaust_step step = {EXHAUST_SET, 1, {node}, {replicas}};
        if (replicas != present && !take(walk, sequence, &step)) {
            return false;
        }
    }
    return true;
}

static bool take_nodes(struct walk *walk, const struct exhaust_sequence *sequence, uint8_t node)
{
    if ((sequence->present >> node & 1) != 0) {
        return take(walk, sequence, &(struct exhaust_step){EXHAUST_REMOVE, 1, {node}, {0}}) &&
               (!sets_here(walk, sequence) || take_sets(walk, sequence, node));
    }
    for (uint8_t replicas = 1; replicas <= EXHAUST_REPLICAS; replicas++) {
        if (!take(walk, sequence, &(struct exhaust_step){EXHAUST_ADD, 1, {node}, {replicas}})) {
            return false;
        }
    }
    return true;
}

static bool extend(struct walk *walk, const struct exhaust_sequence *sequence)
{
    for (unsigned int node = 0; node < walk->scope.nodes; node++) {
        if (!take_nodes(walk, sequence, (uint8_t)node)) {
            return false;
        }
    }
    bool refused =
        sequence->length > 0 && sequence->steps[sequence->length - 1].kind == EXHAUST_REFUSED;
    if (!refused && !take(walk, sequence, &(struct exhaust_step){.kind = EXHAUST_REFUSED})) {
        return false;
    }
    unsigned int absent = ((1U << walk->scope.nodes) - 1) & ~(unsigned int)sequence->present;
    return take_batches(walk, sequence, &(struct exhaust_step){.kind = EXHAUST_BATCH}, absent);
}

bool exhaust_walk(const struct exhaust_scope *scope,
                  bool (*visit)(void *context, const struct exhaust_sequence *sequence),
                  void *context)
{
    struct walk walk = {.scope = *scope, .visit = visit, .context = context};
    struct exhaust_sequence empty = {.length = 0};
    for (unsigned int i = 0; i < EXHAUST_NODES; i++) {
        empty.nodes[i].known = 1;
    }
    return extend(&walk, &empty);
}
