/* Another ring that others might have written: rendezvous hashing with weights, and no points. A key
 * goes to the node with the greatest score, weight / -ln(hash of name and key). Opaque. Right as it
 * stands; -DFAULT=NAME makes it wrong (faults.h). -DREPLICAS says what it declares of weights. */
#include <math.h>
#include <stdlib.h>

#include "place.h"

#ifndef REPLICAS
#define REPLICAS SUBJECT_EACH_NODE
#endif

struct node {
    unsigned char *name;
    size_t size;
    uint32_t weight;
};

struct scored {
    double score;
    const struct node *node;
};

struct ring {
    struct node *nodes; /* by name */
    size_t count;
};

static struct ring_bytes name_of(const struct node *node)
{
    return (struct ring_bytes){node->name, node->size};
}

static int compare(const struct node *node, struct ring_bytes name)
{
    size_t shared = node->size < name.size ? node->size : name.size;
    int order = shared > 0 ? memcmp(node->name, name.data, shared) : 0;
    return order != 0 ? order : (node->size > name.size) - (node->size < name.size);
}

static size_t place_of(const struct ring *ring, struct ring_bytes name)
{
    size_t index = 0;
    while (index < ring->count && compare(&ring->nodes[index], name) < 0) {
        index++;
    }
    return index;
}

static void *create(const struct ring_options *options)
{
    (void)options;
    return calloc(1, sizeof(struct ring));
}

static void destroy(void *opaque)
{
    struct ring *ring = opaque;
    for (size_t i = 0; i < ring->count; i++) {
        free(ring->nodes[i].name);
    }
    free(ring->nodes);
    free(ring);
}

static enum ring_error add(void *opaque, struct ring_bytes name, uint32_t weight)
{
    struct ring *ring = opaque;
    size_t index = place_of(ring, name);
    if (index < ring->count && compare(&ring->nodes[index], name) == 0) {
        return RING_NODE_EXISTS;
    }
    unsigned char *copy = malloc(name.size + 1);
    struct node *nodes = realloc(ring->nodes, (ring->count + 1) * sizeof *nodes);
    if (copy == NULL || nodes == NULL) {
        abort();
    }
    memcpy(copy, name.size > 0 ? name.data : "", name.size);
    memmove(nodes + index + 1, nodes + index, (ring->count - index) * sizeof *nodes);
    ring->nodes = nodes;
    ring->nodes[index] = (struct node){copy, name.size, weight};
    ring->count++;
    return RING_OK;
}

static enum ring_error remove_node(void *opaque, struct ring_bytes name)
{
    struct ring *ring = opaque;
    size_t index = place_of(ring, name);
    if (index == ring->count || compare(&ring->nodes[index], name) != 0) {
        return RING_NO_SUCH_NODE;
    }
    free(ring->nodes[index].name);
    ring->count--;
    memmove(ring->nodes + index, ring->nodes + index + 1,
            (ring->count - index) * sizeof *ring->nodes);
    return RING_OK;
}

static double score(const struct node *node, uint64_t key)
{
    uint64_t name = hash(node->name, node->size, "");
    unsigned char both[16];
    memcpy(both, &name, sizeof name);
    memcpy(both + 8, &key, sizeof key);
    double uniform = ((double)(hash(both, sizeof both, "") >> 11) + 0.5) / (double)(1ULL << 53);
    uint32_t weight = HAS(WEIGHTS_UP_TO_10) && node->weight > 10 ? 10 : node->weight;
    return weight / -log(uniform);
}

static enum ring_error find(const void *opaque, struct ring_bytes key, struct ring_bytes *node)
{
    const struct ring *ring = opaque;
    uint64_t position = own_position(key);
    size_t best = HAS(PLACES_BY_COUNT) && ring->count > 0 ? position % ring->count : 0;
    double most = -1;
    for (size_t i = 0; i < ring->count && !HAS(PLACES_BY_COUNT); i++) {
        double its = score(&ring->nodes[i], position);
        if (its > most) {
            most = its;
            best = i;
        }
    }
    *node = ring->count > 0 ? name_of(&ring->nodes[best]) : (struct ring_bytes){NULL, 0};
    return RING_OK;
}

static int by_score(const void *left, const void *right)
{
    const struct scored *a = left;
    const struct scored *b = right;
    return (a->score < b->score) - (a->score > b->score);
}

static enum ring_error find_n(const void *opaque, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    const struct ring *ring = opaque;
    struct scored *all = calloc(ring->count + 1, sizeof *all);
    if (all == NULL) {
        abort();
    }
    for (size_t i = 0; i < ring->count; i++) {
        all[i] = (struct scored){score(&ring->nodes[i], own_position(key)), &ring->nodes[i]};
    }
    qsort(all, ring->count, sizeof *all, by_score);
    for (*found = 0; *found < n && *found < ring->count; ++*found) {
        nodes[*found] = name_of(all[*found].node);
    }
    free(all);
    return RING_OK;
}

static const struct subject subject = {
    .name = "rendezvous",
    .placement = SUBJECT_OPAQUE,
    .replicas = REPLICAS,
    .adding_twice = SUBJECT_FAILS,
    .removing_absent = SUBJECT_FAILS,
    .finding_in_empty = SUBJECT_IGNORES,
    .empty_key = SUBJECT_ACCEPTS,
    .create = create,
    .destroy = destroy,
    .add = add,
    .remove = remove_node,
    .find = find,
    .find_n = HAS(PLACES_BY_COUNT) ? NULL : find_n,
};

const struct subject *ringproof_subject(unsigned int version)
{
    return version == RINGPROOF_SUBJECT_VERSION ? &subject : NULL;
}
