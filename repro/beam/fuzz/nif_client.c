#include "nif_client.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../fuzz/base/memory.h"
#include "../../../fuzz/base/text.h"
#include "../../../fuzz/targets/common.h"
#include "../model/protocol.h"
#include "nif_answer.h"

/* The model is slow (client.c). */
enum { POINTS_MAX = 1000, COPIES_MAX = 4 };

/* Commands. A function's number is the difference from the first. */
enum { CREATE = 0x81, DELETE, ADD, REMOVE, FIND, SET_MODE, FIND_NODES, BYTES_USED, WRONG };

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

struct nif_call {
    struct nif_call *outer;
    const uint8_t *command; /* of the protocol, or BYTES_USED or WRONG */
    size_t size;
    size_t ring;  /* NIF_RINGS: none */
    bool changes; /* so that other changes are refused */
    bool settled; /* the answer is known: */
    struct nif_answer expected;
    size_t refusals; /* before the call */
    ErlNifEnv *env;
    ERL_NIF_TERM arguments[3];
};

static struct ring_bytes command_of(const struct nif_call *call)
{
    return (struct ring_bytes){call->command, call->size};
}

static void print_bytes(const char *what, struct ring_bytes bytes)
{
    (void)fprintf(stderr, "# %s: ", what);
    text_write(stderr, bytes);
    (void)fputc('\n', stderr);
}

_Noreturn static void fail(const char *what, const struct nif_call *call)
{
    (void)fprintf(stderr, "# %s\n", what);
    print_bytes("command", command_of(call));
    abort();
}

static bool looks_up(const struct nif_call *call)
{
    return call->command[0] == FIND || call->command[0] == FIND_NODES;
}

/* RINGS AND THEIR TERMS */

static void forget_ring(struct nif_client *client, size_t ring)
{
    struct nif_terms *terms = &client->rings[ring];
    if (terms->resource == NULL || terms->copies > 0 || terms->calls > 0) {
        return;
    }
    const uint8_t command[] = {DELETE, 0, 0, 0, (uint8_t)ring};
    const struct nif_call call = {.command = command, .size = sizeof command};
    if (!protocol_model_agrees(client->model, command_of(&call), (struct ring_bytes){"", 1},
                               false)) {
        fail("the model does not have the ring", &call);
    }
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

/* EXPECTED ANSWERS */

static void expect(struct nif_call *call, struct ring_bytes answer)
{
    nif_answer_say(&call->expected, answer.data, answer.size);
    call->settled = true;
}

static void expect_byte(struct nif_call *call, uint8_t byte)
{
    expect(call, (struct ring_bytes){&byte, 1});
}

/* Settles what the call will answer from what it has seen or done so far. */
static void settle(struct nif_client *client, struct nif_call *call)
{
    if (looks_up(call)) {
        /* No lookup has an empty answer, so that the model gives its own. */
        (void)protocol_model_agrees(client->model, command_of(call), (struct ring_bytes){"", 0},
                                    false);
        expect(call, protocol_model_expected(client->model));
        return;
    }
    if (!protocol_model_agrees(client->model, command_of(call), (struct ring_bytes){"", 1},
                               false)) {
        fail("a change is made that must be refused", call);
    }
    expect_byte(call, ANSWER_DONE);
}

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
        (moment == VM_WRITER_WAITS || (moment == VM_READER_LEFT && looks_up(call)))) {
        settle(client, call);
    }
    act(client->context);
}

static bool is_expected(struct nif_client *client, const struct nif_call *call,
                        struct ring_bytes answer)
{
    static const uint8_t refused[] = {ANSWER_NO_MEMORY};
    const bool no_memory = vm_refusals() > call->refusals;
    /* A create may ask for memory before it looks at its arguments. */
    if (no_memory && (looks_up(call) || call->command[0] == CREATE) &&
        text_same(answer, (struct ring_bytes){refused, sizeof refused})) {
        return true;
    }
    return call->settled
               ? text_same(answer, (struct ring_bytes){call->expected.bytes, call->expected.size})
               : protocol_model_agrees(client->model, command_of(call), answer, no_memory);
}

static void compare(struct nif_client *client, const struct nif_call *call, ERL_NIF_TERM term)
{
    struct nif_answer encoded = {NULL, 0};
    const bool is_list = call->command[0] == FIND_NODES;
    if (!nif_answer_encode(&encoded, vm_term(term), is_list, (uint8_t)call->ring)) {
        fail("an answer that no function gives", call);
    }
    const struct ring_bytes answer = {encoded.bytes, encoded.size};
    target_answer(answer.data, answer.size);
    if (!is_expected(client, call, answer)) {
        print_bytes("answered", answer);
        print_bytes("expected", call->settled
                                    ? (struct ring_bytes){call->expected.bytes, call->expected.size}
                                    : protocol_model_expected(client->model));
        fail("a wrong answer", call);
    }
    free(encoded.bytes);
}

/* CALLS */

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
        expect_byte(call, ANSWER_BADARG);
    } else if (!looks_up(call) && call->command[0] != WRONG) {
        call->changes = !is_changing(client, call->ring);
        if (!call->changes) {
            expect_byte(call, ANSWER_BUSY);
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
    compare(client, call, make(client, version, call, function));
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
    struct nif_call call = {.command = command, .size = size, .ring = command[4] % NIF_RINGS};
    if (protocol_model_points(client->model, command_of(&call), 0) > POINTS_MAX ||
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
    struct nif_call call = {.command = command, .size = sizeof command, .ring = ring};
    if (begin(client, version, &call)) {
        call.arguments[1] = vm_integer(call.env, mode);
        call_and_compare(client, version, &call, SET_MODE - CREATE);
    }
}

void nif_client_create(struct nif_client *client, enum vm_version version, uint64_t replicas,
                       uint64_t hash)
{
    uint8_t command[6] = {CREATE, 0, 0, 0, 0, in_a_byte(hash)};
    struct nif_call call = {.command = command, .size = sizeof command};
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
    compare(client, &call, answer);
    terms->calls++;
    const struct vm_term *term = vm_term(answer);
    if (term->kind == VM_PAIR && term->parts[1]->kind == VM_RESOURCE) {
        *terms = (struct nif_terms){term->parts[1]->resource, 1, 1};
        vm_keep(terms->resource);
    }
    end(client, &call);
}

/* The protocol has no such command. The model knows how many points there are. */
void nif_client_bytes_used(struct nif_client *client, enum vm_version version, size_t ring)
{
    const uint8_t command[] = {BYTES_USED, 0, 0, 0, (uint8_t)ring};
    const uint8_t add[] = {ADD, 0, 0, 0, (uint8_t)ring, 0, 0, 0, 1, 'a'};
    struct nif_call call = {.command = command, .size = sizeof command, .ring = ring};
    if (!begin(client, version, &call)) {
        return;
    }
    const uint64_t points =
        protocol_model_points(client->model, (struct ring_bytes){add, sizeof add}, 0);
    const ERL_NIF_TERM answer = make(client, version, &call, BYTES_USED - CREATE);
    const struct vm_term *term = vm_term(answer);
    if (call.settled) {
        compare(client, &call, answer);
    } else if (term->kind != VM_PAIR || term->parts[1]->kind != VM_INTEGER ||
               term->parts[1]->integer < points || term->parts[1]->integer > vm_bytes()) {
        fail("a ring cannot use so many bytes", &call);
    }
    end(client, &call);
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
    struct nif_call call = {.command = command, .size = sizeof command, .ring = ring};
    function %= NIF_FUNCTIONS;
    function += function + CREATE >= DELETE; /* the NIF has no delete */
    if (!begin(client, version, &call)) {
        return;
    }
    const bool is_taken = !call.settled;
    if (is_taken) {
        expect_byte(&call, ANSWER_BADARG);
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
