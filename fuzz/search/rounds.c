/* The search in several processes. It goes in rounds of many programs: of n jobs, job j runs
 * programs j, j + n, j + 2n, ... of the round. Each notes how many operations its programs have. So
 * every job can tell where the search ends that runs one program after another, and none stops
 * before. If a program fails, the others go on to its index: the finding is the lowest that
 * fails. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "../check/tally.h"
#include "directed.h"
#include "first_failure.h"
#include "progress_line.h"

#define ROUND 65536U
/* A search of so many operations makes tables before it forks, so that no job need make its own. */
#define LONG_SEARCH 20000
/* Questions to another process take longer. */
#define LONG_SECONDS 30

/* Shared with the jobs. */
struct round {
    uint64_t first;                 /* the index of the round's first program */
    uint64_t operations;            /* of all programs before */
    bool untimed;                   /* completes what was begun in time */
    struct finding *seen;           /* what each job has seen; of `jobs_of()` jobs */
    struct ending *endings;         /* the parent's: how each job ended */
    _Atomic uint32_t failed;        /* the lowest program that failed; ROUND: none */
    _Atomic uint32_t counts[ROUND]; /* of operations run, plus one; 0: the program is not done */
    _Atomic uint32_t current[SEARCH_JOBS_MAX]; /* the program that each job runs */
};

struct job {
    const struct search *search;
    struct round *round;
    uint32_t number;
};

static uint32_t jobs_of(const struct search *search)
{
    return search->jobs > 0 ? search->jobs : 1;
}

static void lower_failed(struct round *round, uint32_t index)
{
    uint32_t failed = atomic_load(&round->failed);
    while (index < failed && !atomic_compare_exchange_weak(&round->failed, &failed, index)) {
    }
}

/* IN A CHILD */

#define GENERATING_SECONDS 600

/* To look for leaks takes longer than most programs. So that the program that leaked is known, each of
 * the first ones is followed by a look, and later one in many. */
#define LOOKS_EACH 32
#define LOOKS_LATER 256

static void look_for_leaks(uint64_t index)
{
    if (index < LOOKS_EACH || index % LOOKS_LATER == 0) {
        isolate_check_leaks();
    }
}

static bool run_program(const struct job *job, uint32_t index)
{
    const struct search *search = job->search;
    struct check check = search_check(search);
    struct program program;
    check.together = true;
    check.tally = search->tallies != NULL ? &search->tallies[job->number] : NULL;
    program_init(&program);
    /* To make a program may take long: a table of positions is made for some. That is our time. */
    isolate_deadlines(GENERATING_SECONDS, GENERATING_SECONDS);
    search_program(search, job->round->first + index, &program);
    isolate_deadlines(search->program_seconds + check_allowance(&check, &program),
                      search_waiting(search));
    bool agreed = check_program(&check, &program, &job->round->seen[job->number]);
    const struct finding *seen = &job->round->seen[job->number];
    size_t count = seen->cannot ? seen->operation + 1 : program.count;
    /* A program left empty by avoiding counts as one operation, or the search might never end. */
    count = program.count == 0 && search->avoided_count > 0 ? 1 : count;
    program_free(&program);
    if (agreed) {
        look_for_leaks(job->round->first + index);
        atomic_store(&job->round->counts[index], (uint32_t)count + 1);
    }
    return agreed;
}

static void work(void *context)
{
    const struct job *job = context;
    struct round *round = job->round;
    uint64_t operations = round->operations; /* of all programs before `known` */
    uint32_t known = 0;
    for (uint32_t i = job->number; i < atomic_load(&round->failed); i += jobs_of(job->search)) {
        uint32_t count = 0;
        while (known < i && (count = atomic_load(&round->counts[known])) > 0) {
            operations += count - 1;
            known++;
        }
        bool late = !round->untimed && search_time_is_up(job->search);
        if (operations >= job->search->operations ||
            (late && atomic_load(&round->failed) == ROUND)) {
            return;
        }
        if (atomic_load(&round->counts[i]) > 0) {
            continue;
        }
        atomic_store(&round->current[job->number], i);
        if (!run_program(job, i)) {
            lower_failed(round, i);
            return;
        }
    }
}

/* IN THE PARENT */

static uint64_t progress_of_job(void *context)
{
    const struct job *job = context;
    return trial_progress(&job->round->seen[job->number]);
}

/* A job crashed, hung or called exit(). */
static void note_failure(void *context, struct ending ending)
{
    const struct job *job = context;
    job->round->endings[job->number] = ending;
    lower_failed(job->round, atomic_load(&job->round->current[job->number]));
}

/* Counts what is done of the first `end` programs of the round. */
static void count_done(const struct round *round, uint32_t end, uint64_t *programs,
                       uint64_t *operations)
{
    *programs = 0;
    *operations = round->operations;
    for (uint32_t i = 0; i < end; i++) {
        uint32_t count = atomic_load(&round->counts[i]);
        *programs += count > 0;
        *operations += count > 0 ? count - 1 : 0;
    }
}

static void show_progress(void *context)
{
    const struct job *job = context;
    const struct search *search = job->search;
    struct progress *progress = search->progress;
    double now = search_now();
    char of_operations[32] = "";
    char of_seconds[24] = "";
    char findings[32] = "";
    uint64_t programs = 0; /* of the round, then of all */
    uint64_t operations = 0;
    if (!progress_is_due(&progress->shown, now)) {
        return;
    }
    count_done(job->round, ROUND, &programs, &operations);
    programs += job->round->first;
    if (search->operations < UINT64_MAX) {
        (void)snprintf(of_operations, sizeof of_operations, " of %llu",
                       (unsigned long long)search->operations);
    }
    if (search->seconds > 0) {
        (void)snprintf(of_seconds, sizeof of_seconds, " of %.0f", search->seconds);
    }
    if (progress->findings > 0) {
        (void)snprintf(findings, sizeof findings, "%zu finding%s, ", progress->findings,
                       progress->findings == 1 ? "" : "s");
    }
    progress_show("checking %s: %llu%s operations, %llu programs, %s%.0f%s s",
                  search->subject->name, (unsigned long long)operations, of_operations,
                  (unsigned long long)programs, findings, now - progress->started, of_seconds);
}

static void run_jobs(const struct search *search, struct round *round)
{
    uint32_t count = jobs_of(search);
    struct isolation *isolations = memory_resize(NULL, count, sizeof *isolations);
    struct job *jobs = memory_resize(NULL, count, sizeof *jobs);
    double end = search_end(search);
    if (end > 0) {
        end += round->untimed ? SEARCH_GRACE_SECONDS : SEARCH_GRACE_SECONDS / 2;
    }
    for (uint32_t i = 0; i < count; i++) {
        round->endings[i] = (struct ending){.kind = ENDING_RETURNED};
        jobs[i] = (struct job){search, round, i};
        isolations[i] = (struct isolation){.work = work,
                                           .progress = progress_of_job,
                                           .waiting = show_progress,
                                           .failed = note_failure,
                                           .context = &jobs[i],
                                           .end = end,
                                           .interruptible = true,
                                           .quiet = true};
    }
    size_t which = 0;
    (void)isolate_all(isolations, count, &which);
    free(jobs);
    free(isolations);
}

/* The index of the first program that is not done, or with which the search has enough operations;
 * or ROUND. */
static uint32_t end_of_round(const struct round *round, uint64_t limit, bool *enough)
{
    uint64_t operations = round->operations;
    uint32_t end = 0;
    uint32_t count = 0;
    while (end < ROUND && operations < limit && (count = atomic_load(&round->counts[end])) > 0) {
        operations += count - 1;
        end++;
    }
    *enough = operations >= limit;
    return end;
}

enum outcome_of_round { ROUND_FAILED, ROUND_ENDS_SEARCH, ROUND_DONE };

/* What the job saw that ran the program which failed, the lowest of all: jobs take turns. */
static struct trial seen_by_job(const struct search *search, const struct round *round)
{
    uint32_t job = atomic_load(&round->failed) % jobs_of(search);
    return trial_of(round->endings[job], &round->seen[job]);
}

static enum outcome_of_round run_round(const struct search *search, struct round *round,
                                       struct trial *seen)
{
    struct progress *progress = search->progress;
    bool enough = false;
    uint64_t programs = 0;
    run_jobs(search, round);
    uint32_t end = end_of_round(round, search->operations, &enough);
    uint32_t failed = atomic_load(&round->failed);
    *seen = seen_by_job(search, round);
    if (!enough && end < failed && failed < ROUND && interrupt_signal() == 0) {
        /* Time was up for one job before another one failed at a later program. */
        round->untimed = true;
        run_jobs(search, round);
        end = end_of_round(round, search->operations, &enough);
        if (atomic_load(&round->failed) != failed) {
            failed = atomic_load(&round->failed);
            *seen = seen_by_job(search, round);
        }
    }
    bool found = !enough && failed < ROUND;
    /* Time may be up, or a signal may come, after later programs than the first that is not
     * done. */
    uint32_t counted = enough ? end : found ? failed : ROUND;
    count_done(round, counted, &programs, &progress->operations);
    progress->programs = round->first + (found ? failed : programs);
    if (found) {
        return ROUND_FAILED;
    }
    return enough || end < ROUND ? ROUND_ENDS_SEARCH : ROUND_DONE;
}

static bool is_long(const struct search *search)
{
    bool process = search->subject->find_many != NULL;
    return search->operations - search->progress->operations >= LONG_SEARCH &&
           (search->seconds == 0 || search->seconds >= (process ? LONG_SECONDS : 1));
}

bool search_run(const struct search *search, struct trial *seen)
{
    enum outcome_of_round outcome = ROUND_DONE;
    struct round *round = isolate_share(sizeof *round);
    size_t size = jobs_of(search) * sizeof(struct finding);
    struct finding *findings = isolate_share(size);
    struct ending *endings = memory_resize(NULL, jobs_of(search), sizeof *endings);
    if (is_long(search)) {
        directed_prepare(search->subject);
    }
    while (outcome == ROUND_DONE && interrupt_signal() == 0 && !search_time_is_up(search) &&
           search->progress->operations < search->operations) {
        memset(round, 0, sizeof *round);
        round->first = search->progress->programs;
        round->operations = search->progress->operations;
        round->seen = findings;
        round->endings = endings;
        atomic_store(&round->failed, ROUND);
        outcome = run_round(search, round, seen);
    }
    (void)munmap(round, sizeof *round);
    (void)munmap(findings, size);
    free(endings);
    return outcome != ROUND_FAILED;
}
