#include "compare.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../model/remembered.h"
#include "../model/ring.h"
#include "data.h"
#include "difference.h"
#include "ranges.h"
#include "replicas.h"
#include "tally.h"
#include "whole.h"

/* Programs of a higher program_cost() are compared with another reference than the model. */
#define MODEL_COST_MAX 2e9
/* The same for struct check, quick. */
#define QUICK_COST_MAX 1.6e8
#define QUICK_LISTED_MAX 6e6

/* A program while it runs. */
struct run {
    const struct check *check;
    const struct program *program;
    const struct subject *reference;
    bool sparse;
    struct subject strict; /* the subject, with the order of ties that the check demands */
    struct pair pairs[PROGRAM_RINGS];
    struct pair *pair; /* in use */
    struct finding *finding;
    const struct operation *positioned; /* the find whose key's position is known; or NULL */
    uint64_t position;
};

/* Costs a call of the subject, if the placement is its own. */
static uint64_t position_of(struct run *run, const struct operation *operation)
{
    if (run->positioned != operation) {
        run->position = remembered_key_position(&run->program->rule->options, operation->key);
        run->positioned = operation;
    }
    return run->position;
}

/* RINGS */

static bool has_reference(const struct subject *subject)
{
    return subject->placement == SUBJECT_BY_RULE || subject->placement == SUBJECT_OWN;
}

static void make(struct run *run)
{
    struct pair *pair = run->pair;
    const struct ring_options *options = &run->program->rule->options;
    bool referenced = has_reference(&run->strict);
    pair->samples = run->check->samples;
    pair->options = options;
    pair->subject.subject = &run->strict;
    pair->reference.subject = run->reference;
    pair->reference.ring = referenced ? pair->reference.subject->create(options) : NULL;
    pair->subject.ring = pair->subject.subject->create(options);
    pair->properties =
        referenced ? NULL : properties_new(pair->subject.subject, run->program->rule);
    if (pair->subject.ring == NULL || (referenced && pair->reference.ring == NULL)) {
        (void)fputs("ringproof: create() returned NULL for an empty ring\n", stderr);
        abort();
    }
}

static void unmake(struct pair *pair)
{
    if (pair->subject.ring == NULL) {
        return;
    }
    whole_forget(pair);
    side_free(&pair->reference);
    side_free(&pair->subject);
    present_free(&pair->present);
    properties_free(pair->properties);
    pair->properties = NULL;
    if (pair->reference.ring != NULL) {
        pair->reference.subject->destroy(pair->reference.ring);
    }
    pair->subject.subject->destroy(pair->subject.ring);
    pair->subject.ring = NULL;
}

static void use(struct run *run, size_t index)
{
    run->pair = &run->pairs[index];
    if (run->pair->subject.ring == NULL) {
        make(run);
    }
}

/* CHANGES */

/* The reference's points are those of its replicas. */
static void change_reference(struct pair *pair, const struct operation *operation)
{
    uint32_t factor = pair->subject.subject->points_per_replica;
    if (factor <= 1) {
        side_run(&pair->reference, operation, 0);
        return;
    }
    struct operation scaled = *operation;
    scaled.nodes = memory_resize(NULL, operation->count, sizeof *scaled.nodes);
    for (size_t i = 0; i < operation->count; i++) {
        scaled.nodes[i] = operation->nodes[i];
        scaled.nodes[i].replicas *= factor;
    }
    side_run(&pair->reference, &scaled, 0);
    free(scaled.nodes);
}

/* Runs the change on the reference, if it is to change or fail there, and writes what the subject
 * must return to *expected. */
static void expect(struct pair *pair, const struct operation *operation, enum present_effect effect,
                   enum ring_error *expected)
{
    bool reference_decides = effect == PRESENT_CHANGES || effect == PRESENT_FAILS;
    if (pair->reference.ring != NULL && reference_decides) {
        change_reference(pair, operation);
        *expected = pair->reference.error;
    } else if (effect == PRESENT_REFUSES) {
        *expected = RING_BAD_ARGUMENT; /* or any other */
    }
    pair->reference.error = *expected;
}

static bool same_error(enum ring_error expected, enum ring_error got, bool exact)
{
    return expected == got || (!exact && expected != RING_OK && got != RING_OK);
}

struct answer_text {
    const struct side *side;
    const struct operation *operation;
    bool any_error;
};

static void write_answer(FILE *out, const void *context)
{
    const struct answer_text *text = context;
    side_write(out, text->side, text->operation, text->any_error);
}

static bool answers_differ(const struct run *run, const struct operation *operation)
{
    const struct pair *pair = run->pair;
    bool any_error = !run->strict.exact_errors;
    return difference(run->finding, "answer", write_answer,
                      &(struct answer_text){&pair->reference, operation, any_error},
                      &(struct answer_text){&pair->subject, operation, any_error});
}

static void report_answer(const struct run *run, const struct operation *operation)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = run->check->answered != NULL ? open_memstream(&text, &size) : NULL;
    if (out != NULL) {
        side_write(out, &run->pair->subject, operation, !run->strict.exact_errors);
        (void)fclose(out);
        run->check->answered(run->check->context, operation, text);
    }
    free(text);
}

/* The program ends, because the subject cannot express the operation. */
static bool give_up(const struct run *run)
{
    run->finding->cannot = true;
    return false;
}

static bool run_change(struct run *run, const struct operation *operation)
{
    struct pair *pair = run->pair;
    enum ring_error expected = RING_OK;
    enum present_effect effect = present_effect(&pair->present, &run->strict, operation, &expected);
    if (effect == PRESENT_NOT_SAID) {
        return give_up(run);
    }
    whole_forget(pair);
    expect(pair, operation, effect, &expected);
    side_run(&pair->subject, operation, 0);
    report_answer(run, operation);
    if (pair->subject.error == SUBJECT_CANNOT) {
        return give_up(run);
    }
    bool exact = run->strict.exact_errors && effect != PRESENT_REFUSES;
    if (!same_error(expected, pair->subject.error, exact)) {
        return answers_differ(run, operation);
    }
    if (effect == PRESENT_CHANGES && expected == RING_OK) {
        present_apply(&pair->present, operation);
    }
    return whole_counts(pair, run->finding) &&
           replicas_hold(&pair->subject, &pair->present, operation->nodes, operation->count,
                         run->finding);
}

/* FINDS */

/* What the subject declares of an empty ring, or of an empty key. */
static enum subject_case special_case(const struct run *run, const struct operation *operation)
{
    const struct subject *subject = &run->strict;
    if (run->pair->present.count == 0 && subject->finding_in_empty != SUBJECT_ACCEPTS) {
        return subject->finding_in_empty == SUBJECT_AS_RING_H ? SUBJECT_IGNORES
                                                              : subject->finding_in_empty;
    }
    bool special = operation->key.size == 0 && subject->empty_key != SUBJECT_AS_RING_H;
    return special ? subject->empty_key : SUBJECT_ACCEPTS;
}

/* How many nodes an answer may have in a ring of `nodes`: all, or as many as it was asked for. */
static size_t room_in(size_t nodes, const struct operation *operation)
{
    return operation->kind == OP_FIND ? 1 : operation->n < nodes ? (size_t)operation->n : nodes;
}

static size_t room_of(const struct run *run, const struct operation *operation)
{
    return room_in(run->pair->present.count, operation);
}

/* Whether the subject's answer is the reference's. */
static bool same_nodes(const struct pair *pair, size_t room)
{
    const struct side *reference = &pair->reference;
    const struct side *subject = &pair->subject;
    bool same = reference->found == subject->found && reference->found <= room;
    for (size_t i = 0; i < reference->found && same; i++) {
        same = text_same(reference->nodes[i], subject->nodes[i]);
    }
    return same;
}

/* By the reference, which orders as ring.h says. */
static bool as_the_reference(struct run *run, const struct operation *operation)
{
    size_t room = room_of(run, operation);
    side_run(&run->pair->reference, operation, room);
    return same_nodes(run->pair, room);
}

/* By the list of the right points. */
static bool as_the_list(struct run *run, const struct operation *operation,
                        const struct lookup *right)
{
    struct pair *pair = run->pair;
    uint64_t n = operation->kind == OP_FIND ? 1 : operation->n;
    uint64_t position = position_of(run, operation);
    if (pair->subject.found <= room_of(run, operation) &&
        lookup_is_right(right, position, n, pair->subject.nodes, pair->subject.found)) {
        return true;
    }
    side_expect(&pair->reference, right->owners < n ? right->owners : (size_t)n);
    pair->reference.found = lookup_answer(right, position, n, pair->reference.nodes);
    return false;
}

/* Without knowledge of points, any node of the ring may own the key. */
static bool as_the_nodes(struct run *run, const struct operation *operation)
{
    struct pair *pair = run->pair;
    size_t room = room_of(run, operation);
    size_t due = pair->present.count < room ? pair->present.count : room;
    bool right = pair->subject.found == due ||
                 (run->strict.replicas == SUBJECT_WEIGHT && pair->subject.found <= due);
    for (size_t i = 0; i < pair->subject.found && right; i++) {
        right = present_index(&pair->present, pair->subject.nodes[i]) < pair->present.count;
    }
    if (!right) {
        side_expect(&pair->reference, due);
        for (size_t i = 0; i < due; i++) {
            pair->reference.nodes[i] = pair->present.nodes[i].name;
        }
        pair->reference.found = due;
    }
    return right;
}

static bool is_ordered(const struct run *run)
{
    return run->strict.ties == SUBJECT_TIES_BY_NAME && run->strict.successor == SUBJECT_AFTER &&
           run->pair->reference.ring != NULL;
}

static bool as_declared(struct run *run, const struct operation *operation)
{
    struct pair *pair = run->pair;
    if (is_ordered(run)) {
        return as_the_reference(run, operation);
    }
    const struct lookup *right = whole_lookup(pair);
    return right != NULL && rule_places_keys(run->program->rule)
               ? as_the_list(run, operation, right)
               : as_the_nodes(run, operation);
}

static void note_judged(const struct run *run)
{
    if (run->check->tally != NULL) {
        run->check->tally->judged++;
    }
}

/* Judges the subject's answer to a find or find_n. */
static bool judge_find(struct run *run, const struct operation *operation)
{
    struct pair *pair = run->pair;
    enum subject_case declared = special_case(run, operation);
    report_answer(run, operation);
    pair->reference.found = 0;
    pair->reference.error = declared == SUBJECT_FAILS ? RING_BAD_ARGUMENT : RING_OK;
    if (pair->subject.error == SUBJECT_CANNOT || declared == SUBJECT_NOT_SAID) {
        return give_up(run);
    }
    note_judged(run);
    bool right = (pair->subject.error != RING_OK) == (declared == SUBJECT_FAILS);
    if (right && declared == SUBJECT_IGNORES) {
        right = pair->subject.found == 0;
    } else if (right && declared == SUBJECT_ACCEPTS) {
        right = as_declared(run, operation);
    } else if (declared == SUBJECT_ACCEPTS) {
        (void)as_declared(run, operation); /* for what was expected */
    }
    return right || answers_differ(run, operation);
}

/* Asks by find_if for the same nodes, one after another. The reference has answered already. */
static bool find_if_agrees(struct run *run, const struct operation *operation)
{
    struct pair *pair = run->pair;
    size_t room = room_of(run, operation);
    enum subject_case declared = special_case(run, operation);
    bool asks = declared == SUBJECT_IGNORES || declared == SUBJECT_ACCEPTS;
    if (run->strict.find_if == NULL || room == 0 || !asks) {
        return true;
    }
    side_find_if(&pair->subject, operation, room);
    bool right = pair->subject.error == RING_OK;
    if (right && declared == SUBJECT_IGNORES) {
        right = pair->subject.found == 0;
    } else if (right) {
        right = is_ordered(run) ? same_nodes(pair, room) : as_declared(run, operation);
    }
    return right || difference(run->finding, "find_if", write_answer,
                               &(struct answer_text){&pair->reference, operation, true},
                               &(struct answer_text){&pair->subject, operation, true});
}

static bool run_find(struct run *run, const struct operation *operation)
{
    if (special_case(run, operation) == SUBJECT_NOT_SAID) {
        return give_up(run);
    }
    side_run(&run->pair->subject, operation, room_of(run, operation));
    return judge_find(run, operation) && (run->finding->cannot || find_if_agrees(run, operation));
}

/* How many finds come one after another, from `index` on, that can be asked together. */
static size_t finds_together(const struct run *run, size_t index)
{
    size_t count = 0;
    if (!run->check->together || run->strict.find_many == NULL || run->pair->present.count == 0) {
        return 1;
    }
    while (index + count < run->program->count &&
           run->program->operations[index + count].kind == OP_FIND &&
           special_case(run, &run->program->operations[index + count]) == SUBJECT_ACCEPTS) {
        count++;
    }
    return count > 0 ? count : 1;
}

static bool run_finds(struct run *run, size_t index, size_t count)
{
    const struct operation *operations = &run->program->operations[index];
    struct ring_bytes *nodes = memory_resize(NULL, count, sizeof *nodes);
    enum ring_error error = RING_OK;
    bool agreed = true;
    side_find_many(&run->pair->subject, operations, count, nodes, &error);
    for (size_t i = 0; i < count && agreed; i++) {
        run->finding->operation = index + i;
        side_take(&run->pair->subject, nodes[i], error);
        agreed = judge_find(run, &operations[i]);
    }
    free(nodes);
    return agreed;
}

/* TALLY */

static void note(struct run *run, const struct operation *operation)
{
    struct tally *tally = run->check->tally;
    if (tally == NULL) {
        return;
    }
    struct pair *pair = run->pair;
    const struct lookup *right = side_finds(operation) ? whole_lookup(pair) : NULL;
    bool known = right != NULL && right->count > 0 && rule_places_keys(run->program->rule);
    uint64_t position = known ? position_of(run, operation) : 0;
    tally_note(tally, &run->strict, operation, &pair->present, right, known ? &position : NULL);
}

static void note_rings(const struct run *run)
{
    size_t alive = 0;
    for (size_t i = 0; i < PROGRAM_RINGS; i++) {
        alive += run->pairs[i].subject.ring != NULL;
    }
    if (run->check->tally != NULL) {
        tally_rings(run->check->tally, alive);
    }
}

/* PROGRAMS */

static bool run_operation(struct run *run, const struct operation *operation)
{
    switch (operation->kind) {
    case OP_USE:
        use(run, (size_t)operation->n % PROGRAM_RINGS);
        note_rings(run);
        break;
    case OP_RENEW:
        unmake(run->pair);
        make(run);
        break;
    case OP_FIND:
    case OP_FIND_N:
        return run_find(run, operation);
    case OP_ADD:
    case OP_ADD_MANY:
    case OP_REMOVE:
    case OP_SET_REPLICAS:
        return run_change(run, operation);
    }
    report_answer(run, operation);
    return true;
}

/* A ring of more nodes is compared as a whole after one change of this many: it would be passed as
 * often as it has nodes. */
#define NODES_MANY 64
#define CHANGES_BETWEEN 16

/* Whether to compare the whole rings after this operation. */
static bool compares_rings(const struct run *run, size_t index)
{
    bool last = index + 1 == run->program->count;
    bool many = run->pair->present.count > NODES_MANY && index % CHANGES_BETWEEN != 0;
    return last || (!run->sparse && !many && side_changes(&run->program->operations[index]));
}

static bool compare_rings(struct run *run, size_t index)
{
    run->finding->phase = CHECK_LISTS;
    bool compares = compares_rings(run, index);
    bool agreed = !compares || whole_rings(run->pair, run->finding);
    /* Once for a program, since they take as long as all else together. */
    if (agreed && index + 1 == run->program->count) {
        agreed = whole_walks(run->pair, run->finding) && ranges_hold(run->pair, run->finding) &&
                 data_holds(run->pair, !run->sparse, run->finding);
    }
    if (compares && run->strict.next_point != NULL) {
        note_judged(run);
    }
    run->finding->phase = agreed ? CHECK_RUNS : CHECK_LISTS;
    return agreed;
}

/* Whether the properties of a ring without a reference hold after the operation. */
static bool properties_hold(struct run *run, const struct operation *operation)
{
    struct pair *pair = run->pair;
    return pair->properties == NULL || (!side_changes(operation) && !side_finds(operation)) ||
           properties_after(pair->properties, pair->subject.ring, &pair->present, operation,
                            run->finding);
}

static bool properties_hold_in_the_end(struct run *run)
{
    for (size_t i = 0; i < PROGRAM_RINGS; i++) {
        struct pair *pair = &run->pairs[i];
        if (pair->properties != NULL && pair->subject.ring != NULL &&
            !properties_end(pair->properties, pair->subject.ring, &pair->present, run->finding)) {
            return false;
        }
    }
    return true;
}

/* Whether the subject's own positions are as narrow as it declares. */
static bool positions_fit(struct run *run)
{
    uint64_t position = 0;
    char declared[40];
    char told[40];
    if (!rule_own_exceeded(&position)) {
        return true;
    }
    (void)snprintf(declared, sizeof declared, "less than 2^%u", run->strict.position_bits);
    (void)snprintf(told, sizeof told, "%llu", (unsigned long long)position);
    return difference_in_words(run->finding, "position of position_bits", declared, told);
}

static bool run_program(struct run *run)
{
    for (size_t i = 0; i < run->program->count;) {
        const struct operation *operation = &run->program->operations[i];
        size_t together = operation->kind == OP_FIND ? finds_together(run, i) : 1;
        run->finding->operation = i;
        for (size_t j = 0; j < together; j++) {
            note(run, &run->program->operations[i + j]);
        }
        bool agreed = together > 1 ? run_finds(run, i, together) : run_operation(run, operation);
        for (size_t j = 0; j < together && agreed; j++) {
            agreed = properties_hold(run, &run->program->operations[i + j]);
        }
        if (!positions_fit(run) || !agreed || !compare_rings(run, i + together - 1)) {
            return false;
        }
        i += together;
    }
    return properties_hold_in_the_end(run);
}

/* Strictly, equal points are ordered by name, whatever the subject declares. */
static struct subject strictly(const struct check *check)
{
    struct subject subject = *check->subject;
    if (!check->excuse_ties && subject.ties == SUBJECT_TIES_IN_ANY_ORDER &&
        subject.placement == SUBJECT_BY_RULE) {
        subject.ties = SUBJECT_TIES_BY_NAME;
    }
    return subject;
}

/* How many points the reference has for each replica. */
static double points_each(const struct check *check)
{
    const struct subject *subject = check->subject;
    bool several = subject->placement != SUBJECT_BY_RULE && subject->points_per_replica > 1;
    return several ? (double)subject->points_per_replica : 1;
}

/* The points of the ring after each change, together: what it costs to compare the whole ring after
 * each. */
static double points_listed(const struct check *check, const struct program *program)
{
    double points = 0;
    double listed = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        bool adds = operation->kind != OP_REMOVE;
        for (size_t j = 0; adds && j < operation->count; j++) {
            uint32_t replicas = operation->nodes[j].replicas;
            points += replicas <= RING_REPLICAS_MAX ? replicas : 0;
        }
        listed += side_changes(operation) ? points : 0;
    }
    return listed * points_each(check);
}

static bool accepts_empty_names(const struct subject *subject, const struct program *program)
{
    bool any = false;
    for (size_t i = 0; i < program->count && !any; i++) {
        for (size_t j = 0; j < program->operations[i].count && !any; j++) {
            any = program->operations[i].nodes[j].name.size == 0;
        }
    }
    return any && subject->empty_name == SUBJECT_ACCEPTS;
}

static void choose_reference(struct run *run)
{
    const struct check *check = run->check;
    double each = points_each(check);
    run->reference = check->reference;
    run->sparse = check->sparse;
    if (!check->quick || program_cost(run->program) * each * each <= QUICK_COST_MAX) {
        return;
    }
    /* To sort all points again for each of many nodes takes too long. */
    bool many = points_listed(check, run->program) > QUICK_LISTED_MAX;
    run->sparse = run->sparse || many;
    if (accepts_empty_names(check->subject, run->program)) {
        run->reference = &subject_resort; /* the ring library refuses them */
        return;
    }
    run->reference =
        many || check->subject->create == subject_resort.create ? &subject_merge : &subject_resort;
}

bool check_program(const struct check *check, const struct program *program,
                   struct finding *finding)
{
    struct run run = {
        .check = check, .program = program, .strict = strictly(check), .finding = finding};
    uint64_t earlier = 0;
    *finding = (struct finding){.phase = CHECK_CREATES};
    (void)rule_own_exceeded(&earlier); /* told to a generator: this program may not show it again */
    choose_reference(&run);
    references_accept_empty_names = check->subject->empty_name == SUBJECT_ACCEPTS;
    use(&run, 0);
    if (check->tally != NULL) {
        tally_begin(check->tally);
    }
    finding->phase = CHECK_RUNS;
    bool agreed = run_program(&run);
    enum check_phase phase = finding->phase;
    finding->phase = CHECK_DESTROYS;
    for (size_t i = 0; i < PROGRAM_RINGS; i++) {
        unmake(&run.pairs[i]);
    }
    finding->phase = agreed ? CHECK_IS_DONE : phase;
    if (check->tally != NULL && finding->cannot) {
        check->tally->ended_early++;
    }
    return agreed || finding->cannot;
}

/* PARTS */

static struct run parts(const struct check *check, struct pair *pair, struct finding *finding)
{
    return (struct run){
        .check = check, .strict = *check->subject, .pair = pair, .finding = finding};
}

bool check_operation(const struct check *check, const struct operation *operation, void *reference,
                     void *subject, struct finding *finding)
{
    struct pair pair = {.subject = {.subject = check->subject, .ring = subject},
                        .reference = {.subject = check->reference, .ring = reference}};
    struct run run = parts(check, &pair, finding);
    size_t room = room_in(check->reference->node_count(reference), operation);
    side_run(&pair.reference, operation, room);
    side_run(&pair.subject, operation, room);
    bool agreed = same_error(pair.reference.error, pair.subject.error, run.strict.exact_errors) &&
                  same_nodes(&pair, room);
    agreed = agreed || answers_differ(&run, operation);
    if (agreed && side_changes(operation)) {
        agreed = whole_counts(&pair, finding);
    }
    side_free(&pair.reference);
    side_free(&pair.subject);
    return agreed;
}

bool check_rings(const struct check *check, void *reference, void *subject, struct finding *finding)
{
    struct pair pair = {.subject = {.subject = check->subject, .ring = subject},
                        .reference = {.subject = check->reference, .ring = reference}};
    bool agreed =
        whole_counts(&pair, finding) && whole_rings(&pair, finding) && whole_walks(&pair, finding);
    whole_forget(&pair);
    return agreed;
}

bool check_points(const struct check *check, void *reference, void *subject,
                  struct finding *finding)
{
    struct pair pair = {.subject = {.subject = check->subject, .ring = subject},
                        .reference = {.subject = check->reference, .ring = reference}};
    return whole_points(&pair, finding);
}

#define SECONDS_OF_POINT 4e-6

double check_allowance(const struct check *check, const struct program *program)
{
    return points_listed(check, program) * SECONDS_OF_POINT;
}

const struct subject *check_reference(const struct subject *subject, const struct program *program)
{
    if (program_cost(program) <= MODEL_COST_MAX) {
        return &subject_model;
    }
    return subject == &subject_merge ? &subject_resort : &subject_merge;
}
