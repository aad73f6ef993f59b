#include "remembered.h"

#include <stdbool.h>
#include <string.h>

#include "placement.h"

#define SLOTS 16384
#define OF_KEY UINT32_MAX /* no replica has this number */

#define WORDS 4

/* Rule, size, replica and name as words, which are compared whole: no two names are confused. */
struct question {
    uint64_t words[WORDS];
};

struct slot {
    struct question question; /* all zero if it is empty: a question is never */
    uint64_t position;
};

static struct slot slots[SLOTS];

static struct question question_of(enum ring_rule rule, struct ring_bytes name, uint32_t replica)
{
    struct question question = {{0}};
    unsigned char bytes[8 * WORDS] = {0};
    if (name.size > 0) {
        memcpy(bytes + 8, name.data, name.size);
    }
    memcpy(question.words, bytes, sizeof bytes);
    question.words[0] = (uint64_t)(rule + 1U) << 40 | (uint64_t)name.size << 32 | replica;
    return question;
}

static struct slot *slot_of(const struct question *question)
{
    uint64_t mixed = 0;
    for (size_t i = 0; i < WORDS; i++) {
        mixed = (mixed ^ question->words[i]) * 0x9e3779b97f4a7c15;
        mixed ^= mixed >> 29;
    }
    return &slots[mixed % SLOTS];
}

static bool same(const struct question *a, const struct question *b)
{
    uint64_t differing = 0;
    for (size_t i = 0; i < WORDS; i++) {
        differing |= a->words[i] ^ b->words[i];
    }
    return differing == 0;
}

static uint64_t ask(const struct ring_options *options, struct ring_bytes name, uint32_t replica)
{
    return replica == OF_KEY ? model_key_position(options, name)
                             : model_point_position(options, name, replica);
}

static uint64_t remember(const struct ring_options *options, struct ring_bytes name,
                         uint32_t replica)
{
    if (name.size > REMEMBERED_NAME_MAX || options->rule == RING_CUSTOM) {
        return ask(options, name, replica);
    }
    const struct question question = question_of(options->rule, name, replica);
    struct slot *slot = slot_of(&question);
    if (!same(&slot->question, &question)) {
        *slot = (struct slot){question, ask(options, name, replica)};
    }
    return slot->position;
}

uint64_t remembered_point_position(const struct ring_options *options, struct ring_bytes name,
                                   uint32_t replica)
{
    return remember(options, name, replica);
}

uint64_t remembered_key_position(const struct ring_options *options, struct ring_bytes key)
{
    return remember(options, key, OF_KEY);
}
