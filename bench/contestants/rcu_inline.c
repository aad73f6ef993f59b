#define _LGPL_SOURCE /* NOLINT(*-reserved-identifier,cert-dcl*): liburcu's name for it */
#include "read_side.h"

#include <stdatomic.h>

#include <urcu/urcu-memb.h>

static const struct ring *enter(struct protected_ring *protected_ring)
{
    urcu_memb_read_lock();
    return atomic_load_explicit(&protected_ring->ring, memory_order_acquire);
}

static void leave(struct protected_ring *protected_ring)
{
    (void)protected_ring;
    urcu_memb_read_unlock();
}

const struct protection protection_memb_inline = {
    "memb_inline", urcu_memb_register_thread, urcu_memb_unregister_thread, enter, leave,
};
