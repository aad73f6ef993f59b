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
    struct ring *placing[MODES]; /* place keys and new nodes in each mode; empty between calls */
    hash_ring_item_t *items;
    uint64_t *positions; /* of the node that is being added */
};

static struct whole_ring *whole(hash_ring_t *ring)
{
    return (struct whole_ring *)ring;
}

/* PLACEMENT */

static struct ring *placing(const struct whole_ring *ring)
{
    return ring->placing[ring->face.mode - 1];
}

/* Places a node in a ring of its own, and reads where its points are. */
static bool place_node(struct whole_ring *ring, const void *name, size_t size)
{
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    if (ring_add(placing(ring), name, size, ring->face.numReplicas) != RING_OK) {
        return false;
    }
    for (size_t i = 0; ring_next_point(placing(ring), &cursor, &point); i++) {
        ring->positions[i] = point.position;
    }
    return ring_remove(placing(ring), name, size) == RING_OK;
}

static uint64_t point_of(void *context, const void *name, size_t size, uint32_t replica)
{
    (void)name, (void)size;
    return ((const struct whole_ring *)context)->positions[replica];
}

static uint64_t position_of_key(void *context, const void *key, size_t size)
{
    uint64_t position = 0;
    (void)ring_position(placing(context), key, size, &position);
    return position;
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
        ring->placing[mode] = create(&(struct ring_options){.rule = rules[hash_fn][mode]});
        made = made && ring->placing[mode] != NULL;
    }
    ring->points = create(
        &(struct ring_options){.rule = RING_CUSTOM, .custom = {point_of, position_of_key, ring}});
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
        ring_destroy(whole(ring)->placing[mode]);
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
    self->positions = malloc(ring->numReplicas * sizeof *self->positions);
    const bool added =
        node != NULL && self->positions != NULL && place_node(self, name, nameLen) &&
        make_room(self, (size_t)ring->numItems + ring->numReplicas) &&
        ring_add_with_data(self->points, name, nameLen, ring->numReplicas, &node->face) == RING_OK;
    free(self->positions);
    self->positions = NULL;
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
