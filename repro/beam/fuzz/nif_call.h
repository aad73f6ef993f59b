/* A call of the NIF under way: its answer is compared with the model's, or with what it must be. */
#ifndef REPRO_BEAM_FUZZ_NIF_CALL_H
#define REPRO_BEAM_FUZZ_NIF_CALL_H

#include "../model/protocol.h"
#include "../stand_in/nif_vm.h"
#include "nif_answer.h"

/* Framed commands, and two that only the NIF has. A function's number is the difference from the
 * first. */
enum { CREATE = 0x81, DELETE, ADD, REMOVE, FIND, SET_MODE, FIND_NODES, BYTES_USED, WRONG };

struct nif_call {
    struct nif_call *outer;
    struct ring_bytes command;
    size_t ring;  /* NIF_RINGS: none */
    bool changes; /* so that other changes are refused */
    bool settled; /* the answer is known: */
    struct nif_answer expected;
    size_t refusals; /* before the call */
    ErlNifEnv *env;
    ERL_NIF_TERM arguments[3];
};

uint8_t nif_call_opcode(const struct nif_call *call);
bool nif_call_looks_up(const struct nif_call *call);

/* The answer must be this one byte. */
void nif_call_expect(struct nif_call *call, uint8_t answer);

/* Settles the answer from what the call has seen or done so far, and applies a change to the model. */
void nif_call_settle(struct nif_call *call, struct protocol_model *model);

/* Applies the call to the model, unless it is settled. Prints a difference and aborts. */
void nif_call_compare(const struct nif_call *call, struct protocol_model *model, ERL_NIF_TERM term);

_Noreturn void nif_call_fail(const struct nif_call *call, const char *what);

#endif
