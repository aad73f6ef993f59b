/* Replaces liburcu's function by linking (ld --wrap). Now and then it holds up a reader that
 * enters, just before or just after the moment from which the writer waits for it. A bug at that
 * moment then shows within seconds instead of never. */
#include <sched.h>

#include <urcu/urcu-memb.h>

void __real_urcu_memb_read_lock(void); /* NOLINT(*-reserved-identifier,cert-dcl*): ld's names */
void __wrap_urcu_memb_read_lock(void); /* NOLINT(*-reserved-identifier,cert-dcl*) */

void __wrap_urcu_memb_read_lock(void) /* NOLINT(*-reserved-identifier,cert-dcl*) */
{
    static _Thread_local unsigned count;
    count++;
    if (count % 16 == 0) {
        (void)sched_yield();
    }
    __real_urcu_memb_read_lock();
    if (count % 16 == 8) {
        (void)sched_yield();
    }
}
