/* The processes that use rings of the NIF in the stand-in VM, beside a model. A call is given as a
 * command of the framed protocol, so that the model of the driver serves both. Prints a difference and
 * aborts. */
#ifndef REPRO_BEAM_FUZZ_NIF_CLIENT_H
#define REPRO_BEAM_FUZZ_NIF_CLIENT_H

#include "../stand_in/nif_vm.h"

enum { NIF_RINGS = 4, NIF_FUNCTIONS = 7 };

/* A ring, and the terms of it that processes have. */
struct nif_terms {
    struct vm_resource *resource; /* NULL: no ring */
    size_t copies;
    size_t calls; /* under way */
    uint64_t replicas;
    uint64_t empty; /* the bytes that it used without nodes */
};

struct nif_client {
    struct protocol_model *model;
    struct nif_terms rings[NIF_RINGS];
    struct nif_call *call;        /* the innermost under way */
    struct vm_resource **garbage; /* a reference for each dropped term */
    size_t garbage_count;
    /* What happens once, if not NULL, as soon as others come before a call goes on. */
    void (*meanwhile)(void *context);
    void *context;
};

void nif_client_open(struct nif_client *client);

/* Makes the call for a framed command, with the functions of that version. Does nothing if there is no
 * such version or ring, or if the ring would become too large for the model. */
void nif_client_call(struct nif_client *client, enum vm_version version, const uint8_t *command,
                     size_t size);
void nif_client_create(struct nif_client *client, enum vm_version version, uint64_t replicas,
                       uint64_t hash);
void nif_client_set_mode(struct nif_client *client, enum vm_version version, size_t ring,
                         uint64_t mode);
void nif_client_bytes_used(struct nif_client *client, enum vm_version version, size_t ring);

/* Calls one of the functions with one argument of a type that it does not take. */
void nif_client_wrong_type(struct nif_client *client, enum vm_version version, size_t function,
                           size_t argument, size_t ring, uint8_t type);

/* Another process gets the ring; a process forgets it; the garbage of all is collected. */
void nif_client_copy(struct nif_client *client, size_t ring);
void nif_client_drop(struct nif_client *client, size_t ring);
void nif_client_collect(struct nif_client *client);

/* Drops and collects all, and frees the model. */
void nif_client_close(struct nif_client *client);

#endif
