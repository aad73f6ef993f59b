#include "plan.h"

#include <stdio.h>
#include <string.h>

#include "../model/placement.h"

static uint64_t sum_of_bytes(const void *bytes, size_t size)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum += ((const unsigned char *)bytes)[i];
    }
    return sum;
}

/* A rule with only sixteen positions, on both sides of position 0. */
static uint64_t clustered_point(void *context, const void *name, size_t size, uint32_t replica)
{
    (void)context;
    return (sum_of_bytes(name, size) + UINT64_C(5) * replica) % 16 - 8;
}

static uint64_t clustered_key(void *context, const void *key, size_t size)
{
    return clustered_point(context, key, size, 0);
}

static uint64_t equal_key(void *context, const void *key, size_t size)
{
    (void)context;
    return 5 + sum_of_bytes(key, size) % 2;
}

static uint64_t equal_point(void *context, const void *name, size_t size, uint32_t replica)
{
    (void)context, (void)name, (void)size, (void)replica;
    return 6;
}

const struct plan_kind plan_kinds[] = {
    {"single", {.rule = RING_XXH3}, 1, 1, 2, false},
    {"equal", {.rule = RING_CUSTOM, .custom = {equal_point, equal_key, NULL}}, 6, 1, 3, false},
    {"clustered",
     {.rule = RING_CUSTOM, .custom = {clustered_point, clustered_key, NULL}},
     8,
     1,
     5,
     false},
    {"small", {.rule = RING_XXH3}, 8, 1, 40, false},
    {"tiny", {.rule = RING_XXH3}, 24, 1, 60, true},
    {"low", {.rule = RING_MD5_COMPAT32}, 24, 20, 80, false},
    {"middle", {.rule = RING_SHA1}, 32, 40, 200, false},
    {"large", {.rule = RING_XXH3}, 32, 500, 2000, false},
    {.name = NULL},
};

uint64_t plan_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return plan_checksum(*state);
}

uint64_t plan_checksum(uint64_t position)
{
    position = (position ^ position >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    position = (position ^ position >> 27) * UINT64_C(0x94d049bb133111eb);
    return position ^ position >> 31;
}

/* Makes names that are prefixes of one another, long ones, and some with a NUL in them. */
static size_t make_name(char name[PLAN_NAME_MAX], size_t number)
{
    memset(name, 0, PLAN_NAME_MAX);
    int size = snprintf(name, PLAN_NAME_MAX, "n%zu", number);
    switch (number % 4) {
    case 1:
        return PLAN_NAME_MAX;
    case 2:
        return (size_t)size + 1;
    default:
        return (size_t)size;
    }
}

static void make_pool(struct plan *plan, uint64_t *random)
{
    const struct plan_kind *kind = plan->kind;
    uint32_t range = kind->replicas_max - kind->replicas_min + 1;
    plan->pool = 2 * kind->names;
    for (size_t i = 0; i < plan->pool; i++) {
        size_t size = make_name(plan->names[i], i / 2);
        uint32_t more = (uint32_t)(plan_random(random) % range);
        if (i % 2 == 1 && kind->replicas_min + more == plan->nodes[i - 1].replicas) {
            more = (more + 1) % range;
        }
        plan->nodes[i] = (struct ring_node){{plan->names[i], size}, kind->replicas_min + more};
    }
}

static bool name_before(struct ring_bytes one, struct ring_bytes other)
{
    int order = memcmp(one.data, other.data, one.size < other.size ? one.size : other.size);
    return order != 0 ? order < 0 : one.size < other.size;
}

/* Whether node `one` comes before `other`: by distance from the key, then by name. */
static bool met_before(const struct plan *plan, const uint64_t *far, size_t one, size_t other)
{
    return far[one] != far[other] ? far[one] < far[other]
                                  : name_before(plan->nodes[one].name, plan->nodes[other].name);
}

/* Inserts a node into the clockwise order of the nodes before it in the pool. */
static void insert(struct plan *plan, size_t key, const uint64_t *far, size_t node)
{
    unsigned char *met = plan->met[key];
    size_t at = node;
    for (; at > 0 && met_before(plan, far, node, met[at - 1]); at--) {
        met[at] = met[at - 1];
    }
    met[at] = (unsigned char)node;
}

/* Computes how far behind each key the first point of each node is, and so the clockwise order. */
static void place_pool(struct plan *plan)
{
    static uint64_t far[PLAN_KEYS][PLAN_POOL_MAX];
    memset(far, 0xff, sizeof far);
    for (size_t node = 0; node < plan->pool; node++) {
        for (uint32_t i = 0; i < plan->nodes[node].replicas; i++) {
            uint64_t position =
                model_point_position(&plan->kind->options, plan->nodes[node].name, i);
            plan->checksums[node] += plan_checksum(position);
            for (size_t key = 0; key < PLAN_KEYS; key++) {
                /* A point at the key itself comes last. */
                uint64_t distance = position - plan->positions[key] - 1;
                far[key][node] = distance < far[key][node] ? distance : far[key][node];
            }
        }
        for (size_t key = 0; key < PLAN_KEYS; key++) {
            insert(plan, key, far[key], node);
        }
    }
}

static plan_set bit(size_t node)
{
    return UINT64_C(1) << node;
}

/* Returns a random node that is absent, as is the other node of its name. There must be one. */
static size_t absent(const struct plan *plan, plan_set present, uint64_t *random)
{
    size_t node = 0;
    do {
        node = plan_random(random) % plan->pool;
    } while ((present & (bit(node) | bit(node ^ 1))) != 0);
    return node;
}

static size_t there(const struct plan *plan, plan_set present, uint64_t *random)
{
    size_t node = 0;
    do {
        node = plan_random(random) % plan->pool;
    } while ((present & bit(node)) == 0);
    return node;
}

static plan_set next_set(const struct plan *plan, plan_set present, size_t wanted, uint64_t *random)
{
    size_t count = plan_node_count(present);
    if (count > wanted) {
        return present & ~bit(there(plan, present, random));
    }
    size_t most = wanted - count;
    size_t adding = plan_random(random) % 4 == 0 ? 1 + plan_random(random) % most : 1;
    for (; adding > 0; adding--) {
        present |= bit(absent(plan, present, random));
    }
    return present;
}

/* Goes up and down between random numbers of nodes, so that the ring is empty at times, full at
 * times, and changes in between. */
static void make_versions(struct plan *plan, uint64_t *random)
{
    plan_set present = 0;
    uint64_t version = 0;
    plan->present[version] = present;
    while (version + PLAN_POOL_MAX + 1 < PLAN_VERSIONS_MAX) {
        size_t wanted = plan_random(random) % (plan->kind->names + 1);
        while (plan_node_count(present) != wanted) {
            present = next_set(plan, present, wanted, random);
            plan->present[++version] = present;
        }
        if (present != 0) {
            size_t node = there(plan, present, random);
            present ^= bit(node) | bit(node ^ 1);
            plan->present[++version] = present;
        }
    }
    while (present != 0) {
        present = next_set(plan, present, 0, random);
        plan->present[++version] = present;
    }
    plan->cycle = version;
}

void plan_init(struct plan *plan, const struct plan_kind *kind, uint64_t seed)
{
    static const char keys[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    uint64_t random = seed;
    *plan = (struct plan){.kind = kind};
    make_pool(plan, &random);
    for (size_t key = 0; key < PLAN_KEYS; key++) {
        plan->keys[key] = (struct ring_bytes){keys + key, key > 0 ? 1 + key % 3 : 0};
        plan->positions[key] = model_key_position(&kind->options, plan->keys[key]);
    }
    place_pool(plan);
    make_versions(plan, &random);
}

plan_set plan_present(const struct plan *plan, uint64_t version)
{
    return plan->present[version % plan->cycle];
}

size_t plan_owner(const struct plan *plan, plan_set present, size_t key, size_t skip)
{
    for (size_t i = 0; i < plan->pool; i++) {
        size_t node = plan->met[key][i];
        if ((present & bit(node)) != 0 && skip-- == 0) {
            return node;
        }
    }
    return plan->pool;
}

size_t plan_node_count(plan_set present)
{
    size_t count = 0;
    for (; present != 0; present &= present - 1) {
        count++;
    }
    return count;
}

size_t plan_point_count(const struct plan *plan, plan_set present)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->pool; i++) {
        count += (present & bit(i)) != 0 ? plan->nodes[i].replicas : 0;
    }
    return count;
}
