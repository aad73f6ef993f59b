/* A ring, its nodes, and the keys to look up: the same for every version of the library and in
 * every run. Any failure prints its reason and exits with 2, because the time of a wrong result
 * means nothing. */
#ifndef GATE_PLACE_H
#define GATE_PLACE_H

#include <ringproof/ring.h>

struct place_shape {
    enum ring_rule rule;
    size_t points; /* a multiple of `replicas` */
    uint32_t replicas;
    size_t key_size; /* 8 to 256 */
};

enum { PLACE_NAME_ROOM = 32 };

struct place {
    struct place_shape shape;
    struct ring *ring;
    struct ring_node *nodes;
    size_t count; /* of nodes */
    struct ring_bytes *keys;
    size_t key_count;
    size_t asked;     /* the next key: lookups continue where the last ones ended */
    size_t newcomers; /* nodes made by place_newcomer() */
    char *name_bytes;
    char *key_bytes;
};

/* Makes nodes and keys, and a ring of all nodes. O(points). place_free() frees them, after checking
 * that the ring still has all its points. */
void place_make(struct place *place, const struct place_shape *shape);
void place_free(struct place *place);

/* An empty ring with the rule of this place. The caller destroys it. */
struct ring *place_empty_ring(const struct place *place);

/* A node with a name that was never used. The name is written to `name`. */
struct ring_node place_newcomer(struct place *place, char name[PLACE_NAME_ROOM]);

/* Stops the program unless `error` is RING_OK. */
void place_expect(enum ring_error error);

#endif
