/* PROPERTY: a ring is a function of the set of its nodes. Adding the nodes in batches, or one by
 * one in another order, with some removed and added again, makes the same points, byte for byte,
 * and the same answers.
 *
 * The input is 8 bytes and a program (program/bytes.h). The 8 bytes seed the order of nodes and the
 * size of batches. The adds of the program name the nodes; the first add of a name counts. Both
 * rings answer the finds. One batch in four is first tried with a node named twice, and must be
 * refused as a whole. */
#include "common.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

/* A few milliseconds with sanitizers. */
enum { NODES_MAX = 100, POINTS_MAX = 2500, COST_MAX = 60000, BATCH_MAX = 16, SEED_SIZE = 8 };

struct build {
    const struct program *program;
    struct ring_node *nodes; /* those below `done` are in the ring */
    size_t count;
    size_t done;
    uint64_t random;
};

static size_t draw(struct build *build, size_t below)
{
    build->random = build->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(build->random >> 33) % below;
}

static void swap(struct ring_node *a, struct ring_node *b)
{
    struct ring_node kept = *a;
    *a = *b;
    *b = kept;
}

static void expect(const struct build *build, enum ring_error expected, enum ring_error got,
                   const char *what)
{
    if (expected != got) {
        target_fail_saying(build->program, "%s: expected %s, got %s", what, ring_strerror(expected),
                           ring_strerror(got));
    }
}

static void add_batch(struct build *build, void *ring, size_t size)
{
    struct ring_node *batch = memory_resize(NULL, size + 1, sizeof *batch);
    memcpy(batch, build->nodes + build->done, size * sizeof *batch);
    if (draw(build, 4) == 0) {
        batch[size] = batch[draw(build, size)];
        batch[size].replicas = 1 + (uint32_t)draw(build, 3);
        expect(build, RING_NODE_EXISTS, target_subject()->add_many(ring, batch, size + 1),
               "a batch with one name twice");
    }
    expect(build, RING_OK, target_subject()->add_many(ring, batch, size), "a batch");
    free(batch);
}

static void remove_one(struct build *build, void *ring)
{
    size_t index = draw(build, build->done);
    expect(build, RING_OK, target_subject()->remove(ring, build->nodes[index].name), "a removal");
    swap(&build->nodes[index], &build->nodes[--build->done]);
}

static void *make(struct build *build, size_t batch_max, const struct ring_options *options)
{
    void *ring = target_subject()->create(options);
    size_t removals = build->count;
    for (size_t i = build->count; i > 1; i--) {
        swap(&build->nodes[i - 1], &build->nodes[draw(build, i)]);
    }
    for (build->done = 0; build->done < build->count;) {
        size_t left = build->count - build->done;
        size_t size = 1 + draw(build, left < batch_max ? left : batch_max);
        const struct ring_node *node = &build->nodes[build->done];
        if (batch_max > 1) {
            add_batch(build, ring, size);
        } else {
            expect(build, RING_OK, target_subject()->add(ring, node->name, node->replicas),
                   "an add");
        }
        build->done += size;
        while (removals > 0 && build->done > 0 && draw(build, 3) == 0) {
            remove_one(build, ring);
            removals--;
        }
    }
    return ring;
}

/* Whether the node is valid, and the first of its name. */
static bool is_new(const struct build *build, const struct ring_node *node)
{
    bool valid = node->name.size > 0 && node->replicas > 0 && node->replicas <= RING_REPLICAS_MAX;
    for (size_t i = 0; i < build->count && valid; i++) {
        valid = !text_same(build->nodes[i].name, node->name);
    }
    return valid;
}

/* Collects the nodes to add. False: too many for one input. */
static bool collect(struct build *build)
{
    uint64_t points = 0;
    for (size_t i = 0; i < build->program->count; i++) {
        const struct operation *operation = &build->program->operations[i];
        for (size_t j = 0; j < operation->count; j++) {
            const struct ring_node *node = &operation->nodes[j];
            if (operation->kind == OP_REMOVE || !is_new(build, node)) {
                continue;
            }
            /* Names are digested and compared. Under weak rules, each add scans all points. */
            points += (uint64_t)node->replicas * (1 + node->name.size / 64);
            if (build->count == NODES_MAX || points > POINTS_MAX ||
                points * build->count > COST_MAX) {
                return false;
            }
            build->nodes[build->count++] = *node;
        }
    }
    return true;
}

static void compare(struct build *build)
{
    const struct program *program = build->program;
    struct check check = target_check(target_subject());
    struct finding finding = {.operation = program->count};
    void *batches = make(build, BATCH_MAX, &program->rule->options);
    void *singles = make(build, 1, &program->rule->options);
    if (!check_rings(&check, singles, batches, &finding)) {
        target_fail(program, &finding);
    }
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        finding.operation = i;
        if ((operation->kind == OP_FIND || operation->kind == OP_FIND_N) &&
            !check_operation(&check, operation, singles, batches, &finding)) {
            target_fail(program, &finding);
        }
    }
    target_answer_points(batches);
    target_subject()->destroy(batches);
    target_subject()->destroy(singles);
}

const char *target_needs(const struct subject *subject)
{
    return target_needs_a_whole_ring(subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program program;
    struct ring_node nodes[NODES_MAX];
    struct build build = {.program = &program, .nodes = nodes};
    size_t seed_size = size < SEED_SIZE ? size : SEED_SIZE;
    for (size_t i = 0; i < seed_size; i++) {
        build.random = build.random << 8 | data[i];
    }
    target_program(data, size, SEED_SIZE, &program);
    bool cheap = collect(&build);
    if (cheap) {
        compare(&build);
    }
    target_program_done(&program);
    return cheap ? 0 : -1;
}
