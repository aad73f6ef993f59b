/* PROPERTY: whichever allocation is refused, the call does all or nothing. If it needed the memory, it
 * returns RING_NO_MEMORY and leaves the ring, its output arguments and the memory held as they were.
 * If the memory only lets the ring grow or shrink, it may succeed without. A destroyed ring holds no
 * memory.
 *
 * The input is a byte and a program (program/bytes.h). Each operation is tried with its first
 * allocation refused, then its second, and so on, until it succeeds. After each refusal the ring
 * must equal `resort`, which has run the operations before. The byte b says:
 *
 *     b is odd        only that allocation is refused; even: all that follow, too
 *     b / 2 mod 32    after that many refusals (0: never), an add goes on with half of its
 *                     replicas, since the same add might cover up what a refusal left behind */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"
#include "allocation_log.h"

/* A few milliseconds with sanitizers. Counts the points compared. */
#define COST_MAX 3e4

/* The largest n of a find_n. */
enum { ANSWERS_MAX = 64 };

struct answer {
    enum ring_error error;
    size_t found;
    struct ring_bytes nodes[ANSWERS_MAX];
};

/* What the output arguments hold before a call. */
static const unsigned char untouched[1] = {'?'};

static struct answer unanswered(enum ring_error error)
{
    struct answer answer = {.error = error, .found = SIZE_MAX};
    for (size_t i = 0; i < ANSWERS_MAX; i++) {
        answer.nodes[i] = (struct ring_bytes){untouched, 1};
    }
    return answer;
}

static struct answer ask(const struct subject *subject, void *ring,
                         const struct operation *operation)
{
    struct answer answer = unanswered(RING_OK);
    const struct ring_node *node = operation->nodes;
    switch (operation->kind) {
    case OP_ADD:
        answer.error = subject->add(ring, node->name, node->replicas);
        break;
    case OP_ADD_MANY:
        answer.error = subject->add_many(ring, node, operation->count);
        break;
    case OP_REMOVE:
        answer.error = subject->remove(ring, node->name);
        break;
    case OP_SET_REPLICAS:
        answer.error = subject->set_replicas(ring, node->name, node->replicas);
        break;
    case OP_FIND:
        answer.error = subject->find(ring, operation->key, answer.nodes);
        break;
    case OP_FIND_N:
        answer.error = subject->find_n(
            ring, operation->key, operation->n < ANSWERS_MAX ? (size_t)operation->n : ANSWERS_MAX,
            answer.nodes, &answer.found);
        break;
    case OP_USE: /* this target has one ring */
    case OP_RENEW:
        break;
    }
    return answer;
}

static bool same(const struct answer *a, const struct answer *b)
{
    bool same = a->error == b->error && a->found == b->found;
    for (size_t i = 0; i < ANSWERS_MAX && same; i++) {
        same = text_same(a->nodes[i], b->nodes[i]);
    }
    return same;
}

struct refusals {
    bool once;
    size_t patience; /* refusals before the operation asks for less; 0: no limit */
};

static void ask_for_less(struct operation *operation)
{
    for (size_t i = 0; i < operation->count; i++) {
        operation->nodes[i].replicas -= operation->nodes[i].replicas / 2;
    }
}

/* Whether memory may be what the ring needs only to grow or shrink. */
static bool may_do_without(const struct operation *operation)
{
    return operation->kind != OP_FIND && operation->kind != OP_FIND_N;
}

static void run(const struct program *program, size_t index, struct allocation_log *log,
                struct refusals refusals, void *resort, void *ring)
{
    const struct answer refusal = unanswered(RING_NO_MEMORY);
    struct operation *operation = &program->operations[index];
    struct check check = target_check(&subject_resort);
    struct finding finding = {.operation = index};
    size_t before = log->bytes;
    struct answer got;
    bool refused = false;
    for (size_t accepted = 0;; accepted++) {
        allocation_log_refuse_after(log, accepted, refusals.once);
        got = ask(target_subject(), ring, operation);
        refused = log->refused;
        allocation_log_refuse_after(log, SIZE_MAX, false);
        if (log->bytes != ring_bytes_used(ring)) {
            target_fail_saying(program, "operation %zu: the ring says it holds %zu bytes, not %zu",
                               index + 1, ring_bytes_used(ring), log->bytes);
        }
        if (!refused || (got.error == RING_OK && may_do_without(operation))) {
            break;
        }
        if (!same(&refusal, &got) || log->bytes != before) {
            target_fail_saying(
                program, "operation %zu, allocation %zu refused: %s, %zu bytes held, %zu before",
                index + 1, accepted + 1, ring_strerror(got.error), log->bytes, before);
        }
        if (!check_rings(&check, resort, ring, &finding)) {
            (void)fprintf(stderr, "# allocation %zu was refused\n", accepted + 1);
            target_fail(program, &finding);
        }
        if (accepted + 1 == refusals.patience) {
            ask_for_less(operation);
            accepted = 0; /* goes on with 1: fewer replicas do not change the first allocation */
            refusals.patience = 0;
        }
    }
    struct answer expected = ask(&subject_resort, resort, operation);
    if (!same(&expected, &got)) {
        target_fail_saying(program, "operation %zu, with enough memory: expected %s, got %s",
                           index + 1, ring_strerror(expected.error), ring_strerror(got.error));
    }
    if (refused && !check_rings(&check, resort, ring, &finding)) {
        (void)fputs("# an allocation was refused, and the call did without\n", stderr);
        target_fail(program, &finding);
    }
    target_answer(&got.error, sizeof got.error);
}

static void *create(struct allocation_log *log, struct ring_options options, bool once)
{
    void *ring = NULL;
    options.allocator = logged_allocator(log);
    for (size_t accepted = 0; ring == NULL; accepted++) {
        if (log->bytes != 0) {
            (void)fputs("# a ring that was not created holds memory\n", stderr);
            abort();
        }
        allocation_log_refuse_after(log, accepted, once);
        ring = target_subject()->create(&options);
    }
    return ring;
}

/* An add allocates about 10 times, once for each node, and once for each block that grows. After
 * each, all points are compared. */
static double cost(const struct program *program)
{
    double sum = 0;
    double points = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        double added = target_points(operation);
        points += added;
        sum += (points + 20) *
               (operation->count == 0 ? 1 : 10 + (double)operation->count + added / 100);
    }
    return sum;
}

const char *target_needs(const struct subject *subject)
{
    return subject->check == subject_core.check ? NULL
                                                : "it has no allocator: use core, tiny or merge";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program program;
    struct allocation_log log = {.accepted = SIZE_MAX};
    const struct refusals refusals = {
        .once = size > 0 && data[0] % 2 == 1,
        .patience = size > 0 ? data[0] / 2 % 32 : 0,
    };
    target_program(data, size, 1, &program);
    bool cheap = cost(&program) <= COST_MAX;
    if (cheap) {
        void *ring = create(&log, program.rule->options, refusals.once);
        void *resort = subject_resort.create(&program.rule->options);
        for (size_t i = 0; i < program.count; i++) {
            run(&program, i, &log, refusals, resort, ring);
        }
        target_answer_points(ring);
        subject_resort.destroy(resort);
        target_subject()->destroy(ring);
        if (log.bytes != 0) {
            target_fail_saying(&program, "%zu bytes are left behind", log.bytes);
        }
    }
    target_program_done(&program);
    return cheap ? 0 : -1;
}
