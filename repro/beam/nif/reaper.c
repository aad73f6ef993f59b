#include "reaper.h"

#include <erl_nif.h>

struct reaper {
    ErlNifMutex *mutex;
    ErlNifCond *changed;
    ErlNifTid thread;
    struct nif_ring *given; /* a list */
    bool running;
};

/* In nanoseconds: what is estimated to take longer goes to the thread. */
enum { LONGEST_AT_ONCE = 100000 };

struct reaper *reaper_create(void)
{
    struct reaper *reaper = enif_alloc(sizeof *reaper);
    if (reaper == NULL) {
        return NULL;
    }
    *reaper = (struct reaper){.mutex = enif_mutex_create("hash_ring_reaper"),
                              .changed = enif_cond_create("hash_ring_reaper")};
    if (reaper->mutex == NULL || reaper->changed == NULL) {
        reaper_destroy(reaper);
        return NULL;
    }
    return reaper;
}

void reaper_destroy(struct reaper *reaper)
{
    if (reaper->changed != NULL) {
        enif_cond_destroy(reaper->changed);
    }
    if (reaper->mutex != NULL) {
        enif_mutex_destroy(reaper->mutex);
    }
    enif_free(reaper);
}

static void *destroy_rings(void *data)
{
    struct reaper *reaper = data;
    enif_mutex_lock(reaper->mutex);
    while (reaper->running || reaper->given != NULL) {
        struct nif_ring *ring = reaper->given;
        if (ring == NULL) {
            enif_cond_wait(reaper->changed, reaper->mutex);
            continue;
        }
        reaper->given = ring->next;
        enif_mutex_unlock(reaper->mutex);
        nif_ring_destroy(ring);
        enif_mutex_lock(reaper->mutex);
    }
    enif_mutex_unlock(reaper->mutex);
    return NULL;
}

bool reaper_start(struct reaper *reaper)
{
    enif_mutex_lock(reaper->mutex);
    reaper->running =
        enif_thread_create("hash_ring_reaper", &reaper->thread, destroy_rings, reaper, NULL) == 0;
    const bool running = reaper->running;
    enif_mutex_unlock(reaper->mutex);
    return running;
}

void reaper_stop(struct reaper *reaper)
{
    if (!reaper->running) {
        return;
    }
    enif_mutex_lock(reaper->mutex);
    reaper->running = false;
    enif_cond_signal(reaper->changed);
    enif_mutex_unlock(reaper->mutex);
    (void)enif_thread_join(reaper->thread, NULL);
}

static bool is_large(const struct nif_ring *ring)
{
    const struct nif_view view = nif_ring_enter(ring);
    const struct ring_sizes sizes = nif_ring_sizes(ring, &view);
    nif_ring_leave(&view);
    return work_to_free(&sizes) > LONGEST_AT_ONCE;
}

void reaper_destroy_ring(struct reaper *reaper, struct nif_ring *ring)
{
    bool taken = false;
    if (is_large(ring)) {
        enif_mutex_lock(reaper->mutex);
        taken = reaper->running;
        if (taken) {
            ring->next = reaper->given;
            reaper->given = ring;
            enif_cond_signal(reaper->changed);
        }
        enif_mutex_unlock(reaper->mutex);
    }
    if (!taken) {
        nif_ring_destroy(ring);
    }
}
