#include "nif_call.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../../fuzz/base/text.h"
#include "../../../fuzz/targets/common.h"

static const struct ring_bytes nothing = {"", 0};
static const struct ring_bytes done = {"", 1}; /* a zero byte */

uint8_t nif_call_opcode(const struct nif_call *call)
{
    return *(const uint8_t *)call->command.data;
}

bool nif_call_looks_up(const struct nif_call *call)
{
    const uint8_t opcode = nif_call_opcode(call);
    return opcode == FIND || opcode == FIND_NODES;
}

static void print_bytes(const char *what, struct ring_bytes bytes)
{
    (void)fprintf(stderr, "# %s: ", what);
    text_write(stderr, bytes);
    (void)fputc('\n', stderr);
}

_Noreturn void nif_call_fail(const struct nif_call *call, const char *what)
{
    (void)fprintf(stderr, "# %s\n", what);
    print_bytes("command", call->command);
    abort();
}

static void expect(struct nif_call *call, struct ring_bytes answer)
{
    nif_answer_say(&call->expected, answer.data, answer.size);
    call->settled = true;
}

void nif_call_expect(struct nif_call *call, uint8_t answer)
{
    expect(call, (struct ring_bytes){&answer, 1});
}

void nif_call_settle(struct nif_call *call, struct protocol_model *model)
{
    if (nif_call_looks_up(call)) {
        /* No lookup has an empty answer, so that the model gives its own. */
        (void)protocol_model_agrees(model, call->command, nothing, false);
        expect(call, protocol_model_expected(model));
        return;
    }
    if (!protocol_model_agrees(model, call->command, done, false)) {
        nif_call_fail(call, "a change is made that must be refused");
    }
    expect(call, done);
}

static bool is_expected(const struct nif_call *call, struct protocol_model *model,
                        struct ring_bytes answer)
{
    static const uint8_t refused[] = {ANSWER_NO_MEMORY};
    const bool no_memory = vm_refusals() > call->refusals;
    /* A create may ask for memory before it looks at its arguments. */
    if (no_memory && (nif_call_looks_up(call) || nif_call_opcode(call) == CREATE) &&
        text_same(answer, (struct ring_bytes){refused, sizeof refused})) {
        return true;
    }
    return call->settled
               ? text_same(answer, (struct ring_bytes){call->expected.bytes, call->expected.size})
               : protocol_model_agrees(model, call->command, answer, no_memory);
}

void nif_call_compare(const struct nif_call *call, struct protocol_model *model, ERL_NIF_TERM term)
{
    struct nif_answer encoded = {NULL, 0};
    const bool is_list = nif_call_opcode(call) == FIND_NODES;
    if (!nif_answer_encode(&encoded, vm_term(term), is_list, (uint8_t)call->ring)) {
        nif_call_fail(call, "an answer that no function gives");
    }
    const struct ring_bytes answer = {encoded.bytes, encoded.size};
    target_answer(answer.data, answer.size);
    if (!is_expected(call, model, answer)) {
        const struct ring_bytes settled = {call->expected.bytes, call->expected.size};
        print_bytes("answered", answer);
        print_bytes("expected", call->settled ? settled : protocol_model_expected(model));
        nif_call_fail(call, "a wrong answer");
    }
    free(encoded.bytes);
}
