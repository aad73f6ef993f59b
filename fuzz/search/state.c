#include "state.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../model/placement.h"

void state_init(struct state *state, const struct rule *rule, bool positions)
{
    *state = (struct state){.rule = rule, .positions = positions};
    state->ring = state->rings;
    state->ring->made = true;
    state->made = 1;
}

static void free_ring(struct state_ring *ring)
{
    free(ring->nodes);
    free(ring->positions);
    *ring = (struct state_ring){.made = false};
}

void state_free(struct state *state)
{
    for (size_t i = 0; i < PROGRAM_RINGS; i++) {
        free_ring(&state->rings[i]);
    }
}

/* A node that is or was in the ring, or NULL. */
static struct state_node *node_named(const struct state_ring *ring, struct ring_bytes name)
{
    for (size_t i = 0; i < ring->count; i++) {
        struct state_node *node = &ring->nodes[i];
        if (text_same(node->name, name)) {
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
        situation->bytes[data[i] / 64] |= UINT64_C(1) << data[i] % 64;
    }
}

static void describe_ring(const struct state *state, struct situation *situation)
{
    const struct state_ring *ring = state->ring;
    for (size_t i = 0; i < ring->count; i++) {
        const struct state_node *node = &ring->nodes[i];
        if (node->there) {
            situation->features[FEATURE_NODES]++;
            situation->features[FEATURE_POINTS] += node->replicas;
        }
        raise(&situation->features[FEATURE_HAD_REPLICAS], node->replicas);
        raise(&situation->features[FEATURE_HAD_SIZE], node->name.size);
    }
    situation->features[FEATURE_RINGS] = state->made;
    set(situation, WHEN_REMOVED, ring->removed);
    set(situation, WHEN_RENEWED, state->renewed);
}

static void describe_nodes(const struct state *state, const struct operation *operation,
                           struct situation *situation)
{
    situation->features[FEATURE_BATCH] = operation->count;
    for (size_t i = 0; i < operation->count; i++) {
        const struct state_node *node = node_named(state->ring, operation->nodes[i].name);
        uint64_t replicas = operation->nodes[i].replicas;
        if (operation->kind == OP_REMOVE) {
            replicas = node != NULL && node->there ? node->replicas : 0;
        }
        describe_bytes(situation, operation->nodes[i].name);
        raise(&situation->features[FEATURE_REPLICAS], replicas);
        if (i == 0 || replicas < situation->least_replicas) {
            situation->least_replicas = replicas;
        }
        set(situation, WHEN_PRESENT, node != NULL && node->there);
        set(situation, WHEN_ABSENT, node == NULL || !node->there);
        set(situation, WHEN_AGAIN, node != NULL && !node->there);
    }
}

static bool places(const struct state *state)
{
    return rule_places_keys(state->rule) && rule_places_points(state->rule);
}

static bool wraps(const struct state_ring *ring, uint64_t position)
{
    bool any = false;
    for (size_t i = 0; i < ring->count; i++) {
        if (ring->nodes[i].there && ring->nodes[i].last > position) {
            return false;
        }
        any = any || ring->nodes[i].there;
    }
    return any;
}

/* POSITIONS */

static int compare(const void *left, const void *right)
{
    const uint64_t *a = left;
    const uint64_t *b = right;
    return (*a > *b) - (*a < *b);
}

static uint64_t points_of(const struct state *state, uint32_t replicas)
{
    return (uint64_t)replicas * rule_points_per_replica(state->rule);
}

/* Appends the positions of these replicas, from `first` on. */
static void append_positions(const struct state *state, struct state_ring *ring,
                             struct ring_bytes name, uint32_t first, uint32_t replicas)
{
    size_t count = (size_t)points_of(state, replicas);
    ring->positions =
        memory_resize(ring->positions, ring->position_count + count + 1, sizeof *ring->positions);
    for (uint32_t i = (uint32_t)points_of(state, first); i < count; i++) {
        ring->positions[ring->position_count++] =
            model_point_position(&state->rule->options, name, i);
    }
}

static void sort_positions(struct state_ring *ring)
{
    ring->ties = false;
    if (ring->position_count > 0) {
        qsort(ring->positions, ring->position_count, sizeof *ring->positions, compare);
    }
    for (size_t i = 1; i < ring->position_count; i++) {
        ring->ties = ring->ties || ring->positions[i] == ring->positions[i - 1];
    }
}

static void make_positions(const struct state *state, struct state_ring *ring)
{
    if (ring->sorted) {
        return;
    }
    ring->position_count = 0;
    for (size_t i = 0; i < ring->count; i++) {
        if (ring->nodes[i].there) {
            append_positions(state, ring, ring->nodes[i].name, 0, ring->nodes[i].replicas);
        }
    }
    sort_positions(ring);
    ring->sorted = true;
}

/* The index of the first position that is greater, or, with `at`, not less. */
static size_t index_after(const struct state_ring *ring, uint64_t position, bool at)
{
    size_t begin = 0;
    size_t end = ring->position_count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (ring->positions[middle] < position || (!at && ring->positions[middle] == position)) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin;
}

/* Whether there are two points at the position. */
static bool twice_at(const struct state_ring *ring, uint64_t position)
{
    return index_after(ring, position, false) - index_after(ring, position, true) > 1;
}

static void describe_key(const struct state *state, uint64_t position, struct situation *situation)
{
    struct state_ring *ring = state->ring;
    set(situation, WHEN_WRAPS, wraps(ring, position));
    if (!state->positions) {
        return;
    }
    make_positions(state, ring);
    size_t next = index_after(ring, position, false);
    bool on_point = next > index_after(ring, position, true);
    set(situation, WHEN_ON_POINT, on_point);
    if (ring->position_count > 0) {
        uint64_t successor = ring->positions[next < ring->position_count ? next : 0];
        set(situation, WHEN_TIES,
            twice_at(ring, successor) || twice_at(ring, position) ||
                (situation->kind == OP_FIND_N && ring->ties));
    }
}

/* Whether points of the ring are at equal positions, or would be with what an add or set_replicas
 * adds. */
static bool change_meets_ties(const struct state *state, const struct operation *operation)
{
    struct state_ring *ring = state->ring;
    make_positions(state, ring);
    bool ties = ring->ties;
    if (ties || operation == NULL || operation->kind == OP_REMOVE) {
        return ties;
    }
    struct state_ring with = {.made = true};
    bool sets = operation->kind == OP_SET_REPLICAS;
    for (size_t i = 0; i < operation->count; i++) {
        const struct ring_node *node = &operation->nodes[i];
        const struct state_node *known = node_named(ring, node->name);
        bool there = known != NULL && known->there;
        if (node->replicas <= RING_REPLICAS_MAX && there == sets) {
            append_positions(state, &with, node->name, there ? known->replicas : 0, node->replicas);
        }
    }
    sort_positions(&with);
    ties = with.ties;
    for (size_t i = 0; i < with.position_count && !ties; i++) {
        ties = index_after(ring, with.positions[i], false) >
               index_after(ring, with.positions[i], true);
    }
    free_ring(&with);
    return ties;
}

struct situation state_describe(struct state *state, const struct operation *operation)
{
    struct situation situation = {
        .kind = operation->kind, .rule = state->rule, .operation = operation};
    describe_ring(state, &situation);
    if (operation->kind == OP_FIND || operation->kind == OP_FIND_N) {
        describe_bytes(&situation, operation->key);
        situation.features[FEATURE_N] = operation->n;
        set(&situation, WHEN_WANTS_MORE, operation->n > situation.features[FEATURE_NODES]);
        if (places(state)) {
            describe_key(state, model_key_position(&state->rule->options, operation->key),
                         &situation);
        }
    } else {
        describe_nodes(state, operation, &situation);
        set(&situation, WHEN_TIES,
            state->positions && places(state) && change_meets_ties(state, operation));
    }
    return situation;
}

struct situation state_describe_end(struct state *state, struct state_ring *ring)
{
    struct state_ring *used = state->ring;
    struct situation situation = {.kind = OP_RENEW, .rule = state->rule};
    state->ring = ring;
    describe_ring(state, &situation);
    set(&situation, WHEN_TIES, state->positions && places(state) && change_meets_ties(state, NULL));
    state->ring = used;
    return situation;
}

/* CHANGES, as ring.h specifies them. */

static bool can_be_added(const struct state *state, const struct operation *operation)
{
    for (size_t i = 0; i < operation->count; i++) {
        const struct ring_node *node = &operation->nodes[i];
        const struct state_node *known = node_named(state->ring, node->name);
        bool twice = false;
        for (size_t j = 0; j < i && !twice; j++) {
            twice = text_same(operation->nodes[j].name, node->name);
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
    if (!rule_places_points(state->rule)) {
        return 0;
    }
    for (uint32_t replica = 0; replica < points_of(state, node->replicas); replica++) {
        raise(&last, model_point_position(&state->rule->options, node->name, replica));
    }
    return last;
}

static void set_node(struct state *state, const struct ring_node *node)
{
    struct state_node *known = node_named(state->ring, node->name);
    struct state_ring *ring = state->ring;
    if (known == NULL) {
        ring->nodes = memory_grow(ring->nodes, ring->count, sizeof *ring->nodes);
        known = &ring->nodes[ring->count++];
    }
    ring->sorted = false;
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
    case OP_SET_REPLICAS:
        node = node_named(state->ring, operation->nodes[0].name);
        if (node != NULL && node->there && operation->nodes[0].replicas > 0 &&
            operation->nodes[0].replicas <= RING_REPLICAS_MAX) {
            set_node(state, operation->nodes);
        }
        break;
    case OP_REMOVE:
        node = node_named(state->ring, operation->nodes[0].name);
        if (node != NULL && node->there) {
            node->there = false;
            state->ring->removed = true;
            state->ring->sorted = false;
        }
        break;
    case OP_FIND:
    case OP_FIND_N:
        break;
    case OP_USE:
        state->ring = &state->rings[operation->n % PROGRAM_RINGS];
        state->made += !state->ring->made;
        state->ring->made = true;
        break;
    case OP_RENEW:
        free_ring(state->ring);
        state->ring->made = true;
        state->renewed = true;
        break;
    }
}
