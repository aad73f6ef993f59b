/* PROPERTY: points and keys have the positions that ring.h specifies, by digests that the ring
 * library does not use.
 *
 * The input is a byte b and a program (program/bytes.h), run under one of the library's own rules.
 * Each name and key is repeated 2 to the power of b modulo 9 times, so that it has up to 1 MiB.
 * These positions are compared with libmd's digests (for XXH3, which has no second library, with
 * xxHash's digest of the bytes in pieces):
 *
 *     all points of each added node, in a ring that holds only it, unless it has many replicas
 *     the last point of each added node, however many replicas it has
 *     each key
 *
 * Only the library can return the position of a single point or key. For other subjects, only the
 * first line is checked. */
#include "common.h"

#include <stdlib.h>
#include <string.h>

#include "../../core/placement.h"
#include "../base/memory.h"
#include "../base/place.h"
#include "../model/placement.h"

/* A few milliseconds with sanitizers. Counts bytes digested; each digest counts as 64 more. */
#define COST_MAX (UINT64_C(5) << 18)
#define POINT_COST UINT64_C(64)

static int compare_positions(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void expect_position(const struct program *program, const char *what, size_t operation,
                            uint64_t expected, uint64_t got)
{
    if (expected != got) {
        target_fail_saying(program, "operation %zu, %s: expected position %llu, got %llu",
                           operation + 1, what, (unsigned long long)expected,
                           (unsigned long long)got);
    }
    target_answer(&got, sizeof got);
}

static void check_node(const struct program *program, const struct ring_options *options,
                       const struct ring_node *node, size_t operation)
{
    const struct subject *subject = target_subject();
    void *ring = subject->create(options);
    uint64_t *expected = memory_resize(NULL, node->replicas, sizeof *expected);
    struct ring_cursor cursor = {{0}};
    struct ring_point point = {0, {NULL, 0}};
    for (uint32_t i = 0; i < node->replicas; i++) {
        expected[i] = model_point_position(options, node->name, i);
    }
    qsort(expected, node->replicas, sizeof *expected, compare_positions);
    if (subject->add(ring, node->name, node->replicas) != RING_OK) {
        target_fail_saying(program, "operation %zu: the node is not added", operation + 1);
    }
    for (uint32_t i = 0; i < node->replicas; i++) {
        if (!subject->next_point(ring, &cursor, &point)) {
            target_fail_saying(program, "operation %zu: point %lu is missing", operation + 1,
                               (unsigned long)i);
        }
        expect_position(program, "a point", operation, expected[i], point.position);
    }
    free(expected);
    subject->destroy(ring);
}

static void check_last_point(const struct program *program, const struct ring_options *options,
                             const struct ring_node *node, size_t operation)
{
    const struct placement placement = {options->rule, options->custom};
    uint32_t last = (node->replicas - 1) % RING_REPLICAS_MAX;
    unsigned char *name = memory_resize(NULL, node->name.size + PLACEMENT_SUFFIX_MAX, 1);
    memcpy(name, node->name.data, node->name.size);
    expect_position(program, "the last point", operation,
                    model_point_position(options, node->name, last),
                    place_point(&placement, name, node->name.size, last));
    free(name);
}

static void check_key(const struct program *program, const struct ring_options *options,
                      struct ring_bytes key, size_t operation)
{
    uint64_t got = 0;
    void *ring = target_subject()->create(options);
    if (ring_position(ring, key.data, key.size, &got) != RING_OK) {
        target_fail_saying(program, "operation %zu: the key has no position", operation + 1);
    }
    expect_position(program, "a key", operation, model_key_position(options, key), got);
    target_subject()->destroy(ring);
}

static bool has_few_points(const struct ring_node *node)
{
    return node->replicas > 0 && node->replicas <= RING_REPLICAS_MAX &&
           node->replicas * (node->name.size + POINT_COST) <= COST_MAX;
}

/* The cost of digesting all names and keys, each repeated `times` times. */
static uint64_t cost(const struct program *program, size_t times)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        sum += operation->key.size * times + 16 * POINT_COST;
        for (size_t j = 0; j < operation->count; j++) {
            struct ring_node node = operation->nodes[j];
            node.name.size *= times;
            sum += (node.name.size + POINT_COST) * (has_few_points(&node) ? node.replicas : 1);
        }
    }
    return sum;
}

static void repeat(struct program *program, size_t times)
{
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        struct ring_bytes *key = &program->operations[i].key;
        *key = program_repeat(program, key->data, key->size, times);
        for (size_t j = 0; j < operation->count; j++) {
            struct ring_bytes *name = &operation->nodes[j].name;
            *name = program_repeat(program, name->data, name->size, times);
        }
    }
}

static void check_operations(const struct program *program, const struct ring_options *options)
{
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        bool adds = operation->kind == OP_ADD || operation->kind == OP_ADD_MANY;
        for (size_t j = 0; j < operation->count && adds; j++) {
            const struct ring_node *node = &operation->nodes[j];
            if (node->name.size > 0 && has_few_points(node)) {
                check_node(program, options, node, i);
            }
            if (target_is_library()) {
                check_last_point(program, options, node, i);
            }
        }
        if (operation->count == 0 && target_is_library()) {
            check_key(program, options, operation->key, i);
        }
    }
}

const char *target_needs(const struct subject *subject)
{
    return target_needs_a_whole_ring(subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program program;
    size_t times = size > 0 ? (size_t)1 << data[0] % 9 : 1;
    target_program(data, size, 1, &program);
    bool cheap = cost(&program, times) <= COST_MAX;
    if (cheap) {
        repeat(&program, times);
        if (program.rule->options.rule == RING_CUSTOM) { /* the library's own rules come first */
            program.rule = &rules[(program.rule - rules) % RING_CUSTOM];
        }
        check_operations(&program, &program.rule->options);
    }
    target_program_done(&program);
    return cheap ? 0 : -1;
}
