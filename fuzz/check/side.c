#include "side.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

bool side_changes(const struct operation *operation)
{
    return operation->kind == OP_ADD || operation->kind == OP_ADD_MANY ||
           operation->kind == OP_REMOVE || operation->kind == OP_SET_REPLICAS;
}

bool side_finds(const struct operation *operation)
{
    return operation->kind == OP_FIND || operation->kind == OP_FIND_N;
}

void side_expect(struct side *side, size_t room)
{
    if (side->nodes == NULL || side->room != room) {
        free(side->nodes);
        side->nodes = memory_resize(NULL, room, sizeof *side->nodes);
        side->room = room;
    }
}

void side_take(struct side *side, struct ring_bytes node, enum ring_error error)
{
    side_expect(side, 1);
    side->nodes[0] = node;
    side->error = error;
    side->found =
        error == RING_OK &&
        (node.size > 0 || (node.data != NULL && side->subject->empty_name == SUBJECT_ACCEPTS));
}

void side_find_many(struct side *side, const struct operation *operations, size_t count,
                    struct ring_bytes *nodes, enum ring_error *error)
{
    struct ring_bytes *keys = memory_resize(NULL, count, sizeof *keys);
    for (size_t i = 0; i < count; i++) {
        keys[i] = operations[i].key;
    }
    *error = side->subject->find_many(side->ring, keys, count, nodes);
    free(keys);
}

void side_run(struct side *side, const struct operation *operation, size_t room)
{
    const struct subject *subject = side->subject;
    struct ring_bytes node = {NULL, 0};
    side->error = RING_OK;
    side->found = 0;
    switch (operation->kind) {
    case OP_ADD:
        side->error =
            subject->add(side->ring, operation->nodes[0].name, operation->nodes[0].replicas);
        break;
    case OP_ADD_MANY:
        side->error = subject->add_many(side->ring, operation->nodes, operation->count);
        break;
    case OP_REMOVE:
        side->error = subject->remove(side->ring, operation->nodes[0].name);
        break;
    case OP_SET_REPLICAS:
        side->error = subject->set_replicas(side->ring, operation->nodes[0].name,
                                            operation->nodes[0].replicas);
        break;
    case OP_FIND:
        side->error = subject->find(side->ring, operation->key, &node);
        side_take(side, node, side->error);
        break;
    case OP_FIND_N:
        side_expect(side, room);
        side->error = subject->find_n(side->ring, operation->key,
                                      operation->n < SIZE_MAX ? (size_t)operation->n : SIZE_MAX,
                                      side->nodes, &side->found);
        break;
    case OP_USE:
    case OP_RENEW:
        break;
    }
}

struct asked {
    struct side *side;
    uint64_t wanted;
};

static bool accept_the_last(void *context, struct ring_bytes node)
{
    const struct asked *asked = context;
    struct side *side = asked->side;
    if (side->found < side->room) {
        side->nodes[side->found] = node;
    }
    side->found++;
    return side->found == asked->wanted;
}

void side_find_if(struct side *side, const struct operation *operation, size_t room)
{
    struct asked asked = {side, operation->kind == OP_FIND ? 1 : operation->n};
    struct ring_bytes node = {NULL, 0};
    side_expect(side, room);
    side->found = 0;
    side->error =
        side->subject->find_if(side->ring, operation->key, accept_the_last, &asked, &node);
    if (side->found == asked.wanted && side->found == room) {
        side->nodes[room - 1] = node; /* as a caller sees it */
    } else if (node.size > 0) {
        side->found = room + 1;
    }
}

void side_free(struct side *side)
{
    free(side->nodes);
    side->nodes = NULL;
    side->room = 0;
}

void side_write(FILE *out, const struct side *side, const struct operation *operation,
                bool any_error)
{
    if (side->error == SUBJECT_CANNOT) {
        (void)fputs("cannot", out);
    } else if (side->error != RING_OK && any_error) {
        (void)fputs("an error", out);
    } else if (side->error != RING_OK || side_changes(operation)) {
        text_write_error(out, side->error);
    } else if (!side_finds(operation)) {
        (void)fputs("done", out);
    } else if (side->found == 0) {
        (void)fputs("no node", out);
    } else if (side->found > side->room) {
        (void)fprintf(out, "%zu nodes", side->found);
    } else {
        for (size_t i = 0; i < side->found; i++) {
            (void)fputs(i > 0 ? " " : "", out);
            text_write(out, side->nodes[i]);
        }
    }
}
