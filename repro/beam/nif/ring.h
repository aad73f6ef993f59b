/* A ring whose keys are looked up in any thread of the VM, beside one change at a time.
 *
 * It is a ring_shared, or two of them if its hash has modes: one for each mode, of which one is in use.
 * The mode changes while both are empty, so it needs no more than an atomic number. */
#ifndef REPRO_BEAM_NIF_RING_H
#define REPRO_BEAM_NIF_RING_H

#include <ringproof/ring_shared.h>
#include <stdatomic.h>

#include "../driver/protocol.h"
#include "../driver/work.h"

struct nif_ring {
    struct nif_ring *next; /* in the reaper's list */
    struct ring_shared *modes[2];
    atomic_size_t mode;
    atomic_size_t longest; /* as in struct ring_sizes */
    atomic_flag changing;
    uint32_t replicas;
};

/* Creates an empty ring. All its memory comes from the VM.
 * Errors: STATUS_BAD_COMMAND, STATUS_NO_MEMORY. */
enum status nif_ring_create(struct nif_ring **ring, uint32_t replicas, uint8_t hash);

/* For when nobody can use the ring any more. Takes as long as work_to_free() says. */
void nif_ring_destroy(struct nif_ring *ring);

/* CHANGES. All or nothing. A change waits for the lookups that have begun, so call it on a thread that
 * may wait. Two at a time are not possible: begin one with nif_ring_take(), which returns false while
 * another is under way, and end it with nif_ring_give_back().
 * Errors: as protocol.h says. */
bool nif_ring_take(struct nif_ring *ring);
void nif_ring_give_back(struct nif_ring *ring);
enum status nif_ring_add(struct nif_ring *ring, struct ring_bytes name);
enum status nif_ring_remove(struct nif_ring *ring, struct ring_bytes name);
enum status nif_ring_set_mode(struct nif_ring *ring, uint8_t mode);

/* The bytes that the ring holds of the VM's memory. Take the ring for this, too. */
size_t nif_ring_bytes_used(const struct nif_ring *ring);

/* LOOKUPS. Between entering and leaving, the ring and the names that it gives are valid. Needs no lock
 * and no registration of the thread. */
struct nif_view {
    const struct ring_shared *shared;
    const struct ring *ring;
};
struct nif_view nif_ring_enter(const struct nif_ring *ring);
void nif_ring_leave(const struct nif_view *view);
struct ring_sizes nif_ring_sizes(const struct nif_ring *ring, const struct nif_view *view);

#endif
