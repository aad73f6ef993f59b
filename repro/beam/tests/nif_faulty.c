/* The NIF with a fault, for tests of the soak. RINGPROOF_FAULT in the environment chooses it:
 *
 *     wrong    one find in 64 answers with the name cut short by a byte
 *     leak     each add leaks a block
 *
 * The linker's --wrap sends the NIF's calls here. */
#include <erl_nif.h>
#include <ringproof/ring_shared.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum ring_error real_add(struct ring_shared *shared, const void *name, size_t size,
                         uint32_t replicas) __asm__("__real_ring_shared_add");
enum ring_error faulty_add(struct ring_shared *shared, const void *name, size_t size,
                           uint32_t replicas) __asm__("__wrap_ring_shared_add");
enum ring_error real_find(const struct ring *ring, const void *key, size_t size,
                          struct ring_bytes *node) __asm__("__real_ring_find");
enum ring_error faulty_find(const struct ring *ring, const void *key, size_t size,
                            struct ring_bytes *node) __asm__("__wrap_ring_find");

static atomic_uint calls;

static bool fault_is(const char *name)
{
    const char *fault = getenv("RINGPROOF_FAULT");
    return fault != NULL && strcmp(fault, name) == 0;
}

enum ring_error faulty_add(struct ring_shared *shared, const void *name, size_t size,
                           uint32_t replicas)
{
    void *block = enif_alloc(8);
    if (!fault_is("leak")) {
        enif_free(block);
    }
    return real_add(shared, name, size, replicas);
}

enum ring_error faulty_find(const struct ring *ring, const void *key, size_t size,
                            struct ring_bytes *node)
{
    const enum ring_error error = real_find(ring, key, size, node);
    if (fault_is("wrong") && node->size > 0 && atomic_fetch_add(&calls, 1) % 64 == 63) {
        node->size--;
    }
    return error;
}
