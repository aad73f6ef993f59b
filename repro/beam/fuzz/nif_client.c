#include "nif_client.h"

#include <limits.h>
#include <stdlib.h>

#include "../../../fuzz/base/memory.h"
#include "nif_call.h"

/* The model is slow (client.c). A ring_shared has each point twice. */
enum { POINTS_MAX = 1000, COPIES_MAX = 4, LEAST_OF_A_POINT = 16 /* bytes */ };

static const struct {
    const char *name;
    int arity;
} functions[] = {[0] = {"create", 2},
                 [ADD - CREATE] = {"add_node", 2},
                 [REMOVE - CREATE] = {"remove_node", 2},
                 [FIND - CREATE] = {"find_node", 2},
                 [SET_MODE - CREATE] = {"set_mode", 2},
                 [FIND_NODES - CREATE] = {"find_nodes", 3},
                 [BYTES_USED - CREATE] = {"bytes_used", 1}};

/* RINGS AND THEIR TERMS */

static void forget_ring(struct nif_client *client, size_t ring)
{
    struct nif_terms *terms = &client->rings[ring];
    if (terms->resource == NULL || terms->copies > 0 || terms->calls > 0) {
        return;
    }
    const uint8_t command[] = {DELETE, 0, 0, 0, (uint8_t)ring};
    struct nif_call call = {.command = {command, sizeof command}};
    nif_call_settle(&call, client->model);
    free(call.expected.bytes);
    terms->resource = NULL;
}

void nif_client_copy(struct nif_client *client, size_t ring)
{
    struct nif_terms *terms = &client->rings[ring];
    if (terms->copies > 0 && terms->copies < COPIES_MAX) {
        vm_keep(terms->resource);
        terms->copies++;
    }
}

void nif_client_drop(struct nif_client *client, size_t ring)
{
    struct nif_terms *terms = &client->rings[ring];
    if (terms->copies == 0) {
        return;
    }
    client->garbage = memory_grow(client->garbage, client->garbage_count, sizeof(void *));
    client->garbage[client->garbage_count++] = terms->resource;
    terms->copies--;
    forget_ring(client, ring);
}

void nif_client_collect(struct nif_client *client)
{
    while (client->garbage_count > 0) {
        vm_drop(client->garbage[--client->garbage_count]);
    }
}

/* CALLS */

static void moment_comes(void *context, enum vm_moment moment)
{
    struct nif_client *client = context;
    struct nif_call *call = client->call;
    void (*act)(void *) = client->meanwhile;
    if (act == NULL) {
        return;
    }
    client->meanwhile = NULL;
    if (call != NULL && !call->settled &&
        (moment == VM_WRITER_WAITS || (moment == VM_READER_LEFT && nif_call_looks_up(call)))) {
        nif_call_settle(call, client->model);
    }
    act(client->context);
}

/* Whether a call that is under way changes the ring. */
static bool is_changing(const struct nif_client *client, size_t ring)
{
    const struct nif_call *call = client->call;
    while (call != NULL && !(call->changes && call->ring == ring)) {
        call = call->outer;
    }
    return call != NULL;
}

/* A call with a ring. Returns false if it cannot be made. */
static bool begin(struct nif_client *client, enum vm_version version, struct nif_call *call)
{
    struct nif_terms *terms = &client->rings[call->ring];
    if (!vm_has(version) || terms->copies == 0) {
        return false;
    }
    call->env = vm_environment();
    call->arguments[0] = vm_reference(call->env, terms->resource);
    terms->calls++;
    if (!vm_takes(version, terms->resource)) {
        nif_call_expect(call, ANSWER_BADARG);
    } else if (!nif_call_looks_up(call) && nif_call_opcode(call) != WRONG) {
        call->changes = !is_changing(client, call->ring);
        if (!call->changes) {
            nif_call_expect(call, ANSWER_BUSY);
        }
    }
    return true;
}

static ERL_NIF_TERM make(struct nif_client *client, enum vm_version version, struct nif_call *call,
                         size_t function)
{
    call->outer = client->call;
    call->refusals = vm_refusals();
    client->call = call;
    vm_set_meanwhile(moment_comes, client);
    const ERL_NIF_TERM answer = vm_call(call->env, version, functions[function].name,
                                        functions[function].arity, call->arguments);
    client->call = call->outer;
    return answer;
}

/* The terms of the call are collected. */
static void end(struct nif_client *client, struct nif_call *call)
{
    free(call->expected.bytes);
    if (call->ring < NIF_RINGS) {
        client->rings[call->ring].calls--;
        forget_ring(client, call->ring);
    }
    vm_forget(call->env);
}

static void call_and_compare(struct nif_client *client, enum vm_version version,
                             struct nif_call *call, size_t function)
{
    nif_call_compare(call, client->model, make(client, version, call, function));
    end(client, call);
}

static uint32_t number_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void nif_client_call(struct nif_client *client, enum vm_version version, const uint8_t *command,
                     size_t size)
{
    const size_t header = command[0] == FIND_NODES ? 13 : 9;
    struct nif_call call = {.command = {command, size}, .ring = command[4]};
    if (protocol_model_points(client->model, call.command, 0) > POINTS_MAX ||
        !begin(client, version, &call)) {
        return;
    }
    call.arguments[1] = vm_binary(call.env, (struct ring_bytes){command + header, size - header});
    if (command[0] == FIND_NODES) {
        call.arguments[2] = vm_integer(call.env, number_at(command + 9));
    }
    call_and_compare(client, version, &call, command[0] - (size_t)CREATE);
}

/* A number that is too large for the protocol is as wrong as 0. */
static uint8_t in_a_byte(uint64_t number)
{
    return number <= UINT8_MAX ? (uint8_t)number : 0;
}

void nif_client_set_mode(struct nif_client *client, enum vm_version version, size_t ring,
                         uint64_t mode)
{
    const uint8_t command[] = {SET_MODE, 0, 0, 0, (uint8_t)ring, in_a_byte(mode)};
    struct nif_call call = {.command = {command, sizeof command}, .ring = ring};
    if (begin(client, version, &call)) {
        call.arguments[1] = vm_integer(call.env, mode);
        call_and_compare(client, version, &call, SET_MODE - CREATE);
    }
}

/* 0: the answer is another. The protocol has no such command. */
static uint64_t bytes_used(struct nif_client *client, enum vm_version version, size_t ring)
{
    const uint8_t command[] = {BYTES_USED, 0, 0, 0, (uint8_t)ring};
    struct nif_call call = {.command = {command, sizeof command}, .ring = ring};
    uint64_t bytes = 0;
    if (!begin(client, version, &call)) {
        return 0;
    }
    const ERL_NIF_TERM answer = make(client, version, &call, BYTES_USED - CREATE);
    const struct vm_term *term = vm_term(answer);
    if (call.settled) {
        nif_call_compare(&call, client->model, answer);
    } else if (term->kind != VM_PAIR || term->parts[1]->kind != VM_INTEGER ||
               term->parts[1]->integer > vm_bytes()) {
        nif_call_fail(&call, "a ring cannot use so many bytes");
    } else {
        bytes = term->parts[1]->integer;
    }
    end(client, &call);
    return bytes;
}

void nif_client_bytes_used(struct nif_client *client, enum vm_version version, size_t ring)
{
    const struct nif_terms *terms = &client->rings[ring];
    const uint8_t add[] = {ADD, 0, 0, 0, (uint8_t)ring, 0, 0, 0, 1, 'a'};
    const struct nif_call call = {.command = {add, sizeof add}};
    const uint64_t bytes = bytes_used(client, version, ring);
    if (bytes > 0) {
        const uint64_t points =
            protocol_model_points(client->model, call.command, 0) - terms->replicas;
        if (bytes < terms->empty + points * LEAST_OF_A_POINT) {
            nif_call_fail(&call, "before this, the ring uses fewer bytes than it must");
        }
    }
}

void nif_client_create(struct nif_client *client, enum vm_version version, uint64_t replicas,
                       uint64_t hash)
{
    uint8_t command[6] = {CREATE, 0, 0, 0, 0, in_a_byte(hash)};
    struct nif_call call = {.command = {command, sizeof command}};
    for (int i = 0; i < 4; i++) {
        command[1 + i] = (uint8_t)(replicas >> (24 - 8 * i));
    }
    while (call.ring < NIF_RINGS && client->rings[call.ring].resource != NULL) {
        call.ring++;
    }
    if (!vm_has(version) || call.ring == NIF_RINGS) {
        return;
    }
    struct nif_terms *terms = &client->rings[call.ring];
    call.env = vm_environment();
    call.arguments[0] = vm_integer(call.env, replicas);
    call.arguments[1] = vm_integer(call.env, hash);
    const ERL_NIF_TERM answer = make(client, version, &call, 0);
    nif_call_compare(&call, client->model, answer);
    terms->calls++;
    const struct vm_term *term = vm_term(answer);
    if (term->kind == VM_PAIR && term->parts[1]->kind == VM_RESOURCE) {
        *terms = (struct nif_terms){term->parts[1]->resource, 1, 1, replicas, 0};
        vm_keep(terms->resource);
    }
    end(client, &call);
    terms->empty = bytes_used(client, version, call.ring);
}

/* Neither of these is a ring or a binary, or a number that fits. */
static ERL_NIF_TERM of_wrong_type(ErlNifEnv *env, uint8_t type)
{
    return type % 2 == 0 ? vm_other(env) : vm_integer(env, (uint64_t)UINT_MAX + 1 + type);
}

void nif_client_wrong_type(struct nif_client *client, enum vm_version version, size_t function,
                           size_t argument, size_t ring, uint8_t type)
{
    const uint8_t command[] = {WRONG, (uint8_t)function, (uint8_t)argument, type, (uint8_t)ring};
    struct nif_call call = {.command = {command, sizeof command}, .ring = ring};
    function %= NIF_FUNCTIONS;
    function += function + CREATE >= DELETE; /* the NIF has no delete */
    if (!begin(client, version, &call)) {
        return;
    }
    const bool is_taken = !call.settled;
    if (is_taken) {
        nif_call_expect(&call, ANSWER_BADARG);
    }
    if (function == 0) {
        call.arguments[0] = vm_integer(call.env, 1);
    }
    if (function == 0 || function == SET_MODE - CREATE) {
        call.arguments[1] = vm_integer(call.env, 1);
    } else {
        call.arguments[1] = vm_binary(call.env, (struct ring_bytes){"a", 1});
        call.arguments[2] = vm_integer(call.env, 1);
    }
    call.arguments[argument % (size_t)functions[function].arity] = of_wrong_type(call.env, type);
    call_and_compare(client, version, &call, function);
}

void nif_client_open(struct nif_client *client)
{
    *client = (struct nif_client){.model = protocol_model_create()};
}

void nif_client_close(struct nif_client *client)
{
    for (size_t ring = 0; ring < NIF_RINGS; ring++) {
        while (client->rings[ring].copies > 0) {
            nif_client_drop(client, ring);
        }
    }
    nif_client_collect(client);
    free(client->garbage);
    protocol_model_destroy(client->model);
}
