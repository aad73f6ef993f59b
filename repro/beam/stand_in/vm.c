#include "vm.h"

#include <erl_driver.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../fuzz/base/memory.h"

struct message {
    struct message *next;
    size_t size;
    uint8_t bytes[];
};

struct vm_port {
    ErlDrvData data;
    struct message *first; /* the queue of messages that were not received yet */
    struct message **last;
    struct message *read; /* the message received last; the caller of vm_receive() uses it */
    bool busy;
    bool failed;
    bool has_limits; /* its message queue is limited */
    size_t jobs;     /* unfinished jobs, which the port's memory must outlive */
    bool closed;
};

struct job {
    struct job *next;
    struct vm_port *port;
    void (*run)(void *);
    void *data;
    void (*release)(void *);
    bool has_run;
};

static struct job *jobs;

ErlDrvEntry *driver_init(void);

/* MEMORY */

void *driver_alloc(ErlDrvSizeT size)
{
    return vm_allocate(size);
}

void driver_free(void *block)
{
    vm_release(block);
}

ErlDrvBinary *driver_alloc_binary(ErlDrvSizeT size)
{
    ErlDrvBinary *binary = vm_allocate(sizeof *binary + size);
    if (binary != NULL) {
        binary->orig_size = (ErlDrvSInt)size;
    }
    return binary;
}

void driver_free_binary(ErlDrvBinary *binary)
{
    driver_free(binary);
}

/* MESSAGES */

int driver_output(ErlDrvPort handle, char *bytes, ErlDrvSizeT size)
{
    struct vm_port *port = (struct vm_port *)handle;
    struct message *message = memory_resize(NULL, sizeof *message + size, 1);
    message->next = NULL;
    message->size = size;
    memcpy(message->bytes, bytes, size);
    *port->last = message;
    port->last = &message->next;
    return 0;
}

int driver_output_binary(ErlDrvPort port, char *header, ErlDrvSizeT header_size,
                         ErlDrvBinary *binary, ErlDrvSizeT offset, ErlDrvSizeT size)
{
    (void)header;
    if (header_size != 0 || offset > (size_t)binary->orig_size ||
        size > (size_t)binary->orig_size - offset) {
        abort();
    }
    return driver_output(port, binary->orig_bytes + offset, size);
}

bool vm_receive(struct vm_port *port, struct ring_bytes *message)
{
    free(port->read);
    port->read = port->first;
    if (port->first == NULL) {
        return false;
    }
    port->first = port->first->next;
    if (port->first == NULL) {
        port->last = &port->first;
    }
    *message = (struct ring_bytes){port->read->bytes, port->read->size};
    return true;
}

void vm_send(struct vm_port *port, const void *bytes, size_t size)
{
    char *copy = memory_resize(NULL, size, 1);
    memcpy(copy, bytes, size);
    driver_init()->output(port->data, copy, size);
    free(copy);
}

/* PORTS */

void set_busy_port(ErlDrvPort port, int on)
{
    /* In OTP 25 that combination can leave senders suspended for ever. */
    if (on != 0 && ((struct vm_port *)port)->has_limits) {
        (void)fprintf(stderr, "# a port with a limited message queue became busy: disable the "
                              "limit with erl_drv_busy_msgq_limits()\n");
        abort();
    }
    ((struct vm_port *)port)->busy = on != 0;
}

void erl_drv_busy_msgq_limits(ErlDrvPort port, ErlDrvSizeT *low, ErlDrvSizeT *high)
{
    ((struct vm_port *)port)->has_limits =
        *low != ERL_DRV_BUSY_MSGQ_DISABLED || *high != ERL_DRV_BUSY_MSGQ_DISABLED;
}

int driver_failure_posix(ErlDrvPort port, int error)
{
    (void)error;
    ((struct vm_port *)port)->failed = true;
    return 0;
}

unsigned int driver_async_port_key(ErlDrvPort port)
{
    (void)port;
    return 0;
}

bool vm_busy(const struct vm_port *port)
{
    return port->busy;
}

bool vm_failed(const struct vm_port *port)
{
    return port->failed;
}

struct vm_port *vm_open(void)
{
    struct vm_port *port = memory_resize(NULL, 1, sizeof *port);
    *port = (struct vm_port){.last = &port->first, .has_limits = true};
    port->data = driver_init()->start((ErlDrvPort)port, NULL);
    if (port->data == ERL_DRV_ERROR_ERRNO) {
        free(port);
        return NULL;
    }
    return port;
}

static void free_port(struct vm_port *port)
{
    struct ring_bytes message;
    while (vm_receive(port, &message)) {
    }
    free(port);
}

void vm_close(struct vm_port *port)
{
    driver_init()->stop(port->data);
    port->closed = true;
    if (port->jobs == 0) {
        free_port(port);
    }
}

/* JOBS */

long driver_async(ErlDrvPort port, unsigned int *key, void (*run)(void *), void *data,
                  void (*release)(void *))
{
    (void)key;
    struct job *job = memory_resize(NULL, 1, sizeof *job);
    *job = (struct job){NULL, (struct vm_port *)port, run, data, release, false};
    job->port->jobs++;
    struct job **last = &jobs;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = job;
    return 1;
}

bool vm_run_job(void)
{
    for (struct job *job = jobs; job != NULL; job = job->next) {
        if (!job->has_run) {
            job->has_run = true;
            job->run(job->data);
            return true;
        }
    }
    return false;
}

bool vm_finish_job(void)
{
    struct job *job = jobs;
    if (job == NULL || !job->has_run) {
        return false;
    }
    struct vm_port *port = job->port;
    jobs = job->next;
    port->jobs--;
    if (!port->closed) {
        driver_init()->ready_async(port->data, (ErlDrvThreadData)job->data);
    } else {
        if (job->release != NULL) {
            job->release(job->data);
        }
        if (port->jobs == 0) {
            free_port(port);
        }
    }
    free(job);
    return true;
}
