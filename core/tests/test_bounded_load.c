/* A worked example: consistent hashing with bounded loads, by Mirrokni, Thorup and Zadimoghaddam.
 *
 *     capacity    no node has more than ceil((1 + e) x keys / nodes) keys
 *     placement   a key is with the first node clockwise that has room: it passes full nodes only
 *     moves       a key that comes or goes moves O(1 / e^2) others on average; a node that comes or
 *                 goes moves O(1 / e^2) times the keys of a node
 *
 * Nodes have names of one byte: ring_find_if() with has_room() of ring.h places a key. When a node
 * gets room, keys that have passed it return, which makes room elsewhere. */
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NODES = 20, KEYS = 400, REPLICAS = 8 };

#pragma GCC diagnostic ignored "-Wunused-function" /* the other examples */
#include "examples.inc"

struct cache {
    struct ring *ring;
    struct loads loads;
    unsigned char owner[KEYS]; /* the node of each key, or 0: the key is absent */
    size_t key_count;
    size_t percent; /* e */
    size_t moved;   /* keys, by the last change */
};

static unsigned char letter(struct ring_bytes node)
{
    return *(const unsigned char *)node.data;
}

static struct ring_bytes key_of(const uint32_t *key)
{
    return (struct ring_bytes){key, sizeof *key};
}

static void put(struct cache *cache, uint32_t key)
{
    struct ring_bytes node;
    assert_int_equal(find_with_room(cache->ring, key_of(&key), &cache->loads, &node), RING_OK);
    assert_int_equal(node.size, 1);
    cache->owner[key] = letter(node);
    cache->loads.keys[letter(node)]++;
}

static void take(struct cache *cache, uint32_t key)
{
    cache->loads.keys[cache->owner[key]]--;
    cache->owner[key] = 0;
}

/* Whether the key passes a node with room. */
static bool may_return(struct cache *cache, uint32_t key)
{
    struct ring_owner_cursor cursor;
    struct ring_bytes node;
    assert_int_equal(ring_seek(cache->ring, &key, sizeof key, &cursor), RING_OK);
    while (ring_next_owner(cache->ring, &cursor, &node) && letter(node) != cache->owner[key]) {
        if (has_room(&cache->loads, node)) {
            return true;
        }
    }
    return false;
}

/* Brings the cache into order after a change: nodes that are too full give keys away, and keys return
 * until none passes a node with room. */
static void settle(struct cache *cache)
{
    size_t nodes = ring_node_count(cache->ring);
    bool again = true;
    cache->loads.most =
        ((100 + cache->percent) * cache->key_count + 100 * nodes - 1) / (100 * nodes);
    for (uint32_t key = 0; key < KEYS; key++) {
        if (cache->owner[key] != 0 && cache->loads.keys[cache->owner[key]] > cache->loads.most) {
            take(cache, key);
            put(cache, key);
            cache->moved++;
        }
    }
    while (again) {
        again = false;
        for (uint32_t key = 0; key < KEYS; key++) {
            if (cache->owner[key] != 0 && may_return(cache, key)) {
                take(cache, key);
                put(cache, key);
                cache->moved++;
                again = true;
            }
        }
    }
}

static void assert_bounded(struct cache *cache)
{
    size_t keys = 0;
    for (size_t node = 0; node < 256; node++) {
        assert_true(cache->loads.keys[node] <= cache->loads.most);
        keys += cache->loads.keys[node];
    }
    assert_int_equal(keys, cache->key_count);
    for (uint32_t key = 0; key < KEYS; key++) {
        assert_false(cache->owner[key] != 0 && may_return(cache, key));
    }
}

static void add_key(struct cache *cache, uint32_t key)
{
    cache->key_count++;
    settle(cache); /* there is more room for others */
    put(cache, key);
}

static void drop_key(struct cache *cache, uint32_t key)
{
    cache->key_count--;
    take(cache, key);
    settle(cache);
}

static void add_node(struct cache *cache, unsigned char name)
{
    assert_int_equal(ring_add(cache->ring, &name, 1, REPLICAS), RING_OK);
    settle(cache);
}

static void drop_node(struct cache *cache, unsigned char name)
{
    assert_int_equal(ring_remove(cache->ring, &name, 1), RING_OK);
    cache->loads.most = KEYS; /* until all are placed again */
    for (uint32_t key = 0; key < KEYS; key++) {
        if (cache->owner[key] == name) {
            take(cache, key);
            put(cache, key);
            cache->moved++;
        }
    }
    settle(cache);
}

/* Runs one kind of change, and returns how many keys it moved. */
static size_t moved_by(struct cache *cache, void (*change)(struct cache *, uint32_t), uint32_t what)
{
    cache->moved = 0;
    change(cache, what);
    assert_bounded(cache);
    return cache->moved;
}

static void bounded(size_t percent)
{
    struct cache cache = {.percent = percent};
    const size_t most_moved = (size_t)20000 / (percent * percent); /* 2 / e^2, rounded down */
    size_t by_keys = 0;
    size_t by_nodes = 0;
    assert_int_equal(ring_create(&cache.ring, NULL), RING_OK);
    for (unsigned number = 1; number <= NODES; number++) {
        const unsigned char name = (unsigned char)number;
        assert_int_equal(ring_add(cache.ring, &name, 1, REPLICAS), RING_OK);
    }
    for (uint32_t key = 0; key < KEYS; key++) {
        by_keys += moved_by(&cache, add_key, key);
    }
    for (uint32_t key = 0; key < KEYS; key += 2) {
        by_keys += moved_by(&cache, drop_key, key);
    }
    assert_in_range(by_keys, 0, (size_t)(KEYS + KEYS / 2) * most_moved);
    for (unsigned number = 1; number <= NODES; number++) {
        const unsigned char name = (unsigned char)number;
        cache.moved = 0;
        drop_node(&cache, name);
        assert_bounded(&cache);
        add_node(&cache, name);
        assert_bounded(&cache);
        by_nodes += cache.moved;
    }
    assert_in_range(by_nodes, 1, 2 * cache.key_count * most_moved);
    ring_destroy(cache.ring);
}

static void no_node_is_above_its_bound(void **state)
{
    (void)state;
    bounded(100);
    bounded(50);
    bounded(25);
}

/* Without a bound, some node is above it: the test would notice. */
static void the_bound_matters(void **state)
{
    struct cache cache = {.percent = 25, .loads = {.most = KEYS}};
    size_t most = 0;
    (void)state;
    assert_int_equal(ring_create(&cache.ring, NULL), RING_OK);
    for (unsigned number = 1; number <= NODES; number++) {
        const unsigned char name = (unsigned char)number;
        assert_int_equal(ring_add(cache.ring, &name, 1, REPLICAS), RING_OK);
    }
    for (uint32_t key = 0; key < KEYS; key++) {
        put(&cache, key);
    }
    for (size_t node = 0; node < 256; node++) {
        most = cache.loads.keys[node] > most ? cache.loads.keys[node] : most;
    }
    assert_true(most > 125 * KEYS / (100 * NODES));
    ring_destroy(cache.ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_node_is_above_its_bound),
        cmocka_unit_test(the_bound_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
