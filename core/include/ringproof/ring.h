/* ringproof: a consistent-hash ring.
 *
 * A ring maps keys to nodes, and moves few keys when nodes come and go.
 *
 *     key     any bytes, or none
 *     node    a name (any bytes, at least one) and a number of replicas, which is its weight
 *     point   a 64-bit position on a circle, and the node that owns it: one for each replica
 *
 * A key has a position too. It belongs to the owner of the first point after that position:
 *
 *                 0 = 2^64
 *                    |            key at 5 ----> first position greater than 5 ----> "b"
 *            "a" .---+---. "b"    key at 7 ----> strictly greater: not the "b" at 7 but "c"
 *          2^64-9|       |7       key past the last point ----> the first point
 *                |       |
 *            "b" '-------' "c"
 *           2^63+3       2^62
 *
 * ORDER
 *
 * Points are ordered by position, then by the owner's name, then by replica index. Names compare
 * bytewise as unsigned values; a prefix comes before the longer name.
 *
 * A ring, and every answer it gives, depends only on its rule and on the set of its nodes (names
 * and replicas). It never depends on the order in which nodes came and went.
 *
 * Points at equal positions are all kept. Callers cannot tell apart two points of one node at one
 * position, so the replica index is not stored.
 *
 * TIME
 *
 *     n   points in the ring                k   nodes added
 *     m   nodes in the ring                 d   cost of one digest
 *     r   points added or removed           R   replicas of the node, the larger number
 *     c   points that come or go
 *
 *     function                              time                         allocates
 *     ring_add, ring_add_with_data,         O(r d + r log r + k log m)   yes
 *     ring_add_many
 *     ring_remove                           O(log m + r), no digests     no
 *     ring_set_replicas                     O(c d + c log c + R + log m) yes
 *     ring_node_replicas, ring_own_name,    O(log m)                     no
 *     ring_set_node_data
 *     ring_node_data                        O(1)                         no
 *     ring_find, ring_position              O(d)                         no
 *     ring_find_many                        O(d) for each key            no
 *     ring_find_positions                   O(1) for each position       no
 *     ring_find_n                           O(d + points passed), see    for more than 16
 *                                           its comment                  nodes
 *     ring_seek, ring_seek_position         O(d), O(1)                   no
 *     ring_next_owner                       O(points passed)             no
 *     ring_find_if                          O(d + points passed)         no
 *     ring_next_node, ring_next_point       O(1), expected               no
 *     ring_node_count, ring_point_count,    O(1)                         no
 *     ring_bytes_used
 *     ring_moves                            O(n) of both rings           no
 *     ring_shares                           O(n)                         yes
 *     ring_check                            O(n d + n log n)             yes
 *
 * - Adding, removing and changing replicas do not depend on n.
 * - SHA-1 and MD5 digest a name once for all its replicas, XXH3 once for each.
 * - A lookup reads one cache line of points. ring_find_many and ring_find_positions do many lookups
 *   side by side, so that these wait for memory at the same time.
 * - Up to 5000 points are one sorted array: nothing is faster for few points. Adding and removing
 *   then move up to 16 bytes for each point in the ring.
 * - No add waits for a large ring to grow: it grows by one cache line for each six or seven points
 *   that come. Two adds take time for all points: the one that makes a small ring large, and one of
 *   more points than the ring has. The benchmark `grow` (bench/README.md) times the slowest adds.
 *
 * The table holds for positions that are spread evenly, as digests are. If a weak rule puts more than
 * 128 points into a part of the circle where six would be expected, the ring stays one sorted array:
 * adding and removing then cost O(n), and finding O(log n). Points at equal positions are
 * ordered by name. If a rule makes them common, count the cost of comparing names too: each
 * comparison takes time proportional to the names' common prefix.
 *
 * MEMORY
 *
 *     for                              bytes
 *     each point                       about 19.5, at most 20.5, and 28 after many were removed:
 *                                          8             its position
 *                                          9.8           its share of a cache line
 *                                          0.6 to 1.4    its share of the lines for arcs that have
 *                                                        more points than fit into one
 *                                      24 to 26 in rings of up to 5000 points and under weak
 *                                      rules: sorted arrays, which keep what they had
 *     each node                        16 to 32 in a table, and one allocation:
 *                                          17            its sizes and numbers
 *                                          8             the caller's pointer
 *                                          8 to 128      links (10.7 on average)
 *                                          its name, and its positions (counted above)
 *     an add, while it runs            48 for each new point, 32 for each new node, the longest new
 *                                      name; up to 34 for each point of the ring, if that is or
 *                                      was an array, or if the add has more points than the ring
 *     ring_set_replicas, while it      the node with its new number, and 48 for each replica of the
 *     runs                             larger number
 *     ring_find_n, while it runs,      1 for each node that the ring had at its largest
 *     for more than 16 nodes
 *     ring_shares, while it runs       8 for each node that the ring had at its largest
 *     ring_check, while it runs        32 for each point, and the longest name
 *
 * A point needs the same memory on 32-bit targets. Removing a node frees its allocation. A ring that
 * has few points for its lines gives lines back. It may need memory for that: without, it keeps them
 * until the next removal.
 *
 * LIMITS
 *
 *     replicas of a node     1 to RING_REPLICAS_MAX (2^20)
 *     points of a ring       0 to RING_POINTS_MAX (2^32 - 1)
 *     name                   1 byte or more, as far as memory goes
 *     key                    0 bytes or more
 *
 * ERRORS
 *
 * Every function that can fail returns an enum ring_error. A call that fails changes nothing:
 * neither the ring nor anything that its output arguments point to. (*broken of ring_check() is the
 * one exception.) If several errors apply, the call returns the first of them in the order of the
 * enumeration. The exception is RING_NO_MEMORY: memory may run out before the others are found.
 *
 * OWNERSHIP
 *
 * The ring copies what it keeps. When a call returns, the caller may free or change all that it
 * passed, except the contexts of an allocator and of a custom rule, which must outlive the ring. A
 * pointer for a node (ring_set_node_data) is kept and handed out. The ring never reads or frees what
 * it points to.
 * Names that the ring hands out belong to the ring. Each is valid until its node is removed, its
 * number of replicas is changed, or the ring is destroyed.
 *
 * VERSIONS
 *
 * A program runs with a newer library of the same name (libringproof.so.0) as it did before:
 * functions keep their arguments, and structures their sizes and members. Only struct ring_options
 * grows: a new option will take a part of `reserved`, and zero will be its default. So an older
 * program gets the default, and an older library refuses an option that it does not know. That
 * holds if the whole structure is initialised: struct ring_options options = {.rule = RING_MD5};
 * Enumerations may get new values. Take an error that you do not know for a failure.
 *
 * THREADS
 *
 * One thread may change a ring while no other thread uses it. While no thread changes it, any
 * number of threads may read it: call the functions that take a const struct ring *. Distinct rings
 * are independent, since the library has no other state. An allocator or custom rule is called from
 * the thread that calls the ring. For readers beside a writer see ring_shared.h.
 */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define RING_API __attribute__((visibility("default")))
#else
#define RING_API
#endif

/* The version of this header. RING_VERSION is a number that can be compared: 10203 is 1.2.3. */
#define RING_VERSION_MAJOR 0
#define RING_VERSION_MINOR 1
#define RING_VERSION_PATCH 0
#define RING_VERSION (RING_VERSION_MAJOR * 10000 + RING_VERSION_MINOR * 100 + RING_VERSION_PATCH)

/* Returns RING_VERSION of the library. A program may run with another one than it was compiled
 * with. */
RING_API uint32_t ring_version(void);

#define RING_REPLICAS_MAX UINT32_C(1048576)  /* replicas of one node: 1 to 2^20 */
#define RING_POINTS_MAX UINT32_C(4294967295) /* points of one ring: 0 to 2^32 - 1 */

enum ring_error {
    RING_OK = 0,
    RING_BAD_ARGUMENT,    /* a NULL, an empty name, replicas out of range, an unknown rule or
                             option, half a custom rule or allocator, two rings of different
                             rules */
    RING_NODE_EXISTS,     /* the name is in the ring, or twice in one batch */
    RING_NO_SUCH_NODE,    /* the name is not in the ring */
    RING_TOO_MANY_POINTS, /* the ring would exceed RING_POINTS_MAX */
    RING_NO_MEMORY,       /* the allocator returned NULL, or a size does not fit size_t */
    RING_CORRUPT          /* ring_check() found a broken invariant */
};

/* Returns what is wrong and what to do, for any value. Never NULL; static storage. */
RING_API const char *ring_strerror(enum ring_error error);

/* Any bytes. `data` may be NULL if `size` is 0. */
struct ring_bytes {
    const void *data;
    size_t size;
};

struct ring_node {
    struct ring_bytes name; /* at least one byte */
    uint32_t replicas;      /* 1 to RING_REPLICAS_MAX: the node's weight */
};

struct ring_point {
    uint64_t position;
    struct ring_bytes node;
};

/* PLACEMENT RULES turn bytes into positions.
 *
 *     ||        concatenates bytes
 *     i         the replica index, from 0
 *     dec(i)    the index in ASCII decimal, without leading zeros
 *     le32(i)   the index as 4 bytes, least significant first
 *
 *                      point's bytes           key's bytes  digest   position
 *   RING_XXH3          name || le32(i)         key          XXH3-64  the 64-bit value
 *   RING_SHA1          name || dec(i)          key          SHA-1    bytes 12..19, big-endian
 *   RING_MD5           name || dec(i)          key          MD5      bytes 8..15, little-endian
 *   RING_MD5_COMPAT32  name || "-" || dec(i)   key          MD5      bytes 0..3, little-endian
 *
 *   RING_HASH_RING_SHA1, RING_HASH_RING_MD5 and RING_HASH_RING_COMPAT32 are the same, but of n bytes
 *   they digest only the first n mod 256. RING_HASH_RING_COMPAT32 also has another suffix from index
 *   1,000,000 on: "-", the first six digits, and a zero byte.
 *
 * RING_XXH3 is this library's own rule. XXH3-64 is XXH3_64bits() of xxHash 0.8, with seed 0 and the
 * default secret: the same value on every machine. The index has a fixed width, so ("node1", 11)
 * and ("node11", 1) differ as bytes. A seed for each index would avoid copying the name, but XXH3
 * mixes the seed into inputs of 1 to 3 bytes only by addition and exclusive or, and points of
 * different short names would collide.
 *
 * The other rules keep the keys of an existing deployment where they are. Those with HASH_RING in
 * their names place as the C library hash-ring does, byte for byte. It keeps the length of what it
 * digests in one byte, and an index in a buffer of eight. RING_SHA1 and RING_MD5 are its rules
 * without these limits, and RING_MD5_COMPAT32 is its libmemcached mode, with positions below 2^32.
 * Which to choose:
 *
 *     keys, and names with their indices, of at most 255 bytes    either: they agree
 *     longer ones, placed by hash-ring until now                  HASH_RING
 *     longer ones, placed by this library until now               the rules without it
 *     a new ring                                                  RING_XXH3
 *
 * With HASH_RING, all keys of 256 bytes have one position, and of long keys only a part counts.
 * RING_SHA1, RING_MD5 and their HASH_RING forms give ("node1", 11) and ("node11", 1) the same
 * position; both points are kept.
 */
enum ring_rule {
    RING_XXH3 = 0,
    RING_SHA1,
    RING_MD5,
    RING_MD5_COMPAT32,
    RING_CUSTOM,
    RING_HASH_RING_SHA1,
    RING_HASH_RING_MD5,
    RING_HASH_RING_COMPAT32,
};

/* The rule of RING_CUSTOM. Both functions must be pure: for as long as the ring lives, the same
 * arguments give the same position. They must not call the ring. */
struct ring_custom_rule {
    uint64_t (*point)(void *context, const void *name, size_t size, uint32_t replica);
    uint64_t (*key)(void *context, const void *key, size_t size);
    void *context;
};

/* Where all memory comes from. `allocate` returns at least `size` bytes (never 0), aligned for any
 * object, or NULL. `release` frees a block; `size` is the size that was requested for it. If both
 * functions are NULL, the ring uses malloc and free. */
struct ring_allocator {
    void *(*allocate)(void *context, size_t size);
    void (*release)(void *context, void *block, size_t size);
    void *context;
};

/* All zero is the default: RING_XXH3, malloc and free. */
struct ring_options {
    enum ring_rule rule;
    struct ring_custom_rule custom;  /* with RING_CUSTOM both functions; otherwise ignored */
    struct ring_allocator allocator; /* both functions or neither */
    uint64_t reserved[4];            /* for options of later versions: zero */
};

struct ring;

/* Creates an empty ring and writes it to *ring. `options` may be NULL for the defaults. They are
 * copied and cannot be changed later.
 * Errors: RING_BAD_ARGUMENT, RING_NO_MEMORY. */
RING_API enum ring_error ring_create(struct ring **ring, const struct ring_options *options);

/* Releases the ring and all its memory. NULL is ignored. */
RING_API void ring_destroy(struct ring *ring);

/* Adds a node. The name is copied.
 * Errors: RING_BAD_ARGUMENT, RING_NODE_EXISTS, RING_TOO_MANY_POINTS, RING_NO_MEMORY. */
RING_API enum ring_error ring_add(struct ring *ring, const void *name, size_t size,
                                  uint32_t replicas);

/* The same, and gives the node a pointer for the caller's use: see ring_set_node_data(). */
RING_API enum ring_error ring_add_with_data(struct ring *ring, const void *name, size_t size,
                                            uint32_t replicas, void *data);

/* Adds `count` nodes, all or none, with one sort. The result is the same as adding them one by one
 * in any order. `count` may be 0.
 * Errors: as ring_add. */
RING_API enum ring_error ring_add_many(struct ring *ring, const struct ring_node *nodes,
                                       size_t count);

/* Removes a node.
 * Errors: RING_BAD_ARGUMENT, RING_NO_SUCH_NODE. */
RING_API enum ring_error ring_remove(struct ring *ring, const void *name, size_t size);

/* Changes how many replicas the node has: adds or drops those with the highest indexes, so only keys
 * of these move. The result is the same as if the node had been added with this number. If it has
 * the number already, nothing happens. Otherwise the names of this node that the ring has handed out
 * are not valid any more.
 * Errors: RING_BAD_ARGUMENT, RING_NO_SUCH_NODE, RING_TOO_MANY_POINTS, RING_NO_MEMORY (also if
 * replicas are dropped).
 *
 * Example: a new server gets its share of the keys in steps.
 *
 *     static enum ring_error warm_up(struct ring *ring, struct ring_bytes node, uint32_t most)
 *     {
 *         uint32_t replicas = 0;
 *         enum ring_error error = ring_node_replicas(ring, node.data, node.size, &replicas);
 *         if (error == RING_OK && replicas < most) {
 *             replicas = replicas < most / 2 ? 2 * replicas : most;
 *             error = ring_set_replicas(ring, node.data, node.size, replicas);
 *         }
 *         return error;
 *     } */
RING_API enum ring_error ring_set_replicas(struct ring *ring, const void *name, size_t size,
                                           uint32_t replicas);

/* Writes how many replicas the node has to *replicas. To ask only whether the node is there, pass
 * NULL for it.
 * Errors: RING_BAD_ARGUMENT, RING_NO_SUCH_NODE.
 *
 * Example: all nodes of a list are in the ring afterwards.
 *
 *     static enum ring_error add_absent(struct ring *ring, const struct ring_node *nodes,
 *                                       size_t count)
 *     {
 *         enum ring_error error = RING_OK;
 *         for (size_t i = 0; i < count && error == RING_OK; i++) {
 *             const struct ring_bytes *name = &nodes[i].name;
 *             if (ring_node_replicas(ring, name->data, name->size, NULL) == RING_NO_SUCH_NODE) {
 *                 error = ring_add(ring, name->data, name->size, nodes[i].replicas);
 *             }
 *         }
 *         return error;
 *     } */
RING_API enum ring_error ring_node_replicas(const struct ring *ring, const void *name, size_t size,
                                            uint32_t *replicas);

/* A CALLER'S POINTER FOR EACH NODE: to its connection, say, or its state. It is NULL until it is set,
 * and stays when the node's replicas change. The ring never uses it. When a node is removed or the
 * ring is destroyed, the pointer is forgotten, so free what it points to yourself. It takes 8 bytes
 * a node (4 on 32-bit targets), whether used or not.
 *
 * ring_set_node_data() sets it, and changes nothing else: names and cursors stay valid.
 * Errors: RING_BAD_ARGUMENT, RING_NO_SUCH_NODE.
 *
 * ring_node_data() returns it. Pass a name that a ring has handed out and that is still valid, from
 * ring_find() or any other function: the pointer lies beside the name. For a { NULL, 0 } of an empty
 * ring it returns NULL. Never pass bytes of your own or a copy of the name. For these,
 * ring_own_name() writes the ring's own bytes of the same name to *own.
 * Errors of ring_own_name: RING_BAD_ARGUMENT, RING_NO_SUCH_NODE.
 *
 * Example: the server of a key, from a table of your own; and a node is removed.
 *
 *     struct server {
 *         const char *address;
 *         bool down;
 *     };
 *     static bool is_up(void *context, struct ring_bytes node)
 *     {
 *         const struct server *server = ring_node_data(node);
 *         (void)context;
 *         return server != NULL && !server->down;
 *     }
 *     static struct server *server_of(const struct ring *ring, struct ring_bytes key)
 *     {
 *         struct ring_bytes node = {NULL, 0};
 *         (void)ring_find_if(ring, key.data, key.size, is_up, NULL, &node);
 *         return ring_node_data(node);
 *     }
 *     static enum ring_error remove_server(struct ring *ring, struct ring_bytes name)
 *     {
 *         struct ring_bytes own;
 *         enum ring_error error = ring_own_name(ring, name.data, name.size, &own);
 *         if (error == RING_OK) {
 *             void *server = ring_node_data(own);
 *             error = ring_remove(ring, name.data, name.size);
 *             free(server);
 *         }
 *         return error;
 *     } */
RING_API enum ring_error ring_set_node_data(struct ring *ring, const void *name, size_t size,
                                            void *data);
RING_API void *ring_node_data(struct ring_bytes node);
RING_API enum ring_error ring_own_name(const struct ring *ring, const void *name, size_t size,
                                       struct ring_bytes *own);

/* Writes the name of the key's owner to *node. The owner is the node of the first point whose
 * position is strictly greater than the key's; past the last point, it is the node of the first. In
 * an empty ring, *node becomes { NULL, 0 } and the call returns RING_OK.
 * Errors: RING_BAD_ARGUMENT. */
RING_API enum ring_error ring_find(const struct ring *ring, const void *key, size_t size,
                                   struct ring_bytes *node);

/* Writes the position of `key` under the ring's rule to *position. With it, a caller can digest a
 * key once and look it up in many rings of that rule.
 * Errors: RING_BAD_ARGUMENT. */
RING_API enum ring_error ring_position(const struct ring *ring, const void *key, size_t size,
                                       uint64_t *position);

/* Look up `count` keys, or keys whose positions are known, and write the owner of the i-th to
 * nodes[i], as ring_find does. Their memory accesses overlap, so in large rings each lookup is
 * several times as fast as alone. `count` may be 0.
 * Errors: RING_BAD_ARGUMENT, and then no element of `nodes` is written. */
RING_API enum ring_error ring_find_many(const struct ring *ring, const struct ring_bytes *keys,
                                        size_t count, struct ring_bytes *nodes);
RING_API enum ring_error ring_find_positions(const struct ring *ring, const uint64_t *positions,
                                             size_t count, struct ring_bytes *nodes);

/* Writes up to `n` distinct owners to nodes[0..*found), in clockwise order from the key. The first
 * is the node that ring_find returns. *found becomes `n`, or the ring's number of nodes if that is
 * less. `nodes` has room for as many names, and may be NULL if there are none to write.
 *
 *     *found       time besides the digest                 memory while it runs
 *     up to 16     O(points passed x owners found)         none
 *     17 or more   O(points passed + nodes of the ring)    1 byte for each node that the ring had
 *                                                          at its largest
 *
 * It passes each point at most once.
 * Errors: RING_BAD_ARGUMENT, RING_NO_MEMORY (17 or more nodes only). */
RING_API enum ring_error ring_find_n(const struct ring *ring, const void *key, size_t size,
                                     size_t n, struct ring_bytes *nodes, size_t *found);

/* Writes the first owner clockwise from the key for which accept(context, owner) is true to *node.
 * Asks for each owner at most once, first for the one that ring_find returns. If none is accepted,
 * *node becomes { NULL, 0 } and the call returns RING_OK. `accept` must not change the ring.
 * Errors: RING_BAD_ARGUMENT.
 *
 * Example: no node gets more keys than its limit (bounded loads). Names have one byte.
 *
 *     struct loads {
 *         size_t keys[256];
 *         size_t most;
 *     };
 *     static bool has_room(void *context, struct ring_bytes node)
 *     {
 *         const struct loads *loads = context;
 *         return loads->keys[*(const unsigned char *)node.data] < loads->most;
 *     }
 *     static enum ring_error find_with_room(const struct ring *ring, struct ring_bytes key,
 *                                           struct loads *loads, struct ring_bytes *node)
 *     {
 *         return ring_find_if(ring, key.data, key.size, has_room, loads, node);
 *     } */
RING_API enum ring_error ring_find_if(const struct ring *ring, const void *key, size_t size,
                                      bool (*accept)(void *context, struct ring_bytes node),
                                      void *context, struct ring_bytes *node);

/* Return how many nodes or points the ring has. 0 for a NULL ring. */
RING_API size_t ring_node_count(const struct ring *ring);
RING_API size_t ring_point_count(const struct ring *ring);

/* Returns how many bytes the ring now holds from its allocator. 0 for a NULL ring. */
RING_API size_t ring_bytes_used(const struct ring *ring);

/* WALKS. Start with a zeroed cursor, and call while the result is true. Nodes come in the order of
 * their names, points in ring order from position 0. At the end, or with a NULL argument, the call
 * returns false and writes neither *node nor *point. A change to the ring ends the walk: do not use
 * the cursor after it. */
struct ring_cursor {
    uint64_t state[2]; /* private to the library */
};
RING_API bool ring_next_node(const struct ring *ring, struct ring_cursor *cursor,
                             struct ring_node *node);
RING_API bool ring_next_point(const struct ring *ring, struct ring_cursor *cursor,
                              struct ring_point *point);

/* A walk over owners. Start with ring_seek() at a key, or with ring_seek_position() at a position.
 * Each call of ring_next_owner() writes the next owner clockwise to *node and returns true. Each
 * node of the ring comes once, and first the one that ring_find returns. After the last, or with a
 * NULL argument, the call returns false and does not write *node. A change to the ring ends the
 * walk: do not use the cursor after it.
 *
 * A walk allocates nothing, however many owners it hands out. The cursor has the first 16 of them,
 * and compares the owner of each point with those. After that, it searches the positions of that
 * owner for an earlier point on the walk: O(1) expected, O(log replicas) at worst.
 * Errors: RING_BAD_ARGUMENT.
 *
 * Example: up to three nodes in different racks. A name begins with the letter of its rack.
 *
 *     static size_t find_racks(const struct ring *ring, struct ring_bytes key,
 *                              struct ring_bytes nodes[3])
 *     {
 *         bool taken[256] = {false};
 *         struct ring_owner_cursor cursor;
 *         size_t found = 0;
 *         (void)ring_seek(ring, key.data, key.size, &cursor);
 *         while (found < 3 && ring_next_owner(ring, &cursor, &nodes[found])) {
 *             unsigned char rack = *(const unsigned char *)nodes[found].data;
 *             found += !taken[rack];
 *             taken[rack] = true;
 *         }
 *         return found;
 *     } */
struct ring_owner_cursor {
    struct ring_cursor point; /* all is private to the library */
    uint64_t start;
    uint64_t left;
    uint32_t met[16];
};
RING_API enum ring_error ring_seek(const struct ring *ring, const void *key, size_t size,
                                   struct ring_owner_cursor *cursor);
RING_API enum ring_error ring_seek_position(const struct ring *ring, uint64_t position,
                                            struct ring_owner_cursor *cursor);
RING_API bool ring_next_owner(const struct ring *ring, struct ring_owner_cursor *cursor,
                              struct ring_bytes *node);

/* The positions from `first` to `last`, both included, and their owners in two rings. */
struct ring_range {
    uint64_t first;
    uint64_t last;
    struct ring_bytes before;
    struct ring_bytes after;
};

/* Tells what moves if the ring `after` replaces `before`. Calls moved(context, &range) for each
 * range of positions whose owner differs, in ascending order, until it returns false. A key is
 * in the range of its ring_position(). Neighbouring ranges with equal owners are one. But no range
 * goes on from the last position, 2^64 - 1 (2^32 - 1 for RING_MD5_COMPAT32), to 0: then there are
 * two.
 *
 * Owners are compared by name. In an empty ring, the owner is { NULL, 0 }: compare with one to get
 * all ranges of a ring. Both rings must have the same rule, and if it is custom, the same function
 * for keys and the same context. `moved` must not change them. Each point of both is read once.
 * Errors: RING_BAD_ARGUMENT.
 *
 * Example: the ranges that a node has to fetch from others.
 *
 *     struct fetch {
 *         struct ring_bytes node;
 *         FILE *out;
 *     };
 *     static bool print_fetched(void *context, const struct ring_range *range)
 *     {
 *         const struct fetch *fetch = context;
 *         if (range->after.size == fetch->node.size &&
 *             memcmp(range->after.data, fetch->node.data, fetch->node.size) == 0) {
 *             (void)fprintf(fetch->out, "0x%016" PRIx64 " to 0x%016" PRIx64 " from %.*s\n",
 *                           range->first, range->last, (int)range->before.size,
 *                           (const char *)range->before.data);
 *         }
 *         return true;
 *     } */
RING_API enum ring_error ring_moves(const struct ring *before, const struct ring *after,
                                    bool (*moved)(void *context, const struct ring_range *range),
                                    void *context);

/* Writes the share of the circle that each node owns, from 0 to 1, to shares[0..ring_node_count()),
 * in the order of ring_next_node(). It is the node's share of all keys if these are spread evenly.
 * `shares` may be NULL if the ring is empty.
 * Errors: RING_BAD_ARGUMENT, RING_NO_MEMORY.
 *
 * Example: the share of each node, in percent.
 *
 *     static enum ring_error print_shares(const struct ring *ring, double *room, FILE *out)
 *     {
 *         struct ring_cursor cursor = {{0}};
 *         struct ring_node node;
 *         enum ring_error error = ring_shares(ring, room);
 *         while (error == RING_OK && ring_next_node(ring, &cursor, &node)) {
 *             (void)fprintf(out, "%.*s %.2f %%\n", (int)node.name.size,
 *                           (const char *)node.name.data, 100 * *room++);
 *         }
 *         return error;
 *     } */
RING_API enum ring_error ring_shares(const struct ring *ring, double *shares);

/* Verifies every invariant (check.c lists them), and returns RING_OK if all hold. `broken` may be
 * NULL.
 * Errors: RING_BAD_ARGUMENT, RING_NO_MEMORY, and
 *     RING_CORRUPT   an invariant is broken. *broken becomes a sentence (static storage) that says
 *                    what should hold and does not. If several invariants are broken, it names the
 *                    first. Report it with the steps that led there, and destroy the ring. */
RING_API enum ring_error ring_check(const struct ring *ring, const char **broken);

#ifdef __cplusplus
}
#endif
#endif
