/* A stand-in for the VM's side of erl_driver.h: what one driver needs, in one thread. Nothing happens
 * by itself, so that a program decides in which order jobs end, ports close and memory runs out. */
#ifndef REPRO_BEAM_VM_H
#define REPRO_BEAM_VM_H

#include "../../../core/ring.h"

struct vm_port;

/* A port of the driver that is linked in. NULL: its start() refused. */
struct vm_port *vm_open(void);

/* One message to output(), in a block of just its size, so that an over-read is seen. */
void vm_send(struct vm_port *port, const void *bytes, size_t size);

/* The next message from the port; valid until the next call. False: there is none. */
bool vm_receive(struct vm_port *port, struct ring_bytes *message);

/* Whether the driver has declared the port busy, and whether it has ended it with driver_failure. */
bool vm_busy(const struct vm_port *port);
bool vm_failed(const struct vm_port *port);

/* The async thread takes the oldest job that has not run, and runs it. False: there is none. */
bool vm_run_job(void);

/* The oldest job that has run is given back: to ready_async, or freed if its port is gone. */
bool vm_finish_job(void);

/* Calls stop(). Jobs of the port stay. */
void vm_close(struct vm_port *port);

/* From now on, that many allocations succeed and all others do not. SIZE_MAX: no limit. */
void vm_limit_allocations(size_t count);
size_t vm_refusals(void); /* allocations refused so far */
size_t vm_blocks(void);   /* blocks that the driver holds: 0 when all is closed */

#endif
