/* Answers of the NIF as those of the framed protocol, and two that only the NIF gives. */
#ifndef REPRO_BEAM_FUZZ_NIF_ANSWER_H
#define REPRO_BEAM_FUZZ_NIF_ANSWER_H

#include "../stand_in/nif_vm.h"

enum { ANSWER_DONE = 0, ANSWER_NO_MEMORY = 6, ANSWER_BUSY = 0xfe, ANSWER_BADARG = 0xff };

struct nif_answer {
    uint8_t *bytes;
    size_t size;
};

void nif_answer_say(struct nif_answer *answer, const void *bytes, size_t size);
void nif_answer_say_byte(struct nif_answer *answer, uint8_t byte);

/* A resource is written as the number of a ring: `number`. Returns false if no function gives such an
 * answer. */
bool nif_answer_encode(struct nif_answer *answer, const struct vm_term *term, bool is_list,
                       uint8_t number);

#endif
