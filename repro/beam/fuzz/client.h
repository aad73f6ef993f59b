/* One port of the driver in the stand-in VM, beside a model of its protocol. Prints a difference
 * between the two and aborts. */
#ifndef REPRO_BEAM_FUZZ_CLIENT_H
#define REPRO_BEAM_FUZZ_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ringproof/ring.h>

enum { WAITING_MAX = 64 };

struct sent {
    uint8_t *bytes;
    size_t size;
    size_t refusals; /* vm_refusals() before it was sent */
    uint64_t points; /* for an add: the most points its ring may have afterwards; 0 otherwise */
};

struct client {
    struct vm_port *port; /* NULL: closed */
    struct protocol_model *model;
    struct sent waiting[WAITING_MAX]; /* unanswered commands, oldest first */
    size_t waiting_count;
};

/* Returns false if the port could not open because memory ran out. */
bool client_open(struct client *client);

/* The port must be open. */
void client_close(struct client *client);

/* Sends a copy of the bytes, then calls client_compare(). Does nothing if WAITING_MAX commands wait
 * already or the ring would become too large. Sends to busy ports, too: the VM suspends senders, but
 * does not promise that nothing arrives. */
void client_send(struct client *client, const uint8_t *bytes, size_t size);

/* Compares the answers that have arrived with the model. Closes a port that ended itself because
 * memory ran out. */
void client_compare(struct client *client);

/* Prints what went wrong and the command, and aborts. */
_Noreturn void client_fail(const char *what, struct ring_bytes command);

#endif
