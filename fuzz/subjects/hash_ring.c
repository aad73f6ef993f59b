/* Any shared library with the C interface of the library hash-ring, as a subject.
 *
 * With that interface, the number of replicas is fixed when a ring is created, and a failed call
 * does not say why. There are no batches, no list of points, and no promise of an order among equal
 * points. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "attempt.h"
#include "load.h"

/* As the library declares them. */
struct hash_ring_node {
    uint8_t *name;
    uint32_t size;
};
struct hash_ring;

enum { HASH_SHA1 = 1, HASH_MD5 = 2 };
enum { MODE_LIBMEMCACHED = 2 };

static struct {
    struct hash_ring *(*create)(uint32_t replicas, uint8_t hash);
    void (*free)(struct hash_ring *ring);
    int (*add_node)(struct hash_ring *ring, uint8_t *name, uint32_t size);
    int (*remove_node)(struct hash_ring *ring, uint8_t *name, uint32_t size);
    struct hash_ring_node *(*find_node)(struct hash_ring *ring, uint8_t *key, uint32_t size);
    int (*find_nodes)(struct hash_ring *ring, uint8_t *key, uint32_t size,
                      struct hash_ring_node *nodes[], uint32_t count);
    int (*set_mode)(struct hash_ring *ring, uint8_t mode);
} library;

struct adapted {
    struct hash_ring *ring;
    enum ring_rule rule;
    uint32_t replicas; /* of each node of `ring` */
    size_t nodes;      /* in `ring`, if its return codes are right */
    bool untouched;    /* no add was ever tried, so that `ring` can be replaced */
};

static bool make(struct adapted *adapted, uint32_t replicas)
{
    adapted->replicas = replicas;
    adapted->untouched = true;
    bool sha1 = adapted->rule == RING_SHA1 || adapted->rule == RING_HASH_RING_SHA1;
    bool compat32 = adapted->rule == RING_MD5_COMPAT32 || adapted->rule == RING_HASH_RING_COMPAT32;
    adapted->ring = library.create(replicas, sha1 ? HASH_SHA1 : HASH_MD5);
    if (adapted->ring == NULL) {
        (void)fprintf(stderr, "ringproof: hash_ring_create(%lu, ...) returned NULL\n",
                      (unsigned long)replicas);
        return false;
    }
    if (compat32 && library.set_mode(adapted->ring, MODE_LIBMEMCACHED) != 0) {
        (void)fputs("ringproof: hash_ring_set_mode(ring, 2) failed on a new MD5 ring\n", stderr);
        return false;
    }
    return true;
}

static void *create(const struct ring_options *options)
{
    struct adapted *adapted = memory_resize(NULL, 1, sizeof *adapted);
    *adapted = (struct adapted){.rule = options->rule};
    return make(adapted, 1) ? adapted : NULL;
}

static void destroy(void *ring)
{
    struct adapted *adapted = ring;
    library.free(adapted->ring);
    free(adapted);
}

/* The parameters of the library are not const, and ours are. */
static uint8_t *bytes_of(struct ring_bytes bytes)
{
    return (uint8_t *)bytes.data;
}

static enum ring_error add(void *ring, struct ring_bytes name, uint32_t replicas)
{
    struct adapted *adapted = ring;
    if (replicas != adapted->replicas) {
        if (!adapted->untouched) {
            return SUBJECT_CANNOT; /* all its nodes have the same number of replicas */
        }
        library.free(adapted->ring);
        if (!make(adapted, replicas)) {
            abort();
        }
    }
    adapted->untouched = false;
    if (library.add_node(adapted->ring, bytes_of(name), (uint32_t)name.size) != 0) {
        return RING_BAD_ARGUMENT;
    }
    adapted->nodes++;
    return RING_OK;
}

static enum ring_error remove_node(void *ring, struct ring_bytes name)
{
    struct adapted *adapted = ring;
    if (library.remove_node(adapted->ring, bytes_of(name), (uint32_t)name.size) != 0) {
        return RING_NO_SUCH_NODE;
    }
    adapted->nodes -= adapted->nodes > 0;
    return RING_OK;
}

static struct ring_bytes name_of(const struct hash_ring_node *node)
{
    return node != NULL ? (struct ring_bytes){node->name, node->size}
                        : (struct ring_bytes){NULL, 0};
}

static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    const struct adapted *adapted = ring;
    *node = name_of(library.find_node(adapted->ring, bytes_of(key), (uint32_t)key.size));
    return RING_OK;
}

/* More nodes than any ring here has, so that a call can still ask for more than there are. */
#define WANTED_MAX 65536
/* Entries after those that the library may write. If one changes, it wrote too many. */
#define FENCE 8

static struct hash_ring_node fence;

static enum ring_error find_n(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    const struct adapted *adapted = ring;
    uint32_t wanted = n < WANTED_MAX ? (uint32_t)n : WANTED_MAX;
    struct hash_ring_node **answers =
        memory_resize(NULL, wanted + FENCE, sizeof(struct hash_ring_node *));
    for (size_t i = 0; i < wanted + FENCE; i++) {
        answers[i] = i < wanted ? NULL : &fence;
    }
    int count =
        library.find_nodes(adapted->ring, bytes_of(key), (uint32_t)key.size, answers, wanted);
    for (size_t i = wanted; i < wanted + FENCE; i++) {
        if (answers[i] != &fence) {
            (void)fputs("ringproof: hash_ring_find_nodes() wrote beyond its array of nodes\n",
                        stderr);
            abort();
        }
    }
    if (adapted->nodes == 0 && count < 0) { /* the original fails in an empty ring */
        count = 0;
    }
    *found = count > 0 ? (size_t)count : 0;
    for (size_t i = 0; i < *found && i < wanted && i < adapted->nodes; i++) {
        nodes[i] = name_of(answers[i]);
    }
    free((void *)answers);
    return count < 0 ? RING_BAD_ARGUMENT : RING_OK;
}

static struct subject subject = {
    .name = "hash_ring",
    .about = "a shared library with the C interface of hash-ring",
    SUBJECT_KEEPS_RING_H_MOSTLY,
    .replicas = SUBJECT_ONE_NUMBER,
    .name_max = UINT32_MAX,
    .key_max = UINT32_MAX,
    .create = create,
    .destroy = destroy,
    .add = add,
    .remove = remove_node,
    .find = find,
};

/* PROBE: other libraries have functions of these names, too. */

#define PROBE_SECONDS 20

/* Notes the call to come, so that the message names it if the process ends there. */
static void next(struct attempt *attempt, const char *call)
{
    (void)snprintf(attempt->step, sizeof attempt->step, "hash_ring_%s", call);
}

static bool expect(struct attempt *attempt, bool right, const char *got)
{
    (void)snprintf(attempt->why, sizeof attempt->why, "%s", right ? "" : got);
    return right;
}

static bool succeeds(struct attempt *attempt, int code)
{
    char got[80];
    (void)snprintf(got, sizeof got, "returned %d, and must return 0", code);
    return expect(attempt, code == 0, got);
}

/* The only lookup that a wrong successor does not disturb. */
static bool is_named(const struct hash_ring_node *node, const char *name)
{
    return node != NULL && node->size == strlen(name) && memcmp(node->name, name, node->size) == 0;
}

/* Adds two nodes, finds one, removes it, and finds the other. */
static bool probe_hash(struct attempt *attempt, uint8_t hash)
{
    uint8_t key[] = "key";
    uint8_t a[] = "a";
    uint8_t b[] = "bc";
    next(attempt, hash == HASH_SHA1 ? "create(3, 1)" : "create(3, 2)");
    struct hash_ring *ring = library.create(3, hash);
    if (!expect(attempt, ring != NULL, "returned NULL")) {
        return false;
    }
    next(attempt, "add_node(ring, \"a\", 1)");
    if (!succeeds(attempt, library.add_node(ring, a, 1))) {
        return false;
    }
    next(attempt, "add_node(ring, \"bc\", 2)");
    if (!succeeds(attempt, library.add_node(ring, b, 2))) {
        return false;
    }
    next(attempt, "find_node(ring, \"key\", 3)");
    const struct hash_ring_node *node = library.find_node(ring, key, 3);
    bool first = is_named(node, "a");
    if (!expect(attempt, first || is_named(node, "bc"), "returned neither of the two nodes")) {
        return false;
    }
    next(attempt, first ? "remove_node(ring, \"a\", 1)" : "remove_node(ring, \"bc\", 2)");
    if (!succeeds(attempt, library.remove_node(ring, first ? a : b, first ? 1 : 2))) {
        return false;
    }
    next(attempt, "find_node(ring, \"key\", 3) after one of two nodes was removed");
    if (!expect(attempt, is_named(library.find_node(ring, key, 3), first ? "bc" : "a"),
                "did not return the other")) {
        return false;
    }
    next(attempt, "free(ring)");
    library.free(ring);
    return true;
}

static bool probe(void *context, struct attempt *attempt)
{
    (void)context;
    return probe_hash(attempt, HASH_SHA1) && probe_hash(attempt, HASH_MD5);
}

static struct hash_ring *ring_of_three(void)
{
    uint8_t names[] = "abc";
    struct hash_ring *ring = library.create(8, HASH_SHA1);
    for (int i = 0; i < 3; i++) {
        (void)library.add_node(ring, &names[i], 1);
    }
    return ring;
}

/* Whether an empty key is on no node, as in the original. */
static bool probe_empty_key(void *context, struct attempt *attempt)
{
    uint8_t key[] = "";
    (void)context;
    (void)attempt;
    return library.find_node(ring_of_three(), key, 0) == NULL;
}

/* Whether only the length modulo 256 of a key counts, as in the original. */
static bool probe_lengths(void *context, struct attempt *attempt)
{
    enum { LENGTHS = 40 };
    uint8_t key[256 + LENGTHS];
    struct hash_ring *ring = ring_of_three();
    (void)context;
    (void)attempt;
    memset(key, 'x', sizeof key);
    for (uint32_t size = 1; size < LENGTHS; size++) {
        const struct hash_ring_node *node = library.find_node(ring, key, size);
        if (node == NULL || library.find_node(ring, key, 256 + size) != node) {
            return false;
        }
    }
    return true;
}

/* The rules of the original, or those without its limits. */
static unsigned int rules_of_library(void)
{
    struct attempt result;
    bool original = attempt(probe_lengths, NULL, PROBE_SECONDS, &result);
    unsigned int rules = original ? 1U << RING_HASH_RING_SHA1 | 1U << RING_HASH_RING_MD5
                                  : 1U << RING_SHA1 | 1U << RING_MD5;
    if (library.set_mode != NULL) {
        rules |= 1U << (original ? RING_HASH_RING_COMPAT32 : RING_MD5_COMPAT32);
    }
    return rules;
}

static bool has_the_abi(char *error, size_t size)
{
    struct attempt result;
    if (attempt(probe, NULL, PROBE_SECONDS, &result)) {
        return true;
    }
    (void)snprintf(error, size,
                   "the library has the symbols of hash-ring but another ABI: %s: %s; write a "
                   "table for it, as ringproof/subject.h says%s%s",
                   result.step, result.ended ? result.how : result.why,
                   result.printed[0] != '\0' ? "; it printed:\n" : "", result.printed);
    return false;
}

const struct subject *subject_hash_ring(void *object, char *error, size_t size)
{
    struct attempt result;
    const struct {
        const char *name;
        void *function; /* where its address goes */
        bool optional;  /* the first releases lack it */
    } symbols[] = {
        {"hash_ring_create", &library.create, false},
        {"hash_ring_free", &library.free, false},
        {"hash_ring_add_node", &library.add_node, false},
        {"hash_ring_remove_node", &library.remove_node, false},
        {"hash_ring_find_node", &library.find_node, false},
        {"hash_ring_find_nodes", &library.find_nodes, true},
        {"hash_ring_set_mode", &library.set_mode, true},
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(object, symbols[i].name);
        if (symbol == NULL && !symbols[i].optional) {
            (void)snprintf(error, size,
                           "the library has no function %s(): hash_ring:PATH is for libraries with "
                           "the C interface of hash-ring; name other objects by their path alone",
                           symbols[i].name);
            return NULL;
        }
        memcpy(symbols[i].function, &symbol, sizeof symbol);
    }
    if (!has_the_abi(error, size)) {
        return NULL;
    }
    subject.rules = rules_of_library();
    if (attempt(probe_empty_key, NULL, PROBE_SECONDS, &result)) {
        subject.empty_key = SUBJECT_NOT_SAID; /* find_nodes() of the original takes one */
    }
    subject.find_n = library.find_nodes != NULL ? find_n : NULL;
    return &subject;
}
