#include "work.h"

/* Nanoseconds for each unit that the complexities in ring.h count, rounded up from measurements.
 * ../results.md shows how long commands really take. */
enum {
    WORK_POINT_PLACED = 250,  /* one digest and its share of the sort */
    WORK_POINT_CHANGED = 150, /* one point inserted or erased, with a cache miss */
    WORK_POINT_SEEN = 60,     /* one point passed by find_n, or one comparison of names */
    WORK_NODE_FREED = 100,
    WORK_POINT_FREED = 15, /* the VM gives large blocks back to the system, page by page */
    WORK_SLOT_MADE = 250,  /* mostly the page fault on its first use */
    WORK_BYTE = 3,         /* one byte digested */
    BYTES_COMPARED = 4,    /* bytes compared or copied in one nanosecond */
};

static uint64_t work_to_digest(size_t size)
{
    return size * (uint64_t)WORK_BYTE;
}

/* The worst case: two names differ only at their ends. */
static uint64_t work_to_compare(const struct ring_sizes *ring)
{
    return ring->longest / BYTES_COMPARED;
}

static uint64_t halvings_of(uint64_t nodes)
{
    uint64_t halvings = 1;
    while (nodes > 1) {
        nodes /= 2;
        halvings++;
    }
    return halvings;
}

/* Looking up a name among the nodes of the ring. */
static uint64_t work_to_look_up(const struct ring_sizes *ring)
{
    return halvings_of(ring->nodes) * (WORK_POINT_SEEN + work_to_compare(ring));
}

/* Does not depend on the ring's size. Does not count the growth of a block of points, because an add
 * does not know in advance whether one will grow. ../results.md has the longest adds measured. */
uint64_t work_to_add(const struct ring_sizes *ring, size_t size)
{
    return ring->replicas * (uint64_t)(WORK_POINT_PLACED + WORK_POINT_CHANGED) +
           work_to_digest(size) + 2 * work_to_look_up(ring);
}

uint64_t work_to_remove(const struct ring_sizes *ring, size_t size)
{
    return work_to_digest(size) + ring->replicas * (uint64_t)WORK_POINT_CHANGED +
           2 * work_to_look_up(ring);
}

uint64_t work_to_find(const struct ring_sizes *ring, size_t size)
{
    return work_to_digest(size) + work_to_compare(ring);
}

uint64_t work_to_find_nodes(const struct ring_sizes *ring, size_t size, uint64_t count)
{
    uint64_t found = count < ring->nodes ? count : ring->nodes;
    /* Finding up to half of the nodes passes about that many points. Finding the last node may pass
     * every point. */
    uint64_t passed = found <= ring->nodes / 2 ? 2 * found : ring->points;
    uint64_t comparison = WORK_POINT_SEEN + work_to_compare(ring);
    return work_to_digest(size) + passed * halvings_of(ring->nodes) * comparison + ring->nodes +
           found * work_to_compare(ring);
}

uint64_t work_to_free(const struct ring_sizes *ring)
{
    return ring->nodes * WORK_NODE_FREED + ring->points * WORK_POINT_FREED;
}

uint64_t work_to_make_slots(uint64_t room)
{
    return room * WORK_SLOT_MADE;
}
