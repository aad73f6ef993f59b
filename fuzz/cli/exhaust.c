#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../check/isolate.h"
#include "../exhaust/sequences.h"
#include "../model/ring.h"
#include "../search/report.h"
#include "commands.h"

#define DEFAULT_LENGTH 3
#define JOBS_MAX 1024
/* Names spell every point, and the model looks at all of them for each. */
#define POINTS_MAX 64
/* Sequences between two looks at whether another job has found something, and how long they may take. */
#define STEP 1024
#define STEP_SECONDS 20

struct task {
    const struct subject *subject; /* NULL: each point store that the core has */
    const char *subject_text;
    unsigned int length;
    unsigned int nodes;
    unsigned int points;
    unsigned int jobs;
    const char *output;
    uint64_t totals[EXHAUST_LENGTH_MAX + 1]; /* sequences of each length */
};

/* What a job shares with the tool. */
struct slot {
    uint64_t sequences;
    uint64_t calls;
    struct exhaust_sequence sequence; /* the one that is running */
    struct finding finding;
};

/* All sequences of one length on one subject. */
struct pass {
    const struct task *task;
    const struct subject *subject;
    unsigned int length;
    struct slot *slots; /* of each job */
    atomic_bool *stop;
    double started;
    double shown;
};

struct job {
    struct pass *pass;
    struct slot *slot;
    struct exhaust_program *program;
};

/* The whole rings in the end alone: the beginnings of a sequence are sequences too, and have been looked at. But
 * where equal points may be in any order, a program must end with the first that are in another. */
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
    bool terminal = isatty(STDERR_FILENO);
    if (search_now() - pass->shown < (terminal ? 0.5 : SEARCH_PROGRESS_SECONDS)) {
        return;
    }
    pass->shown = search_now();
    uint64_t done = sequences_of(pass);
    uint64_t total = pass->task->totals[pass->length];
    double rate = (double)done / (pass->shown - pass->started);
    (void)fprintf(stderr, "%s%s: %llu of %llu sequences of %u, %.0f/s, %.0f s left%s",
                  terminal ? "\r" : "", pass->subject->name, (unsigned long long)done,
                  (unsigned long long)total, pass->length, rate,
                  rate > 0 ? (double)(total - done) / rate : 0.0, terminal ? "  " : "\n");
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
    if (isatty(STDERR_FILENO)) {
        (void)fputc('\n', stderr);
    }
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
    task->totals[sequence->length]++;
    return true;
}

/* The positions of points are what is enumerated, so that programs cannot be shaped. */
static bool can_express_all(const struct subject *subject)
{
    return subject->add_many != NULL && subject->find_n != NULL &&
           (subject->limits & SUBJECT_ONE_REPLICA_COUNT) == 0 &&
           (subject->rules == 0 || (subject->rules >> RING_CUSTOM & 1U) != 0);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct task *task = state->input;
    switch (key) {
    case 's':
        task->subject = parse_subject(argument, state);
        task->subject_text = argument;
        if (!can_express_all(task->subject)) {
            argp_error(state,
                       "%s: exhaust needs a ring with add_many, find_n, a custom rule, and "
                       "replicas of each node's own: 'ringproof check' does without",
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
        {"subject", 's', "NAME", 0,
         "the ring to check (default: core, tiny and merge, one after another)", 0},
        {"length", 'l', "L", 0, "the most steps of a sequence (default: 3)", 0},
        {"nodes", 'n', "M", 0,
         "nodes, 1 to 3 (default: 3): with fewer, longer sequences take as long", 0},
        {"points", 'p', "P", 0, "points that stand for each replica (default: 1)", 0},
        {"jobs", 'j', "N", 0, "processes at once (default: one for each core)", 0},
        {"output", 'o', "FILE", 0,
         "write the trace of a finding here (default: SUBJECT-exhaust.trace)", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "Checks every sequence of changes up to a length, over 3 nodes, 1 to 3 replicas, 8 "
               "positions and 4 keys, against the model. The first difference, crash or hang is "
               "shrunk and written as a trace.",
    };
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct task task = {.length = DEFAULT_LENGTH,
                        .nodes = EXHAUST_NODES,
                        .points = 1,
                        .jobs = cores > 0 && cores < JOBS_MAX ? (unsigned int)cores : 1};
    (void)argp_parse(&argp, argc, argv, 0, NULL, &task);
    (void)printf(
        "exhaust: all sequences of up to %u steps, up to %u nodes, %u points for a replica:",
        task.length, task.nodes, task.points);
    for (unsigned int length = 1; length <= task.length; length++) {
        (void)fflush(stdout);
        struct exhaust_scope scope = {length, task.nodes, 0, 1};
        (void)exhaust_walk(&scope, count_sequence, &task);
        (void)printf(" %llu of length %u", (unsigned long long)task.totals[length], length);
    }
    (void)puts("");
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

const struct command command_exhaust = {"exhaust", "check every sequence of a small scope", run};
