/* A subject: any consistent-hash ring, as a table of functions. Fuzz targets, benchmarks and repro
 * cases reach rings through this table alone. Names, errors and meanings are those of core/ring.h:
 * a subject is right if it answers as that header says.
 */
#ifndef FUZZ_SUBJECT_H
#define FUZZ_SUBJECT_H

#include "../core/ring.h"

/* What a subject may leave unpromised, so that the check does not hold it to it. */
enum subject_promise {
    SUBJECT_ORDERS_TIES = 1 /* points at equal positions are ordered by owner's name */
};

struct subject {
    const char *name;
    const char *about;     /* one line for lists */
    unsigned int promises; /* of enum subject_promise */

    /* NULL: no memory. The allocator in `options` may be ignored. */
    void *(*create)(const struct ring_options *options);
    void (*destroy)(void *ring);

    enum ring_error (*add)(void *ring, struct ring_bytes name, uint32_t replicas);
    enum ring_error (*add_many)(void *ring, const struct ring_node *nodes, size_t count);
    enum ring_error (*remove)(void *ring, struct ring_bytes name);
    enum ring_error (*find)(const void *ring, struct ring_bytes key, struct ring_bytes *node);
    enum ring_error (*find_n)(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found);

    /* May be NULL: not every ring has it. */
    enum ring_error (*find_positions)(const void *ring, const uint64_t *positions, size_t count,
                                      struct ring_bytes *nodes);

    size_t (*node_count)(const void *ring);
    size_t (*point_count)(const void *ring);
    /* Walks the points in ring order, from a zeroed cursor, while true. */
    bool (*next_point)(const void *ring, struct ring_cursor *cursor, struct ring_point *point);

    /* The subject's look at its own invariants: NULL if they hold, else the one that does not.
     * The function itself may be NULL: it has no such thing. */
    const char *(*check)(const void *ring);
};

extern const struct subject subject_core; /* the library in core/ */
extern const struct subject subject_tiny; /* its arcs, in blocks so small that they part and join */
extern const struct subject subject_merge;  /* its other point store, as proposed in 2014 */
extern const struct subject subject_model;  /* the slow reference */
extern const struct subject subject_resort; /* everything sorted anew by qsort() */
extern const struct subject subject_legacy; /* the historical algorithm, with its defect: repro/ */

/* All of them, ended by NULL. */
extern const struct subject *const subjects[];

/* NULL: there is none of that name. */
const struct subject *subject_named(const char *name);

#endif
