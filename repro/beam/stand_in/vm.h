/* A stand-in for the Erlang VM: the functions of erl_driver.h that this driver calls, in one thread.
 * Nothing happens by itself. The caller decides when jobs run and end, ports close and memory runs
 * out. */
#ifndef REPRO_BEAM_VM_H
#define REPRO_BEAM_VM_H

#include <ringproof/ring.h>

#include "memory.h" /* vm_blocks(): 0 after all ports are closed and jobs ended */

struct vm_port;

/* Opens a port of the linked driver. Returns NULL if the driver's start() refused. */
struct vm_port *vm_open(void);

/* Passes one message to the driver's output(), in a block of exactly its size, so that
 * AddressSanitizer detects an over-read. */
void vm_send(struct vm_port *port, const void *bytes, size_t size);

/* Sets *message to the next message from the port, valid until the next call. Returns false if there
 * is none. */
bool vm_receive(struct vm_port *port, struct ring_bytes *message);

/* Whether the driver has made the port busy; whether it has ended the port with driver_failure. */
bool vm_busy(const struct vm_port *port);
bool vm_failed(const struct vm_port *port);

/* Runs the oldest job that has not run yet, as the async thread would. Returns false if there is
 * none. */
bool vm_run_job(void);

/* Ends the oldest job if it has run: calls ready_async(), or the job's own release function if its port
 * is closed. Returns false if there is no such job. */
bool vm_finish_job(void);

/* Calls the driver's stop(). Jobs of the port stay. */
void vm_close(struct vm_port *port);

#endif
