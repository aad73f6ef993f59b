/* Cases that a subject does not describe, and sizes that it does not reach. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "../base/memory.h"
#include "../check/present.h"
#include "adapt.h"

/* THE NODES of all rings: an open table of hashes of ring and name. */

struct held {
    uint64_t *hashes; /* 0: free; 1: was used */
    uint64_t *points;
    size_t room; /* a power of two */
    size_t used;
    size_t ring; /* in use */
    struct {
        size_t nodes;
        uint64_t points;
        uint64_t generation; /* a new ring has other hashes */
    } rings[PROGRAM_RINGS];
};

static uint64_t hash_of(const struct held *held, struct ring_bytes name)
{
    uint64_t seed = held->rings[held->ring].generation * PROGRAM_RINGS + held->ring;
    uint64_t hash = XXH3_64bits_withSeed(name.data, name.size, seed);
    return hash > 1 ? hash : 2;
}

static size_t slot_of(const struct held *held, uint64_t hash)
{
    size_t slot = (size_t)hash & (held->room - 1);
    while (held->hashes[slot] != 0 && held->hashes[slot] != hash) {
        slot = (slot + 1) & (held->room - 1);
    }
    return slot;
}

static bool holds(const struct held *held, struct ring_bytes name)
{
    return held->room > 0 && held->hashes[slot_of(held, hash_of(held, name))] != 0;
}

static void grow(struct held *held)
{
    struct held larger = *held;
    larger.room = held->room > 0 ? 2 * held->room : 64;
    larger.hashes = memory_resize(NULL, larger.room, sizeof *larger.hashes);
    larger.points = memory_resize(NULL, larger.room, sizeof *larger.points);
    memset(larger.hashes, 0, larger.room * sizeof *larger.hashes);
    for (size_t i = 0; i < held->room; i++) {
        if (held->hashes[i] > 1) {
            size_t slot = slot_of(&larger, held->hashes[i]);
            larger.hashes[slot] = held->hashes[i];
            larger.points[slot] = held->points[i];
        }
    }
    free(held->hashes);
    free(held->points);
    *held = larger;
}

static void hold(struct held *held, struct ring_bytes name, uint64_t points)
{
    if (2 * (held->used + 1) > held->room) {
        grow(held);
    }
    uint64_t hash = hash_of(held, name);
    size_t slot = slot_of(held, hash);
    held->hashes[slot] = hash;
    held->points[slot] = points;
    held->used++;
    held->rings[held->ring].nodes++;
    held->rings[held->ring].points += points;
}

static uint64_t points_held(const struct held *held, struct ring_bytes name)
{
    return holds(held, name) ? held->points[slot_of(held, hash_of(held, name))] : 0;
}

static void let_go(struct held *held, struct ring_bytes name)
{
    size_t slot = slot_of(held, hash_of(held, name));
    held->hashes[slot] = 1;
    held->rings[held->ring].nodes--;
    held->rings[held->ring].points -= held->points[slot];
}

/* WHAT BECOMES OF A NODE */

enum fate {
    TAKEN,     /* a right ring changes */
    IGNORED,   /* it does not, and the call succeeds */
    REFUSED,   /* it does not, and the call fails */
    IMPOSSIBLE /* the subject does not say, or cannot */
};

static enum fate fate_of(bool holds_, enum subject_case declared)
{
    if (!holds_ || declared == SUBJECT_ACCEPTS) {
        return TAKEN;
    }
    return declared == SUBJECT_NOT_SAID  ? IMPOSSIBLE
           : declared == SUBJECT_IGNORES ? IGNORED
                                         : REFUSED;
}

/* Of two cases that hold at once. Which of them a ring looks at first is not said. */
static enum fate both(enum fate a, enum fate b)
{
    return a == TAKEN ? b : b == TAKEN || a == b ? a : IMPOSSIBLE;
}

static bool too_many(const struct held *held, const struct subject *subject, uint64_t points)
{
    size_t nodes = held->rings[held->ring].nodes;
    uint64_t sum = held->rings[held->ring].points + points;
    return (subject->nodes_max > 0 && nodes >= subject->nodes_max) ||
           (subject->points_max > 0 && sum > subject->points_max);
}

static uint64_t points_of(const struct subject *subject, const struct ring_node *node)
{
    return (uint64_t)node->replicas *
           (subject->points_per_replica > 0 ? subject->points_per_replica : 1);
}

static enum fate fate_of_add(const struct held *held, const struct subject *subject,
                             const struct ring_node *node)
{
    bool bad = node->replicas == 0 || node->replicas > RING_REPLICAS_MAX;
    const enum fate fates[] = {
        fate_of(node->name.size == 0, subject->empty_name),
        fate_of(bad, subject->bad_replicas),
        fate_of(holds(held, node->name), subject->adding_twice),
    };
    enum fate fate = TAKEN;
    for (size_t i = 0; i < sizeof fates / sizeof *fates; i++) {
        fate = both(fate, fates[i]);
    }
    /* A full ring may refuse a node for that reason, whatever else is wrong with it. */
    return too_many(held, subject, points_of(subject, node)) ? IMPOSSIBLE : fate;
}

/* Whether the subject says what becomes of a set_replicas. If it changes the node, holds that. */
static bool keep_set(struct held *held, const struct subject *subject, const struct ring_node *node)
{
    bool there = holds(held, node->name);
    bool bad = node->replicas == 0 || node->replicas > RING_REPLICAS_MAX;
    uint64_t points = points_of(subject, node);
    uint64_t sum = held->rings[held->ring].points - points_held(held, node->name) + points;
    enum fate fate =
        both(fate_of(node->name.size == 0, subject->empty_name),
             both(fate_of(bad, subject->bad_replicas), fate_of(!there, subject->removing_absent)));
    if (fate == TAKEN && there) {
        let_go(held, node->name);
        hold(held, node->name, points);
    }
    return fate != IMPOSSIBLE && (subject->points_max == 0 || sum <= subject->points_max);
}

/* Keeps the nodes of an add or a batch that are possible, and holds them. Returns whether any were
 * dropped. */
static bool keep_adds(struct held *held, const struct subject *subject, struct program *program,
                      struct operation *operation)
{
    struct ring_node *kept = memory_resize(NULL, operation->count, sizeof *kept);
    const struct ring_node **held_now =
        (const struct ring_node **)memory_resize(NULL, operation->count, sizeof(void *));
    size_t count = 0;
    size_t held_count = 0;
    enum fate whole = TAKEN;
    for (size_t i = 0; i < operation->count; i++) {
        const struct ring_node *node = &operation->nodes[i];
        enum fate fate = fate_of_add(held, subject, node);
        fate = both(whole, fate) != IMPOSSIBLE ? fate : IMPOSSIBLE;
        if (fate != IMPOSSIBLE) {
            kept[count++] = *node;
            whole = both(whole, fate);
        }
        if (fate == TAKEN) {
            hold(held, node->name, points_of(subject, node));
            held_now[held_count++] = node;
        }
    }
    for (size_t i = 0; whole != TAKEN && i < held_count; i++) { /* all or none */
        let_go(held, held_now[i]->name);
    }
    bool dropped = count < operation->count;
    if (dropped && count > 0) {
        operation->nodes =
            (struct ring_node *)program_bytes(program, kept, count * sizeof *kept).data;
    }
    operation->count = count;
    free(kept);
    free((void *)held_now);
    return dropped;
}

/* THE WHOLE */

/* Whether the operation, or a part of it, stays. */
static bool stays(struct held *held, const struct subject *subject, struct program *program,
                  struct operation *operation, bool *changed)
{
    switch (operation->kind) {
    case OP_ADD:
    case OP_ADD_MANY: {
        bool was_empty = operation->count == 0;
        *changed = keep_adds(held, subject, program, operation) || *changed;
        return was_empty || operation->count > 0;
    }
    case OP_REMOVE: {
        struct ring_bytes name = operation->nodes[0].name;
        bool there = holds(held, name);
        if (there) {
            let_go(held, name);
        }
        return both(fate_of(!there, subject->removing_absent),
                    fate_of(name.size == 0, subject->empty_name)) != IMPOSSIBLE;
    }
    case OP_SET_REPLICAS:
        return keep_set(held, subject, operation->nodes);
    case OP_FIND:
    case OP_FIND_N:
        return present_find_said(held->rings[held->ring].nodes, operation->key, subject);
    case OP_USE:
        held->ring = (size_t)operation->n % PROGRAM_RINGS;
        return true;
    case OP_RENEW:
        held->rings[held->ring].nodes = 0;
        held->rings[held->ring].points = 0;
        held->rings[held->ring].generation++;
        return true;
    }
    return true;
}

bool adapt_cases(struct program *program, const struct subject *subject)
{
    struct held held = {.room = 0};
    size_t kept = 0;
    bool changed = false;
    for (size_t i = 0; i < program->count; i++) {
        struct operation operation = program->operations[i];
        if (stays(&held, subject, program, &operation, &changed)) {
            program->operations[kept++] = operation;
        }
    }
    changed = changed || kept < program->count;
    program->count = kept;
    free(held.hashes);
    free(held.points);
    return changed;
}
