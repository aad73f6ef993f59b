#include "operations.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

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

/* Asserts what ci/prove assumes: only program_append() changes the number of operations. */
static void assert_kept(const struct program *program, size_t operations)
{
    assert(program->count == operations);
    (void)program; /* a build without assertions does not use them */
    (void)operations;
}

struct operation *program_append(struct program *program, enum operation_kind kind)
{
    program->operations =
        memory_grow(program->operations, program->count, sizeof *program->operations);
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
    assert(outcome <= OUTCOME_CRASH);
    const size_t operations = program->count;
    program->expectations = memory_resize(program->expectations, program->expectation_count + 1,
                                          sizeof *program->expectations);
    program->expectations[program->expectation_count++] =
        (struct expectation){program_bytes(program, subject, strlen(subject) + 1).data, outcome};
    assert_kept(program, operations);
}

static void *store(struct program *program, size_t size)
{
    program->blocks = memory_grow(program->blocks, program->block_count, sizeof *program->blocks);
    return program->blocks[program->block_count++] = memory_resize(NULL, size, 1);
}

struct ring_bytes program_bytes(struct program *program, const void *data, size_t size)
{
    return program_repeat(program, data, size, 1);
}

struct ring_bytes program_repeat(struct program *program, const void *data, size_t size,
                                 size_t times)
{
    assert(size == 0 || times <= SIZE_MAX / size);
    const size_t operations = program->count;
    unsigned char *bytes = store(program, size * times);
    if (size == 1) {
        memset(bytes, *(const unsigned char *)data, times);
    } else if (size > 0) {
        for (size_t i = 0; i < times; i++) {
            memcpy(bytes + i * size, data, size);
        }
    }
    assert_kept(program, operations);
    return (struct ring_bytes){bytes, size * times};
}

/* Most operations have one node, so 16 of them share a block. */
static struct ring_node *single_node(struct program *program)
{
    enum { TOGETHER = 16 };
    if (program->spare_count == 0) {
        program->spare = store(program, TOGETHER * sizeof *program->spare);
        program->spare_count = TOGETHER;
    }
    program->spare_count--;
    return program->spare++;
}

void program_append_node(struct program *program, struct ring_bytes name, uint32_t replicas)
{
    assert(program->count > 0);
    const size_t operations = program->count;
    struct operation *operation = &program->operations[operations - 1];
    size_t count = operation->count;
    if (count == 0) {
        operation->nodes = single_node(program);
    } else if ((count & (count - 1)) == 0) {
        struct ring_node *nodes = store(program, 2 * count * sizeof *nodes);
        memcpy(nodes, operation->nodes, count * sizeof *nodes);
        operation->nodes = nodes;
    }
    operation->nodes[operation->count++] = (struct ring_node){name, replicas};
    assert_kept(program, operations);
}

void program_set(struct program *program, struct ring_bytes key, uint64_t n)
{
    assert(program->count > 0);
    const size_t operations = program->count;
    struct operation *operation = &program->operations[operations - 1];
    operation->key = key;
    operation->n = n;
    assert_kept(program, operations);
}

static uint64_t points_added(const struct operation *operation)
{
    uint64_t points = 0;
    if (operation->kind != OP_REMOVE) {
        for (size_t i = 0; i < operation->count; i++) {
            uint32_t replicas = operation->nodes[i].replicas;
            points += replicas <= RING_REPLICAS_MAX ? replicas : 0;
        }
    }
    return points;
}

bool program_has_several_rings(const struct program *program)
{
    for (size_t i = 0; i < program->count; i++) {
        if (program->operations[i].kind == OP_USE || program->operations[i].kind == OP_RENEW) {
            return true;
        }
    }
    return false;
}

bool program_sets_replicas(const struct program *program)
{
    for (size_t i = 0; i < program->count; i++) {
        if (program->operations[i].kind == OP_SET_REPLICAS) {
            return true;
        }
    }
    return false;
}

uint64_t program_points(const struct program *program)
{
    uint64_t points = 0;
    for (size_t i = 0; i < program->count; i++) {
        points += points_added(&program->operations[i]);
    }
    return points;
}

/* Each point is digested three times: by the model, by the subject, and by the subject's check. */
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
        double added = (double)points_added(operation);
        points += added;
        longest = longest_name(operation, longest);
        /* Names are compared where positions are equal: 64 bytes take the time of a point. */
        double look = points * (1 + (double)longest / 64);
        /* The model passes all points for each one that it adds; then all are compared. */
        cost += bytes_digested(operation) + look * (added + 1);
    }
    return cost;
}
