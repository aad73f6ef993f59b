#include "expressible.h"

#include <stdlib.h>
#include <string.h>

#include "../base/text.h"
#include "../check/present.h"
#include "../subjects/registry.h"
#include "../subjects/text_kinds.h"

static bool has_none_of(struct ring_bytes bytes, struct ring_bytes forbidden)
{
    const unsigned char *data = forbidden.data;
    for (size_t i = 0; i < forbidden.size && bytes.size > 0; i++) {
        if (memchr(bytes.data, data[i], bytes.size) != NULL) {
            return false;
        }
    }
    return true;
}

/* Whether an empty one may occur is another declaration. */
static bool good_bytes(struct ring_bytes bytes, enum subject_text text, struct ring_bytes forbidden,
                       size_t max)
{
    return bytes.size == 0 || ((max == 0 || bytes.size <= max) && has_none_of(bytes, forbidden) &&
                               text_kind_fits(bytes, text));
}

/* OPERATIONS */

/* A ring of the program so far. */
struct ring {
    struct present present;
    uint32_t replicas; /* of its first add; 0: there was none */
};

static bool good_replicas(const struct ring *ring, const struct subject *subject, uint32_t replicas)
{
    uint32_t max = subject->replicas_max > 0 ? subject->replicas_max : RING_REPLICAS_MAX;
    bool valid = replicas > 0 && replicas <= RING_REPLICAS_MAX;
    switch (subject->replicas) {
    case SUBJECT_FIXED:
        return replicas == 1;
    case SUBJECT_ONE_NUMBER:
        return valid && replicas <= max && (ring->replicas == 0 || ring->replicas == replicas);
    case SUBJECT_EACH_NODE:
    case SUBJECT_WEIGHT:
        break;
    }
    return !valid || replicas <= max; /* what is not valid is judged as a case */
}

static bool good_nodes(const struct ring *ring, const struct subject *subject,
                       const struct operation *operation)
{
    for (size_t i = 0; i < operation->count; i++) {
        if (!good_bytes(operation->nodes[i].name, subject->names, subject->not_in_names,
                        subject->name_max) ||
            (operation->kind != OP_REMOVE &&
             (!good_replicas(ring, subject, operation->nodes[i].replicas) ||
              (subject->replicas == SUBJECT_ONE_NUMBER &&
               operation->nodes[i].replicas != operation->nodes[0].replicas)))) {
            return false;
        }
    }
    return true;
}

/* Whether the ring has room for the nodes of an add. */
static bool fits(const struct ring *ring, const struct subject *subject,
                 const struct operation *operation)
{
    uint64_t points = 0;
    const bool sets = operation->kind == OP_SET_REPLICAS;
    const size_t more = sets ? 0 : operation->count;
    for (size_t i = 0; i < ring->present.count; i++) {
        const struct ring_node *node = &ring->present.nodes[i];
        bool replaced = sets && text_same(node->name, operation->nodes[0].name);
        points += replaced ? 0 : node->replicas;
    }
    for (size_t i = 0; i < operation->count; i++) {
        points += operation->nodes[i].replicas;
    }
    points *= subject->points_per_replica > 0 ? subject->points_per_replica : 1;
    return (subject->nodes_max == 0 || ring->present.count + more <= subject->nodes_max) &&
           (subject->points_max == 0 || points <= subject->points_max);
}

/* Judges a change, and applies it to the ring if it changes it. */
static bool change(struct ring *ring, const struct subject *subject,
                   const struct operation *operation)
{
    enum ring_error error = RING_OK;
    bool removes = operation->kind == OP_REMOVE;
    bool sets = operation->kind == OP_SET_REPLICAS;
    if ((removes && subject->remove == NULL) ||
        (operation->kind == OP_ADD_MANY && subject->add_many == NULL) ||
        (sets && !subject_sets_replicas(subject)) || !good_nodes(ring, subject, operation)) {
        return false;
    }
    enum present_effect effect = present_effect(&ring->present, subject, operation, &error);
    if (effect == PRESENT_NOT_SAID ||
        (effect == PRESENT_CHANGES && !removes && !fits(ring, subject, operation))) {
        return false;
    }
    if (!removes && operation->count > 0) {
        ring->replicas = operation->nodes[0].replicas;
    }
    if (effect == PRESENT_CHANGES) {
        present_apply(&ring->present, operation);
    }
    return true;
}

static bool good_find(const struct ring *ring, const struct subject *subject,
                      const struct operation *operation)
{
    return (operation->kind != OP_FIND_N || subject->find_n != NULL) &&
           present_find_said(ring->present.count, operation->key, subject) &&
           good_bytes(operation->key, subject->keys, subject->not_in_keys, subject->key_max);
}

static bool good_rule(const struct program *program, const struct subject *subject)
{
    if (subject->placement != SUBJECT_BY_RULE) {
        return program->rule == &rule_own;
    }
    return program->rule != &rule_own && rule_is_served(program->rule, subject);
}

/* The rings of a program so far. */
struct rings {
    struct ring rings[PROGRAM_RINGS];
    size_t current;
};

static bool judge(struct rings *rings, const struct subject *subject,
                  const struct operation *operation)
{
    struct ring *ring = &rings->rings[rings->current];
    switch (operation->kind) {
    case OP_ADD:
    case OP_ADD_MANY:
    case OP_REMOVE:
    case OP_SET_REPLICAS:
        return change(ring, subject, operation);
    case OP_FIND:
    case OP_FIND_N:
        return good_find(ring, subject, operation);
    case OP_USE:
        rings->current = (size_t)operation->n % PROGRAM_RINGS;
        return operation->n < PROGRAM_RINGS;
    case OP_RENEW:
        present_free(&ring->present);
        ring->replicas = 0;
        return true;
    }
    return false;
}

static void free_rings(struct rings *rings)
{
    for (size_t i = 0; i < sizeof rings->rings / sizeof *rings->rings; i++) {
        present_free(&rings->rings[i].present);
    }
}

bool expressible(const struct program *program, const struct subject *subject)
{
    struct rings rings = {.current = 0};
    bool good = good_rule(program, subject);
    for (size_t i = 0; i < program->count && good; i++) {
        good = judge(&rings, subject, &program->operations[i]);
    }
    free_rings(&rings);
    return good;
}

bool expressible_keep(struct program *program, const struct subject *subject)
{
    struct rings rings = {.current = 0};
    size_t kept = 0;
    for (size_t i = 0; i < program->count; i++) {
        if (judge(&rings, subject, &program->operations[i])) {
            program->operations[kept++] = program->operations[i];
        }
    }
    free_rings(&rings);
    bool dropped = kept < program->count;
    program->count = kept;
    return dropped;
}
