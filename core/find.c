#include "internal.h"

#include <string.h>

/* Up to this many nodes, find_n compares with all nodes found so far: that costs less than
 * allocating marks. */
#define FIND_N_SCAN_MAX 16
/* How many keys ring_find_many() digests before it looks them up together. */
#define FIND_MANY_STEP 64

enum ring_error ring_position(const struct ring *ring, const void *key, size_t size,
                              uint64_t *position)
{
    if (ring == NULL || (key == NULL && size > 0) || position == NULL) {
        return RING_BAD_ARGUMENT;
    }
    *position = ring_place_key(&ring->placement, key, size);
    return RING_OK;
}

enum ring_error ring_find_positions(const struct ring *ring, const uint64_t *positions,
                                    size_t count, struct ring_bytes *nodes)
{
    if (ring == NULL || (count > 0 && (positions == NULL || nodes == NULL))) {
        return RING_BAD_ARGUMENT;
    }
    if (ring->point_count > 0) {
        ring->store->find(ring, positions, count, nodes);
        return RING_OK;
    }
    for (size_t i = 0; i < count; i++) {
        nodes[i] = (struct ring_bytes){NULL, 0};
    }
    return RING_OK;
}

enum ring_error ring_find(const struct ring *ring, const void *key, size_t size,
                          struct ring_bytes *node)
{
    uint64_t position = 0;
    enum ring_error error = ring_position(ring, key, size, &position);
    return error == RING_OK ? ring_find_positions(ring, &position, 1, node) : error;
}

enum ring_error ring_find_many(const struct ring *ring, const struct ring_bytes *keys, size_t count,
                               struct ring_bytes *nodes)
{
    uint64_t positions[FIND_MANY_STEP];
    if (ring == NULL || (count > 0 && (keys == NULL || nodes == NULL))) {
        return RING_BAD_ARGUMENT;
    }
    for (size_t i = 0; i < count; i++) {
        if (keys[i].data == NULL && keys[i].size > 0) {
            return RING_BAD_ARGUMENT;
        }
    }
    for (size_t done = 0; done < count;) {
        size_t step = count - done < FIND_MANY_STEP ? count - done : FIND_MANY_STEP;
        for (size_t i = 0; i < step; i++) {
            const struct ring_bytes *key = &keys[done + i];
            positions[i] = ring_place_key(&ring->placement, key->data, key->size);
        }
        (void)ring_find_positions(ring, positions, step, nodes + done);
        done += step;
    }
    return RING_OK;
}

enum ring_error ring_find_n(const struct ring *ring, const void *key, size_t size, size_t n,
                            struct ring_bytes *nodes, size_t *found)
{
    uint64_t position = 0;
    if (found == NULL || ring_position(ring, key, size, &position) != RING_OK) {
        return RING_BAD_ARGUMENT;
    }
    size_t wanted = n < ring->nodes.count ? n : ring->nodes.count;
    if (nodes == NULL && wanted > 0) {
        return RING_BAD_ARGUMENT;
    }
    bool *seen = NULL;
    if (wanted > FIND_N_SCAN_MAX) {
        seen = ring_allocate(&ring->allocation, ring->nodes.used * sizeof *seen);
        if (seen == NULL) {
            return RING_NO_MEMORY;
        }
        memset(seen, 0, ring->nodes.used * sizeof *seen);
    }
    size_t met = 0;
    uint32_t owners[FIND_N_SCAN_MAX];
    struct ring_cursor cursor;
    ring->store->seek(ring, position, &cursor);
    /* Every node owns a point, so one turn around the circle meets all nodes. */
    for (size_t passed = 0; met < wanted && passed < ring->point_count; passed++) {
        const uint32_t owner = ring_next_around(ring, &cursor, NULL);
        const bool again = seen != NULL ? seen[owner] : ring_is_among(owners, met, owner);
        if (!again) {
            if (seen != NULL) {
                seen[owner] = true;
            } else {
                owners[met] = owner;
            }
            nodes[met++] = *ring_nodes_numbered(&ring->nodes, owner);
        }
    }
    ring_release(&ring->allocation, seen, ring->nodes.used * sizeof *seen);
    *found = met;
    return RING_OK;
}
