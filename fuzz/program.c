#include "program.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

void program_init(struct program *program)
{
    *program = (struct program){.rule = &rules[0]};
}

void program_free(struct program *program)
{
    for (size_t i = 0; i < program->block_count; i++) {
        free(program->blocks[i]);
    }
    free(program->blocks);
    free(program->operations);
    free(program->expectations);
}

/* Whether an array that doubles is full with `count`. */
static bool full(size_t count)
{
    return (count & (count - 1)) == 0;
}

struct operation *program_append(struct program *program, enum operation_kind kind)
{
    if (full(program->count)) {
        size_t room = program->count > 0 ? 2 * program->count : 1;
        program->operations = memory_resize(program->operations, room, sizeof *program->operations);
    }
    struct operation *operation = &program->operations[program->count++];
    *operation = (struct operation){.kind = kind};
    return operation;
}

void program_append_shared(struct program *program, const struct operation *from)
{
    *program_append(program, from->kind) = *from;
}

void program_expect(struct program *program, const char *subject, enum outcome outcome)
{
    program->expectations = memory_resize(program->expectations, program->expectation_count + 1,
                                          sizeof *program->expectations);
    program->expectations[program->expectation_count++] =
        (struct expectation){program_bytes(program, subject, strlen(subject) + 1).data, outcome};
}

static void *store(struct program *program, size_t size)
{
    if (full(program->block_count)) {
        size_t room = program->block_count > 0 ? 2 * program->block_count : 1;
        program->blocks = memory_resize(program->blocks, room, sizeof *program->blocks);
    }
    return program->blocks[program->block_count++] = memory_resize(NULL, size, 1);
}

struct ring_bytes program_bytes(struct program *program, const void *data, size_t size)
{
    return program_repeat(program, data, size, 1);
}

struct ring_bytes program_repeat(struct program *program, const void *data, size_t size,
                                 size_t times)
{
    unsigned char *bytes = store(program, size * times);
    if (size == 1) {
        memset(bytes, *(const unsigned char *)data, times);
    } else if (size > 0) {
        for (size_t i = 0; i < times; i++) {
            memcpy(bytes + i * size, data, size);
        }
    }
    return (struct ring_bytes){bytes, size * times};
}

void program_append_node(struct program *program, struct ring_bytes name, uint32_t replicas)
{
    struct operation *operation = &program->operations[program->count - 1];
    if (full(operation->count)) {
        size_t room = operation->count > 0 ? 2 * operation->count : 1;
        struct ring_node *nodes = store(program, room * sizeof *nodes);
        if (operation->count > 0) {
            memcpy(nodes, operation->nodes, operation->count * sizeof *nodes);
        }
        operation->nodes = nodes;
    }
    operation->nodes[operation->count++] = (struct ring_node){name, replicas};
}

static uint64_t points_added(const struct operation *operation)
{
    uint64_t points = 0;
    if (operation->kind == OP_ADD || operation->kind == OP_ADD_MANY) {
        for (size_t i = 0; i < operation->count; i++) {
            uint32_t replicas = operation->nodes[i].replicas;
            points += replicas <= RING_REPLICAS_MAX ? replicas : 0;
        }
    }
    return points;
}

uint64_t program_points(const struct program *program)
{
    uint64_t points = 0;
    for (size_t i = 0; i < program->count; i++) {
        points += points_added(&program->operations[i]);
    }
    return points;
}

/* Each point's digest is taken by the model, by the subject, and once more by its check of itself. */
static double bytes_digested(const struct operation *operation)
{
    double bytes = (double)operation->key.size;
    for (size_t i = 0; i < operation->count; i++) {
        const struct ring_node *node = &operation->nodes[i];
        bytes += node->replicas <= RING_REPLICAS_MAX
                     ? 3.0 * (double)node->replicas * (double)node->name.size
                     : 0;
    }
    return bytes;
}

static size_t longest_name(const struct operation *operation, size_t longest)
{
    for (size_t i = 0; i < operation->count; i++) {
        size_t size = operation->nodes[i].name.size;
        longest = size > longest ? size : longest;
    }
    return longest;
}

double program_cost(const struct program *program)
{
    double cost = 0;
    double points = 0;
    size_t longest = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        points += (double)points_added(operation);
        longest = longest_name(operation, longest);
        /* Where positions are equal, names are compared: 64 bytes in the time of a point. */
        double look = points * (1 + (double)longest / 64);
        cost += bytes_digested(operation);
        cost += operation->kind == OP_FIND ? look : look * points;
    }
    return cost;
}
