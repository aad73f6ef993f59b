#include "read_side.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <urcu/urcu-mb.h>
#include <urcu/urcu-qsbr.h>

static const struct ring *current(struct protected_ring *protected_ring)
{
    return atomic_load_explicit(&protected_ring->ring, memory_order_acquire);
}

/* ring_shared.h as it is. */
static const struct ring *enter_shared(struct protected_ring *protected_ring)
{
    return ring_shared_enter(protected_ring->shared);
}

static void leave_shared(struct protected_ring *protected_ring)
{
    ring_shared_leave(protected_ring->shared);
}

/* A reader announces its quiescent states: here after every lookup, the most frequent use. */
static const struct ring *enter_qsbr(struct protected_ring *protected_ring)
{
    urcu_qsbr_read_lock();
    return current(protected_ring);
}

static void leave_qsbr(struct protected_ring *protected_ring)
{
    (void)protected_ring;
    urcu_qsbr_read_unlock();
    urcu_qsbr_quiescent_state();
}

static const struct ring *enter_mb(struct protected_ring *protected_ring)
{
    urcu_mb_read_lock();
    return current(protected_ring);
}

static void leave_mb(struct protected_ring *protected_ring)
{
    (void)protected_ring;
    urcu_mb_read_unlock();
}

/* Left-right in plain C11: each reader marks in its own cache line that it is inside. */
static _Thread_local struct {
    _Alignas(64) atomic_int inside;
} slot;

static const struct ring *enter_slot(struct protected_ring *protected_ring)
{
    atomic_store(&slot.inside, 1);
    return atomic_load(&protected_ring->ring);
}

static void leave_slot(struct protected_ring *protected_ring)
{
    (void)protected_ring;
    atomic_store_explicit(&slot.inside, 0, memory_order_release);
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

static const struct ring *enter_rwlock(struct protected_ring *protected_ring)
{
    (void)pthread_rwlock_rdlock(&rwlock);
    return current(protected_ring);
}

static void leave_rwlock(struct protected_ring *protected_ring)
{
    (void)protected_ring;
    (void)pthread_rwlock_unlock(&rwlock);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static const struct ring *enter_mutex(struct protected_ring *protected_ring)
{
    (void)pthread_mutex_lock(&mutex);
    return current(protected_ring);
}

static void leave_mutex(struct protected_ring *protected_ring)
{
    (void)protected_ring;
    (void)pthread_mutex_unlock(&mutex);
}

static const struct protection protections[] = {
    {"shared", ring_shared_register, ring_shared_unregister, enter_shared, leave_shared},
    {"qsbr", urcu_qsbr_register_thread, urcu_qsbr_unregister_thread, enter_qsbr, leave_qsbr},
    {"mb", urcu_mb_register_thread, urcu_mb_unregister_thread, enter_mb, leave_mb},
    {"slot", NULL, NULL, enter_slot, leave_slot},
    {"rwlock", NULL, NULL, enter_rwlock, leave_rwlock},
    {"mutex", NULL, NULL, enter_mutex, leave_mutex},
};

const char *const protection_names[] = {"alone", "shared", "memb_inline", "qsbr", "mb",
                                        "slot",  "rwlock", "mutex",       NULL};

const struct protection *protection_named(const char *name)
{
    for (size_t i = 0; i < sizeof protections / sizeof *protections; i++) {
        if (strcmp(protections[i].name, name) == 0) {
            return &protections[i];
        }
    }
    return strcmp(protection_memb_inline.name, name) == 0 ? &protection_memb_inline : NULL;
}
