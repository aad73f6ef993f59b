#include "loads.h"

#include <string.h>

#include "ruler.h"

enum { BATCH = 16, FOUND_MAX = 10, FINDS_BETWEEN = 64 };

enum { FIRST, MIDDLE, LAST };

static void remove_name(struct ring *ring, struct ring_bytes name)
{
    place_expect(ring_remove(ring, name.data, name.size));
}

static void add_node(struct ring *ring, const struct ring_node *node)
{
    place_expect(ring_add(ring, node->name.data, node->name.size, node->replicas));
}

static void add(struct place *place, const struct load *load)
{
    char name[PLACE_NAME_ROOM];
    for (size_t i = 0; i < load->operations; i++) {
        const struct ring_node node = place_newcomer(place, name);
        ruler_begin();
        enum ring_error error =
            ring_add(place->ring, node.name.data, node.name.size, node.replicas);
        ruler_end();
        place_expect(error);
        remove_name(place->ring, node.name);
    }
}

static void add_batch(struct place *place, const struct load *load)
{
    char names[BATCH][PLACE_NAME_ROOM];
    struct ring_node nodes[BATCH];
    for (size_t done = 0; done < load->operations; done += BATCH) {
        for (size_t i = 0; i < BATCH; i++) {
            nodes[i] = place_newcomer(place, names[i]);
        }
        ruler_begin();
        enum ring_error error = ring_add_many(place->ring, nodes, BATCH);
        ruler_end();
        place_expect(error);
        for (size_t i = 0; i < BATCH; i++) {
            remove_name(place->ring, nodes[i].name);
        }
    }
}

/* The i-th of the nodes that were added first, in the middle, or last. */
static const struct ring_node *node_of(const struct place *place, size_t which, size_t i)
{
    i %= place->count;
    switch (which) {
    case FIRST:
        return &place->nodes[i];
    case MIDDLE:
        return &place->nodes[(place->count / 2 + i) % place->count];
    default:
        return &place->nodes[place->count - 1 - i];
    }
}

static void remove_one(struct place *place, const struct load *load)
{
    char name[PLACE_NAME_ROOM];
    for (size_t i = 0; i < load->operations; i++) {
        const struct ring_node *node = node_of(place, load->argument, i);
        memcpy(name, node->name.data, node->name.size);
        ruler_begin();
        enum ring_error error = ring_remove(place->ring, name, node->name.size);
        ruler_end();
        place_expect(error);
        add_node(place->ring, node);
    }
}

static const struct ring_bytes *next_key(struct place *place)
{
    const struct ring_bytes *key = &place->keys[place->asked++];
    place->asked %= place->key_count;
    return key;
}

static void find_some(struct place *place, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct ring_bytes *key = next_key(place);
        struct ring_bytes node;
        place_expect(ring_find(place->ring, key->data, key->size, &node));
        ruler_keep(&node);
    }
}

static void find(struct place *place, const struct load *load)
{
    ruler_begin();
    find_some(place, load->operations);
    ruler_end();
}

static void find_n(struct place *place, const struct load *load)
{
    ruler_begin();
    for (size_t i = 0; i < load->operations; i++) {
        const struct ring_bytes *key = next_key(place);
        struct ring_bytes nodes[FOUND_MAX];
        size_t found = 0;
        place_expect(ring_find_n(place->ring, key->data, key->size, load->argument, nodes, &found));
        ruler_keep(nodes);
    }
    ruler_end();
}

/* A rolling deploy: one node after the other is removed and added again, with lookups in
 * between. */
static void churn(struct place *place, const struct load *load)
{
    ruler_begin();
    for (size_t i = 0; i < load->operations; i++) {
        const struct ring_node *node = node_of(place, FIRST, i);
        remove_name(place->ring, node->name);
        find_some(place, FINDS_BETWEEN);
        add_node(place->ring, node);
        find_some(place, FINDS_BETWEEN);
    }
    ruler_end();
}

static void build(struct place *place, const struct load *load)
{
    for (size_t i = 0; i < load->operations; i++) {
        ruler_begin();
        struct ring *ring = place_empty_ring(place);
        place_expect(ring_add_many(ring, place->nodes, place->count));
        ruler_end();
        ring_destroy(ring);
    }
}

static void build_one_by_one(struct place *place, const struct load *load)
{
    for (size_t i = 0; i < load->operations; i++) {
        ruler_begin();
        struct ring *ring = place_empty_ring(place);
        for (size_t node = 0; node < place->count; node++) {
            add_node(ring, &place->nodes[node]);
        }
        ruler_end();
        ring_destroy(ring);
    }
}

static void release(struct place *place, const struct load *load)
{
    for (size_t i = 0; i < load->operations; i++) {
        struct ring *ring = place_empty_ring(place);
        place_expect(ring_add_many(ring, place->nodes, place->count));
        ruler_begin();
        ring_destroy(ring);
        ruler_end();
    }
}

#define OF(rule, points, replicas, key_size)                                                       \
    {                                                                                              \
        RING_##rule, (points), (replicas), (key_size)                                              \
    }

const struct load loads[] = {
    {"add", OF(XXH3, 128000, 128, 16), 64, 0, add},
    {"add_large", OF(XXH3, 1024000, 128, 16), 64, 0, add},
    {"add_sha1", OF(SHA1, 128000, 128, 16), 16, 0, add},
    {"add_batch", OF(XXH3, 128000, 128, 16), 64, 0, add_batch},
    {"remove_first", OF(XXH3, 128000, 128, 16), 64, FIRST, remove_one},
    {"remove_middle", OF(XXH3, 128000, 128, 16), 64, MIDDLE, remove_one},
    {"remove_last", OF(XXH3, 128000, 128, 16), 64, LAST, remove_one},
    {"build", OF(XXH3, 32000, 128, 16), 1, 0, build},
    {"build_one_by_one", OF(XXH3, 8192, 128, 16), 1, 0, build_one_by_one},
    {"free", OF(XXH3, 32000, 16, 16), 1, 0, release},
    {"find", OF(XXH3, 128000, 128, 16), 20000, 0, find},
    {"find_large", OF(XXH3, 1024000, 128, 16), 20000, 0, find},
    {"find_long_key", OF(XXH3, 128000, 128, 256), 20000, 0, find},
    {"find_md5", OF(MD5, 128000, 128, 16), 4000, 0, find},
    {"find_n_3", OF(XXH3, 128000, 128, 16), 10000, 3, find_n},
    {"find_n_10", OF(XXH3, 128000, 128, 16), 5000, 10, find_n},
    {"churn", OF(XXH3, 128000, 128, 16), 32, 0, churn},
    {0},
};
