#include "classify.h"

#include <stdlib.h>
#include <string.h>

#include "../base/interrupt.h"
#include "adapt.h"
#include "finding_name.h"
#include "progress_line.h"

/* Agreeing operations of the failing kind: enough to compare with. */
#define ENOUGH 300
#define PROGRAMS_MIN 40
/* A count and not a time, so that a seed derives the same triggers on a busy machine. */
#define PROGRAMS_MAX 1000
/* Nearly all of these programs take less than a millisecond. */
#define CLASSIFY_PROGRAM_SECONDS 0.1
/* The index of the first generated program: no search gets that far. */
#define FIRST_PROGRAM (UINT64_C(1) << 62)
#define SITUATIONS_MAX 50000
/* Probing makes many finds. This is the distance between those that are kept. */
#define FIND_SHARE 8
/* A near miss counts as this many operations: it says more than a random one. */
#define NEAR_WEIGHT 10
/* A trigger that holds for a larger share of the agreeing operations is blunt. */
#define BLUNT 0.03

/* Returns what the operation at `end` meets. Appends to `before`, if not NULL, what those before it
 * meet. */
static struct situation describe(const struct program *program, size_t end,
                                 struct situations *before)
{
    struct state state;
    struct situation situation = {.kind = OP_ADD, .rule = program->rule};
    state_init(&state, program->rule);
    for (size_t i = 0; i < program->count && i <= end; i++) {
        situation = state_describe(&state, &program->operations[i]);
        bool find = situation.kind == OP_FIND;
        if (before != NULL && i < end && (!find || i % FIND_SHARE == 0)) {
            situations_append(before, &situation);
        }
        state_apply(&state, &program->operations[i]);
    }
    state_free(&state);
    return situation;
}

struct situation classify_situation(const struct program *program, size_t index)
{
    return describe(program, index, NULL);
}

static struct trial_options options_of(const struct search *search)
{
    return (struct trial_options){
        .check = search_check(search), .seconds = CLASSIFY_PROGRAM_SECONDS, .quiet = true};
}

static struct trial run(struct classifier *classifier, const struct trial_options *options,
                        const struct program *program)
{
    double now = search_now();
    if (progress_is_due(&classifier->shown, now)) {
        progress_show("classifying a finding: %llu programs run, %.0f s",
                      (unsigned long long)classifier->tried, now - classifier->started);
    }
    classifier->tried++;
    return trial_run(options, program);
}

static size_t count_of_kind(const struct situations *situations, enum operation_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < situations->count; i++) {
        count += situations->items[i].kind == kind;
    }
    return count;
}

/* Runs generated programs and collects the operations that agree: all of a program's, or those
 * before the one that fails. */
static void gather(struct classifier *classifier, const struct search *search,
                   enum operation_kind kind)
{
    struct trial_options options = options_of(search);
    size_t of_kind = count_of_kind(&classifier->agreed, kind);
    for (size_t ran = 0; (ran < PROGRAMS_MIN || (of_kind < ENOUGH && ran < PROGRAMS_MAX)) &&
                         classifier->agreed.count < SITUATIONS_MAX && interrupt_signal() == 0;
         ran++) {
        struct program program;
        /* Every other program keeps what the search avoids: the triggers so far may be wrong. */
        uint64_t kept = ran % 2 * (SEARCH_FREE - 1);
        program_init(&program);
        search_program(search, FIRST_PROGRAM + classifier->programs++ * SEARCH_FREE + kept,
                       &program);
        struct trial trial = run(classifier, &options, &program);
        (void)describe(&program,
                       trial.verdict == TRIAL_AGREED ? program.count : trial.finding.operation,
                       &classifier->agreed);
        program_free(&program);
        of_kind = count_of_kind(&classifier->agreed, kind);
    }
}

/* NEAR MISSES */

struct near {
    struct classifier *classifier;
    const struct shrunk *shrunk;
    struct situations alike; /* of near misses that failed like the shrunk program */
    struct trial_options options;
};

/* A copy without operation `left_out`, if there is one. Its operations may be changed, but not the
 * nodes that they point to. */
static void copy_without(const struct program *from, size_t left_out, struct program *copy)
{
    program_init(copy);
    copy->rule = from->rule;
    for (size_t i = 0; i < from->count; i++) {
        if (i != left_out) {
            program_append_shared(copy, &from->operations[i]);
        }
    }
}

static void note_agreement(struct classifier *classifier, const struct program *program)
{
    struct situation situation = classify_situation(program, program->count - 1);
    for (size_t i = 0; i < NEAR_WEIGHT; i++) {
        situations_append(&classifier->agreed, &situation);
    }
}

/* Runs a near miss, and frees it. Notes it if it agrees. If it fails alike, notes that too, unless
 * the change may well have brought in another fault (`may_fail` is false). */
static void try_one(struct near *near, struct program *program, bool may_fail)
{
    if (program->count > 0 && interrupt_signal() == 0) {
        struct trial trial = run(near->classifier, &near->options, program);
        if (trial.verdict == TRIAL_AGREED) {
            note_agreement(near->classifier, program);
        } else if (may_fail && trial.finding.operation + 1 == program->count &&
                   finding_alike(&trial, program, &near->shrunk->trial, &near->shrunk->program)) {
            struct situation situation = classify_situation(program, trial.finding.operation);
            situations_append(&near->alike, &situation);
        }
    }
    program_free(program);
}

static void without_each(struct near *near)
{
    for (size_t i = 0; i + 1 < near->shrunk->program.count && i < 16; i++) {
        struct program program;
        copy_without(&near->shrunk->program, i, &program);
        try_one(near, &program, false);
    }
}

static struct operation *copy_all(const struct near *near, struct program *copy)
{
    copy_without(&near->shrunk->program, SIZE_MAX, copy);
    return &copy->operations[copy->count - 1];
}

static void other_keys(struct near *near)
{
    for (size_t i = 0; i < 16; i++) {
        struct program program;
        copy_all(near, &program)->key = adapt_probe_key(i * 31);
        try_one(near, &program, true);
    }
}

static void other_counts(struct near *near)
{
    static const uint64_t counts[] = {1, 2, 3, 5, 8, 20, 0};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct program program;
        copy_all(near, &program)->n = counts[i];
        try_one(near, &program, true);
    }
}

/* The replicas of a node of the program, or 1. */
static uint32_t usual_replicas(const struct program *program)
{
    for (size_t i = 0; i < program->count; i++) {
        if (program->operations[i].kind == OP_ADD) {
            return program->operations[i].nodes[0].replicas;
        }
    }
    return 1;
}

/* The last operation's node is already in the ring. */
static void with_its_node(struct near *near)
{
    struct program program;
    struct operation *last = copy_all(near, &program);
    if (last->count == 1) {
        struct operation operation = *last;
        uint32_t replicas = operation.kind == OP_ADD ? operation.nodes[0].replicas
                                                     : usual_replicas(&near->shrunk->program);
        last->kind = OP_ADD;
        last->nodes = NULL;
        last->count = 0;
        program_append_node(&program, operation.nodes[0].name, replicas);
        program_append_shared(&program, &operation);
    }
    try_one(near, &program, false);
}

/* The ring has one more node. */
static void with_another_node(struct near *near)
{
    struct program program;
    program_init(&program);
    program.rule = near->shrunk->program.rule;
    (void)program_append(&program, OP_ADD);
    program_append_node(&program, (struct ring_bytes){"another", 7},
                        usual_replicas(&near->shrunk->program));
    for (size_t i = 0; i < near->shrunk->program.count; i++) {
        program_append_shared(&program, &near->shrunk->program.operations[i]);
    }
    try_one(near, &program, true);
}

static void near_misses(struct near *near)
{
    enum operation_kind kind =
        near->shrunk->program.operations[near->shrunk->program.count - 1].kind;
    without_each(near);
    with_another_node(near);
    if (kind == OP_FIND_N) {
        other_counts(near);
    }
    if (kind == OP_FIND || kind == OP_FIND_N) {
        other_keys(near);
    } else {
        with_its_node(near);
    }
}

/* Under another rule, a find may need another key to fail, and may fail for another reason. */
#define KEYS_PER_RULE 4

/* How many of the program's variants under `rule` fail like the program. */
static unsigned int failures_under(const struct near *near, const struct rule *rule)
{
    const struct shrunk *shrunk = near->shrunk;
    unsigned int failures = 0;
    for (size_t i = 0; i < KEYS_PER_RULE; i++) {
        struct program program;
        copy_without(&shrunk->program, SIZE_MAX, &program);
        program.rule = rule;
        if (i > 0) {
            program.operations[program.count - 1].key = adapt_probe_key(i * 53);
        }
        struct trial trial = run(near->classifier, &near->options, &program);
        failures += finding_alike(&trial, &program, &shrunk->trial, &shrunk->program);
        if (trial.verdict == TRIAL_AGREED) {
            note_agreement(near->classifier, &program);
        }
        program_free(&program);
    }
    return failures;
}

/* Whether most variants fail under other rules, too: then the rule is not part of the trigger. */
static bool other_rules_fail(const struct near *near)
{
    unsigned int served = near->options.check.subject->rules;
    unsigned int failures = 0;
    unsigned int tried = 0;
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        if (rule != near->shrunk->program.rule && interrupt_signal() == 0 &&
            (served == 0 || (served >> rule->options.rule & 1U) != 0)) {
            failures += failures_under(near, rule);
            tried += KEYS_PER_RULE;
        }
    }
    return 2 * failures > tried;
}

/* Near misses that failed alike may have failed for another reason. They count if the common
 * trigger is not blunt, or no blunter than the trigger without them. */
static double include_alike(struct near *near, struct situations *failed, double share,
                            bool rule_matters, struct trigger *trigger)
{
    struct trigger common;
    size_t alone = failed->count;
    for (size_t i = 0; i < near->alike.count; i++) {
        situations_append(failed, &near->alike.items[i]);
    }
    double common_share =
        trigger_separate(failed, &near->classifier->agreed, rule_matters, &common);
    situations_free(&near->alike);
    if (common_share > BLUNT && common_share > share) {
        failed->count = alone;
        return share;
    }
    *trigger = common;
    return common_share;
}

double classify_failure(struct classifier *classifier, const struct search *search,
                        const struct shrunk *shrunk, struct situations *failed, bool *rule_matters,
                        struct trigger *trigger)
{
    struct situation situation =
        classify_situation(&shrunk->program, shrunk->trial.finding.operation);
    struct near near = {.classifier = classifier, .shrunk = shrunk, .options = options_of(search)};
    classifier->tried = 0;
    classifier->started = classifier->shown = search_now();
    situations_append(failed, &situation);
    gather(classifier, search, situation.kind);
    /* Near misses change the last operation, so it has to be the one that failed. */
    if (shrunk->trial.finding.operation + 1 == shrunk->program.count) {
        near_misses(&near);
    }
    *rule_matters = !other_rules_fail(&near);
    double share = trigger_separate(failed, &classifier->agreed, *rule_matters, trigger);
    return include_alike(&near, failed, share, *rule_matters, trigger);
}

bool classify_program(const struct search *search, const struct program *program,
                      struct trigger *trigger)
{
    struct trial_options options = {
        .check = search_check(search), .seconds = search->program_seconds, .quiet = true};
    struct classifier classifier = {.programs = 0};
    struct situations failed = {NULL, 0};
    struct shrunk shrunk = {*program, trial_run(&options, program)};
    if (shrunk.trial.verdict == TRIAL_AGREED) {
        return false;
    }
    bool rule_matters = false;
    (void)classify_failure(&classifier, search, &shrunk, &failed, &rule_matters, trigger);
    situations_free(&failed);
    situations_free(&classifier.agreed);
    return true;
}
