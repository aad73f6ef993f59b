/* Estimates for the NIF that are long for small rings, in place of driver/work.c: lookups move to
 * another scheduler, and rings go to the thread that destroys them. */
#include "../driver/work.h"

#include "../stand_in/nif_vm.h"

/* Nanoseconds for each byte of a key, and for each node found: little for a few, else more than a
 * scheduler may be held. */
enum { FEW = 3, WORK_OF_FEW = 15000, WORK_OF_MANY = 300000, WORK_NODE_FREED = 600000 };

static uint64_t work_for(uint64_t count)
{
    return count * (count <= FEW ? WORK_OF_FEW : WORK_OF_MANY);
}

static uint64_t estimated(uint64_t work)
{
    vm_estimated(work);
    return work;
}

uint64_t work_to_find(const struct ring_sizes *ring, size_t size)
{
    (void)ring;
    return estimated(work_for(size));
}

uint64_t work_to_find_nodes(const struct ring_sizes *ring, size_t size, uint64_t count)
{
    return estimated(work_for(size) + work_for(count < ring->nodes ? count : ring->nodes));
}

uint64_t work_to_free(const struct ring_sizes *ring)
{
    return estimated(ring->nodes * WORK_NODE_FREED);
}
