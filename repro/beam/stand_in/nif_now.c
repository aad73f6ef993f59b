#include "nif_now.h"

#include <stdio.h>
#include <string.h>

#include "../../../fuzz/base/memory.h"

struct execution *vm_now;
size_t vm_readers;

static void (*meanwhile)(void *context, enum vm_moment moment);
static void *meanwhile_context;

_Noreturn void vm_fail(const char *sentence)
{
    (void)fprintf(stderr, "# %s\n", sentence);
    abort();
}

const struct vm_term *vm_term(ERL_NIF_TERM term)
{
    if (term == 0) {
        vm_fail("0 is no term");
    }
    return (const struct vm_term *)(uintptr_t)term; /* NOLINT(performance-no-int-to-ptr) */
}

/* MEMORY */

void *enif_alloc(size_t size)
{
    return vm_allocate(size);
}

void enif_free(void *ptr)
{
    if (ptr == NULL) {
        vm_fail("enif_free(NULL) crashes the VM");
    }
    vm_now->freed++;
    vm_release(ptr);
}

/* BINARIES */

/* A binary that native code looks at. It gets a copy, which ends with the call. */
struct inspected {
    struct inspected *next;
    const struct vm_term *term;
    uint8_t *copy;
};

int enif_inspect_binary(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifBinary *binary)
{
    const struct vm_term *read = vm_term(term);
    (void)env;
    if (read->kind != VM_BINARY) {
        return 0;
    }
    struct inspected *inspected = memory_resize(NULL, 1, sizeof *inspected);
    *inspected = (struct inspected){vm_now->inspected, read, memory_resize(NULL, read->size, 1)};
    memcpy(inspected->copy, read->bytes, read->size);
    vm_now->inspected = inspected;
    *binary = (ErlNifBinary){.size = read->size, .data = inspected->copy};
    return 1;
}

static void end_inspections(struct inspected *inspected)
{
    while (inspected != NULL) {
        struct inspected *next = inspected->next;
        if (memcmp(inspected->copy, inspected->term->bytes, inspected->term->size) != 0) {
            vm_fail("native code wrote to a binary that belongs to a process");
        }
        memset(inspected->copy, 0xdd, inspected->term->size);
        free(inspected->copy);
        free(inspected);
        inspected = next;
    }
}

/* EXECUTIONS */

void vm_begin(struct execution *execution)
{
    execution->outer = vm_now;
    vm_now = execution;
}

void vm_finish(struct execution *execution)
{
    if (vm_readers > 0) {
        vm_fail("a reader is left inside: changes will wait for ever");
    }
    end_inspections(execution->inspected);
    vm_now = execution->outer;
}

void vm_estimated(uint64_t nanoseconds)
{
    if (nanoseconds > vm_now->estimate) {
        vm_now->estimate = nanoseconds;
    }
}

void vm_set_meanwhile(void (*act)(void *context, enum vm_moment moment), void *context)
{
    meanwhile = act;
    meanwhile_context = context;
}

void vm_moment_comes(enum vm_moment moment)
{
    /* A call that moves has not seen anything yet. Others come when it has moved. */
    const bool may_move = vm_now != NULL && vm_now->may_move && vm_now->estimate > SURELY_SHORT;
    if (meanwhile != NULL && !may_move) {
        meanwhile(meanwhile_context, moment);
    }
}
