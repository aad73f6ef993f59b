#include "compare.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../model/ring.h"
#include "../program/trace.h"
#include "ties.h"

/* Programs of a higher program_cost() are compared with another reference than the model. */
#define MODEL_COST_MAX 2e9

/* One ring of a pair, and its answer to the operation at hand. */
struct side {
    const struct subject *subject;
    void *ring;
    enum ring_error error;
    struct ring_bytes *nodes; /* exactly `room`, so that a sanitizer catches writes beyond */
    size_t room;
    size_t found;
};

static void make_room(struct side *side, size_t room)
{
    if (side->nodes == NULL || side->room != room) {
        free(side->nodes);
        side->nodes = memory_resize(NULL, room, sizeof *side->nodes);
        side->room = room;
    }
}

static void answer(struct side *side, const struct operation *operation, size_t room)
{
    const struct subject *subject = side->subject;
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
    case OP_FIND:
        make_room(side, 1);
        side->error = subject->find(side->ring, operation->key, side->nodes);
        side->found = side->error == RING_OK && side->nodes[0].size > 0;
        break;
    case OP_FIND_N:
        make_room(side, room);
        side->error = subject->find_n(side->ring, operation->key,
                                      operation->n < SIZE_MAX ? (size_t)operation->n : SIZE_MAX,
                                      side->nodes, &side->found);
        break;
    }
}

static bool changes(const struct operation *operation)
{
    return operation->kind != OP_FIND && operation->kind != OP_FIND_N;
}

static void write_answer(FILE *out, const struct side *side, const struct operation *operation,
                         size_t room)
{
    if (side->error != RING_OK && (side->subject->limits & SUBJECT_ONE_ERROR)) {
        (void)fputs("an error", out);
    } else if (side->error != RING_OK || changes(operation)) {
        text_write_error(out, side->error);
    } else if (side->found == 0) {
        (void)fputs("no node", out);
    } else if (side->found > room) {
        (void)fprintf(out, "%zu nodes", side->found);
    } else {
        for (size_t i = 0; i < side->found; i++) {
            (void)fputs(i > 0 ? " " : "", out);
            text_write(out, side->nodes[i]);
        }
    }
}

/* FINDINGS: text of a fixed size; longer text is cut. */

typedef void writer(FILE *out, const void *context);

static void write_text(char *text, size_t size, writer *write, const void *context)
{
    FILE *out = fmemopen(text, size, "w");
    if (out == NULL) {
        (void)snprintf(text, size, "(no memory to say it)");
        return;
    }
    write(out, context);
    (void)fclose(out);
    text[size - 1] = '\0';
}

struct answer_text {
    const struct side *side;
    const struct operation *operation;
    size_t room;
};

static void write_answer_text(FILE *out, const void *context)
{
    const struct answer_text *text = context;
    write_answer(out, text->side, text->operation, text->room);
}

static void write_count(FILE *out, const void *context)
{
    (void)fprintf(out, "%zu", *(const size_t *)context);
}

static void write_point(FILE *out, const void *context)
{
    const struct ring_point *point = context;
    if (point == NULL) {
        (void)fputs("no more points", out);
    } else {
        (void)fprintf(out, "%llu ", (unsigned long long)point->position);
        text_write(out, point->node);
    }
}

static bool difference(struct finding *finding, const char *what, writer *write,
                       const void *expected, const void *got)
{
    finding->found = true;
    (void)snprintf(finding->what, sizeof finding->what, "%s", what);
    write_text(finding->expected, sizeof finding->expected, write, expected);
    write_text(finding->got, sizeof finding->got, write, got);
    return false;
}

/* COMPARISON */

bool check_same_bytes(struct ring_bytes a, struct ring_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool same_answers(const struct side *reference, const struct side *subject, size_t room)
{
    bool failed_alike = reference->error != RING_OK && subject->error != RING_OK &&
                        (subject->subject->limits & SUBJECT_ONE_ERROR);
    if ((reference->error != subject->error && !failed_alike) ||
        reference->found != subject->found || reference->found > room) {
        return false;
    }
    for (size_t i = 0; i < reference->found; i++) {
        if (!check_same_bytes(reference->nodes[i], subject->nodes[i])) {
            return false;
        }
    }
    return true;
}

static bool same_counts(const struct side *reference, const struct side *subject,
                        struct finding *finding)
{
    size_t expected = reference->subject->node_count(reference->ring);
    size_t got = subject->subject->node_count != NULL ? subject->subject->node_count(subject->ring)
                                                      : expected;
    if (expected != got) {
        return difference(finding, "number of nodes", write_count, &expected, &got);
    }
    expected = reference->subject->point_count(reference->ring);
    got = subject->subject->point_count != NULL ? subject->subject->point_count(subject->ring)
                                                : expected;
    return expected == got || difference(finding, "number of points", write_count, &expected, &got);
}

static bool same_points(const struct side *reference, const struct side *subject,
                        struct finding *finding)
{
    struct ring_cursor reference_cursor = {{0}};
    struct ring_cursor subject_cursor = {{0}};
    for (size_t i = 0;; i++) {
        struct ring_point expected;
        struct ring_point got;
        bool more = reference->subject->next_point(reference->ring, &reference_cursor, &expected);
        bool subject_more = subject->subject->next_point(subject->ring, &subject_cursor, &got);
        if (more != subject_more || (more && (expected.position != got.position ||
                                              !check_same_bytes(expected.node, got.node)))) {
            char what[sizeof finding->what];
            (void)snprintf(what, sizeof what, "point %zu in ring order", i);
            return difference(finding, what, write_point, more ? &expected : NULL,
                              subject_more ? &got : NULL);
        }
        if (!more) {
            return true;
        }
    }
}

/* Returns all points in order. The caller frees the array, of `count` points. */
static struct ring_point *collect(const struct side *side, size_t count)
{
    struct ring_point *points = memory_resize(NULL, count, sizeof *points);
    struct ring_cursor cursor = {{0}};
    size_t collected = 0;
    while (collected < count &&
           side->subject->next_point(side->ring, &cursor, &points[collected])) {
        collected++;
    }
    for (; collected < count; collected++) {
        points[collected] = (struct ring_point){0, {NULL, 0}}; /* no real point lacks an owner */
    }
    return points;
}

static size_t times_owned(const struct ring_point *points, size_t count, struct ring_bytes owner)
{
    size_t times = 0;
    for (size_t i = 0; i < count; i++) {
        times += check_same_bytes(points[i].node, owner);
    }
    return times;
}

/* Whether two lists have the same positions, and the same owners equally often at each. */
static bool same_lists_but_for_ties(const struct ring_point *expected, const struct ring_point *got,
                                    size_t count)
{
    size_t group = 0; /* where the points at this position begin */
    for (size_t end = 0; end < count; end++) {
        if (expected[end].position != got[end].position) {
            return false;
        }
        if (end + 1 < count && expected[end + 1].position == expected[group].position) {
            continue;
        }
        for (size_t i = group; i <= end; i++) {
            size_t size = end + 1 - group;
            if (times_owned(expected + group, size, expected[i].node) !=
                times_owned(got + group, size, expected[i].node)) {
                return false;
            }
        }
        group = end + 1;
    }
    return true;
}

/* Whether both have the same points, apart from the order of those that share a position. Both have
 * the same number of points. */
static bool same_but_for_ties(const struct side *reference, const struct side *subject)
{
    size_t count = reference->subject->point_count(reference->ring);
    struct ring_point *expected = collect(reference, count);
    struct ring_point *got = collect(subject, count);
    bool same = same_lists_but_for_ties(expected, got, count);
    free(expected);
    free(got);
    return same;
}

struct probe {
    uint64_t position;
    struct ring_bytes node;
};

static void write_probe(FILE *out, const void *context)
{
    const struct probe *probe = context;
    (void)fprintf(out, "%llu -> ", (unsigned long long)probe->position);
    text_write(out, probe->node);
}

/* For each of the sorted points, two positions and their owners: the position before the point's,
 * and the point's own. */
static void expect_successors(const struct ring_point *points, size_t count, uint64_t *positions,
                              struct ring_bytes *expected)
{
    for (size_t begin = 0; begin < count;) {
        size_t end = begin + 1;
        while (end < count && points[end].position == points[begin].position) {
            end++;
        }
        for (size_t i = begin; i < end; i++) {
            /* Before position 0 comes 2^64 - 1, which belongs to the first point too. */
            positions[2 * i] = points[i].position - 1;
            expected[2 * i] = points[begin].node;
            positions[2 * i + 1] = points[i].position;
            expected[2 * i + 1] = points[end < count ? end : 0].node;
        }
        begin = end;
    }
}

/* Looks up all borders between owners in one call. The subject's points are already known to be
 * right. */
static bool same_successors(const struct side *subject, struct finding *finding)
{
    if (subject->subject->find_positions == NULL || subject->subject->point_count == NULL ||
        subject->subject->next_point == NULL) {
        return true;
    }
    size_t count = subject->subject->point_count(subject->ring);
    if (count == 0) {
        return true;
    }
    struct ring_point *points = collect(subject, count);
    uint64_t *positions = memory_resize(NULL, 2 * count, sizeof *positions);
    struct ring_bytes *expected = memory_resize(NULL, 2 * count, sizeof *expected);
    struct ring_bytes *got = memory_resize(NULL, 2 * count, sizeof *got);
    expect_successors(points, count, positions, expected);
    enum ring_error error =
        subject->subject->find_positions(subject->ring, positions, 2 * count, got);
    bool same = error == RING_OK;
    for (size_t i = 0; i < 2 * count && same; i++) {
        if (!check_same_bytes(expected[i], got[i])) {
            same = difference(finding, "find_positions", write_probe,
                              &(struct probe){positions[i], expected[i]},
                              &(struct probe){positions[i], got[i]});
        }
    }
    if (error != RING_OK) {
        finding->found = true;
        (void)snprintf(finding->what, sizeof finding->what, "find_positions");
        (void)snprintf(finding->expected, sizeof finding->expected, "success");
        (void)snprintf(finding->got, sizeof finding->got, "%s", ring_strerror(error));
    }
    free(points);
    free(positions);
    free(expected);
    free(got);
    return same;
}

static bool invariants_hold(const struct side *subject, struct finding *finding)
{
    const char *broken =
        subject->subject->check != NULL ? subject->subject->check(subject->ring) : NULL;
    if (broken == NULL) {
        return true;
    }
    finding->found = true;
    (void)snprintf(finding->what, sizeof finding->what, "the subject's check of itself");
    (void)snprintf(finding->expected, sizeof finding->expected, "%s", broken);
    (void)snprintf(finding->got, sizeof finding->got, "this does not hold");
    return false;
}

/* Compares all points in order, and then the subject's own check and lookups with these points. */
static bool same_rings(const struct check *check, const struct side *reference,
                       const struct side *subject, struct finding *finding)
{
    if (subject->subject->next_point != NULL && !same_points(reference, subject, finding)) {
        finding->excused = check->excuse_ties &&
                           !(subject->subject->promises & SUBJECT_ORDERS_TIES) &&
                           same_but_for_ties(reference, subject);
        finding->found = !finding->excused;
        return false;
    }
    return invariants_hold(subject, finding) && same_successors(subject, finding);
}

static void report_answer(const struct check *check, const struct answer_text *got)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out != NULL) {
        write_answer_text(out, got);
        (void)fclose(out);
        check->answered(check->context, got->operation, text);
    }
    free(text);
}

/* For a subject that lists no points: whether another order of equal points explains its answer. */
static bool differs_in_ties_alone(const struct check *check, const struct ring_options *options,
                                  const struct operation *operation, const struct side *reference,
                                  const struct side *subject)
{
    return check->excuse_ties && !changes(operation) && subject->subject->next_point == NULL &&
           !(subject->subject->promises & SUBJECT_ORDERS_TIES) && subject->error == RING_OK &&
           reference->error == RING_OK && reference->found == subject->found &&
           ties_explain(reference->subject, reference->ring, options, operation, subject->nodes,
                        subject->found);
}

static bool run_operation(const struct check *check, const struct ring_options *options,
                          const struct operation *operation, struct side *reference,
                          struct side *subject, struct finding *finding)
{
    size_t nodes = reference->subject->node_count(reference->ring);
    size_t room = operation->kind == OP_FIND       ? 1
                  : (uint64_t)nodes < operation->n ? nodes
                                                   : (size_t)operation->n;
    answer(reference, operation, room);
    answer(subject, operation, room);
    struct answer_text expected = {reference, operation, room};
    struct answer_text got = {subject, operation, room};
    if (check->answered != NULL) {
        report_answer(check, &got);
    }
    bool agreed = same_answers(reference, subject, room) ||
                  differs_in_ties_alone(check, options, operation, reference, subject) ||
                  difference(finding, "answer", write_answer_text, &expected, &got);
    if (agreed && changes(operation)) {
        agreed = same_counts(reference, subject, finding);
    }
    return agreed;
}

/* Whether to compare the whole rings after this operation. */
static bool compares_rings(const struct check *check, const struct program *program, size_t index)
{
    bool last = index + 1 == program->count;
    return last || (!check->sparse && changes(&program->operations[index]));
}

bool check_program(const struct check *check, const struct program *program,
                   struct finding *finding)
{
    struct side reference = {.subject = check->reference};
    struct side subject = {.subject = check->subject};
    bool agreed = true;
    *finding = (struct finding){.found = false};
    reference.ring = reference.subject->create(&program->rule->options);
    subject.ring = subject.subject->create(&program->rule->options);
    if (reference.ring == NULL || subject.ring == NULL) {
        (void)fputs("ringproof: no memory for an empty ring: free some\n", stderr);
        abort();
    }
    for (size_t i = 0; i < program->count && agreed; i++) {
        finding->operation = i;
        agreed = run_operation(check, &program->rule->options, &program->operations[i], &reference,
                               &subject, finding) &&
                 (!compares_rings(check, program, i) ||
                  same_rings(check, &reference, &subject, finding));
    }
    free(reference.nodes);
    free(subject.nodes);
    reference.subject->destroy(reference.ring);
    subject.subject->destroy(subject.ring);
    return agreed || finding->excused;
}

bool check_operation(const struct check *check, const struct operation *operation, void *reference,
                     void *subject, struct finding *finding)
{
    struct side expected = {.subject = check->reference, .ring = reference};
    struct side got = {.subject = check->subject, .ring = subject};
    struct check strict = *check;
    strict.excuse_ties = false; /* that would need the rule */
    bool agreed = run_operation(&strict, NULL, operation, &expected, &got, finding);
    free(expected.nodes);
    free(got.nodes);
    return agreed;
}

bool check_rings(const struct check *check, void *reference, void *subject, struct finding *finding)
{
    struct side expected = {.subject = check->reference, .ring = reference};
    struct side got = {.subject = check->subject, .ring = subject};
    return same_counts(&expected, &got, finding) && same_rings(check, &expected, &got, finding);
}

bool check_points(const struct check *check, void *reference, void *subject,
                  struct finding *finding)
{
    struct side expected = {.subject = check->reference, .ring = reference};
    struct side got = {.subject = check->subject, .ring = subject};
    return same_points(&expected, &got, finding);
}

const struct subject *check_reference(const struct subject *subject, const struct program *program)
{
    if (program_cost(program) <= MODEL_COST_MAX) {
        return &subject_model;
    }
    return subject == &subject_merge ? &subject_resort : &subject_merge;
}
