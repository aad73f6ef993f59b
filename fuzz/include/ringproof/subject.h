/* For a consistent-hash ring of your own that ringproof is to check.
 *
 * A ring under test is called a subject. Ringproof knows it only through a table of functions, the
 * struct subject below. To check a ring:
 *
 *   1. Copy fuzz/template/myring.c (installed: share/ringproof/myring.c), and let its functions call
 *      your ring.
 *   2. Build both into a shared object. It needs no code of ringproof, only headers:
 *
 *          cc -shared -fPIC myring.c YOUR_RING.c $(pkg-config --cflags ringproof) -o libmyring.so
 *
 *   3. ringproof check --subject ./libmyring.so
 *
 * A shared library with the C interface of the library hash-ring needs no table:
 *
 *      ringproof check --subject hash_ring:/path/libhashring.so
 *
 * WHAT IS CHECKED. Ringproof generates programs: a placement rule, and operations on one ring. It
 * runs each program on your ring and on a slow, simple model, and compares every answer and error.
 * ring.h specifies what is right: the node that owns a key, the order of points, the error of each
 * bad call. A crash, a hang or a call of exit() is a finding as well. So is a leak, if ringproof
 * was built with LeakSanitizer.
 *
 * PLACEMENT. Your ring agrees with the model only if both put the points of a node at the same
 * positions. So create() receives a placement rule. Your ring needs at least one of these:
 *
 *   RING_CUSTOM         two functions that create() receives, for points and for keys
 *   RING_XXH3           XXH3, the default of the ring library
 *   RING_SHA1           SHA-1, as in the library hash-ring
 *   RING_MD5            MD5, as in the library hash-ring
 *   RING_MD5_COMPAT32   MD5, as in the libmemcached mode of the library hash-ring
 *
 * Choose RING_CUSTOM if your ring's hash function can be replaced: the functions that it receives
 * make equal positions, and both ends of the circle, common. ring.h defines the others to the byte.
 *
 * WHAT YOU CAN LEAVE OUT. `name`, `create`, `destroy`, `add`, `remove` and `find` are required. All
 * other members may be 0 or NULL, and programs are adapted:
 *
 *   add_many        a batch becomes single adds
 *   find_n          becomes find
 *   find_positions  is not called; if point_count or next_point is NULL, it is not called either
 *   node_count      is not compared
 *   point_count     is not compared
 *   next_point      the points are not compared; instead, finds of many keys follow every change
 *   check           is not called
 *
 * `ringproof exhaust` does not adapt its programs: it needs add_many, find_n, RING_CUSTOM, and
 * nodes that may differ in their number of replicas.
 *
 * PROCESS. Ringproof calls your ring from one thread. A process creates, uses and destroys one ring
 * after another, and a program that fails is run again in a new process. So a ring's answers
 * may depend only on the calls made on it. */
#ifndef RINGPROOF_SUBJECT_H
#define RINGPROOF_SUBJECT_H

#include <ringproof/ring.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What your ring promises. The check holds it to that. */
enum subject_promise {
    /* Points at equal positions are ordered by the names of their nodes. Without this promise any
     * order among them is accepted. */
    SUBJECT_ORDERS_TIES = 1
};

/* What your ring cannot do. Programs are adapted to it. */
enum subject_limit {
    /* All nodes of a ring have the same number of replicas: the number in the ring's first add. */
    SUBJECT_ONE_REPLICA_COUNT = 1,
    /* A call that fails does not say why: any error is accepted where ring.h demands one. */
    SUBJECT_ONE_ERROR = 2
};

/* Names, keys and errors have the meanings of ring.h. The bytes that a call receives are valid
 * until it returns: then they are overwritten, so copy what you keep. The bytes that a ring returns
 * belong to the ring, and must stay valid until it changes or is destroyed. */
struct subject {
    const char *name;      /* becomes part of the names of traces */
    const char *about;     /* one line for `ringproof list`, which names built-in rings only */
    unsigned int promises; /* values of enum subject_promise, joined by | */
    unsigned int limits;   /* values of enum subject_limit, joined by | */
    unsigned int rules; /* 1U << R for each R of enum ring_rule that it has, joined by |; 0: all */

    /* Returns a new, empty ring that places by options->rule. *options is valid only until the
     * call returns; the two functions and the context in options->custom outlive the ring. You may
     * ignore options->allocator. NULL means failure, and counts as a crash. */
    void *(*create)(const struct ring_options *options);

    /* Frees the ring, and everything that it owns. */
    void (*destroy)(void *ring);

    /* These change the ring. add_many adds all `count` nodes or none; `count` may be 0. Programs
     * contain calls that must fail. Such a call leaves the ring as it was, and returns the first
     * of these errors that applies:
     *
     *   RING_BAD_ARGUMENT     an empty name, or replicas that are not 1 to RING_REPLICAS_MAX
     *   RING_NODE_EXISTS      add: the name is in the ring, or twice in the batch
     *   RING_NO_SUCH_NODE     remove: the name is not in the ring
     *   RING_TOO_MANY_POINTS  add: the ring would have more than RING_POINTS_MAX points */
    enum ring_error (*add)(void *ring, struct ring_bytes name, uint32_t replicas);
    enum ring_error (*add_many)(void *ring, const struct ring_node *nodes, size_t count);
    enum ring_error (*remove)(void *ring, struct ring_bytes name);

    /* Sets *node to the owner of `key`, which may be empty: the owner of the first point whose
     * position is greater than the key's or, if there is none, of the ring's first point. In an
     * empty ring *node becomes {NULL, 0}, and the call succeeds. */
    enum ring_error (*find)(const void *ring, struct ring_bytes key, struct ring_bytes *node);

    /* Writes the first `n` distinct owners clockwise from `key`, or all nodes if the ring has
     * fewer; *found tells how many. `n` is 0 to SIZE_MAX. `nodes` has room for `n`, or for all
     * nodes of the ring if these are fewer. */
    enum ring_error (*find_n)(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found);

    /* find for `count` keys whose positions are known: nodes[i] becomes the owner of a key at
     * positions[i]. */
    enum ring_error (*find_positions)(const void *ring, const uint64_t *positions, size_t count,
                                      struct ring_bytes *nodes);

    size_t (*node_count)(const void *ring);
    size_t (*point_count)(const void *ring);

    /* Walks all points in ring order. Each call writes the next one and returns true; after the
     * last it returns false. The first call of a walk gets a zeroed cursor, whose two numbers
     * you may use as you like. */
    bool (*next_point)(const void *ring, struct ring_cursor *cursor, struct ring_point *point);

    /* The ring's own test of its invariants. Returns NULL if all hold, and otherwise a sentence
     * that names a broken one, valid until the next call. */
    const char *(*check)(const void *ring);
};

/* The version of struct subject in this header. */
#define RINGPROOF_SUBJECT_VERSION 1U

/* The one function that your shared object exports. Return the table if `version` is
 * RINGPROOF_SUBJECT_VERSION, and NULL otherwise. The table must stay valid until the process
 * ends. */
RING_API const struct subject *ringproof_subject(unsigned int version);

#ifdef __cplusplus
}
#endif
#endif
