/* A stand-in for liburcu, of which core/shared/ring_shared.c includes urcu/urcu-bp.h. A reader and a
 * writer never run at the same time here. So a writer need not wait: but others come before it goes
 * on. */
#ifndef REPRO_BEAM_NIF_READERS_H
#define REPRO_BEAM_NIF_READERS_H

#include <stdatomic.h>

void urcu_bp_read_lock(void);
void urcu_bp_read_unlock(void);
void urcu_bp_synchronize_rcu(void);

static inline void urcu_bp_register_thread(void)
{
}

static inline void urcu_bp_unregister_thread(void)
{
}

#endif
