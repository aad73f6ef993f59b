#include "first_failure.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../model/ring.h"
#include "../program/generate.h"
#include "adapt.h"
#include "finding_name.h"
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

static void look(void *context)
{
    const struct search *search = context;
    struct progress *progress = search->progress;
    struct check check = search_check(search);
    while (progress->operations < search->operations && !search_time_is_up(search)) {
        struct program program;
        program_init(&program);
        search_program(search, progress->programs, &program);
        isolate_deadline(search->program_seconds);
        bool agreed = check_program(&check, &program, &progress->finding);
        size_t count = program.count;
        program_free(&program);
        if (!agreed) {
            return;
        }
        progress->programs++;
        /* One from which all is avoided counts, too, or there might be no end. */
        progress->operations += count == 0 && search->avoided_count > 0 ? 1 : count;
    }
}

static void show_progress(void *context)
{
    const struct search *search = context;
    struct progress *progress = search->progress;
    double now = search_now();
    if (now - progress->shown < (isatty(STDERR_FILENO) ? 0.5 : SEARCH_PROGRESS_SECONDS)) {
        return;
    }
    progress->shown = now;
    (void)fprintf(stderr, "%s%llu programs, %llu operations, %.0f operations/s%s",
                  isatty(STDERR_FILENO) ? "\r" : "", (unsigned long long)progress->programs,
                  (unsigned long long)progress->operations,
                  (double)progress->operations / (now - progress->started),
                  isatty(STDERR_FILENO) ? " " : "\n");
}

bool search_run(const struct search *search)
{
    search->progress->finding = (struct finding){.found = false};
    struct ending ending = isolate(&(struct isolation){
        .work = look, .waiting = show_progress, .context = (void *)search, .quiet = true});
    return ending.kind == ENDING_RETURNED && !search->progress->finding.found;
}

/* SHRINKING */

struct same_failure {
    const struct search *search;
    struct trial_options options;
    const struct program *found;
    const struct trial *trial;
    bool *held; /* for each trigger of the search, whether the program found has it */
    double end; /* 0: none */
    uint64_t tried;
    double shown;
};

/* Or a program that fails for one reason would shrink to one that fails for another, which is known. */
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
    if (now - failure->shown >= SEARCH_PROGRESS_SECONDS) {
        failure->shown = now;
        (void)fprintf(stderr, "shrinking: %llu candidates, now %zu operations\n",
                      (unsigned long long)failure->tried, candidate->count);
    }
    if ((failure->end > 0 && now > failure->end) || strays(failure, candidate)) {
        return false;
    }
    struct trial trial = trial_run(&failure->options, candidate);
    return finding_alike(&trial, candidate, failure->trial, failure->found);
}

/* Hundreds of candidates may hang. One that is only slow passes for one that does; the last run tells. */
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
                                               .quiet = true},
                                   .found = found,
                                   .trial = trial,
                                   .held = held,
                                   .end = seconds > 0 ? search_now() + seconds : 0,
                                   .shown = search_now()};
    for (size_t i = 0; i < search->avoided_count; i++) {
        held[i] = trigger_first(&search->avoided[i], found) < found->count;
    }
    program_init(&shrunk->program);
    (void)shrink_program(&(struct shrink){fails_alike, &failure}, found, &shrunk->program);
    failure.options.seconds = SEARCH_SHRINK_SECONDS;
    failure.options.output = printed;
    shrunk->trial = trial_run(&failure.options, &shrunk->program);
    free(held);
    if (shrunk->trial.verdict == trial->verdict) {
        return true;
    }
    /* What fails only now and then is reported as it was found. */
    program_free(&shrunk->program);
    program_init(&shrunk->program);
    shrunk->program.rule = found->rule;
    for (size_t i = 0; i < found->count; i++) {
        program_append_shared(&shrunk->program, &found->operations[i]);
    }
    shrunk->trial = *trial;
    return false;
}
