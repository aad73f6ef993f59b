#include "first_failure.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "../model/ring.h"
#include "../program/generate.h"
#include "adapt.h"
#include "finding_name.h"
#include "progress_line.h"
#include "shrink.h"

double search_now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

bool search_time_is_up(const struct search *search)
{
    return search->seconds > 0 && search_now() - search->progress->started >= search->seconds;
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

struct check search_check(const struct search *search)
{
    return (struct check){
        .subject = search->subject, .reference = &subject_model, .excuse_ties = true};
}

void search_program(const struct search *search, uint64_t index, struct program *program)
{
    bool everything = index % SEARCH_FREE == SEARCH_FREE - 1;
    generate_program(search->seed, index, program);
    if (adapt_program(program, search->subject)) {
        generate_cut(search->seed, index, program);
    }
    adapt_probe(program, search->subject);
    trigger_avoid(search->avoided, everything ? search->always_count : search->avoided_count,
                  program);
}

/* SHRINKING */

struct same_failure {
    const struct search *search;
    struct trial_options options;
    const struct program *found;
    const struct trial *trial;
    bool *held; /* for each trigger that the search avoids: whether the program found meets it */
    double end; /* 0: none */
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
    if ((failure->end > 0 && now > failure->end) || interrupt_signal() != 0 ||
        strays(failure, candidate)) {
        return false;
    }
    struct trial trial = trial_run(&failure->options, candidate);
    return finding_alike(&trial, candidate, failure->trial, failure->found);
}

/* Hundreds of candidates may hang, so each gets little time. A slow one counts as hanging, until
 * the last run with more time decides. */
#define HANG_SECONDS 0.1

bool search_shrink(const struct search *search, const struct program *found,
                   const struct trial *trial, double seconds, const char *printed,
                   struct shrunk *shrunk)
{
    bool *held = memory_resize(NULL, search->avoided_count, sizeof *held);
    struct same_failure failure = {.search = search,
                                   .options = {.check = search_check(search),
                                               .seconds = trial->verdict == TRIAL_TIMEOUT
                                                              ? HANG_SECONDS
                                                              : SEARCH_SHRINK_SECONDS,
                                               .interruptible = true,
                                               .quiet = true},
                                   .found = found,
                                   .trial = trial,
                                   .held = held,
                                   .end = seconds > 0 ? search_now() + seconds : 0,
                                   .started = search_now()};
    failure.shown = failure.started;
    for (size_t i = 0; i < search->avoided_count; i++) {
        held[i] = trigger_first(&search->avoided[i], found) < found->count;
    }
    program_init(&shrunk->program);
    (void)shrink_program(&(struct shrink){fails_alike, &failure}, found, &shrunk->program);
    failure.options.seconds = SEARCH_SHRINK_SECONDS;
    failure.options.interruptible = false; /* this run decides what is reported */
    failure.options.output = printed;
    shrunk->trial = trial_run(&failure.options, &shrunk->program);
    free(held);
    if (shrunk->trial.verdict == trial->verdict) {
        return true;
    }
    /* A program that fails only now and then is reported as it was found. */
    program_free(&shrunk->program);
    program_init(&shrunk->program);
    shrunk->program.rule = found->rule;
    for (size_t i = 0; i < found->count; i++) {
        program_append_shared(&shrunk->program, &found->operations[i]);
    }
    shrunk->trial = *trial;
    return false;
}
