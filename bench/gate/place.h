/* A ring, the nodes it has, and the keys it is asked for: the same for every version of the library and in every run.
 * Whatever fails is said, and stops the program: the time of a wrong result means nothing. */
#ifndef GATE_PLACE_H
#define GATE_PLACE_H

#include <ring.h>

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
    size_t asked;     /* the next key: lookups go on where the last ones ended */
    size_t newcomers; /* made so far */
    char *name_bytes;
    char *key_bytes;
};

/* With its ring, of all nodes. O(points). */
void place_make(struct place *place, const struct place_shape *shape);
void place_free(struct place *place);

struct ring *place_empty_ring(const struct place *place);

/* A node whose name was never given out before. */
struct ring_node place_newcomer(struct place *place, char name[PLACE_NAME_ROOM]);

/* Stops unless the call said RING_OK. */
void place_expect(enum ring_error error);

#endif
