/* A stand-in for the Erlang VM: the functions of erl_nif.h that this NIF calls, and those of liburcu.
 * One thing happens at a time, and the caller decides what: calls, the collection of garbage, the
 * library's threads, the loading and unloading of the library, and where memory runs out.
 *
 * What a VM does not allow, or would suffer from, is printed as a sentence and aborts. What would be
 * read too late is freed, so that AddressSanitizer notices. */
#ifndef REPRO_BEAM_NIF_VM_H
#define REPRO_BEAM_NIF_VM_H

#include <erl_nif.h>
#include <ringproof/ring.h>

#include "memory.h"

/* LIBRARIES. The module has a current version and, after an upgrade or after it was deleted, an old one
 * until that is purged. Each has loaded the library. */
enum vm_version { VM_CURRENT, VM_OLD };
bool vm_has(enum vm_version version);

enum vm_outcome {
    VM_DONE,
    VM_REFUSED, /* by the library */
    VM_NOT_NOW, /* the VM does not allow this now */
};

/* Loads the module, with that version of the ring library. If there is a module, this is an upgrade,
 * which must be refused if another version made the rings. */
enum vm_outcome vm_load(uint32_t ring_version);
/* Makes the current version the old one. */
enum vm_outcome vm_delete(void);
/* Unloads the old version. */
enum vm_outcome vm_purge(void);

/* TERMS live as long as the environment in which they were made. */
enum vm_kind {
    VM_ATOM,
    VM_INTEGER,
    VM_BINARY,
    VM_PAIR, /* a tuple of two */
    VM_CELL, /* of a list */
    VM_NIL,
    VM_RESOURCE,
    VM_OTHER, /* no native function takes it */
    VM_BADARG,
    VM_MOVED, /* what enif_schedule_nif() returns */
};

struct vm_term {
    enum vm_kind kind;
    struct vm_term *next; /* in the environment */
    const char *atom;
    uint64_t integer;
    uint8_t *bytes;
    size_t size;
    const struct vm_term *parts[2];
    struct vm_resource *resource;
};

ErlNifEnv *vm_environment(void);
void vm_forget(ErlNifEnv *env);

const struct vm_term *vm_term(ERL_NIF_TERM term);
ERL_NIF_TERM vm_integer(ErlNifEnv *env, uint64_t integer);
ERL_NIF_TERM vm_binary(ErlNifEnv *env, struct ring_bytes bytes);
ERL_NIF_TERM vm_reference(ErlNifEnv *env, struct vm_resource *resource);
ERL_NIF_TERM vm_other(ErlNifEnv *env);

/* RESOURCES. The last reference destroys. Terms hold references, too. */
void vm_keep(struct vm_resource *resource);
void vm_drop(struct vm_resource *resource);
/* Whether functions of this version take the resource: another library may have made it. */
bool vm_takes(enum vm_version version, const struct vm_resource *resource);

/* CALLS. Calls a function of that version, and all that it schedules. The answer is a term of the
 * environment. */
ERL_NIF_TERM vm_call(ErlNifEnv *env, enum vm_version version, const char *name, int count,
                     const ERL_NIF_TERM *arguments);

/* What other threads may do in the meantime. It is called, if set, whenever one of these moments
 * comes. */
enum vm_moment {
    VM_READER_LEFT,
    VM_WRITER_WAITS,
    VM_CALL_MOVES, /* to another scheduler */
    VM_THREAD_STARTS,
};
void vm_set_meanwhile(void (*act)(void *context, enum vm_moment moment), void *context);

/* To be called by what estimates how long something takes, in nanoseconds. A normal scheduler must not
 * be held for longer than 1 ms. */
void vm_estimated(uint64_t nanoseconds);

/* Runs a thread of the library until it waits, ends, or is about to lock. Returns false if there is no
 * thread that can go on. If `wakes`, a wait ends that nobody has ended, as the VM allows. */
bool vm_run_thread(bool wakes);

/* Aborts if anything of the library is left: memory, resources, threads. */
void vm_end(void);

#endif
