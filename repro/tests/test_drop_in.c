/* The library in the place of hash-ring's: what programs call and read, and what happens without
 * memory. */
#include "../drop_in/hash_ring.h"

#include <setjmp.h> /* cmocka.h needs these */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* An allocator that refuses one call. */

static long calls_left = -1; /* before the one that is refused; -1: none is */

/* The names that the linker gives (--wrap). */
void *real_malloc(size_t size) __asm__("__real_malloc");
void *real_calloc(size_t count, size_t size) __asm__("__real_calloc");
void *wrap_malloc(size_t size) __asm__("__wrap_malloc");
void *wrap_calloc(size_t count, size_t size) __asm__("__wrap_calloc");

static bool refuses(void)
{
    return calls_left >= 0 && calls_left-- == 0;
}

void *wrap_malloc(size_t size)
{
    return refuses() ? NULL : real_malloc(size);
}

void *wrap_calloc(size_t count, size_t size)
{
    return refuses() ? NULL : real_calloc(count, size);
}

static int add(hash_ring_t *ring, const char *name)
{
    return hash_ring_add_node(ring, (uint8_t *)name, (uint32_t)strlen(name));
}

static int drop(hash_ring_t *ring, const char *name)
{
    return hash_ring_remove_node(ring, (uint8_t *)name, (uint32_t)strlen(name));
}

static const char *find(hash_ring_t *ring, const char *key)
{
    const hash_ring_node_t *node = hash_ring_find_node(ring, (uint8_t *)key, (uint32_t)strlen(key));
    return node != NULL ? (const char *)node->name : NULL;
}

static void assert_counts(const hash_ring_t *ring, uint32_t nodes)
{
    uint32_t listed = 0;
    assert_int_equal(ring->numNodes, nodes);
    assert_int_equal(ring->numItems, nodes * ring->numReplicas);
    for (const ll_t *link = ring->nodes; link != NULL; link = link->next) {
        listed++;
    }
    assert_int_equal(listed, nodes);
    for (uint32_t i = 1; i < ring->numItems; i++) {
        assert_true(ring->items[i - 1]->number <= ring->items[i]->number);
    }
}

/* Published answers of hash-ring, and one that it was seen to give. */
static void every_key_stays(void **state)
{
    char key[257] = {0};
    hash_ring_t *ring = hash_ring_create(8, HASH_FUNCTION_SHA1);
    (void)state;
    assert_int_equal(add(ring, "slotA"), HASH_RING_OK);
    assert_int_equal(add(ring, "slotB"), HASH_RING_OK);
    assert_string_equal(find(ring, "keyA"), "slotA");
    assert_string_equal(find(ring, "keyBBBB"), "slotA");
    assert_string_equal(find(ring, "keyB_"), "slotB");
    hash_ring_free(ring);
    ring = hash_ring_create(8, HASH_FUNCTION_SHA1);
    for (const char *names[] = {"a", "b", "c", "d", "e"}, **name = names; name < names + 5;
         name++) {
        assert_int_equal(add(ring, *name), HASH_RING_OK);
    }
    memset(key, 'x', 256);
    assert_string_equal(find(ring, key), "a");
    hash_ring_free(ring);
}

static void what_programs_read(void **state)
{
    hash_ring_t *ring = hash_ring_create(3, HASH_FUNCTION_MD5);
    (void)state;
    assert_counts(ring, 0);
    assert_int_equal(add(ring, "a"), HASH_RING_OK);
    assert_int_equal(add(ring, "b"), HASH_RING_OK);
    assert_counts(ring, 2);
    const hash_ring_node_t *newest = ring->nodes->data;
    assert_memory_equal(newest->name, "b", 1);
    assert_ptr_equal(hash_ring_get_node(ring, (uint8_t *)"b", 1), newest);
    assert_ptr_equal(hash_ring_find_next_highest_item(ring, UINT64_MAX), ring->items[0]);
    assert_ptr_equal(hash_ring_find_next_highest_item(ring, ring->items[2]->number),
                     ring->items[3]);
    assert_ptr_equal(hash_ring_find_next_highest_item(ring, ring->items[2]->number - 1),
                     ring->items[2]);
    assert_int_equal(drop(ring, "a"), HASH_RING_OK);
    assert_counts(ring, 1);
    assert_ptr_equal(ring->items[0]->node, newest);
    assert_int_equal(drop(ring, "b"), HASH_RING_OK);
    assert_counts(ring, 0);
    hash_ring_free(ring);
}

static void what_is_refused(void **state)
{
    hash_ring_node_t *nodes[2] = {NULL, NULL};
    uint8_t bytes[] = "a";
    (void)state;
    assert_null(hash_ring_create(0, HASH_FUNCTION_SHA1));
    assert_null(hash_ring_create((1 << 20) + 1, HASH_FUNCTION_SHA1));
    assert_null(hash_ring_create(1, 0));
    assert_null(hash_ring_create(1, 3));
    hash_ring_t *ring = hash_ring_create(1, HASH_FUNCTION_SHA1);
    assert_null(hash_ring_find_node(ring, bytes, 1));
    assert_null(hash_ring_find_next_highest_item(ring, 0));
    assert_int_equal(hash_ring_find_nodes(ring, bytes, 1, nodes, 2), -1);
    assert_int_equal(hash_ring_add_node(ring, bytes, 0), HASH_RING_ERR);
    assert_int_equal(hash_ring_add_node(ring, NULL, 1), HASH_RING_ERR);
    assert_int_equal(hash_ring_add_node(NULL, bytes, 1), HASH_RING_ERR);
    assert_int_equal(add(ring, "a"), HASH_RING_OK);
    assert_int_equal(add(ring, "a"), HASH_RING_ERR);
    assert_int_equal(drop(ring, "b"), HASH_RING_ERR);
    assert_int_equal(hash_ring_remove_node(NULL, bytes, 1), HASH_RING_ERR);
    assert_null(hash_ring_find_node(ring, bytes, 0));
    assert_null(hash_ring_find_node(ring, NULL, 1));
    assert_null(hash_ring_find_node(NULL, bytes, 1));
    assert_null(hash_ring_get_node(NULL, bytes, 1));
    assert_null(hash_ring_find_next_highest_item(NULL, 0));
    assert_int_equal(hash_ring_find_nodes(NULL, bytes, 1, nodes, 2), -1);
    assert_int_equal(hash_ring_find_nodes(ring, NULL, 1, nodes, 2), -1);
    assert_int_equal(hash_ring_find_nodes(ring, bytes, 1, NULL, 2), -1);
    assert_int_equal(hash_ring_find_nodes(ring, bytes, 1, nodes, 0), 0);
    assert_int_equal(hash_ring_find_nodes(ring, bytes, 1, nodes, 2), 1);
    assert_int_equal(hash_ring_set_mode(ring, HASH_RING_MODE_LIBMEMCACHED_COMPAT), HASH_RING_ERR);
    assert_int_equal(hash_ring_set_mode(ring, 3), HASH_RING_ERR);
    assert_int_equal(hash_ring_set_mode(NULL, HASH_RING_MODE_NORMAL), HASH_RING_ERR);
    assert_int_equal(hash_ring_set_mode(ring, HASH_RING_MODE_NORMAL), HASH_RING_OK);
    assert_counts(ring, 1);
    hash_ring_free(ring);
    hash_ring_free(NULL);
}

/* As in hash-ring: the mode counts for what is placed from then on. */
static void a_mode_changes_no_node(void **state)
{
    hash_ring_t *ring = hash_ring_create(4, HASH_FUNCTION_MD5);
    (void)state;
    assert_int_equal(add(ring, "a"), HASH_RING_OK);
    const uint64_t last = ring->items[3]->number;
    assert_true(last > UINT32_MAX);
    assert_int_equal(hash_ring_set_mode(ring, HASH_RING_MODE_LIBMEMCACHED_COMPAT), HASH_RING_OK);
    assert_int_equal(add(ring, "b"), HASH_RING_OK);
    assert_counts(ring, 2);
    assert_true(ring->items[7]->number == last);
    assert_true(ring->items[3]->number <= UINT32_MAX);
    assert_memory_equal(ring->items[3]->node->name, "b", 1);
    assert_int_equal(drop(ring, "a"), HASH_RING_OK);
    assert_true(ring->items[3]->number <= UINT32_MAX);
    hash_ring_free(ring);
}

static void without_memory_nothing_changes(void **state)
{
    bool enough = false;
    (void)state;
    for (long calls = 0; !enough; calls++) {
        calls_left = calls;
        hash_ring_t *ring = hash_ring_create(5, HASH_FUNCTION_SHA1);
        enough = calls_left >= 0;
        calls_left = -1;
        hash_ring_free(ring);
        assert_true(ring == NULL || enough);
    }
    hash_ring_t *ring = hash_ring_create(5, HASH_FUNCTION_SHA1);
    assert_int_equal(add(ring, "a"), HASH_RING_OK);
    enough = false;
    for (long calls = 0; !enough; calls++) {
        calls_left = calls;
        const int code = add(ring, "b");
        enough = calls_left >= 0;
        calls_left = -1;
        assert_int_equal(code, enough ? HASH_RING_OK : HASH_RING_ERR);
        assert_counts(ring, enough ? 2 : 1);
        assert_string_equal(find(ring, "key"), enough ? find(ring, "key") : "a");
    }
    hash_ring_free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_stays),
        cmocka_unit_test(what_programs_read),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(a_mode_changes_no_node),
        cmocka_unit_test(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
