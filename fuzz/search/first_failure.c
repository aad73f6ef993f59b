#include "first_failure.h"

#include <stdlib.h>
#include <string.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "../check/tally.h"
#include "../model/ring.h"
#include "../program/generate.h"
#include "adapt.h"
#include "coincidences.h"
#include "directed.h"
#include "expressible.h"
#include "finding_name.h"
#include "progress_line.h"
#include "shrink.h"

double search_now(void)
{
    return isolate_now();
}

double search_end(const struct search *search)
{
    return search->seconds > 0 ? search->progress->started + search->seconds : 0;
}

bool search_time_is_up(const struct search *search)
{
    return search->seconds > 0 && search_now() >= search_end(search);
}

bool search_must_end(const struct search *search)
{
    return interrupt_signal() != 0 ||
           (search->seconds > 0 && search_now() >= search_end(search) + SEARCH_GRACE_SECONDS);
}

/* A program that waits may take this share of the time that is left. */
#define WAITING_SHARE 0.2
#define WAITING_MIN 2.0

double search_waiting(const struct search *search)
{
    double most = search->waiting_seconds > 0 ? search->waiting_seconds : ISOLATE_WAITING_SECONDS;
    if (search->seconds > 0) {
        double share = WAITING_SHARE * (search_end(search) - search_now());
        share = share > WAITING_MIN ? share : WAITING_MIN;
        most = share < most ? share : most;
    }
    return most;
}

/* So many times as long as an empty program takes. */
#define QUICK_TIMES 8
#define QUICK_MIN 0.25

double search_quick_waiting(const struct search *search)
{
    struct progress *progress = search->progress;
    if (progress->quick == 0) {
        struct program empty;
        struct trial_options options = search_trial(search, SEARCH_SHRINK_SECONDS);
        double begun = search_now();
        program_init(&empty);
        search_program(search, 0, &empty); /* for a rule that the subject has */
        empty.count = 0;
        (void)trial_run(&options, &empty);
        program_free(&empty);
        progress->quick = QUICK_TIMES * (search_now() - begun);
        progress->quick = progress->quick > QUICK_MIN ? progress->quick : QUICK_MIN;
    }
    double most = search_waiting(search);
    return progress->quick < most ? progress->quick : most;
}

struct trial_options search_trial(const struct search *search, double computing)
{
    return (struct trial_options){
        .check = search_check(search),
        .seconds = computing,
        .waiting = search_waiting(search),
        .end = search->seconds > 0 ? search_end(search) + 2 * SEARCH_GRACE_SECONDS : 0,
        .quiet = true};
}

void search_avoid(struct search *search, const struct trigger *trigger, bool always)
{
    size_t index = search->avoided_count++;
    search->avoided = memory_grow(search->avoided, index, sizeof *search->avoided);
    if (always) {
        search->avoided[index] = search->avoided[search->always_count];
        index = search->always_count++;
    }
    search->avoided[index] = *trigger;
}

void search_tally(const struct search *search, struct tally *sum)
{
    bool on = false;
    bool beside = false;
    *sum = (struct tally){.nodes = 0};
    for (unsigned int i = 0; search->tallies != NULL && i < search->jobs; i++) {
        tally_add(sum, &search->tallies[i]);
    }
    coincidences_possible(search->subject, &on, &beside);
    sum->no_key_on_point = !on;
    sum->no_key_beside_point = !beside;
}

struct check search_check(const struct search *search)
{
    return (struct check){.subject = search->subject,
                          .reference = &subject_model,
                          .excuse_ties = true,
                          .quick = true};
}

void search_program(const struct search *search, uint64_t index, struct program *program)
{
    bool everything = index % SEARCH_FREE == SEARCH_FREE - 1;
    bool directed = directed_program(search->seed, index, search->subject, program);
    if (!directed) {
        generate_program(search->seed, index, program);
    }
    if (adapt_program(program, search->subject) && !directed) {
        generate_cut(search->seed, index, program);
    }
    if (!directed_is_large(index, search->subject)) {
        adapt_cut(program, search->subject, PROGRAM_COST_MAX);
        adapt_probe(program, search->subject);
    }
    size_t avoided = everything ? search->always_count : search->avoided_count;
    trigger_avoid(search->avoided, avoided, program);
    (void)adapt_cases(program, search->subject); /* an add may be gone on which others rely */
    if (avoided > 0) {
        (void)expressible_keep(program, search->subject);
    }
}

/* So many times the wait of a candidate. */
#define AGAIN_TIMES 4

struct trial_options search_trial_again(const struct search *search, double computing,
                                        const struct trial *failed)
{
    struct trial_options options = search_trial(search, computing);
    if (failed->verdict == TRIAL_TIMEOUT && failed->ending.waited) {
        double waiting = AGAIN_TIMES * search_quick_waiting(search);
        options.waiting = waiting < options.waiting ? waiting : options.waiting;
    }
    return options;
}

/* SHRINKING */

struct same_failure {
    const struct search *search;
    struct trial_options options;
    const struct program *found;
    const struct trial *trial;
    bool *held; /* for each trigger that the search avoids: whether the program found meets it */
    double end; /* 0: none */
    bool cut_short;
    struct trial last; /* of the smallest program so far */
    uint64_t tried;
    double started;
    double shown;
};

/* Whether the candidate meets a known trigger that the program found does not meet: it may fail for
 * that other reason. */
static bool strays(const struct same_failure *failure, const struct program *candidate)
{
    const struct search *search = failure->search;
    for (size_t i = 0; i < search->avoided_count; i++) {
        if (!failure->held[i] && trigger_first(&search->avoided[i], candidate) < candidate->count) {
            return true;
        }
    }
    return false;
}

static bool fails_alike(void *context, const struct program *candidate)
{
    struct same_failure *failure = context;
    double now = search_now();
    failure->tried++;
    if (progress_is_due(&failure->shown, now)) {
        progress_show("shrinking: %llu candidates tried, program length %zu, %.0f s",
                      (unsigned long long)failure->tried, candidate->count, now - failure->started);
    }
    if ((failure->end > 0 && now > failure->end) || search_must_end(failure->search)) {
        failure->cut_short = true;
        return false;
    }
    if (!expressible(candidate, failure->search->subject) || strays(failure, candidate)) {
        return false;
    }
    struct trial trial = trial_run(&failure->options, candidate);
    if (trial.verdict == TRIAL_STOPPED || trial.finding.cannot ||
        !finding_alike(&trial, candidate, failure->trial, failure->found)) {
        return false;
    }
    failure->last = trial;
    return true;
}

/* Hundreds of candidates may hang, so each gets little time. A slow one counts as hanging, until
 * the last run with more time decides. */
#define HANG_SECONDS 0.1

static struct trial_options options_of_candidates(const struct search *search,
                                                  const struct trial *trial, double end)
{
    bool hangs = trial->verdict == TRIAL_TIMEOUT;
    struct trial_options options =
        search_trial(search, hangs ? HANG_SECONDS : SEARCH_SHRINK_SECONDS);
    options.interruptible = true;
    if (hangs && trial->ending.waited) {
        options.waiting = search_quick_waiting(search);
    }
    options.end = options.end == 0 || (end > 0 && end < options.end) ? end : options.end;
    return options;
}

/* The run that decides what is reported. It is not interruptible. */
static struct trial run_last(const struct same_failure *failure, const struct program *program,
                             const char *printed)
{
    struct trial_options options =
        search_trial_again(failure->search, SEARCH_SHRINK_SECONDS, failure->trial);
    options.output = printed;
    struct trial trial = trial_run(&options, program);
    return trial.verdict == TRIAL_STOPPED ? failure->last : trial;
}

/* A program with the operations of `found`, in shrunk->program. */
static void take_found(const struct program *found, struct shrunk *shrunk)
{
    program_init(&shrunk->program);
    shrunk->program.rule = found->rule;
    for (size_t i = 0; i < found->count; i++) {
        program_append_shared(&shrunk->program, &found->operations[i]);
    }
}

bool search_shrink(const struct search *search, const struct program *found,
                   const struct trial *trial, double seconds, const char *printed,
                   struct shrunk *shrunk)
{
    bool *held = memory_resize(NULL, search->avoided_count, sizeof *held);
    double now = search_now();
    double end = seconds > 0 ? now + seconds : 0;
    struct same_failure failure = {.search = search,
                                   .options = options_of_candidates(search, trial, end),
                                   .found = found,
                                   .trial = trial,
                                   .held = held,
                                   .end = end,
                                   .last = *trial,
                                   .started = now,
                                   .shown = now};
    for (size_t i = 0; i < search->avoided_count; i++) {
        held[i] = trigger_first(&search->avoided[i], found) < found->count;
    }
    program_init(&shrunk->program);
    (void)shrink_program(
        &(struct shrink){fails_alike, &failure, &failure.cut_short, trial->finding.operation + 1},
        found, &shrunk->program);
    shrunk->cut_short = failure.cut_short;
    shrunk->trial = run_last(&failure, &shrunk->program, printed);
    free(held);
    if (shrunk->trial.verdict == trial->verdict) {
        return true;
    }
    /* A program that fails only now and then is reported as it was found. */
    program_free(&shrunk->program);
    take_found(found, shrunk);
    shrunk->trial = *trial;
    return false;
}
