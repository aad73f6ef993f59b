#include "ring.h"

#include <erl_nif.h>

#include "../driver/rules.h"

/* The VM aligns blocks for pointers and 64-bit integers. A ring needs no stricter alignment. */
static void *allocate(void *context, size_t size)
{
    (void)context;
    return enif_alloc(size);
}

static void give_back(void *context, void *block, size_t size)
{
    (void)context;
    (void)size;
    enif_free(block);
}

static enum status create_shared(struct ring_shared **shared, enum ring_rule rule)
{
    struct ring_options options = {.rule = rule, .allocator = {allocate, give_back, NULL}};
    return status_of(ring_shared_create(shared, &options));
}

enum status nif_ring_create(struct nif_ring **ring, uint32_t replicas, uint8_t hash)
{
    if (replicas == 0 || replicas > RING_REPLICAS_MAX || hash < HASH_SHA1 ||
        hash > HASH_MD5_WHOLE) {
        return STATUS_BAD_COMMAND;
    }
    struct nif_ring *created = enif_alloc(sizeof *created);
    if (created == NULL) {
        return STATUS_NO_MEMORY;
    }
    *created = (struct nif_ring){.replicas = replicas, .changing = ATOMIC_FLAG_INIT};
    const enum ring_rule rule = rule_of_hash(hash);
    enum status status = create_shared(&created->modes[0], rule);
    if (status == STATUS_DONE && rule_has_modes(rule)) {
        status = create_shared(&created->modes[1], rule_in_mode(rule, MODE_LIBMEMCACHED));
    }
    if (status != STATUS_DONE) {
        nif_ring_destroy(created);
        return status;
    }
    *ring = created;
    return STATUS_DONE;
}

void nif_ring_destroy(struct nif_ring *ring)
{
    ring_shared_destroy(ring->modes[0]);
    ring_shared_destroy(ring->modes[1]);
    enif_free(ring);
}

bool nif_ring_take(struct nif_ring *ring)
{
    return !atomic_flag_test_and_set_explicit(&ring->changing, memory_order_acquire);
}

void nif_ring_give_back(struct nif_ring *ring)
{
    atomic_flag_clear_explicit(&ring->changing, memory_order_release);
}

static struct ring_shared *in_use(const struct nif_ring *ring)
{
    return ring->modes[atomic_load_explicit(&ring->mode, memory_order_acquire)];
}

enum status nif_ring_add(struct nif_ring *ring, struct ring_bytes name)
{
    if (name.size > atomic_load_explicit(&ring->longest, memory_order_relaxed)) {
        atomic_store_explicit(&ring->longest, name.size, memory_order_relaxed);
    }
    return status_of(ring_shared_add(in_use(ring), name.data, name.size, ring->replicas));
}

enum status nif_ring_remove(struct nif_ring *ring, struct ring_bytes name)
{
    return status_of(ring_shared_remove(in_use(ring), name.data, name.size));
}

enum status nif_ring_set_mode(struct nif_ring *ring, uint8_t mode)
{
    if (mode != MODE_NORMAL && mode != MODE_LIBMEMCACHED) {
        return STATUS_BAD_COMMAND;
    }
    const size_t wanted = mode == MODE_LIBMEMCACHED;
    if (ring->modes[wanted] == NULL) {
        return STATUS_NOT_MD5;
    }
    if (wanted == atomic_load_explicit(&ring->mode, memory_order_relaxed)) {
        return STATUS_DONE;
    }
    const struct nif_view view = nif_ring_enter(ring);
    const bool empty = ring_node_count(view.ring) == 0;
    nif_ring_leave(&view);
    if (!empty) {
        return STATUS_RING_NOT_EMPTY;
    }
    atomic_store_explicit(&ring->mode, wanted, memory_order_release);
    return STATUS_DONE;
}

size_t nif_ring_bytes_used(const struct nif_ring *ring)
{
    return sizeof *ring + ring_shared_bytes_used(ring->modes[0]) +
           ring_shared_bytes_used(ring->modes[1]);
}

struct nif_view nif_ring_enter(const struct nif_ring *ring)
{
    const struct ring_shared *shared = in_use(ring);
    return (struct nif_view){shared, ring_shared_enter(shared)};
}

void nif_ring_leave(const struct nif_view *view)
{
    ring_shared_leave(view->shared);
}

struct ring_sizes nif_ring_sizes(const struct nif_ring *ring, const struct nif_view *view)
{
    return (struct ring_sizes){.nodes = ring_node_count(view->ring),
                               .points = ring_point_count(view->ring),
                               .longest =
                                   atomic_load_explicit(&ring->longest, memory_order_relaxed),
                               .replicas = ring->replicas};
}
