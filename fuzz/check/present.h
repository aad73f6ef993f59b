/* The nodes that a right ring holds after the operations so far, and what it must answer to the next
 * change. Knows nothing of points: for rings whose placement nobody knows. */
#ifndef FUZZ_CHECK_PRESENT_H
#define FUZZ_CHECK_PRESENT_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* All zero: no nodes. */
struct present {
    struct ring_node *nodes; /* in the order in which they came; names in the program's memory */
    size_t count;
};

void present_free(struct present *present);

/* The index of the node of that name, or present->count. */
size_t present_index(const struct present *present, struct ring_bytes name);

/* What a right ring does with an add, add_many or remove. */
enum present_effect {
    PRESENT_CHANGES, /* it succeeds */
    PRESENT_FAILS,   /* it fails, with the error of ring.h */
    PRESENT_REFUSES, /* it fails, with any error */
    PRESENT_IGNORES, /* it succeeds, and changes nothing */
    PRESENT_NOT_SAID /* the subject does not declare it */
};

/* The effect of the operation, by the subject's declarations. *error becomes the error of ring.h,
 * or RING_OK. */
enum present_effect present_effect(const struct present *present, const struct subject *subject,
                                   const struct operation *operation, enum ring_error *error);

/* Applies an operation whose effect is PRESENT_CHANGES. The program must outlive *present. */
void present_apply(struct present *present, const struct operation *operation);

/* Whether the subject says what a find of the key does in a ring of so many nodes. */
bool present_find_said(size_t nodes, struct ring_bytes key, const struct subject *subject);

#endif
