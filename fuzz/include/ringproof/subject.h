/* A subject: any consistent-hash ring, as a table of functions. Names, errors and meanings are those of
 * ring.h: a subject is right if it answers as that header says.
 *
 * To have a ring of your own checked, fill in such a table in a shared object that exports
 *
 *     const struct subject *ringproof_subject(unsigned int version);
 *
 * and run `ringproof check --subject ./libmyring.so`. fuzz/template/myring.c is one to start from. */
#ifndef RINGPROOF_SUBJECT_H
#define RINGPROOF_SUBJECT_H

#include <ring.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a subject may leave unpromised, so that the check does not hold it to it. */
enum subject_promise {
    SUBJECT_ORDERS_TIES = 1 /* points at equal positions are ordered by owner's name */
};

/* What a subject cannot express. Programs for it are shaped so that they do without. */
enum subject_limit {
    SUBJECT_ONE_REPLICA_COUNT =
        1,                /* all nodes of a ring have the same, which its first add tells */
    SUBJECT_ONE_ERROR = 2 /* it tells that a call failed, by any error, but not why */
};

struct subject {
    const char *name;
    const char *about;     /* one line for lists */
    unsigned int promises; /* of enum subject_promise */
    unsigned int limits;   /* of enum subject_limit */
    /* The placement rules that it has: the bit 1 << R for each R of enum ring_rule. 0: all of them. */
    unsigned int rules;

    /* An empty ring. NULL: no memory. The allocator in `options` may be ignored. */
    void *(*create)(const struct ring_options *options);
    void (*destroy)(void *ring);

    /* The bytes that a call is given are gone when it returns. */
    enum ring_error (*add)(void *ring, struct ring_bytes name, uint32_t replicas);
    enum ring_error (*add_many)(void *ring, const struct ring_node *nodes,
                                size_t count); /* or NULL */
    enum ring_error (*remove)(void *ring, struct ring_bytes name);

    enum ring_error (*find)(const void *ring, struct ring_bytes key, struct ring_bytes *node);
    /* `nodes` has room for `n`, or for as many nodes as the ring has, if that is less. May be NULL. */
    enum ring_error (*find_n)(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found);
    /* May be NULL, as all below. */
    enum ring_error (*find_positions)(const void *ring, const uint64_t *positions, size_t count,
                                      struct ring_bytes *nodes);

    size_t (*node_count)(const void *ring);
    size_t (*point_count)(const void *ring);
    /* Walks the points in ring order, from a zeroed cursor, while true. A ring without it is asked for the
     * owners of many keys after every change instead. */
    bool (*next_point)(const void *ring, struct ring_cursor *cursor, struct ring_point *point);

    /* The subject's look at its own invariants: NULL if they hold, else the one that does not. */
    const char *(*check)(const void *ring);
};

#define RINGPROOF_SUBJECT_VERSION 1U

/* The one symbol that a shared object exports. NULL: its table is of another version than this. What it
 * returns lives as long as the process. */
RING_API const struct subject *ringproof_subject(unsigned int version);

#ifdef __cplusplus
}
#endif
#endif
