/* A thread that destroys large rings. The VM's garbage collector gives rings up on its schedulers,
 * which must not be held for long. */
#ifndef REPRO_BEAM_NIF_REAPER_H
#define REPRO_BEAM_NIF_REAPER_H

#include "ring.h"

struct reaper;

/* Returns NULL if there is no memory. The thread is not started yet. */
struct reaper *reaper_create(void);

/* Starts the thread, or stops it once it has destroyed what it was given. Returns false if no thread
 * can be had. One thread at a time may call these. */
bool reaper_start(struct reaper *reaper);
void reaper_stop(struct reaper *reaper);

/* Destroys the ring: a large one on the thread, others, and all while there is no thread, here. From
 * any thread. */
void reaper_destroy_ring(struct reaper *reaper, struct nif_ring *ring);

/* The thread must be stopped. */
void reaper_destroy(struct reaper *reaper);

#endif
