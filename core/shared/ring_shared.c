/* Two rings that share their nodes. Every change is made on the idle one first. */
#include <ringproof/ring_shared.h>

#include <string.h>

/* Readers on threads that belong to somebody else, who starts and ends them without a word, need a
 * flavour of liburcu that registers a thread at its first read. */
#ifdef RING_SHARED_READERS_REGISTER_THEMSELVES
#include <urcu/urcu-bp.h>
#define RCU(function) urcu_bp_##function
#else
#include <urcu/urcu-memb.h>
#define RCU(function) urcu_memb_##function
#endif

#include "../arcs/arcs.h"
#include "over.h"

#if defined(__SANITIZE_THREAD__)
#define RING_SHARED_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RING_SHARED_WATCHED 1
#endif
#endif
#ifdef RING_SHARED_WATCHED
#include <sanitizer/tsan_interface.h>
#define NOTE(function, address) __tsan_##function((void *)(uintptr_t)(address))
#else
#define NOTE(function, address) ((void)(address))
#endif

struct ring_shared {
    atomic_size_t published; /* the side that readers enter */
    char left;               /* an address for NOTE() */
    struct ring *sides[2];
    atomic_size_t bytes; /* of both */
};

/* ThreadSanitizer does not see the fences of liburcu, which is compiled without it. So it does not
 * know that a grace period ends after everything that earlier readers did. It needs one annotation:
 * leaving happens before the end of the writer's wait.
 *
 * Nothing else is annotated. Until a reader leaves, its reads are not ordered with the writer's
 * changes. The writer's changes reach a reader through `published` alone, an atomic that
 * ThreadSanitizer understands. The annotation has an address of its own: at the address of
 * `published`, the writer's stores would erase it. */
enum ring_error ring_shared_create_over(struct ring_shared **shared,
                                        const struct ring_options *options,
                                        const struct point_store *store)
{
    struct ring *sides[2];
    if (shared == NULL) {
        return RING_BAD_ARGUMENT;
    }
    const enum ring_error error = ring_create_over(&sides[0], options, store, 2, 0);
    if (error != RING_OK) {
        return error;
    }
    /* The same options are right for the second side: only memory can lack. */
    struct ring_shared *created = ring_allocate(&sides[0]->allocation, sizeof *created);
    if (created == NULL || ring_create_over(&sides[1], options, store, 2, 1) != RING_OK) {
        ring_release(&sides[0]->allocation, created, sizeof *created);
        ring_destroy(sides[0]);
        return RING_NO_MEMORY;
    }
    *created = (struct ring_shared){.sides = {sides[0], sides[1]}};
    atomic_init(&created->published, 0);
    atomic_init(&created->bytes,
                sizeof *created + ring_bytes_used(sides[0]) + ring_bytes_used(sides[1]));
    sides[0]->allocation.bytes = sides[1]->allocation.bytes = &created->bytes;
    *shared = created;
    return RING_OK;
}

enum ring_error ring_shared_create(struct ring_shared **shared, const struct ring_options *options)
{
    return ring_shared_create_over(shared, options, &ring_arcs);
}

void ring_shared_destroy(struct ring_shared *shared)
{
    if (shared != NULL) {
        struct ring_allocator allocator = shared->sides[0]->allocation.allocator;
        ring_destroy_side(shared->sides[1]);
        ring_destroy(shared->sides[0]);
        allocator.release(allocator.context, shared, sizeof *shared);
    }
}

void ring_shared_register(void)
{
    RCU(register_thread)();
}

void ring_shared_unregister(void)
{
    RCU(unregister_thread)();
}

const struct ring *ring_shared_enter(const struct ring_shared *shared)
{
    RCU(read_lock)();
    return shared->sides[atomic_load_explicit(&shared->published, memory_order_acquire)];
}

void ring_shared_leave(const struct ring_shared *shared)
{
    NOTE(release, &shared->left);
    RCU(read_unlock)();
}

static void wait_for_readers(const struct ring_shared *shared)
{
    RCU(synchronize_rcu)();
    NOTE(acquire, &shared->left);
}

/* A side to look nodes up in, and to allocate with. NULL for NULL. */
static struct ring *side_of(const struct ring_shared *shared)
{
    return shared != NULL ? shared->sides[0] : NULL;
}

/* Makes a change that was prepared with this result. Makes room for it on both sides, or on none. On
 * the published side, it is made where readers do not look. */
static enum ring_error make(struct ring_shared *shared, struct change *change,
                            enum ring_error error)
{
    if (error != RING_OK || (change->nodes.count == 0 && change->leaving == NULL)) {
        return error; /* RING_OK: nothing changes, and nothing is to be freed */
    }
    const size_t idle = 1 - atomic_load_explicit(&shared->published, memory_order_relaxed);
    struct ring *first = shared->sides[idle];
    struct ring *second = shared->sides[1 - idle];
    error = ring_change_reserve(first, change);
    if (error == RING_OK) {
        error = ring_change_reserve(second, change);
        if (error == RING_OK) {
            ring_change_commit(first, change);
            atomic_store_explicit(&shared->published, idle, memory_order_release);
            wait_for_readers(shared);
            ring_change_commit(second, change);
        } else {
            ring_change_cancel(first, change);
        }
    }
    ring_change_free(second, change, error == RING_OK);
    return error;
}

enum ring_error ring_shared_add_many(struct ring_shared *shared, const struct ring_node *nodes,
                                     size_t count)
{
    struct change change;
    return make(shared, &change, ring_prepare_add(side_of(shared), &change, nodes, count, NULL));
}

enum ring_error ring_shared_add(struct ring_shared *shared, const void *name, size_t size,
                                uint32_t replicas)
{
    return ring_shared_add_with_data(shared, name, size, replicas, NULL);
}

enum ring_error ring_shared_add_with_data(struct ring_shared *shared, const void *name, size_t size,
                                          uint32_t replicas, void *data)
{
    const struct ring_node node = {{name, size}, replicas};
    struct change change;
    return make(shared, &change, ring_prepare_add(side_of(shared), &change, &node, 1, data));
}

/* Both sides have the same node. */
enum ring_error ring_shared_set_node_data(struct ring_shared *shared, const void *name, size_t size,
                                          void *data)
{
    enum ring_error error = ring_set_node_data(side_of(shared), name, size, data);
    if (error == RING_OK) {
        wait_for_readers(shared);
    }
    return error;
}

enum ring_error ring_shared_remove(struct ring_shared *shared, const void *name, size_t size)
{
    struct change change;
    return make(shared, &change, ring_prepare_remove(side_of(shared), &change, name, size));
}

enum ring_error ring_shared_set_replicas(struct ring_shared *shared, const void *name, size_t size,
                                         uint32_t replicas)
{
    struct change change;
    return make(shared, &change,
                ring_prepare_replicas(side_of(shared), &change, name, size, replicas));
}

size_t ring_shared_bytes_used(const struct ring_shared *shared)
{
    return ring_bytes_used(side_of(shared));
}
