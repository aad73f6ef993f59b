#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../check/isolate.h"
#include "../exhaust/sequences.h"
#include "../model/ring.h"
#include "../search/progress_line.h"
#include "../search/report.h"
#include "commands.h"

#define DEFAULT_LENGTH 3
#define JOBS_MAX 1024
/* A name spells the positions of all its node's points, and the model scans them for each point. */
#define POINTS_MAX 64
/* After this many sequences, a process looks whether another one has found something. They may
 * compute for STEP_SECONDS together. */
#define STEP 1024
#define STEP_SECONDS 20

struct task {
    const struct subject *subject; /* NULL: core, tiny and merge */
    const char *subject_text;
    unsigned int length;
    unsigned int nodes;
    unsigned int points;
    unsigned int jobs;
    const char *output;
    uint64_t totals[EXHAUST_LENGTH_MAX + 1]; /* sequences of each length */
    double started;                          /* counting them */
    double shown;
};

/* What a process shares with the tool. */
struct slot {
    uint64_t sequences;
    uint64_t calls;
    struct exhaust_sequence sequence; /* the current one */
    struct finding finding;
};

/* All sequences of one length on one subject. */
struct pass {
    const struct task *task;
    const struct subject *subject;
    unsigned int length;
    struct slot *slots; /* one for each job */
    atomic_bool *stop;
    double started;
    double shown;
};

struct job {
    struct pass *pass;
    struct slot *slot;
    struct exhaust_program *program;
};

/* Compares the whole rings only at the end: each beginning of a sequence is a sequence too, and has
 * been checked. But if the subject may order equal points freely, a program has to end where only
 * that order differs, so the rings are compared after every change. */
static struct check check_of(const struct subject *subject)
{
    return (struct check){.subject = subject,
                          .reference = &subject_model,
                          .excuse_ties = true,
                          .sparse = (subject->promises & SUBJECT_ORDERS_TIES) != 0};
}

/* IN A CHILD */

static bool run_sequence(void *context, const struct exhaust_sequence *sequence)
{
    const struct job *job = context;
    struct slot *slot = job->slot;
    struct check check = check_of(job->pass->subject);
    if (slot->sequences % STEP == 0) {
        isolate_deadline(STEP_SECONDS);
        if (atomic_load(job->pass->stop)) {
            return false;
        }
    }
    slot->sequence = *sequence;
    const struct program *program = exhaust_program_of(job->program, sequence);
    if (!check_program(&check, program, &slot->finding)) {
        atomic_store(job->pass->stop, true);
        return false;
    }
    slot->sequences++;
    slot->calls += program->count;
    return true;
}

static void work(void *context)
{
    struct job *job = context;
    const struct pass *pass = job->pass;
    struct exhaust_scope scope = {.length = pass->length,
                                  .nodes = pass->task->nodes,
                                  .part = (unsigned int)(job->slot - pass->slots),
                                  .parts = pass->task->jobs};
    job->program = exhaust_program_create(pass->task->points);
    (void)exhaust_walk(&scope, run_sequence, job);
    exhaust_program_free(job->program);
}

/* PASSES */

static uint64_t sequences_of(const struct pass *pass)
{
    uint64_t sequences = 0;
    for (unsigned int i = 0; i < pass->task->jobs; i++) {
        sequences += pass->slots[i].sequences;
    }
    return sequences;
}

static void show_progress(void *context)
{
    struct pass *pass = ((struct job *)context)->pass;
    double now = search_now();
    char left[48] = "";
    if (!progress_is_due(&pass->shown, now)) {
        return;
    }
    uint64_t done = sequences_of(pass);
    uint64_t total = pass->task->totals[pass->length];
    if (done > 0) {
        (void)snprintf(left, sizeof left, ", about %.0f s left",
                       (now - pass->started) * (double)(total - done) / (double)done);
    }
    progress_show("checking %s: %llu of %llu sequences of length %u, %.0f s%s", pass->subject->name,
                  (unsigned long long)done, (unsigned long long)total, pass->length,
                  now - pass->started, left);
}

/* False: *found is the sequence that failed. */
static bool run_pass(struct pass *pass, struct exhaust_sequence *found)
{
    unsigned int count = pass->task->jobs;
    struct isolation *isolations = memory_resize(NULL, count, sizeof *isolations);
    struct job *jobs = memory_resize(NULL, count, sizeof *jobs);
    memset(pass->slots, 0, count * sizeof *pass->slots);
    pass->started = pass->shown = search_now();
    for (unsigned int i = 0; i < count; i++) {
        jobs[i] = (struct job){pass, &pass->slots[i], NULL};
        isolations[i] = (struct isolation){
            .work = work, .waiting = show_progress, .context = &jobs[i], .quiet = true};
    }
    size_t which = 0;
    struct ending ending = isolate_all(isolations, count, &which);
    if (ending.kind == ENDING_RETURNED) {
        for (which = 0; which < count && !pass->slots[which].finding.found;) {
            which++;
        }
    }
    if (which < count) {
        *found = pass->slots[which].sequence;
    }
    free(jobs);
    free(isolations);
    return which == count;
}

static int report_finding(const struct task *task, const struct subject *subject,
                          const struct exhaust_sequence *sequence)
{
    char name[128];
    char head[600];
    struct exhaust_program *made = exhaust_program_create(task->points);
    struct search search = {.subject = subject,
                            .subject_text =
                                task->subject != NULL ? task->subject_text : subject->name,
                            .program_seconds = SEARCH_PROGRAM_SECONDS};
    const char *slash = strrchr(search.subject_text, '/');
    (void)snprintf(name, sizeof name, "%s-exhaust.trace",
                   slash != NULL ? slash + 1 : search.subject_text);
    (void)snprintf(head, sizeof head, "ringproof exhaust --subject %s --points %u",
                   search.subject_text, task->points);
    int status = report_failure(&search, exhaust_program_of(made, sequence), head,
                                task->output != NULL ? task->output : name);
    exhaust_program_free(made);
    return status;
}

/* COMMAND */

static int run_subject(const struct task *task, const struct subject *subject)
{
    struct pass pass = {.task = task, .subject = subject};
    struct exhaust_sequence found;
    uint64_t sequences = 0;
    uint64_t calls = 0;
    double started = search_now();
    bool agreed = true;
    pass.slots = isolate_share(task->jobs * sizeof *pass.slots);
    pass.stop = isolate_share(sizeof *pass.stop);
    for (pass.length = 1; pass.length <= task->length && agreed; pass.length++) {
        agreed = run_pass(&pass, &found);
        sequences += sequences_of(&pass);
        for (unsigned int i = 0; i < task->jobs; i++) {
            calls += pass.slots[i].calls;
        }
    }
    (void)munmap(pass.stop, sizeof *pass.stop);
    (void)munmap(pass.slots, task->jobs * sizeof *pass.slots);
    progress_clear();
    if (!agreed) {
        return report_finding(task, subject, &found);
    }
    (void)printf("%s agreed: %llu sequences of up to %u steps, %llu calls, %llu rings compared in "
                 "%.1f s\n",
                 subject->name, (unsigned long long)sequences, task->length,
                 (unsigned long long)calls, (unsigned long long)sequences, search_now() - started);
    (void)fflush(stdout);
    return EXIT_AGREED;
}

static bool count_sequence(void *context, const struct exhaust_sequence *sequence)
{
    struct task *task = context;
    uint64_t count = ++task->totals[sequence->length];
    if (count % STEP != 0) {
        return true;
    }
    double now = search_now();
    if (progress_is_due(&task->shown, now)) {
        progress_show("counting sequences of length %u: %llu so far, %.0f s", sequence->length,
                      (unsigned long long)count, now - task->started);
    }
    return true;
}

/* The sequences enumerate the positions of points, so the programs cannot be adapted. */
static bool can_express_all(const struct subject *subject)
{
    return subject->add_many != NULL && subject->find_n != NULL &&
           (subject->limits & SUBJECT_ONE_REPLICA_COUNT) == 0 &&
           (subject->rules == 0 || (subject->rules >> RING_CUSTOM & 1U) != 0);
}

static void count_sequences(struct task *task)
{
    (void)fflush(stdout);
    for (unsigned int length = 1; length <= task->length; length++) {
        struct exhaust_scope scope = {length, task->nodes, 0, 1};
        (void)exhaust_walk(&scope, count_sequence, task);
    }
    progress_clear();
    for (unsigned int length = 1; length <= task->length; length++) {
        (void)printf("%s%llu of length %u",
                     length > 1 ? ", " : "sequences: ", (unsigned long long)task->totals[length],
                     length);
    }
    (void)puts("");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct task *task = state->input;
    switch (key) {
    case 's':
        task->subject = parse_subject(argument, state);
        task->subject_text = argument;
        if (!can_express_all(task->subject)) {
            argp_error(
                state,
                "%s: exhaust needs a ring with add_many, find_n, a custom rule, and a number "
                "of replicas for each node; 'ringproof check' needs none of these",
                argument);
        }
        return 0;
    case 'l':
        task->length =
            (unsigned int)parse_number("--length", argument, 1, EXHAUST_LENGTH_MAX, state);
        return 0;
    case 'n':
        task->nodes = (unsigned int)parse_number("--nodes", argument, 1, EXHAUST_NODES, state);
        return 0;
    case 'p':
        task->points = (unsigned int)parse_number("--points", argument, 1, POINTS_MAX, state);
        return 0;
    case 'j':
        task->jobs = (unsigned int)parse_number("--jobs", argument, 1, JOBS_MAX, state);
        return 0;
    case 'o':
        task->output = argument;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "exhaust takes no FILE: 'ringproof replay' does");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int run(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"subject", 's', "RING", 0,
         "the ring to check, named as for check (default: core, tiny and merge in turn)", 0},
        {"length", 'l', "L", 0, "sequences of up to L steps, 1 to 16 (default: 3)", 0},
        {"nodes", 'n', "M", 0,
         "at most M nodes, 1 to 3 (default: 3); fewer nodes leave time for longer sequences", 0},
        {"points", 'p', "P", 0, "P points for each replica, 1 to 64 (default: 1)", 0},
        {"jobs", 'j', "N", 0, "run N processes (default: one for each CPU)", 0},
        {"output", 'o', "FILE", 0,
         "write the trace of the finding to FILE (default: SUBJECT-exhaust.trace)", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "Compares a ring with the model on every sequence of up to L changes, over up to 3 "
               "nodes with 1 to 3 replicas, 8 positions and 4 keys. Shrinks the first difference, "
               "crash or hang and writes it as a trace.",
    };
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    struct task task = {.length = DEFAULT_LENGTH,
                        .nodes = EXHAUST_NODES,
                        .points = 1,
                        .jobs = cpus > 0 && cpus < JOBS_MAX ? (unsigned int)cpus : 1,
                        .started = search_now()};
    task.shown = task.started;
    (void)argp_parse(&argp, argc, argv, 0, NULL, &task);
    (void)printf("exhaust: all sequences of up to %u steps, up to %u nodes, points for each "
                 "replica: %u\n",
                 task.length, task.nodes, task.points);
    count_sequences(&task);
    if (task.subject != NULL) {
        return run_subject(&task, task.subject);
    }
    const struct subject *stores[] = {&subject_core, &subject_tiny, &subject_merge, NULL};
    int status = EXIT_AGREED;
    for (size_t i = 0; stores[i] != NULL && status == EXIT_AGREED; i++) {
        status = run_subject(&task, stores[i]);
    }
    return status;
}

const struct command command_exhaust = {
    "exhaust", "compare a ring with the model on every small sequence", run};
