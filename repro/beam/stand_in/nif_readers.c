#include "nif_readers.h"

#include "nif_now.h"

void urcu_bp_read_lock(void)
{
    vm_readers++;
}

void urcu_bp_read_unlock(void)
{
    if (vm_readers == 0) {
        vm_fail("a reader leaves that did not enter");
    }
    vm_readers--;
    if (vm_readers == 0) {
        vm_moment_comes(VM_READER_LEFT);
    }
}

void urcu_bp_synchronize_rcu(void)
{
    if (vm_readers > 0) {
        vm_fail("a writer waits for itself to leave");
    }
    if (vm_now->place != PLACE_DIRTY) {
        vm_fail("a change waits for readers, and holds a normal scheduler: its function needs "
                "ERL_NIF_DIRTY_JOB_CPU_BOUND");
    }
    vm_moment_comes(VM_WRITER_WAITS);
}
