/* An Erlang function in C that crashes: nif:crash(null) reads at zero, nif:crash(half) jumps to half a pointer. */
#include <erl_nif.h>
#include <stdint.h>

static ERL_NIF_TERM crash(ErlNifEnv *environment, int count, const ERL_NIF_TERM *arguments)
{
    char how[8] = "";
    (void)count;
    (void)enif_get_atom(environment, arguments[0], how, sizeof how, ERL_NIF_LATIN1);
    if (how[0] == 'h') {
        void (*volatile call)(void) = (void (*)(void))(((uintptr_t)crash >> 32 << 32) + 27979);
        call();
    }
    static int *volatile none;
    return enif_make_int(environment, *none);
}

static ErlNifFunc functions[] = {{"crash", 1, crash, 0}};

ERL_NIF_INIT(nif, functions, NULL, NULL, NULL, NULL)
