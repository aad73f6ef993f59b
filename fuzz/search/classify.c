#include "classify.h"

#include <stdlib.h>
#include <string.h>

#include "directed.h"

/* Agreeing operations of the failing kind: enough to compare with. */
#define ENOUGH 300
#define PROGRAMS_MIN 40
/* A count and not a time, so that a seed derives the same triggers on a busy machine. */
#define PROGRAMS_MAX 1000
/* Meeting a hang takes as long as hundreds of programs. */
#define HANGS_MAX 8
/* The index of the first generated program: no search gets that far. */
#define FIRST_PROGRAM (UINT64_C(1) << 62)
#define SITUATIONS_MAX 50000
/* A trigger that holds for a larger share of the agreeing operations is blunt. */
#define BLUNT 0.03

struct situation classify_situation(const struct program *program, const struct trial *trial)
{
    return near_situation(program, trial->finding.operation, near_at_end(trial), NULL);
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
                   const struct trial_options *options, enum operation_kind kind)
{
    size_t of_kind = count_of_kind(&classifier->agreed, kind);
    size_t hung = 0;
    for (size_t ran = 0;
         (ran < PROGRAMS_MIN || (of_kind < ENOUGH && ran < PROGRAMS_MAX)) &&
         classifier->agreed.count < SITUATIONS_MAX && hung < HANGS_MAX && !search_must_end(search);
         ran++) {
        struct program program;
        /* Every other program keeps what the search avoids: the triggers so far may be wrong. */
        uint64_t kept = ran % 2 * (SEARCH_FREE - 1);
        uint64_t index = FIRST_PROGRAM + classifier->programs++ * SEARCH_FREE + kept;
        if (directed_is_large(index, search->subject)) {
            continue;
        }
        program_init(&program);
        search_program(search, index, &program);
        struct trial trial = near_run(classifier, options, &program);
        bool whole = trial.verdict == TRIAL_AGREED && !trial.finding.cannot;
        hung += trial.verdict == TRIAL_TIMEOUT;
        if (trial.verdict != TRIAL_STOPPED) {
            (void)near_situation(&program, whole ? program.count : trial.finding.operation, whole,
                                 &classifier->agreed);
        }
        program_free(&program);
        of_kind = count_of_kind(&classifier->agreed, kind);
    }
}

/* Near misses that failed alike may have failed for another reason. They count if the common
 * trigger is not blunt, or no blunter than the trigger without them. */
static double include_alike(struct near *near, struct situations *failed, double share,
                            unsigned int without, struct trigger *trigger)
{
    struct trigger common;
    size_t alone = failed->count;
    for (size_t i = 0; i < near->alike.count; i++) {
        situations_append(failed, &near->alike.items[i]);
    }
    double common_share = trigger_separate(failed, &near->classifier->agreed, without, &common);
    situations_free(&near->alike);
    if (common_share > BLUNT && common_share > share) {
        failed->count = alone;
        return share;
    }
    *trigger = common;
    return common_share;
}

static bool same_triggers(const struct trigger *a, const struct trigger *b)
{
    return a->of_kind == b->of_kind && trigger_implies(a, b) && trigger_implies(b, a);
}

#define ROUNDS 6

/* Lowers the numbers of the trigger, of which each is that of the program, to the least that fail.
 * Then other words may tell more: so several times, until they are the same. */
static double sharpen(struct near *near, struct situations *failed, double share,
                      unsigned int *without, struct trigger *trigger)
{
    struct trigger before = {.of_kind = false};
    for (unsigned int round = 0; round < ROUNDS && !same_triggers(&before, trigger); round++) {
        before = *trigger;
        for (size_t i = 0; i < FEATURES; i++) {
            if (trigger->at_least[i] <= 1) {
                continue;
            }
            if (near_refutes(near, trigger, (enum feature)i)) {
                *without |= 1U << i;
                break;
            }
            near_least(near, trigger, (enum feature)i, failed);
        }
        share = trigger_separate(failed, &near->classifier->agreed, *without, trigger);
    }
    return share;
}

double classify_failure(struct classifier *classifier, const struct search *search,
                        const struct shrunk *shrunk, struct situations *failed,
                        unsigned int *without, struct trigger *trigger)
{
    struct situation situation = classify_situation(&shrunk->program, &shrunk->trial);
    struct near near;
    near_init(&near, search, classifier, shrunk);
    classifier->tried = 0;
    classifier->started = classifier->shown = search_now();
    situations_append(failed, &situation);
    gather(classifier, search, &near.options, situation.kind);
    near_misses(&near);
    (void)trigger_separate(failed, &classifier->agreed, TRIGGER_WITHOUT_RULE, trigger);
    *without = near_rule_matters(&near, trigger) ? 0 : TRIGGER_WITHOUT_RULE;
    double share = trigger_separate(failed, &classifier->agreed, *without, trigger);
    share = include_alike(&near, failed, share, *without, trigger);
    share = sharpen(&near, failed, share, without, trigger);
    /* Experiments found no size that matters. Agreeing operations to come cannot tell better. */
    *without |= trigger->at_least[FEATURE_SIZE] == 0 ? 1U << FEATURE_SIZE : 0;
    *without |= trigger->at_least[FEATURE_HAD_SIZE] == 0 ? 1U << FEATURE_HAD_SIZE : 0;
    return share;
}

bool classify_program(const struct search *search, const struct program *program,
                      struct trigger *trigger)
{
    struct trial_options options = search_trial(search, search->program_seconds);
    struct classifier classifier = {.programs = 0};
    struct situations failed = {NULL, 0};
    struct shrunk shrunk = {*program, trial_run(&options, program), false};
    if (shrunk.trial.verdict == TRIAL_AGREED || shrunk.trial.verdict == TRIAL_STOPPED) {
        return false;
    }
    unsigned int without = 0;
    (void)classify_failure(&classifier, search, &shrunk, &failed, &without, trigger);
    situations_free(&failed);
    situations_free(&classifier.agreed);
    return true;
}
