/* The ring library with a fault, for tests of the soak. RINGPROOF_FAULT in the environment chooses it:
 *
 *     wrong    one find in 4096 answers with the name cut short by a byte
 *     leak     each add leaks a block
 *     overrun  each add writes one byte past the end of a block
 *     crash    one add in 256 aborts the VM
 */
#include <erl_driver.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "../driver/engine.h"
#include "../driver/work.h"

static atomic_uint calls;

static bool fault_is(const char *name)
{
    const char *fault = getenv("RINGPROOF_FAULT");
    return fault != NULL && strcmp(fault, name) == 0;
}

static bool once_in(unsigned count)
{
    return atomic_fetch_add(&calls, 1) % count == count - 1;
}

static void *create(const struct ring_options *options)
{
    return subject_core.create(options);
}

static void destroy(void *ring)
{
    subject_core.destroy(ring);
}

static void misuse_memory(void)
{
    static volatile size_t size = 8; /* volatile, or the compiler would warn about the overrun */
    void *block = driver_alloc(size);
    memset(block, 0, fault_is("overrun") ? size + 1 : size);
    if (!fault_is("leak")) {
        driver_free(block);
    }
}

static enum ring_error add(void *ring, struct ring_bytes name, uint32_t replicas)
{
    misuse_memory();
    if (fault_is("crash") && once_in(256)) {
        abort();
    }
    return subject_core.add(ring, name, replicas);
}

static enum ring_error remove_node(void *ring, struct ring_bytes name)
{
    return subject_core.remove(ring, name);
}

static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    enum ring_error error = subject_core.find(ring, key, node);
    if (fault_is("wrong") && node->size > 1 && once_in(4096)) {
        node->size--;
    }
    return error;
}

static enum ring_error find_n(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    return subject_core.find_n(ring, key, n, nodes, found);
}

static size_t node_count(const void *ring)
{
    return subject_core.node_count(ring);
}

static size_t point_count(const void *ring)
{
    return subject_core.point_count(ring);
}

static const struct subject faulty = {
    .name = "faulty",
    .create = create,
    .destroy = destroy,
    .add = add,
    .remove = remove_node,
    .find = find,
    .find_n = find_n,
    .node_count = node_count,
    .point_count = point_count,
};

const struct subject *const engine_subject = &faulty;
const uint64_t engine_longest_at_once = WORK_LONGEST_AT_ONCE;
