/* What runs now: for the parts of the stand-in for nif_vm.h. */
#ifndef REPRO_BEAM_NIF_NOW_H
#define REPRO_BEAM_NIF_NOW_H

#include "nif_vm.h"

enum place { PLACE_NORMAL, PLACE_DIRTY, PLACE_COLLECTOR, PLACE_LOADER, PLACE_THREAD };

struct library {
    ErlNifEntry *entry;
    void *data;
    ErlNifResourceType *type; /* that it opened */
    size_t calls;             /* under way */
    uint32_t version;         /* of its ring library */
    uint32_t rings;           /* the version that made the rings */
};

struct enif_environment_t {
    struct vm_term *terms;
    struct library *library;
};

/* A call that goes on elsewhere. */
struct job {
    ERL_NIF_TERM (*run)(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[]);
    unsigned flags;
    int count;
    ERL_NIF_TERM *arguments;
};

/* One run of native code. */
struct execution {
    struct execution *outer;
    enum place place;
    struct library *library;
    bool may_move;     /* it has not moved before */
    uint64_t estimate; /* the longest, in nanoseconds */
    int percent;       /* of a time slice, as told to the VM */
    size_t freed;      /* blocks */
    struct inspected *inspected;
    struct job moved; /* if its `run` is not NULL */
};

/* In nanoseconds. What takes between the two may run anywhere. */
enum { SURELY_SHORT = 100000, SURELY_LONG = 1000000 };

/* NULL: the caller of the stand-in. */
extern struct execution *vm_now;
extern size_t vm_readers; /* inside */

void vm_begin(struct execution *execution);
/* Judges what the execution has left. */
void vm_finish(struct execution *execution);

_Noreturn void vm_fail(const char *sentence);
void vm_moment_comes(enum vm_moment moment);

struct vm_term *vm_new_term(ErlNifEnv *env, enum vm_kind kind);

static inline ERL_NIF_TERM vm_name_of(const struct vm_term *term)
{
    return (ERL_NIF_TERM)(uintptr_t)term;
}

/* Resource types that are opened take effect when the loading has succeeded. */
void vm_commit_type(struct library *library);
void vm_roll_back_type(struct library *library);
void vm_unlink_type(const struct library *library);
bool vm_is_of(const struct vm_resource *resource, const ErlNifResourceType *type);

bool vm_threads_of(const struct library *library);
bool vm_any_thread(void);

#endif
