/* PROPERTY: adding nodes, or replicas of a node, moves keys only to these nodes; and removing nodes,
 * or replicas of a node, moves only the keys of these nodes.
 *
 * The input is a program (program/bytes.h). It runs on two rings of the subject, one a step behind
 * the other. They are compared around each change that succeeds:
 *
 *     owners   The two owners of a position differ only if one of them is a node of the change.
 *              Looked up: each point's position, those before and after it, the keys of finds.
 *     lists    The lists of all nodes from the key of a find_n are the same, without the nodes of
 *              the change. */
#include "common.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

/* A few milliseconds with sanitizers. Counts the positions looked up, or the nodes in lists. */
#define COST_MAX 2e4

/* Two rings: without the points of a change, and with them. */
struct step {
    const struct program *program;
    const struct operation *change;
    size_t index; /* of the change */
    void *without;
    void *with;
};

static bool is_of_change(const struct step *step, struct ring_bytes name)
{
    for (size_t i = 0; i < step->change->count; i++) {
        if (text_same(step->change->nodes[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* A position that is not owned by a node of the change has the same owner without them. */
static void expect_kept(const struct step *step, const char *what, struct ring_bytes without,
                        struct ring_bytes with)
{
    target_answer(with.data, with.size);
    if (!is_of_change(step, with) && !text_same(without, with)) {
        target_fail_saying(step->program,
                           "operation %zu moves %s between two nodes that it does not change",
                           step->index + 1, what);
    }
}

static void compare_positions(const struct step *step)
{
    const struct subject *subject = target_subject();
    size_t count = subject->point_count(step->with);
    uint64_t *positions = memory_resize(NULL, 3 * count, sizeof *positions);
    struct ring_bytes *without = memory_resize(NULL, 3 * count, sizeof *without);
    struct ring_bytes *with = memory_resize(NULL, 3 * count, sizeof *with);
    struct ring_cursor cursor = {{0}};
    struct ring_point point = {0, {NULL, 0}};
    size_t used = 0;
    while (used < 3 * count && subject->next_point(step->with, &cursor, &point)) {
        for (uint64_t i = 0; i < 3; i++) {
            positions[used++] = point.position + i - 1;
        }
    }
    (void)subject->find_positions(step->without, positions, used, without);
    (void)subject->find_positions(step->with, positions, used, with);
    for (size_t i = 0; i < used; i++) {
        expect_kept(step, "a position", without[i], with[i]);
    }
    free(positions);
    free(without);
    free(with);
}

/* Leaves the nodes of the change out of a list: those whose replicas change are in both rings. */
static size_t leave_out(const struct step *step, struct ring_bytes *nodes, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_of_change(step, nodes[i])) {
            nodes[left++] = nodes[i];
        }
    }
    return left;
}

static void compare_lists(const struct step *step, struct ring_bytes key)
{
    const struct subject *subject = target_subject();
    size_t fewer = subject->node_count(step->without);
    size_t count = subject->node_count(step->with);
    struct ring_bytes *without = memory_resize(NULL, fewer, sizeof *without);
    struct ring_bytes *with = memory_resize(NULL, count, sizeof *with);
    size_t kept = 0;
    (void)subject->find_n(step->without, key, fewer, without, &fewer);
    (void)subject->find_n(step->with, key, count, with, &count);
    fewer = leave_out(step, without, fewer);
    for (size_t i = 0; i < count; i++) {
        if (is_of_change(step, with[i])) {
            continue;
        }
        if (kept == fewer || !text_same(without[kept++], with[i])) {
            target_fail_saying(step->program, "operation %zu changes the order of other nodes",
                               step->index + 1);
        }
    }
    if (kept != fewer) {
        target_fail_saying(step->program, "operation %zu: a node is lost", step->index + 1);
    }
    free(without);
    free(with);
}

static void compare(const struct step *step)
{
    const struct subject *subject = target_subject();
    if (subject->node_count(step->without) == 0) {
        return; /* all keys change their owner */
    }
    if (subject->find_positions != NULL) {
        compare_positions(step);
    }
    for (size_t i = 0; i < step->program->count; i++) {
        const struct operation *find = &step->program->operations[i];
        struct ring_bytes without;
        struct ring_bytes with;
        if (find->kind == OP_FIND_N) {
            compare_lists(step, find->key);
        } else if (find->kind == OP_FIND) {
            (void)subject->find(step->without, find->key, &without);
            (void)subject->find(step->with, find->key, &with);
            expect_kept(step, "a key", without, with);
        }
    }
}

static enum ring_error change(void *ring, const struct operation *operation)
{
    const struct ring_node *node = operation->nodes;
    switch (operation->kind) {
    case OP_REMOVE:
        return target_subject()->remove(ring, node->name);
    case OP_SET_REPLICAS:
        return target_subject()->set_replicas(ring, node->name, node->replicas);
    default:
        return target_subject()->add_many(ring, node, operation->count);
    }
}

static double cost(const struct program *program)
{
    double finds = 0;
    double points = 0;
    double nodes = 0;
    double sum = 0;
    for (size_t i = 0; i < program->count; i++) {
        finds += program->operations[i].count == 0;
    }
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        points += target_points(operation);
        nodes += (double)operation->count;
        sum += operation->count > 0 ? points + finds * (nodes + 1) : 1;
    }
    return sum;
}

const char *target_needs(const struct subject *subject)
{
    return target_needs_a_whole_ring(subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program program;
    target_program(data, size, 0, &program);
    bool cheap = cost(&program) <= COST_MAX;
    if (cheap) {
        void *behind = target_subject()->create(&program.rule->options);
        void *ahead = target_subject()->create(&program.rule->options);
        for (size_t i = 0; i < program.count; i++) {
            const struct operation *operation = &program.operations[i];
            if (operation->count == 0 || change(ahead, operation) != RING_OK) {
                continue;
            }
            bool fewer =
                target_subject()->point_count(ahead) < target_subject()->point_count(behind);
            compare(&(struct step){&program, operation, i, fewer ? ahead : behind,
                                   fewer ? behind : ahead});
            (void)change(behind, operation);
        }
        target_subject()->destroy(behind);
        target_subject()->destroy(ahead);
    }
    target_program_done(&program);
    return cheap ? 0 : -1;
}
