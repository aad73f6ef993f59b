#include "state.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../model/placement.h"

void state_init(struct state *state, const struct rule *rule)
{
    *state = (struct state){.rule = rule};
}

void state_free(struct state *state)
{
    free(state->nodes);
}

/* A node that is or was in the ring, or NULL. */
static struct state_node *node_named(const struct state *state, struct ring_bytes name)
{
    for (size_t i = 0; i < state->count; i++) {
        struct state_node *node = &state->nodes[i];
        if (node->name.size == name.size &&
            (name.size == 0 || memcmp(node->name.data, name.data, name.size) == 0)) {
            return node;
        }
    }
    return NULL;
}

/* DESCRIPTION */

static void raise(uint64_t *value, uint64_t other)
{
    *value = other > *value ? other : *value;
}

static void set(struct situation *situation, enum circumstance circumstance, bool holds)
{
    situation->circumstances |= (holds ? 1U : 0U) << circumstance;
}

static void describe_bytes(struct situation *situation, struct ring_bytes bytes)
{
    const unsigned char *data = bytes.data;
    raise(&situation->features[FEATURE_SIZE], bytes.size);
    set(situation, WHEN_EMPTY, bytes.size == 0);
    for (size_t i = 0; i < bytes.size; i++) {
        set(situation, WHEN_ZERO_BYTE, data[i] == 0);
        set(situation, WHEN_HIGH_BYTE, data[i] > 127);
    }
}

static void describe_ring(const struct state *state, struct situation *situation)
{
    for (size_t i = 0; i < state->count; i++) {
        const struct state_node *node = &state->nodes[i];
        if (node->there) {
            situation->features[FEATURE_NODES]++;
            situation->features[FEATURE_POINTS] += node->replicas;
        }
        raise(&situation->features[FEATURE_HAD_REPLICAS], node->replicas);
        raise(&situation->features[FEATURE_HAD_SIZE], node->name.size);
    }
    set(situation, WHEN_REMOVED, state->removed);
}

static void describe_nodes(const struct state *state, const struct operation *operation,
                           struct situation *situation)
{
    situation->features[FEATURE_BATCH] = operation->count;
    for (size_t i = 0; i < operation->count; i++) {
        const struct state_node *node = node_named(state, operation->nodes[i].name);
        describe_bytes(situation, operation->nodes[i].name);
        raise(&situation->features[FEATURE_REPLICAS], operation->nodes[i].replicas);
        if (operation->kind == OP_REMOVE && node != NULL && node->there) {
            raise(&situation->features[FEATURE_REPLICAS], node->replicas);
        }
        set(situation, WHEN_PRESENT, node != NULL && node->there);
        set(situation, WHEN_ABSENT, node == NULL || !node->there);
        set(situation, WHEN_AGAIN, node != NULL && !node->there);
    }
}

static bool wraps(const struct state *state, struct ring_bytes key)
{
    uint64_t position = model_key_position(&state->rule->options, key);
    bool any = false;
    for (size_t i = 0; i < state->count; i++) {
        if (state->nodes[i].there && state->nodes[i].last > position) {
            return false;
        }
        any = any || state->nodes[i].there;
    }
    return any;
}

struct situation state_describe(const struct state *state, const struct operation *operation)
{
    struct situation situation = {.kind = operation->kind, .rule = state->rule};
    describe_ring(state, &situation);
    if (operation->kind == OP_FIND || operation->kind == OP_FIND_N) {
        describe_bytes(&situation, operation->key);
        set(&situation, WHEN_WRAPS, wraps(state, operation->key));
        situation.features[FEATURE_N] = operation->n;
        set(&situation, WHEN_WANTS_MORE, operation->n > situation.features[FEATURE_NODES]);
    } else {
        describe_nodes(state, operation, &situation);
    }
    return situation;
}

/* CHANGES, as ring.h specifies them. */

static bool can_be_added(const struct state *state, const struct operation *operation)
{
    for (size_t i = 0; i < operation->count; i++) {
        const struct ring_node *node = &operation->nodes[i];
        const struct state_node *known = node_named(state, node->name);
        bool twice = false;
        for (size_t j = 0; j < i && !twice; j++) {
            twice = operation->nodes[j].name.size == node->name.size &&
                    memcmp(operation->nodes[j].name.data, node->name.data, node->name.size) == 0;
        }
        if (node->name.size == 0 || node->replicas == 0 || node->replicas > RING_REPLICAS_MAX ||
            twice || (known != NULL && known->there)) {
            return false;
        }
    }
    return true;
}

static uint64_t last_point(const struct state *state, const struct ring_node *node)
{
    uint64_t last = 0;
    for (uint32_t replica = 0; replica < node->replicas; replica++) {
        raise(&last, model_point_position(&state->rule->options, node->name, replica));
    }
    return last;
}

static void set_node(struct state *state, const struct ring_node *node)
{
    struct state_node *known = node_named(state, node->name);
    if (known == NULL) {
        state->nodes = memory_grow(state->nodes, state->count, sizeof *state->nodes);
        known = &state->nodes[state->count++];
    }
    *known = (struct state_node){node->name, node->replicas, last_point(state, node), true};
}

static void set_nodes(struct state *state, const struct operation *operation)
{
    for (size_t i = 0; i < operation->count; i++) {
        set_node(state, &operation->nodes[i]);
    }
}

void state_apply(struct state *state, const struct operation *operation)
{
    struct state_node *node = NULL;
    switch (operation->kind) {
    case OP_ADD:
    case OP_ADD_MANY:
        if (can_be_added(state, operation)) {
            set_nodes(state, operation);
        }
        break;
    case OP_REMOVE:
        node = node_named(state, operation->nodes[0].name);
        if (node != NULL && node->there) {
            node->there = false;
            state->removed = true;
        }
        break;
    case OP_FIND:
    case OP_FIND_N:
        break;
    }
}
