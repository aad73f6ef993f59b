#include "read_side.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <urcu/urcu-mb.h>
#include <urcu/urcu-qsbr.h>

static const struct ring *current(struct guarded *guarded)
{
    return atomic_load_explicit(&guarded->ring, memory_order_acquire);
}

/* The layer as it is. */
static const struct ring *enter_shared(struct guarded *guarded)
{
    return ring_shared_enter(guarded->shared);
}

static void leave_shared(struct guarded *guarded)
{
    ring_shared_leave(guarded->shared);
}

/* Quiescent states: a reader says where it is not inside, here once a lookup, which is the most often. */
static const struct ring *enter_qsbr(struct guarded *guarded)
{
    urcu_qsbr_read_lock();
    return current(guarded);
}

static void leave_qsbr(struct guarded *guarded)
{
    (void)guarded;
    urcu_qsbr_read_unlock();
    urcu_qsbr_quiescent_state();
}

static const struct ring *enter_mb(struct guarded *guarded)
{
    urcu_mb_read_lock();
    return current(guarded);
}

static void leave_mb(struct guarded *guarded)
{
    (void)guarded;
    urcu_mb_read_unlock();
}

/* Left-right in C11 alone: each reader has a line of its own, where it says that it is inside. */
static _Thread_local struct {
    _Alignas(64) atomic_int inside;
} slot;

static const struct ring *enter_slot(struct guarded *guarded)
{
    atomic_store(&slot.inside, 1);
    return atomic_load(&guarded->ring);
}

static void leave_slot(struct guarded *guarded)
{
    (void)guarded;
    atomic_store_explicit(&slot.inside, 0, memory_order_release);
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

static const struct ring *enter_rwlock(struct guarded *guarded)
{
    (void)pthread_rwlock_rdlock(&rwlock);
    return current(guarded);
}

static void leave_rwlock(struct guarded *guarded)
{
    (void)guarded;
    (void)pthread_rwlock_unlock(&rwlock);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static const struct ring *enter_mutex(struct guarded *guarded)
{
    (void)pthread_mutex_lock(&mutex);
    return current(guarded);
}

static void leave_mutex(struct guarded *guarded)
{
    (void)guarded;
    (void)pthread_mutex_unlock(&mutex);
}

static const struct guard guards[] = {
    {"shared", ring_shared_register, ring_shared_unregister, enter_shared, leave_shared},
    {"qsbr", urcu_qsbr_register_thread, urcu_qsbr_unregister_thread, enter_qsbr, leave_qsbr},
    {"mb", urcu_mb_register_thread, urcu_mb_unregister_thread, enter_mb, leave_mb},
    {"slot", NULL, NULL, enter_slot, leave_slot},
    {"rwlock", NULL, NULL, enter_rwlock, leave_rwlock},
    {"mutex", NULL, NULL, enter_mutex, leave_mutex},
};

const char *const guard_names[] = {"alone", "shared", "memb_inline", "qsbr", "mb",
                                   "slot",  "rwlock", "mutex",       NULL};

const struct guard *guard_named(const char *name)
{
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        if (strcmp(guards[i].name, name) == 0) {
            return &guards[i];
        }
    }
    return strcmp(guard_memb_inline.name, name) == 0 ? &guard_memb_inline : NULL;
}
