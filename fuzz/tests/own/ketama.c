/* A ring in the manner of ketama: each MD5 of a node gives four points, on a circle of its own. It has
 * its own placement. Each macro makes it another ring, as rings that were meant to be the same have
 * differed; `ringproof compare` must tell how. */
#include <md5.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ringproof/subject.h>

#ifndef HASHES /* of a node with weight 1; 0: as many as the caller says */
#define HASHES 0
#endif
#ifndef WORDS /* points of a hash: 3 leaves out the last 4 of 16 bytes */
#define WORDS 4
#endif
#ifndef BITS /* of positions: fewer than ketama's 32, so that keys on points are soon found */
#define BITS 28
#endif
#ifndef FORM /* of a point's text: "%s-%x" counts points in hexadecimal */
#define FORM "%s-%u"
#endif
#ifndef POINTS_PER_REPLICA
#define POINTS_PER_REPLICA (HASHES > 0 ? HASHES * WORDS : WORDS)
#endif

struct node {
    char *name;
    size_t size;
    uint32_t replicas, came;
};

struct point {
    uint64_t position;
    const struct node *node;
};

struct ring {
    struct node *nodes[256];
    struct point *points;
    size_t count, points_count;
    uint32_t came;
    bool changed; /* since the points were sorted */
};

static uint64_t word_of(const uint8_t digest[16], uint32_t word)
{
    const uint8_t *d = digest + (size_t)word * 4;
    uint64_t value = (uint64_t)d[3] << 24 | (uint64_t)d[2] << 16 | (uint64_t)d[1] << 8 | d[0];
    return value >> (32 - BITS);
}

static uint64_t point(struct ring_bytes name, uint32_t index)
{
    static uint8_t digest[16];
    static char of[512]; /* what has this digest */
    static size_t of_size;
    char text[512];
    memcpy(text, name.data, name.size);
    int end = snprintf(text + name.size, 32, FORM, "", (unsigned int)(index / WORDS));
    size_t size = name.size + (size_t)end;
    if (size != of_size || memcmp(text, of, size) != 0) {
        MD5_CTX context;
        MD5Init(&context);
        MD5Update(&context, (const uint8_t *)text, size);
        MD5Final(digest, &context);
        memcpy(of, text, size);
        of_size = size;
    }
    return word_of(digest, index % WORDS);
}

static uint64_t position(struct ring_bytes key)
{
#ifdef KEYS_BY_FNV
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < key.size; i++) {
        hash = (hash ^ ((const uint8_t *)key.data)[i]) * 16777619U;
    }
    return hash >> (32 - BITS);
#else
    MD5_CTX context;
    uint8_t digest[16];
    size_t size = key.size;
#ifdef KEYS_END_AT_NUL
    const uint8_t *nul = size > 0 ? memchr(key.data, 0, size) : NULL;
    size = nul != NULL ? (size_t)(nul - (const uint8_t *)key.data) : size;
#endif
#ifdef KEYS_OF_255
    size = size > 255 ? 255 : size;
#endif
    MD5Init(&context);
    MD5Update(&context, key.data, size);
    MD5Final(digest, &context);
    return word_of(digest, 0);
#endif
}

static int in_order(const void *left, const void *right)
{
    const struct point *a = left;
    const struct point *b = right;
    if (a->position != b->position) {
        return a->position > b->position ? 1 : -1;
    }
#ifdef TIES_BY_ARRIVAL
    return (a->node->came > b->node->came) - (a->node->came < b->node->came);
#else
    size_t size = a->node->size < b->node->size ? a->node->size : b->node->size;
    int order = memcmp(a->node->name, b->node->name, size);
    return order != 0 ? order : (a->node->size > b->node->size) - (a->node->size < b->node->size);
#endif
}

static uint32_t points_of(const struct ring *ring, const struct node *node)
{
#ifdef WEIGHTS_BY_SHARE /* floor(weight / total x 40 x nodes) hashes, as libmemcached does */
    uint64_t total = 0;
    for (size_t i = 0; i < ring->count; i++) {
        total += ring->nodes[i]->replicas;
    }
    return (uint32_t)((uint64_t)node->replicas * 40 * ring->count / total) * WORDS;
#else
    (void)ring;
    return HASHES > 0 ? node->replicas * HASHES * WORDS : node->replicas * WORDS;
#endif
}

static void rebuild(struct ring *ring)
{
    size_t count = 0;
    if (!ring->changed) {
        return;
    }
    ring->changed = false;
    for (size_t i = 0; i < ring->count; i++) {
        count += points_of(ring, ring->nodes[i]);
    }
    ring->points = realloc(ring->points, (count + 1) * sizeof *ring->points);
    ring->points_count = 0;
    for (size_t i = 0; i < ring->count; i++) {
        struct ring_bytes name = {ring->nodes[i]->name, ring->nodes[i]->size};
        for (uint32_t j = 0; j < points_of(ring, ring->nodes[i]); j++) {
            ring->points[ring->points_count++] = (struct point){point(name, j), ring->nodes[i]};
        }
    }
    qsort(ring->points, ring->points_count, sizeof *ring->points, in_order);
}

static void *create(const struct ring_options *options)
{
    (void)options;
    return calloc(1, sizeof(struct ring));
}

static void destroy(void *object)
{
    struct ring *ring = object;
    for (size_t i = 0; i < ring->count; i++) {
        free(ring->nodes[i]->name);
        free(ring->nodes[i]);
    }
    free(ring->points);
    free(ring);
}

static enum ring_error add(void *object, struct ring_bytes name, uint32_t replicas)
{
    struct ring *ring = object;
#ifdef REFUSES_THE_FOURTH
    if (ring->count == 3) {
        return RING_TOO_MANY_POINTS;
    }
#endif
    struct node *node = malloc(sizeof *node);
    *node = (struct node){malloc(name.size + 1), name.size, replicas, ring->came++};
    memcpy(node->name, name.data, name.size);
    ring->nodes[ring->count++] = node;
    ring->changed = true;
    return RING_OK;
}

static enum ring_error remove_node(void *object, struct ring_bytes name)
{
    struct ring *ring = object;
#ifdef REMOVES_NOTHING
    return RING_OK;
#endif
    for (size_t i = 0; i < ring->count; i++) {
        if (ring->nodes[i]->size == name.size &&
            memcmp(ring->nodes[i]->name, name.data, name.size) == 0) {
            free(ring->nodes[i]->name);
            free(ring->nodes[i]);
            ring->nodes[i] = ring->nodes[--ring->count];
            ring->changed = true;
            return RING_OK;
        }
    }
    return RING_NO_SUCH_NODE;
}

/* The first point at the position or after it, or the first of all. */
static size_t at_or_after(const struct ring *ring, uint64_t where)
{
    size_t low = 0;
    size_t high = ring->points_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
#ifdef STRICTLY_AFTER
        bool passed = ring->points[middle].position <= where;
#else
        bool passed = ring->points[middle].position < where;
#endif
        low = passed ? middle + 1 : low;
        high = passed ? high : middle;
    }
    return low < ring->points_count ? low : 0;
}

static enum ring_error find(const void *object, struct ring_bytes key, struct ring_bytes *node)
{
    struct ring *ring = (struct ring *)object;
    rebuild(ring);
    *node = (struct ring_bytes){NULL, 0};
    if (ring->points_count == 0) {
        return RING_OK;
    }
#ifdef CRASHES
    if (ring->count == 5) {
        (void)fputs("myring: five is too many\n", stderr);
        raise(SIGSEGV);
    }
#endif
#ifdef HANGS
    while (ring->count == 5) {
        (void)sleep(1);
    }
#endif
    uint64_t where = position(key);
    size_t index = at_or_after(ring, where);
#ifdef NEAREST
    size_t before = (index + ring->points_count - 1) % ring->points_count;
    uint64_t mask = (UINT64_C(1) << BITS) - 1;
    if (((where - ring->points[before].position) & mask) <
        ((ring->points[index].position - where) & mask)) {
        index = before;
    }
#endif
    const struct node *owner = ring->points[index].node;
#ifdef FORGETS
    static unsigned int asked;
    owner = ++asked % 1000 == 0 ? ring->nodes[0] : owner;
#endif
    *node = (struct ring_bytes){owner->name, owner->size};
    return RING_OK;
}

static bool next_point(const void *object, struct ring_cursor *cursor, struct ring_point *found)
{
    struct ring *ring = (struct ring *)object;
    rebuild(ring);
    if (cursor->state[0] == ring->points_count) {
        return false;
    }
    const struct point *at = &ring->points[cursor->state[0]++];
    *found = (struct ring_point){at->position, {at->node->name, at->node->size}};
    return true;
}

static const struct subject subject = {
    .name = "ketama",
    .about = "in the manner of ketama",
#ifdef OPAQUE
    .placement = SUBJECT_OPAQUE,
#elif defined LISTED
    .placement = SUBJECT_LISTED,
    .next_point = next_point,
    .position = position,
#else
    .placement = SUBJECT_OWN,
    .point = point,
    .position = position,
    .next_point = next_point,
#endif
#ifdef NEAREST
    .successor = SUBJECT_NEAREST,
#elif defined STRICTLY_AFTER
    .successor = SUBJECT_AFTER,
#else
    .successor = SUBJECT_AT_OR_AFTER,
#endif
#ifdef WEIGHTS_BY_SHARE
    .replicas = SUBJECT_WEIGHT,
#elif HASHES > 0 && defined WEIGHTED
    .replicas = SUBJECT_WEIGHT,
#elif HASHES > 0
    .replicas = SUBJECT_FIXED,
#endif
    .points_per_replica = POINTS_PER_REPLICA,
    .position_bits = BITS,
    .empty_key = SUBJECT_ACCEPTS,
#ifdef SHORT_NAMES
    .names = SUBJECT_PRINTABLE,
    .name_max = 8,
#endif
    .nodes_max = 256,
    .create = create,
    .destroy = destroy,
    .add = add,
    .remove = remove_node,
    .find = find,
};

RING_API const struct subject *ringproof_subject(unsigned int version)
{
    return version == RINGPROOF_SUBJECT_VERSION ? &subject : NULL;
}
