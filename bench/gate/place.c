#include "place.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/mix.h"

enum { KEYS_MIN = 4096 };

static _Noreturn void stop(const char *why)
{
    (void)fprintf(stderr, "ring_gate: %s\n", why);
    exit(2);
}

static void *room(size_t count, size_t size)
{
    void *block = calloc(count, size);
    if (block == NULL) {
        stop("no memory");
    }
    return block;
}

void place_expect(enum ring_error error)
{
    if (error != RING_OK) {
        stop(ring_strerror(error));
    }
}

struct ring *place_empty_ring(const struct place *place)
{
    struct ring *ring = NULL;
    const struct ring_options options = {.rule = place->shape.rule};
    place_expect(ring_create(&ring, &options));
    return ring;
}

static void make_nodes(struct place *place)
{
    place->count = place->shape.points / place->shape.replicas;
    place->nodes = room(place->count, sizeof *place->nodes);
    place->name_bytes = room(place->count, PLACE_NAME_ROOM);
    for (size_t i = 0; i < place->count; i++) {
        char *name = place->name_bytes + i * PLACE_NAME_ROOM;
        int size = snprintf(name, PLACE_NAME_ROOM, "node-%06zu", i);
        place->nodes[i] = (struct ring_node){{name, (size_t)size}, place->shape.replicas};
    }
}

/* At least as many keys as points. Fewer might stay in the cache and flatter the lookups. */
static void make_keys(struct place *place)
{
    const size_t size = place->shape.key_size;
    place->key_count = place->shape.points > KEYS_MIN ? place->shape.points : KEYS_MIN;
    place->keys = room(place->key_count, sizeof *place->keys);
    place->key_bytes = room(place->key_count, size);
    for (size_t i = 0; i < place->key_count; i++) {
        char *key = place->key_bytes + i * size;
        for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
            uint64_t number = mix(i * 256 + at + 1);
            memcpy(key + at, &number, size - at < sizeof number ? size - at : sizeof number);
        }
        place->keys[i] = (struct ring_bytes){key, size};
    }
}

void place_make(struct place *place, const struct place_shape *shape)
{
    *place = (struct place){.shape = *shape};
    make_nodes(place);
    make_keys(place);
    place->ring = place_empty_ring(place);
    place_expect(ring_add_many(place->ring, place->nodes, place->count));
}

void place_free(struct place *place)
{
    if (ring_point_count(place->ring) != place->shape.points) {
        stop("the ring has a wrong number of points");
    }
    ring_destroy(place->ring);
    free(place->nodes);
    free(place->name_bytes);
    free(place->keys);
    free(place->key_bytes);
}

struct ring_node place_newcomer(struct place *place, char name[PLACE_NAME_ROOM])
{
    int size = snprintf(name, PLACE_NAME_ROOM, "new-%07zu", place->newcomers++);
    return (struct ring_node){{name, (size_t)size}, place->shape.replicas};
}
