/* For a consistent-hash ring of your own that ringproof is to check.
 *
 * A ring under test is called a subject. Ringproof knows it through a table: struct subject below.
 * The table has functions that call the ring, and declarations: what the ring does, in a line each.
 * The check holds a ring to what it declares.
 *
 *   1. Copy fuzz/template/myring.c (installed: share/ringproof/myring.c). Let its functions call your
 *      ring.
 *   2. Build both into a shared object. It needs no code of ringproof, only headers:
 *
 *          cc -shared -fPIC myring.c YOUR_RING.c $(pkg-config --cflags ringproof) -o libmyring.so
 *
 *   3. ringproof check --subject ./libmyring.so
 *
 * A ring in another language needs no table. It answers lines of text:
 *
 *      ringproof check --subject 'exec:python3 myring.py'        fuzz/README.md, "A ring in another process"
 *
 * Nor does a shared library with the C interface of the library hash-ring:
 *
 *      ringproof check --subject hash_ring:/path/libhashring.so
 *
 * WHAT IS CHECKED. Ringproof generates programs: operations on one or more rings. What it compares
 * the answers with depends on the placement that the ring declares:
 *
 *   placement           answers are compared with
 *   SUBJECT_BY_RULE     a model that places points by the rule that create() receives
 *   SUBJECT_OWN         the same model, which asks your point() and position()
 *   SUBJECT_LISTED      the ring's own list of points, from next_point() and position()
 *   SUBJECT_OPAQUE      one another: fuzz/README.md, "Properties"
 *
 * A crash, a hang or a call of exit() is a finding as well. So is a leak, if ringproof was built
 * with LeakSanitizer.
 *
 * RULES. Under SUBJECT_BY_RULE, create() receives a rule. Your ring needs at least one of these:
 *
 *   RING_CUSTOM         two functions that create() receives, for points and for keys
 *   RING_XXH3           XXH3, the default of the ring library
 *   RING_SHA1           SHA-1, as in the library hash-ring
 *   RING_MD5            MD5, as in the library hash-ring
 *   RING_MD5_COMPAT32   MD5, as in the libmemcached mode of the library hash-ring
 *   RING_HASH_RING_...  the last three, with the limits that hash-ring has for long strings
 *
 * If your ring's hash function can be replaced, choose RING_CUSTOM: the functions that it receives
 * make equal positions, and both ends of the circle, common. ring.h defines the others to the byte.
 *
 * WHAT YOU CAN LEAVE OUT. `name`, `create`, `destroy`, `add` and `find` are required, and what the
 * placement needs. All other members may be 0 or NULL. Programs are adapted:
 *
 *   remove          programs only add
 *   add_many        a batch becomes single adds
 *   find_n          becomes find
 *   find_many       keys are looked up one by one
 *   find_positions  is not called; if point_count or next_point is NULL, it is not called either
 *   find_if         is not called
 *   next_owner      is not called, and seek_position neither
 *   moves, shares   are not called
 *   set_replicas    becomes add
 *   node_data       is not called, and set_node_data neither
 *   node_count      is not compared
 *   node_replicas   is not called
 *   point_count     is not compared
 *   next_point      the points are not compared; instead, finds of many keys follow every change
 *   check           is not called
 *
 * `ringproof exhaust` does not adapt its programs: it needs remove, add_many, find_n, RING_CUSTOM,
 * and nodes that may differ in their number of replicas.
 *
 * PROCESS. Ringproof calls your ring from one thread. A process has several rings at once, and one
 * after another; a program that fails is run again in a new process. So a ring's answers may depend
 * only on the calls made on it. */
#ifndef RINGPROOF_SUBJECT_H
#define RINGPROOF_SUBJECT_H

#include <ringproof/ring.h>

#ifdef __cplusplus
extern "C" {
#endif

/* DECLARATIONS. The first value of each is 0: nothing is said. */

/* How the ring places points and keys. */
enum subject_placement {
    SUBJECT_OPAQUE, /* in its own way, of which it tells nothing */
    SUBJECT_OWN,    /* by point() and position(), which depend on nothing but their arguments */
    SUBJECT_LISTED, /* in its own way; next_point() lists points, position() tells where keys are */
    SUBJECT_BY_RULE /* by the rule that create() receives */
};

/* Which point owns a key. Behind the last point of the circle comes the first. */
enum subject_successor {
    SUBJECT_SUCCESSOR_NOT_SAID, /* on a point, that one or the next */
    SUBJECT_AFTER,              /* the first point whose position is greater than the key's */
    SUBJECT_AT_OR_AFTER,        /* the first point whose position is not less than the key's */
    SUBJECT_NEAREST             /* the point with the least distance; of several, any */
};

/* Points at equal positions. */
enum subject_ties {
    SUBJECT_TIES_IN_ANY_ORDER, /* all are kept; their order is not said */
    SUBJECT_TIES_BY_NAME,      /* all are kept, ordered by the names of their nodes */
    SUBJECT_FIRST_WINS,        /* one counts: that of the node which came first, of those there */
    SUBJECT_LAST_WINS          /* one counts: that of the node which came last, of those there */
};

/* What the number `replicas` of an add means. */
enum subject_replicas {
    SUBJECT_EACH_NODE,  /* points of this node, times points_per_replica */
    SUBJECT_ONE_NUMBER, /* the same, but all nodes of a ring have the same number */
    SUBJECT_FIXED,      /* nothing: it is always 1 */
    SUBJECT_WEIGHT      /* a weight: the ring's nodes together decide how many points each has.
                         * Only if listed or opaque. */
};

/* Which bytes a name or key may have. */
enum subject_text {
    SUBJECT_BYTES,     /* any */
    SUBJECT_UTF8,      /* any but 0, in valid UTF-8 */
    SUBJECT_PRINTABLE, /* ASCII from '!' to '~' */
    SUBJECT_HOST_PORT  /* names only: an IPv4 address of 127/8, ':', and a port: 127.0.1.2:11211 */
};

/* What the ring does in a case in which ring.h demands an error, or in which rings differ. */
#define SUBJECT_ALL_RULES ((2U << RING_HASH_RING_COMPAT32) - 1)

enum subject_case {
    SUBJECT_NOT_SAID,  /* anything: ringproof does not bring it about */
    SUBJECT_AS_RING_H, /* what ring.h says */
    SUBJECT_FAILS,     /* the call returns an error, and changes nothing */
    SUBJECT_IGNORES,   /* the call succeeds, and changes nothing; a find finds no node */
    SUBJECT_ACCEPTS    /* nothing is special about this case */
};

/* Returned by a function that cannot express a call, through no fault of the ring. The program ends
 * there, and is no finding. Declare what the ring cannot do rather than return this: programs then
 * do without. */
#define SUBJECT_CANNOT ((enum ring_error)0x7fff)

/* Names, keys and errors have the meanings of ring.h. The bytes that a call receives are valid
 * until it returns: then they are overwritten, so copy what you keep. The bytes that a ring returns
 * belong to the ring, and must stay valid until it changes or is destroyed. */
struct subject {
    const char *name;  /* becomes part of the names of traces */
    const char *about; /* one line for `ringproof list`, which names built-in rings only */

    /* DECLARATIONS. What is left out is 0, its default. */

    enum subject_placement placement;
    unsigned int rules; /* by rule: 1U << R for each R of enum ring_rule that it has, joined by |,
                         * or SUBJECT_ALL_RULES; 0: the first five, up to RING_CUSTOM */
    enum subject_successor successor;
    enum subject_ties ties;
    enum subject_replicas replicas;
    uint32_t points_per_replica; /* not by rule: points for each replica; 0: 1. Of a weight: for a
                                  * node on average; 0: not said */
    unsigned int position_bits;  /* not by rule: positions are less than 2^this; 0: 64 */

    enum subject_text names, keys;
    struct ring_bytes not_in_names, not_in_keys; /* further bytes that they must not have */
    size_t name_max, key_max;                    /* the longest, in bytes; 0: no limit */
    uint32_t replicas_max;                       /* of a node; 0: RING_REPLICAS_MAX */
    size_t nodes_max, points_max;                /* of a ring; 0: no limit but ring.h's */

    enum subject_case adding_twice;     /* add: the name is in the ring */
    enum subject_case removing_absent;  /* remove, set_replicas: the name is not in the ring */
    enum subject_case finding_in_empty; /* find, find_n */
    enum subject_case empty_name, empty_key;
    enum subject_case bad_replicas; /* 0, or more than RING_REPLICAS_MAX */

    bool exact_errors; /* a call that fails returns the very error that ring.h demands */
    bool rebuilds;     /* a change builds the ring again from all nodes: let programs change it
                        * seldom, with many nodes at a time */

    /* FUNCTIONS */

    /* Returns a new, empty ring. By rule, it places by options->rule; other rings ignore that.
     * *options is valid only until the call returns; the two functions and the context in
     * options->custom outlive the ring. You may ignore options->allocator. NULL means failure, and
     * counts as a crash. */
    void *(*create)(const struct ring_options *options);

    /* Frees the ring, and everything that it owns. */
    void (*destroy)(void *ring);

    /* These change the ring. add_many adds all `count` nodes or none; `count` may be 0. Programs
     * contain calls that must fail, unless they are SUBJECT_NOT_SAID. Such a call leaves the ring as
     * it was, and returns the first of these errors that applies:
     *
     *   RING_BAD_ARGUMENT     an empty name, or replicas that are not 1 to RING_REPLICAS_MAX
     *   RING_NODE_EXISTS      add: the name is in the ring, or twice in the batch
     *   RING_NO_SUCH_NODE     remove: the name is not in the ring
     *   RING_TOO_MANY_POINTS  add: the ring would have more than RING_POINTS_MAX points */
    enum ring_error (*add)(void *ring, struct ring_bytes name, uint32_t replicas);
    enum ring_error (*add_many)(void *ring, const struct ring_node *nodes, size_t count);
    enum ring_error (*remove)(void *ring, struct ring_bytes name);

    /* Sets *node to the owner of `key`, which may be empty: the owner of the point that `successor`
     * describes. In an empty ring *node becomes {NULL, 0}, and the call succeeds. */
    enum ring_error (*find)(const void *ring, struct ring_bytes key, struct ring_bytes *node);

    /* Writes the first `n` distinct owners clockwise from `key`, or all nodes if the ring has
     * fewer; *found tells how many. `n` is 0 to SIZE_MAX. `nodes` has room for `n`, or for all
     * nodes of the ring if these are fewer. */
    enum ring_error (*find_n)(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found);

    /* find for `count` keys: nodes[i] becomes the owner of keys[i]. Worth having if the ring is in
     * another process, so that questions need not wait for one another. */
    enum ring_error (*find_many)(const void *ring, const struct ring_bytes *keys, size_t count,
                                 struct ring_bytes *nodes);

    /* find for `count` keys whose positions are known: nodes[i] becomes the owner of a key at
     * positions[i]. */
    enum ring_error (*find_positions)(const void *ring, const uint64_t *positions, size_t count,
                                      struct ring_bytes *nodes);

    size_t (*node_count)(const void *ring);
    size_t (*point_count)(const void *ring);

    /* Own placement: where point `index` of the node lies. index is 0 to replicas x
     * points_per_replica - 1. */
    uint64_t (*point)(struct ring_bytes name, uint32_t index);

    /* Own and listed placement: where a key lies. */
    uint64_t (*position)(struct ring_bytes key);

    /* Walks all points in ring order. Each call writes the next one and returns true; after the
     * last it returns false. The first call of a walk gets a zeroed cursor, whose two numbers
     * you may use as you like. */
    bool (*next_point)(const void *ring, struct ring_cursor *cursor, struct ring_point *point);

    /* The ring's own test of its invariants. Returns NULL if all hold, and otherwise a sentence
     * that names a broken one, valid until the next call. */
    const char *(*check)(const void *ring);

    /* SINCE VERSION 3 */

    /* Writes the replicas with which the node was added to *replicas. The name is any bytes. Errors
     * are those of remove. */
    enum ring_error (*node_replicas)(const void *ring, struct ring_bytes name, uint32_t *replicas);

    /* Asks `accept` for the owners clockwise from `key`, each once, until it returns true. Sets *node
     * to the owner that it accepted, or to {NULL, 0} if there is none. */
    enum ring_error (*find_if)(const void *ring, struct ring_bytes key,
                               bool (*accept)(void *context, struct ring_bytes node), void *context,
                               struct ring_bytes *node);

    /* A walk over the owners clockwise from a position, each once. Each call of next_owner writes the
     * next one and returns true; after the last it returns false. */
    void (*seek_position)(const void *ring, uint64_t position, struct ring_owner_cursor *cursor);
    bool (*next_owner)(const void *ring, struct ring_owner_cursor *cursor, struct ring_bytes *node);

    /* Calls `moved` for each range of positions whose owner differs between two rings, in ascending
     * order, until it returns false. Neighbouring ranges of the same two owners are one; no range goes
     * on from the last position to 0. */
    enum ring_error (*moves)(const void *before, const void *after,
                             bool (*moved)(void *context, const struct ring_range *range),
                             void *context);

    /* Writes the share of the circle that each node owns, from 0 to 1, in the order of names. */
    enum ring_error (*shares)(const void *ring, double *shares);

    /* Gives the node another number of replicas. The ring is then as if the node had been added with
     * that number. Called only if `replicas` is SUBJECT_EACH_NODE. Errors:
     *
     *   RING_BAD_ARGUMENT     an empty name, or replicas that are not 1 to RING_REPLICAS_MAX
     *   RING_NO_SUCH_NODE     the name is not in the ring
     *   RING_TOO_MANY_POINTS  the ring would have more than RING_POINTS_MAX points */
    enum ring_error (*set_replicas)(void *ring, struct ring_bytes name, uint32_t replicas);

    /* Sets the caller's pointer of a node; and returns it for a name that the ring has returned. It
     * stays when replicas are set. Errors of set_node_data are those of remove. */
    enum ring_error (*set_node_data)(void *ring, struct ring_bytes name, void *data);
    void *(*node_data)(const void *ring, struct ring_bytes node);
};

/* The version of struct subject in this header. Version 2 ends with `check`. A shared object that was
 * compiled with it is taken, too. Version 1 had no declarations but `promises`, `limits` and
 * `rules`. */
#define RINGPROOF_SUBJECT_VERSION 3U

/* The one function that your shared object exports. Return the table if `version` is
 * RINGPROOF_SUBJECT_VERSION, and NULL otherwise. The table must stay valid until the process
 * ends. */
RING_API const struct subject *ringproof_subject(unsigned int version);

#ifdef __cplusplus
}
#endif
#endif
