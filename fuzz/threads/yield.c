/* Linked in place of liburcu's function (ld --wrap): now and then a reader is held up where it enters, on
 * both sides of the moment from which it is waited for. What must not stand there is seen in seconds
 * instead of never. */
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
