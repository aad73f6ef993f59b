#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "../../../fuzz/base/memory.h"
#include "nif_now.h"

struct vm_term *vm_new_term(ErlNifEnv *env, enum vm_kind kind)
{
    struct vm_term *term = memory_resize(NULL, 1, sizeof *term);
    *term = (struct vm_term){.kind = kind, .next = env->terms};
    env->terms = term;
    return term;
}

ERL_NIF_TERM vm_integer(ErlNifEnv *env, uint64_t integer)
{
    struct vm_term *term = vm_new_term(env, VM_INTEGER);
    term->integer = integer;
    return vm_name_of(term);
}

static struct vm_term *new_binary(ErlNifEnv *env, size_t size)
{
    struct vm_term *term = vm_new_term(env, VM_BINARY);
    term->bytes = memory_resize(NULL, size, 1);
    term->size = size;
    return term;
}

ERL_NIF_TERM vm_binary(ErlNifEnv *env, struct ring_bytes bytes)
{
    struct vm_term *term = new_binary(env, bytes.size);
    if (bytes.size > 0) {
        memcpy(term->bytes, bytes.data, bytes.size);
    }
    return vm_name_of(term);
}

ERL_NIF_TERM vm_other(ErlNifEnv *env)
{
    return vm_name_of(vm_new_term(env, VM_OTHER));
}

/* ATOMS live for ever. */

ERL_NIF_TERM enif_make_atom(ErlNifEnv *env, const char *name)
{
    enum { ATOMS_MAX = 32, NAME_MAX_SIZE = 32 };
    static struct vm_term atoms[ATOMS_MAX];
    static char names[ATOMS_MAX][NAME_MAX_SIZE];
    size_t i = 0;
    (void)env;
    while (i < ATOMS_MAX && atoms[i].atom != NULL) {
        if (strcmp(atoms[i].atom, name) == 0) {
            return vm_name_of(&atoms[i]);
        }
        i++;
    }
    if (i == ATOMS_MAX || strlen(name) >= NAME_MAX_SIZE) {
        vm_fail("atoms are never freed: too many, or too long");
    }
    strcpy(names[i], name); /* NOLINT(clang-analyzer-security.insecureAPI.strcpy) */
    atoms[i] = (struct vm_term){.kind = VM_ATOM, .atom = names[i]};
    return vm_name_of(&atoms[i]);
}

/* WHAT NATIVE CODE MAKES */

ERL_NIF_TERM enif_make_badarg(ErlNifEnv *env)
{
    return vm_name_of(vm_new_term(env, VM_BADARG));
}

ERL_NIF_TERM enif_make_uint64(ErlNifEnv *env, ErlNifUInt64 integer)
{
    return vm_integer(env, integer);
}

ERL_NIF_TERM enif_make_tuple(ErlNifEnv *env, unsigned count, ...)
{
    va_list parts;
    if (count != 2) {
        vm_fail("this stand-in has only tuples of two");
    }
    struct vm_term *term = vm_new_term(env, VM_PAIR);
    va_start(parts, count);
    for (size_t i = 0; i < 2; i++) {
        term->parts[i] = vm_term(va_arg(parts, ERL_NIF_TERM)); /* NOLINT(clang-analyzer-valist.*) */
    }
    va_end(parts);
    return vm_name_of(term);
}

ERL_NIF_TERM enif_make_list(ErlNifEnv *env, unsigned count, ...)
{
    if (count != 0) {
        vm_fail("this stand-in makes only empty lists and cells");
    }
    return vm_name_of(vm_new_term(env, VM_NIL));
}

ERL_NIF_TERM enif_make_list_cell(ErlNifEnv *env, ERL_NIF_TERM head, ERL_NIF_TERM tail)
{
    struct vm_term *term = vm_new_term(env, VM_CELL);
    term->parts[0] = vm_term(head);
    term->parts[1] = vm_term(tail);
    return vm_name_of(term);
}

unsigned char *enif_make_new_binary(ErlNifEnv *env, size_t size, ERL_NIF_TERM *made)
{
    if (!vm_allocates()) {
        return NULL;
    }
    struct vm_term *term = new_binary(env, size);
    *made = vm_name_of(term);
    return term->bytes;
}

/* WHAT NATIVE CODE READS */

int enif_get_uint(ErlNifEnv *env, ERL_NIF_TERM term, unsigned *integer)
{
    const struct vm_term *read = vm_term(term);
    (void)env;
    if (read->kind != VM_INTEGER || read->integer > UINT_MAX) {
        return 0;
    }
    *integer = (unsigned)read->integer;
    return 1;
}
