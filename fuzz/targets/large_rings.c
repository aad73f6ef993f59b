/* PROPERTY: a ring of up to 100,000 points answers like a ring that is sorted after each change.
 *
 * The input is a program (program/bytes.h), in which a few bytes make a large ring: a number of
 * replicas, or a batch of up to 24 nodes. It runs on the subject and on `resort`. Every answer has
 * to be the same, and in the end every point, byte for byte. */
#include "common.h"

/* About 20 ms without sanitizers. Counts the points to sort: after each change, all. */
#define COST_MAX 1.1e5

static double cost(const struct program *program)
{
    enum ring_rule rule = program->rule->options.rule;
    double digest = rule == RING_XXH3 || rule == RING_CUSTOM ? 1 : 2;
    double sum = 0;
    double points = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        points += digest * target_points(operation);
        sum += (operation->kind == OP_FIND ? 0.1 : 1) * points + 10;
    }
    return sum;
}

/* In a larger ring, only the points are compared: the subject's own check and its answers for each
 * point would take longer than making the ring. */
#define LOOK_MAX 20000

static bool agree(const struct check *check, const struct program *program, void *resort,
                  void *ring, struct finding *finding)
{
    for (size_t i = 0; i < program->count; i++) {
        finding->operation = i;
        if (!check_operation(check, &program->operations[i], resort, ring, finding)) {
            return false;
        }
    }
    return check->subject->point_count(ring) > LOOK_MAX ? check_points(check, resort, ring, finding)
                                                        : check_rings(check, resort, ring, finding);
}

const char *target_needs(const struct subject *subject)
{
    return target_needs_a_whole_ring(subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program program;
    struct finding finding = {.found = false};
    struct check check = target_check(&subject_resort);
    target_program(data, size, 0, &program);
    bool cheap = cost(&program) <= COST_MAX;
    if (cheap) {
        void *resort = check.reference->create(&program.rule->options);
        void *ring = check.subject->create(&program.rule->options);
        if (!agree(&check, &program, resort, ring, &finding)) {
            target_fail(&program, &finding);
        }
        check.reference->destroy(resort);
        check.subject->destroy(ring);
    }
    target_program_done(&program);
    return cheap ? 0 : -1;
}
