/* A port of the driver, opened in the stand-in for the VM, beside the model of its protocol. What the
 * port does and the model does not, is said and aborts. */
#ifndef REPRO_BEAM_FUZZ_CLIENT_H
#define REPRO_BEAM_FUZZ_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../../core/ring.h"

enum { WAITING_MAX = 64 };

struct sent {
    uint8_t *bytes;
    size_t size;
    size_t refusals; /* before it was sent */
    uint64_t points; /* that its ring may have behind it; 0: it is no add */
};

struct client {
    struct vm_port *port; /* NULL: closed */
    struct protocol_model *model;
    struct sent waiting[WAITING_MAX]; /* for an answer, first sent first */
    size_t waiting_count;
};

/* False: there was no memory. */
bool client_open(struct client *client);
/* Of one that is open. */
void client_close(struct client *client);

/* Sends a copy, unless too much waits already, or it would make the ring too large, and looks at the answers. A port
 * that is busy is sent more all the same: the VM promises only to suspend who sends. */
void client_send(struct client *client, const uint8_t *bytes, size_t size);

/* Compares what was answered meanwhile with the model. Closes a port that ended itself for want of memory. */
void client_compare(struct client *client);

_Noreturn void client_fail(const char *what, struct ring_bytes command);

#endif
