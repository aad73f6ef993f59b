/* The driver's callbacks: they decode the VM's messages into commands, run them, and send the answers.
 *
 * A port runs one command at a time. A long command runs on an async thread. Meanwhile the port is
 * busy: the VM suspends processes that send to it, and commands that still arrive wait in a queue. */
#include <erl_driver.h>
#include <errno.h>
#include <string.h>

#include "engine.h"
#include "rings.h"

struct message {
    struct message *next;
    size_t size;
    uint8_t bytes[];
};

struct port;

struct job {
    struct rings *rings;
    struct message *message;
    ErlDrvBinary *answer; /* NULL: the answer is in `small` */
    size_t answer_size;
    uint8_t small[REPLY_SMALL];
};

struct port {
    ErlDrvPort port;
    unsigned int key; /* for driver_async(): jobs with the same key run in order */
    struct rings *rings;
    struct job *job;         /* on the async thread; NULL: the port is idle */
    struct message *waiting; /* a queue */
    struct message **last;   /* the link at the end of the queue */
};

/* The VM aligns blocks for pointers and 64-bit integers. A ring needs no stricter alignment. */
static void *allocate(void *context, size_t size)
{
    (void)context;
    return driver_alloc(size);
}

static void give_back(void *context, void *block, size_t size)
{
    (void)context;
    (void)size;
    driver_free(block);
}

static const struct ring_allocator allocator = {allocate, give_back, NULL};

/* ANSWERS */

static void answer_small(struct job *job, const struct reply *reply)
{
    job->answer = NULL;
    job->answer_size = reply_size(reply);
    reply_write(reply, job->small);
}

static void answer(struct job *job, struct reply *reply)
{
    size_t size = reply_size(reply);
    if (size <= REPLY_SMALL) {
        answer_small(job, reply);
        return;
    }
    job->answer = size != SIZE_MAX ? driver_alloc_binary(size) : NULL;
    if (job->answer == NULL) {
        struct reply failure = {.framed = reply->framed, .status = STATUS_NO_MEMORY};
        answer_small(job, &failure);
        return;
    }
    job->answer_size = size;
    reply_write(reply, (uint8_t *)job->answer->orig_bytes);
}

static void send_answer(ErlDrvPort port, struct job *job)
{
    if (job->answer == NULL) {
        (void)driver_output(port, (char *)job->small, job->answer_size);
        return;
    }
    (void)driver_output_binary(port, NULL, 0, job->answer, 0, job->answer_size);
    driver_free_binary(job->answer);
}

/* COMMANDS */

static void execute(struct job *job, const struct command *command)
{
    struct reply reply;
    rings_execute(job->rings, command, &reply);
    answer(job, &reply);
    rings_release(job->rings, &reply);
}

/* Runs on an async thread. */
static void run_job(void *data)
{
    struct job *job = data;
    struct command command;
    (void)command_decode(job->message->bytes, job->message->size, &command);
    execute(job, &command);
}

static void free_job(struct job *job)
{
    driver_free(job->message);
    driver_free(job);
}

/* The VM calls this instead of ready_async() if the port was closed before the job ended. */
static void forget_job(void *data)
{
    struct job *job = data;
    if (job->answer != NULL) {
        driver_free_binary(job->answer);
    }
    free_job(job);
}

static struct message *copy_message(const void *bytes, size_t size)
{
    struct message *message =
        size <= SIZE_MAX - sizeof *message ? driver_alloc(sizeof *message + size) : NULL;
    if (message != NULL) {
        message->next = NULL;
        message->size = size;
        memcpy(message->bytes, bytes, size);
    }
    return message;
}

/* Returns false if memory runs out. */
static bool start_job(struct port *port, const void *bytes, size_t size)
{
    struct message *message = copy_message(bytes, size);
    if (message == NULL) {
        return false;
    }
    struct job *job = driver_alloc(sizeof *job);
    if (job == NULL) {
        driver_free(message);
        return false;
    }
    job->rings = port->rings;
    job->message = message;
    job->answer = NULL;
    port->job = job;
    set_busy_port(port->port, 1);
    (void)driver_async(port->port, &port->key, run_job, job, forget_job);
    return true;
}

static void refuse(const struct port *port, bool framed, bool creates)
{
    struct reply reply = {.framed = framed,
                          .status = STATUS_BAD_COMMAND,
                          .form = creates ? REPLY_RING : REPLY_STATUS,
                          .ring = PROTOCOL_NO_RING};
    struct job job;
    answer_small(&job, &reply);
    send_answer(port->port, &job);
}

/* The port must be idle. */
static void obey(struct port *port, const void *bytes, size_t size)
{
    struct command command;
    if (!command_decode(bytes, size, &command)) {
        const bool creates = size == 6 && *(const uint8_t *)bytes == OPCODE_CREATE;
        refuse(port, command.framed, creates);
        return;
    }
    bool is_long = rings_work(port->rings, &command) > engine_longest_at_once;
    if (is_long && start_job(port, bytes, size)) {
        return;
    }
    /* Without memory for a job, run the command here: one that frees memory must not need any. */
    struct job job = {.rings = port->rings};
    execute(&job, &command);
    send_answer(port->port, &job);
}

/* CALLBACKS */

static ErlDrvData hash_ring_drv_start(ErlDrvPort vm_port, char *command)
{
    (void)command;
    struct rings *rings = rings_create(&allocator);
    struct port *port = rings != NULL ? driver_alloc(sizeof *port) : NULL;
    if (port == NULL) {
        if (rings != NULL) {
            rings_destroy(rings);
        }
        errno = ENOMEM;
        return ERL_DRV_ERROR_ERRNO;
    }
    *port = (struct port){.port = vm_port, .key = driver_async_port_key(vm_port), .rings = rings};
    port->last = &port->waiting;
    /* In OTP 25, if a busy port also has a limited message queue, its senders can stay suspended for
     * ever after it becomes idle. Being busy holds them back well enough without the limit. */
    ErlDrvSizeT low = ERL_DRV_BUSY_MSGQ_DISABLED;
    ErlDrvSizeT high = ERL_DRV_BUSY_MSGQ_DISABLED;
    erl_drv_busy_msgq_limits(vm_port, &low, &high);
    return (ErlDrvData)port;
}

static void destroy_rings(void *rings)
{
    rings_destroy(rings);
}

static void free_rings(struct port *port)
{
    bool is_long =
        rings_work_to_destroy(port->rings, engine_longest_at_once) > engine_longest_at_once;
    if (port->job != NULL || is_long) {
        /* Jobs with the same key run in order, so this runs after the current job, if there is one.
         * It needs no callback: the VM finds the port closed, and nothing is left to free. */
        (void)driver_async(port->port, &port->key, destroy_rings, port->rings, NULL);
    } else {
        rings_destroy(port->rings);
    }
}

static void hash_ring_drv_stop(ErlDrvData handle)
{
    struct port *port = (struct port *)handle;
    while (port->waiting != NULL) {
        struct message *next = port->waiting->next;
        driver_free(port->waiting);
        port->waiting = next;
    }
    free_rings(port);
    driver_free(port);
}

static void hash_ring_drv_output(ErlDrvData handle, char *bytes, ErlDrvSizeT size)
{
    struct port *port = (struct port *)handle;
    if (port->job == NULL) {
        obey(port, bytes, size);
        return;
    }
    struct message *message = copy_message(bytes, size);
    if (message == NULL) {
        /* Close the port: an error sent now would be taken for the answer to an earlier command. */
        (void)driver_failure_posix(port->port, ENOMEM);
        return;
    }
    *port->last = message;
    port->last = &message->next;
}

static void hash_ring_drv_ready_async(ErlDrvData handle, ErlDrvThreadData data)
{
    struct port *port = (struct port *)handle;
    struct job *job = (struct job *)data;
    port->job = NULL;
    send_answer(port->port, job);
    free_job(job);
    while (port->waiting != NULL && port->job == NULL) {
        struct message *message = port->waiting;
        port->waiting = message->next;
        if (port->waiting == NULL) {
            port->last = &port->waiting;
        }
        obey(port, message->bytes, message->size);
        driver_free(message);
    }
    if (port->job == NULL) {
        set_busy_port(port->port, 0);
    }
}

static ErlDrvEntry entry = {
    .start = hash_ring_drv_start,
    .stop = hash_ring_drv_stop,
    .output = hash_ring_drv_output,
    .driver_name = "hash_ring_drv",
    .ready_async = hash_ring_drv_ready_async,
    .extended_marker = (int)ERL_DRV_EXTENDED_MARKER,
    .major_version = ERL_DRV_EXTENDED_MAJOR_VERSION,
    .minor_version = ERL_DRV_EXTENDED_MINOR_VERSION,
    .driver_flags = ERL_DRV_FLAG_USE_PORT_LOCKING,
};

DRIVER_INIT(hash_ring_drv)
{
    return &entry;
}
