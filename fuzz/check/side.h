/* One ring of a pair that is compared, and its answer to the operation at hand. */
#ifndef FUZZ_CHECK_SIDE_H
#define FUZZ_CHECK_SIDE_H

#include <stdio.h>

#include "../program/operations.h"
#include "../subjects/registry.h"

struct side {
    const struct subject *subject;
    void *ring;
    enum ring_error error;
    struct ring_bytes *nodes; /* exactly `room`, so that a sanitizer catches writes beyond */
    size_t room;
    size_t found;
};

/* Whether the operation changes a ring: an add, add_many, remove or set_replicas. */
bool side_changes(const struct operation *operation);

/* Whether it is a find or find_n. */
bool side_finds(const struct operation *operation);

/* Runs the operation, for which an answer has at most `room` nodes. */
void side_run(struct side *side, const struct operation *operation, size_t room);

/* Runs a find or find_n by the subject's find_if, which is to be accepted for the last node that is
 * wanted. The answer has the nodes that it asked for. */
void side_find_if(struct side *side, const struct operation *operation, size_t room);

/* Runs `count` finds. One after another gets each answer by side_take(). */
void side_find_many(struct side *side, const struct operation *operations, size_t count,
                    struct ring_bytes *nodes, enum ring_error *error);
void side_take(struct side *side, struct ring_bytes node, enum ring_error error);

/* Makes room for an answer of that many nodes, which the caller writes. */
void side_expect(struct side *side, size_t room);

/* Frees the answer, not the ring. */
void side_free(struct side *side);

/* Writes the answer as text. `any_error`: an error is not named. */
void side_write(FILE *out, const struct side *side, const struct operation *operation,
                bool any_error);

#endif
