#include "nif_answer.h"

#include <string.h>

#include "../../../fuzz/base/memory.h"

void nif_answer_say(struct nif_answer *answer, const void *bytes, size_t size)
{
    answer->bytes = memory_resize(answer->bytes, answer->size + size, 1);
    if (size > 0) {
        memcpy(answer->bytes + answer->size, bytes, size);
    }
    answer->size += size;
}

void nif_answer_say_byte(struct nif_answer *answer, uint8_t byte)
{
    nif_answer_say(answer, &byte, 1);
}

static void say_number(struct nif_answer *answer, uint64_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        nif_answer_say_byte(answer, (uint8_t)(number >> shift));
    }
}

static bool is_atom(const struct vm_term *term, const char *name)
{
    return term->kind == VM_ATOM && strcmp(term->atom, name) == 0;
}

static bool say_error(struct nif_answer *answer, const struct vm_term *reason)
{
    static const char *const reasons[] = {"ok",          "bad_argument",   "ring_not_found",
                                          "node_exists", "node_not_found", "too_many_points",
                                          "no_memory",   "not_md5",        "ring_not_empty"};
    if (is_atom(reason, "busy")) {
        nif_answer_say_byte(answer, ANSWER_BUSY);
        return true;
    }
    uint8_t status = 1;
    while (status < sizeof reasons / sizeof *reasons && !is_atom(reason, reasons[status])) {
        status++;
    }
    nif_answer_say_byte(answer, status);
    return status < sizeof reasons / sizeof *reasons;
}

static bool say_list(struct nif_answer *answer, const struct vm_term *list)
{
    while (list->kind == VM_CELL && list->parts[0]->kind == VM_BINARY) {
        say_number(answer, list->parts[0]->size);
        nif_answer_say(answer, list->parts[0]->bytes, list->parts[0]->size);
        list = list->parts[1];
    }
    return list->kind == VM_NIL;
}

static bool say_value(struct nif_answer *answer, const struct vm_term *value, bool is_list,
                      uint8_t number)
{
    nif_answer_say_byte(answer, ANSWER_DONE);
    if (is_list) {
        return say_list(answer, value);
    }
    switch (value->kind) {
    case VM_BINARY:
        nif_answer_say(answer, value->bytes, value->size);
        return true;
    case VM_RESOURCE:
        say_number(answer, number);
        return true;
    case VM_INTEGER:
        say_number(answer, value->integer);
        return true;
    default:
        return false;
    }
}

bool nif_answer_encode(struct nif_answer *answer, const struct vm_term *term, bool is_list,
                       uint8_t number)
{
    if (term->kind == VM_BADARG) {
        nif_answer_say_byte(answer, ANSWER_BADARG);
        return true;
    }
    if (is_atom(term, "ok")) {
        nif_answer_say_byte(answer, ANSWER_DONE);
        return true;
    }
    if (term->kind != VM_PAIR) {
        return false;
    }
    if (is_atom(term->parts[0], "error")) {
        return say_error(answer, term->parts[1]);
    }
    return is_atom(term->parts[0], "ok") && say_value(answer, term->parts[1], is_list, number);
}
