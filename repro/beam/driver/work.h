/* Estimates, in nanoseconds, of how long the commands on a ring take, from sizes alone: O(1). The VM
 * wants a scheduler back within 1 ms; who calls this decides what runs elsewhere. */
#ifndef REPRO_BEAM_WORK_H
#define REPRO_BEAM_WORK_H

#include <stddef.h>
#include <stdint.h>

/* Half of what the VM allows. The rest is a margin for errors of the estimates, and for slower
 * machines. */
#define WORK_LONGEST_AT_ONCE UINT64_C(500000)

struct ring_sizes {
    uint64_t nodes;
    uint64_t points;
    size_t longest; /* the longest name ever added, in bytes */
    uint32_t replicas;
};

/* `size` is that of the name or key. */
uint64_t work_to_add(const struct ring_sizes *ring, size_t size);
uint64_t work_to_remove(const struct ring_sizes *ring, size_t size);
uint64_t work_to_find(const struct ring_sizes *ring, size_t size);
uint64_t work_to_find_nodes(const struct ring_sizes *ring, size_t size, uint64_t count);
uint64_t work_to_free(const struct ring_sizes *ring);

/* Makes a table of the driver's with room for so many rings. */
uint64_t work_to_make_slots(uint64_t room);

#endif
