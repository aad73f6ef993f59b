/* What differs from hash-ring:
 *
 *     where                      hash-ring                          here
 *     items at equal positions   in any order                       by the names of their nodes
 *     find_nodes meets these     sees one; may never end            sees all, ends
 *     find_nodes, num 0          writes a node, or never ends       0 nodes
 *     no memory                  a crash, or half a change          HASH_RING_ERR, as it was
 *     replicas above 2^20        as far as memory goes              NULL
 *     an empty key               find_node: NULL                    the same
 *     a ring of NULL             some functions crash               HASH_RING_ERR, NULL, or nothing
 *     time of a change           sorts all items                    lists all items
 */
#include "hash_ring.h"

#include <inttypes.h>
#include <ringproof/ring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODES = 2 };

struct node {
    hash_ring_node_t face;
    ll_t link;
    uint8_t name[];
};

struct whole_ring {
    hash_ring_t face;
    struct ring *points;
    struct ring *digests[MODES]; /* have no nodes: they place bytes, in each mode */
    hash_ring_item_t *items;
    uint8_t *joined; /* while a node is added: room for its name and an index */
};

static struct whole_ring *whole(hash_ring_t *ring)
{
    return (struct whole_ring *)ring;
}

/* PLACEMENT */

static uint64_t place(const struct whole_ring *ring, const void *bytes, size_t size)
{
    uint64_t position = 0;
    (void)ring_position(ring->digests[ring->face.mode - 1], bytes, size, &position);
    return position;
}

/* hash-ring prints the index into a buffer of eight bytes. What it digests is as long as the index, so
 * that the zero behind seven characters may be a part of it. */
static uint64_t place_point(void *context, const void *name, size_t size, uint32_t replica)
{
    const struct whole_ring *ring = context;
    char index[16];
    const bool compat = ring->face.mode == HASH_RING_MODE_LIBMEMCACHED_COMPAT;
    const int length = snprintf(index, sizeof index, "%s%" PRIu32, compat ? "-" : "", replica);
    index[7] = '\0';
    memcpy(ring->joined, name, size);
    memcpy(ring->joined + size, index, (size_t)length);
    return place(ring, ring->joined, size + (size_t)length);
}

static uint64_t place_key(void *context, const void *key, size_t size)
{
    return place(context, key, size);
}

/* RINGS */

static struct ring *create(const struct ring_options *options)
{
    struct ring *ring = NULL;
    return ring_create(&ring, options) == RING_OK ? ring : NULL;
}

hash_ring_t *hash_ring_create(uint32_t numReplicas, HASH_FUNCTION hash_fn)
{
    static const enum ring_rule rules[][MODES] = {
        [HASH_FUNCTION_SHA1] = {RING_HASH_RING_SHA1, RING_HASH_RING_SHA1},
        [HASH_FUNCTION_MD5] = {RING_HASH_RING_MD5, RING_HASH_RING_COMPAT32},
    };
    if (numReplicas == 0 || numReplicas > RING_REPLICAS_MAX ||
        (hash_fn != HASH_FUNCTION_SHA1 && hash_fn != HASH_FUNCTION_MD5)) {
        return NULL;
    }
    struct whole_ring *ring = calloc(1, sizeof *ring);
    if (ring == NULL) {
        return NULL;
    }
    ring->face.numReplicas = numReplicas;
    ring->face.hash_fn = hash_fn;
    ring->face.mode = HASH_RING_MODE_NORMAL;
    bool made = true;
    for (size_t mode = 0; mode < MODES; mode++) {
        ring->digests[mode] = create(&(struct ring_options){.rule = rules[hash_fn][mode]});
        made = made && ring->digests[mode] != NULL;
    }
    ring->points = create(
        &(struct ring_options){.rule = RING_CUSTOM, .custom = {place_point, place_key, ring}});
    if (!made || ring->points == NULL) {
        hash_ring_free(&ring->face);
        return NULL;
    }
    return &ring->face;
}

static struct node *node_of(const ll_t *link)
{
    return (struct node *)(void *)((char *)link - offsetof(struct node, link));
}

void hash_ring_free(hash_ring_t *ring)
{
    if (ring == NULL) {
        return;
    }
    for (ll_t *link = ring->nodes; link != NULL;) {
        ll_t *next = link->next;
        free(node_of(link));
        link = next;
    }
    for (size_t mode = 0; mode < MODES; mode++) {
        ring_destroy(whole(ring)->digests[mode]);
    }
    ring_destroy(whole(ring)->points);
    free(ring->items);
    free(whole(ring)->items);
    free(ring);
}

int hash_ring_set_mode(hash_ring_t *ring, HASH_MODE mode)
{
    const bool known = mode == HASH_RING_MODE_NORMAL || mode == HASH_RING_MODE_LIBMEMCACHED_COMPAT;
    if (ring == NULL || !known ||
        (mode == HASH_RING_MODE_LIBMEMCACHED_COMPAT && ring->hash_fn != HASH_FUNCTION_MD5)) {
        return HASH_RING_ERR;
    }
    ring->mode = mode;
    return HASH_RING_OK;
}

/* CHANGES */

/* Lists the points in the arrays of the ring, which have room for them. */
static void list_items(struct whole_ring *ring)
{
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    uint32_t count = 0;
    for (; ring_next_point(ring->points, &cursor, &point); count++) {
        ring->items[count] = (hash_ring_item_t){ring_node_data(point.node), point.position};
        ring->face.items[count] = &ring->items[count];
    }
    ring->face.numItems = count;
}

/* Arrays that have room for so many items, in place of the present ones. */
static bool make_room(struct whole_ring *ring, size_t count)
{
    if (count > UINT32_MAX || count > SIZE_MAX / sizeof(hash_ring_item_t)) {
        return false;
    }
    hash_ring_item_t **pointers = malloc(count * sizeof(hash_ring_item_t *));
    hash_ring_item_t *items = malloc(count * sizeof *items);
    if (pointers == NULL || items == NULL) {
        free(pointers);
        free(items);
        return false;
    }
    for (uint32_t i = 0; i < ring->face.numItems; i++) {
        items[i] = *ring->face.items[i];
        pointers[i] = &items[i];
    }
    free(ring->face.items);
    free(ring->items);
    ring->face.items = pointers;
    ring->items = items;
    return true;
}

static struct node *make_node(const uint8_t *name, uint32_t size)
{
    struct node *node = malloc(sizeof *node + size + (size_t)1);
    if (node != NULL) {
        memcpy(node->name, name, size);
        node->name[size] = 0;
        node->face = (hash_ring_node_t){node->name, size};
        node->link.data = &node->face;
    }
    return node;
}

int hash_ring_add_node(hash_ring_t *ring, uint8_t *name, uint32_t nameLen)
{
    if (ring == NULL || name == NULL || nameLen == 0 ||
        hash_ring_get_node(ring, name, nameLen) != NULL) {
        return HASH_RING_ERR;
    }
    struct whole_ring *self = whole(ring);
    struct node *node = make_node(name, nameLen);
    self->joined = malloc(nameLen + sizeof(uint64_t) * 2);
    const bool added =
        node != NULL && self->joined != NULL &&
        make_room(self, (size_t)ring->numItems + ring->numReplicas) &&
        ring_add_with_data(self->points, name, nameLen, ring->numReplicas, &node->face) == RING_OK;
    free(self->joined);
    self->joined = NULL;
    if (!added) {
        free(node);
        return HASH_RING_ERR;
    }
    node->link.next = ring->nodes;
    ring->nodes = &node->link;
    ring->numNodes++;
    list_items(self);
    return HASH_RING_OK;
}

int hash_ring_remove_node(hash_ring_t *ring, uint8_t *name, uint32_t nameLen)
{
    const hash_ring_node_t *face = hash_ring_get_node(ring, name, nameLen);
    if (face == NULL) {
        return HASH_RING_ERR;
    }
    ll_t **at = &ring->nodes;
    while ((*at)->data != face) {
        at = &(*at)->next;
    }
    struct node *node = node_of(*at);
    *at = node->link.next;
    (void)ring_remove(whole(ring)->points, face->name, face->nameLen);
    ring->numNodes--;
    list_items(whole(ring));
    free(node);
    return HASH_RING_OK;
}

/* LOOKUPS */

hash_ring_node_t *hash_ring_get_node(hash_ring_t *ring, uint8_t *name, uint32_t nameLen)
{
    struct ring_bytes own;
    if (ring == NULL || ring_own_name(whole(ring)->points, name, nameLen, &own) != RING_OK) {
        return NULL;
    }
    return ring_node_data(own);
}

hash_ring_node_t *hash_ring_find_node(hash_ring_t *ring, uint8_t *key, uint32_t keyLen)
{
    struct ring_bytes node;
    if (ring == NULL || key == NULL || keyLen == 0 ||
        ring_find(whole(ring)->points, key, keyLen, &node) != RING_OK) {
        return NULL;
    }
    return ring_node_data(node);
}

hash_ring_item_t *hash_ring_find_next_highest_item(hash_ring_t *ring, uint64_t num)
{
    if (ring == NULL || ring->numItems == 0) {
        return NULL;
    }
    uint32_t low = 0;
    uint32_t high = ring->numItems;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (ring->items[middle]->number > num) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return ring->items[low < ring->numItems ? low : 0];
}

int hash_ring_find_nodes(hash_ring_t *ring, uint8_t *key, uint32_t keyLen,
                         hash_ring_node_t *nodes[], uint32_t num)
{
    struct ring_owner_cursor cursor;
    struct ring_bytes owner;
    int found = 0;
    if (ring == NULL || nodes == NULL || ring->numItems == 0 ||
        ring_seek(whole(ring)->points, key, keyLen, &cursor) != RING_OK) {
        return -1;
    }
    while ((uint32_t)found < num && ring_next_owner(whole(ring)->points, &cursor, &owner)) {
        nodes[found++] = ring_node_data(owner);
    }
    return found;
}

/* PRINTING */

static void print_name(const char *before, const hash_ring_node_t *node)
{
    (void)fputs(before, stdout);
    (void)fwrite(node->name, 1, node->nameLen, stdout);
    (void)putchar('\n');
}

void hash_ring_print(hash_ring_t *ring)
{
    if (ring == NULL) {
        return;
    }
    (void)printf("hash_ring: %" PRIu32 " replicas, %" PRIu32 " nodes, %" PRIu32 " items\n",
                 ring->numReplicas, ring->numNodes, ring->numItems);
    for (const ll_t *link = ring->nodes; link != NULL; link = link->next) {
        print_name("    ", link->data);
    }
    for (uint32_t i = 0; i < ring->numItems; i++) {
        (void)printf("    %020" PRIu64, ring->items[i]->number);
        print_name("  ", ring->items[i]->node);
    }
}
