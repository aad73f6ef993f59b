#include "present.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

void present_free(struct present *present)
{
    free(present->nodes);
    *present = (struct present){NULL, 0};
}

size_t present_index(const struct present *present, struct ring_bytes name)
{
    size_t index = 0;
    while (index < present->count && !text_same(present->nodes[index].name, name)) {
        index++;
    }
    return index;
}

static bool twice_in(const struct operation *operation, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (text_same(operation->nodes[i].name, operation->nodes[index].name)) {
            return true;
        }
    }
    return false;
}

/* What is special about an operation. */
struct cases {
    bool empty_name, bad_replicas, there, absent, too_many;
};

static struct cases cases_of(const struct present *present, const struct operation *operation)
{
    struct cases cases = {.empty_name = false};
    uint64_t points = 0;
    for (size_t i = 0; i < present->count; i++) {
        points += present->nodes[i].replicas;
    }
    for (size_t i = 0; i < operation->count; i++) {
        const struct ring_node *node = &operation->nodes[i];
        size_t index = present_index(present, node->name);
        bool there = index < present->count;
        cases.empty_name = cases.empty_name || node->name.size == 0;
        if (operation->kind == OP_REMOVE) {
            cases.absent = !there;
            continue;
        }
        cases.bad_replicas =
            cases.bad_replicas || node->replicas == 0 || node->replicas > RING_REPLICAS_MAX;
        points += node->replicas;
        if (operation->kind == OP_SET_REPLICAS) {
            cases.absent = !there;
            points -= there ? present->nodes[index].replicas : 0;
            continue;
        }
        cases.there = cases.there || there || twice_in(operation, i);
    }
    cases.too_many = operation->kind != OP_REMOVE && points > RING_POINTS_MAX;
    return cases;
}

static enum present_effect effect_of(enum subject_case declared)
{
    switch (declared) {
    case SUBJECT_AS_RING_H:
        return PRESENT_FAILS;
    case SUBJECT_FAILS:
        return PRESENT_REFUSES;
    case SUBJECT_IGNORES:
        return PRESENT_IGNORES;
    case SUBJECT_ACCEPTS:
        return PRESENT_CHANGES;
    case SUBJECT_NOT_SAID:
        break;
    }
    return PRESENT_NOT_SAID;
}

enum present_effect present_effect(const struct present *present, const struct subject *subject,
                                   const struct operation *operation, enum ring_error *error)
{
    const struct cases cases = cases_of(present, operation);
    /* In the order of enum ring_error. */
    const struct {
        bool holds;
        enum subject_case declared;
        enum ring_error error;
    } special[] = {
        {cases.empty_name, subject->empty_name, RING_BAD_ARGUMENT},
        {cases.bad_replicas, subject->bad_replicas, RING_BAD_ARGUMENT},
        {cases.there, subject->adding_twice, RING_NODE_EXISTS},
        {cases.absent, subject->removing_absent, RING_NO_SUCH_NODE},
        {cases.too_many, SUBJECT_AS_RING_H, RING_TOO_MANY_POINTS},
    };
    enum present_effect first = PRESENT_CHANGES;
    *error = RING_OK;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        enum present_effect effect = effect_of(special[i].declared);
        if (!special[i].holds || effect == PRESENT_CHANGES) {
            continue;
        }
        if (first == PRESENT_CHANGES) {
            first = effect;
            *error = effect == PRESENT_FAILS ? special[i].error : RING_OK;
        } else if ((first == PRESENT_IGNORES) != (effect == PRESENT_IGNORES)) {
            *error = RING_OK; /* which case a ring looks at first is not said */
            return PRESENT_NOT_SAID;
        }
    }
    return first;
}

bool present_find_said(size_t nodes, struct ring_bytes key, const struct subject *subject)
{
    enum subject_case of_empty = subject->finding_in_empty;
    enum subject_case of_key = subject->empty_key;
    if ((nodes == 0 && of_empty == SUBJECT_NOT_SAID) ||
        (key.size == 0 && of_key == SUBJECT_NOT_SAID)) {
        return false;
    }
    /* In an empty ring, an empty key: which of both a ring looks at first is not said. */
    bool fails = of_empty == SUBJECT_FAILS;
    return nodes > 0 || key.size > 0 || (of_key != SUBJECT_FAILS && of_key != SUBJECT_IGNORES) ||
           fails == (of_key == SUBJECT_FAILS);
}

void present_apply(struct present *present, const struct operation *operation)
{
    if (operation->kind == OP_SET_REPLICAS) {
        size_t index = present_index(present, operation->nodes[0].name);
        if (index < present->count) {
            present->nodes[index].replicas = operation->nodes[0].replicas;
        }
        return;
    }
    if (operation->kind == OP_REMOVE) {
        size_t index = present_index(present, operation->nodes[0].name);
        if (index < present->count) {
            present->count--;
            memmove(&present->nodes[index], &present->nodes[index + 1],
                    (present->count - index) * sizeof *present->nodes);
        }
        return;
    }
    for (size_t i = 0; i < operation->count; i++) {
        present->nodes = memory_grow(present->nodes, present->count, sizeof *present->nodes);
        present->nodes[present->count++] = operation->nodes[i];
    }
}
