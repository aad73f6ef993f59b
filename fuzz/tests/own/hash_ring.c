/* A stand-in for the libraries that hash_ring:PATH is for: their C interface over a sorted array.
 * Each FAULT_... that is defined plants one fault that such libraries have had, or could have.
 * If many of them are defined, one run of ringproof must tell them apart. */
#include <md5.h>
#include <pthread.h>
#include <sha1.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

typedef struct hash_ring_node_t {
    uint8_t *name;
    uint32_t nameLen;
} hash_ring_node_t;

struct point {
    uint64_t position;
    hash_ring_node_t *node;
};

typedef struct hash_ring_t {
    uint32_t replicas;
    uint8_t hash, mode;
    hash_ring_node_t **nodes;
    uint32_t node_count;
    struct point *points;
    size_t point_count;
} hash_ring_t;

/* PLACEMENT. With LIMITS_OF_HASH_RING as in the original, which keeps a length in one byte, and an
 * index in eight; otherwise without these limits. */

static uint64_t position_of(const hash_ring_t *ring, const void *bytes, uint32_t size,
                            const char *suffix, uint32_t more)
{
    uint8_t d[SHA1_DIGEST_LENGTH];
    uint64_t value = 0;
#ifdef LIMITS_OF_HASH_RING
    uint8_t length = (uint8_t)(size + more);
    size = size < length ? size : length;
    more = length - size;
#endif
    if (ring->hash == 1) {
        SHA1_CTX context;
        SHA1Init(&context);
        SHA1Update(&context, bytes, size);
        SHA1Update(&context, (const uint8_t *)suffix, more);
        SHA1Final(d, &context);
        for (int i = 12; i < 20; i++) {
            value = value << 8 | d[i];
        }
        return value;
    }
    MD5_CTX context;
    MD5Init(&context);
    MD5Update(&context, bytes, size);
    MD5Update(&context, (const uint8_t *)suffix, more);
    MD5Final(d, &context);
    for (int i = ring->mode == 2 ? 3 : 15; i >= (ring->mode == 2 ? 0 : 8); i--) {
        value = value << 8 | d[i];
    }
    return value;
}

static uint64_t position_of_key(const hash_ring_t *ring, const uint8_t *key, uint32_t size)
{
#ifdef FAULT_KEY_ENDS_AT_NUL
    const uint8_t *nul = size > 0 ? memchr(key, 0, size) : NULL;
    size = nul != NULL ? (uint32_t)(nul - key) : size;
#endif
#ifdef FAULT_KEY_LENGTH_IN_A_BYTE
    size = (uint8_t)size;
#endif
#ifdef FAULT_KEY_LENGTH_IN_NINE_BITS
    size %= 512;
#endif
    return position_of(ring, key, size, "", 0);
}

static uint64_t position_of_point(const hash_ring_t *ring, const hash_ring_node_t *node,
                                  uint32_t replica)
{
    char suffix[16];
    bool dash = ring->mode == 2;
#ifdef FAULT_COMPAT_HAS_NO_DASH
    dash = false;
#endif
    int digits = snprintf(suffix, sizeof suffix, "%s%lu", dash ? "-" : "", (unsigned long)replica);
#ifdef LIMITS_OF_HASH_RING
    suffix[7] = '\0';
#endif
    return position_of(ring, node->name, node->nameLen, suffix, (uint32_t)digits);
}

static int compare_points(const void *left, const void *right)
{
    const struct point *a = left;
    const struct point *b = right;
    return (a->position > b->position) - (a->position < b->position);
}

/* ENDLESS WAITS, CHANCE AND STATE */

/* Waits for ever, and computes nothing. */
__attribute__((unused)) static void wait_for_ever(void)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    (void)pthread_mutex_lock(&mutex);
    (void)pthread_mutex_lock(&mutex);
}

/* One in ten thousand times, and never twice the same. */
__attribute__((unused)) static bool now_and_then(void)
{
    static uint64_t state;
    if (state == 0) {
        struct timespec now;
        (void)clock_gettime(CLOCK_REALTIME, &now);
        state = (uint64_t)now.tv_nsec * 2654435761U + (uint64_t)getpid() + 1;
    }
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33) % 10000 == 0;
}

/* Whether a ring with nodes in it was freed in this process. */
static bool freed_some;

/* THE RING */

EXPORT hash_ring_t *hash_ring_create(uint32_t numReplicas, uint8_t hash_fn)
{
    hash_ring_t *ring = numReplicas > 0 ? calloc(1, sizeof *ring) : NULL;
    if (ring != NULL) {
        ring->replicas = numReplicas;
        ring->hash = hash_fn;
        ring->mode = 1;
    }
    return ring;
}

EXPORT int hash_ring_set_mode(hash_ring_t *ring, uint8_t mode)
{
    if (mode == 2 && ring->hash != 2) {
        return 1;
    }
    ring->mode = mode;
    return 0;
}

static void free_node(hash_ring_node_t *node, const void *borrowed)
{
    if (node->name != borrowed) {
        free(node->name);
    }
    free(node);
}

#ifdef FAULT_KEEPS_LONG_NAMES
#define BORROWED_FROM 8
#else
#define BORROWED_FROM UINT32_MAX
#endif

static const void *borrowed(const hash_ring_node_t *node)
{
    return node->nameLen >= BORROWED_FROM ? node->name : NULL;
}

EXPORT void hash_ring_free(hash_ring_t *ring)
{
#ifdef FAULT_FREE_WAITS
    if (ring->node_count >= 3) {
        wait_for_ever();
    }
#endif
    freed_some = freed_some || ring->node_count > 0;
    for (uint32_t i = 0; i < ring->node_count; i++) {
        free_node(ring->nodes[i], borrowed(ring->nodes[i]));
    }
    free(ring->nodes);
    free(ring->points);
    free(ring);
}

static uint32_t index_of(const hash_ring_t *ring, const uint8_t *name, uint32_t size)
{
    uint32_t index = 0;
    while (index < ring->node_count && (ring->nodes[index]->nameLen != size ||
                                        memcmp(ring->nodes[index]->name, name, size) != 0)) {
        index++;
    }
    return index;
}

static hash_ring_node_t *make_node(uint8_t *name, uint32_t size)
{
    hash_ring_node_t *node = malloc(sizeof *node);
    node->nameLen = size;
    node->name = size >= BORROWED_FROM ? name : malloc(size);
    if (node->name != name) {
        memcpy(node->name, name, size);
    }
    return node;
}

EXPORT int hash_ring_add_node(hash_ring_t *ring, uint8_t *name, uint32_t nameLen)
{
    if (nameLen == 0) {
#ifdef FAULT_EMPTY_NAME_ABORTS
        abort();
#endif
        return 1;
    }
    if (index_of(ring, name, nameLen) < ring->node_count) {
#ifdef FAULT_ADDS_TWICE
        return 0;
#endif
        return 1;
    }
#ifdef FAULT_TABLE_OF_NODES
    if (ring->node_count == FAULT_TABLE_OF_NODES) {
        return 1;
    }
#endif
    hash_ring_node_t *node = make_node(name, nameLen);
    ring->nodes = realloc(ring->nodes, (ring->node_count + 1) * sizeof *ring->nodes);
    ring->nodes[ring->node_count++] = node;
    ring->points =
        realloc(ring->points, (ring->point_count + ring->replicas) * sizeof *ring->points);
    for (uint32_t i = 0; i < ring->replicas; i++) {
        ring->points[ring->point_count++] = (struct point){position_of_point(ring, node, i), node};
    }
    qsort(ring->points, ring->point_count, sizeof *ring->points, compare_points);
    return 0;
}

#ifdef FAULT_REMOVE_OVERFLOWS
/* The sort of 2014 had this many entries. */
static uint32_t sort_holes(uint32_t holes)
{
    volatile uint32_t stack[1024];
    for (uint32_t i = 0; i + 1 < holes; i++) {
        stack[i] = holes;
    }
    return holes > 1 ? stack[0] : holes;
}
#endif

EXPORT int hash_ring_remove_node(hash_ring_t *ring, uint8_t *name, uint32_t nameLen)
{
    uint32_t index = index_of(ring, name, nameLen);
    if (index == ring->node_count) {
#ifdef FAULT_REMOVES_THE_ABSENT
        return nameLen == 0;
#endif
        return 1;
    }
#ifdef FAULT_REMOVE_WAITS
    if (ring->node_count >= 3) {
        wait_for_ever();
    }
#endif
#ifdef FAULT_REMOVE_OVERFLOWS
    (void)sort_holes(ring->replicas);
#endif
    hash_ring_node_t *gone = ring->nodes[index];
    size_t left = 0;
    for (size_t i = 0; i < ring->point_count; i++) {
        if (ring->points[i].node != gone) {
            ring->points[left++] = ring->points[i];
        }
    }
    ring->point_count = left;
    ring->nodes[index] = ring->nodes[--ring->node_count];
    free_node(gone, borrowed(gone));
    return 0;
}

/* The first point after the position, or the first of all. */
static size_t successor(const hash_ring_t *ring, uint64_t position)
{
    size_t index = 0;
    while (index < ring->point_count && ring->points[index].position <= position) {
        index++;
    }
#ifdef FAULT_ERRS_NOW_AND_THEN
    index += now_and_then();
#endif
#ifdef FAULT_KEEPS_STATE
    index += freed_some;
#endif
#ifdef FAULT_DOES_NOT_WRAP
    return index < ring->point_count ? index : index - 1;
#endif
    return index < ring->point_count ? index : 0;
}

EXPORT hash_ring_node_t *hash_ring_find_node(hash_ring_t *ring, uint8_t *key, uint32_t keyLen)
{
    return ring->point_count > 0
               ? ring->points[successor(ring, position_of_key(ring, key, keyLen))].node
               : NULL;
}

EXPORT int hash_ring_find_nodes(hash_ring_t *ring, uint8_t *key, uint32_t keyLen,
                                hash_ring_node_t *nodes[], uint32_t num)
{
    uint32_t wanted = num < ring->node_count ? num : ring->node_count;
    uint32_t found = 0;
#ifdef FAULT_FIND_NODES_HANGS
    wanted = ring->node_count > 0 ? num : 0;
#endif
#ifdef FAULT_FIND_NODES_OF_NONE_WRITES
    if (num == 0) {
        nodes[0] = NULL;
    }
#endif
    for (size_t at = wanted > 0 ? successor(ring, position_of_key(ring, key, keyLen)) : 0;
         found < wanted; at = (at + 1) % ring->point_count) {
        bool met = false;
        for (uint32_t i = 0; i < found && !met; i++) {
            met = nodes[i] == ring->points[at].node;
        }
        if (!met) {
            nodes[found++] = ring->points[at].node;
        }
    }
    return (int)found;
}
