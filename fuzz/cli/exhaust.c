#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "../base/terminal.h"
#include "../exhaust/sequences.h"
#include "../model/ring.h"
#include "../search/again.h"
#include "../search/progress_line.h"
#include "commands.h"
#include "json.h"
#include "reporters.h"

#define DEFAULT_LENGTH 3
/* A name spells the positions of all its node's points, and the model scans them for each point. */
#define POINTS_MAX 64
/* After this many sequences, a process looks whether another one has found something. They may
 * compute for STEP_SECONDS together, of which they use little, however many processes share a
 * CPU. */
#define STEP 64
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
                          .sparse = subject->ties == SUBJECT_TIES_BY_NAME};
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
                                  .parts = pass->task->jobs,
                                  .sets = subject_sets_replicas(pass->subject)};
    job->program = exhaust_program_create(pass->task->points, scope.sets);
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

enum verdict { AGREED, FOUND, STOPPED };

/* FOUND: *found is the sequence that failed. */
static enum verdict run_pass(struct pass *pass, struct exhaust_sequence *found, struct trial *seen)
{
    unsigned int count = pass->task->jobs;
    struct isolation *isolations = memory_resize(NULL, count, sizeof *isolations);
    struct job *jobs = memory_resize(NULL, count, sizeof *jobs);
    memset(pass->slots, 0, count * sizeof *pass->slots);
    pass->started = pass->shown = search_now();
    for (unsigned int i = 0; i < count; i++) {
        jobs[i] = (struct job){pass, &pass->slots[i], NULL};
        isolations[i] = (struct isolation){.work = work,
                                           .waiting = show_progress,
                                           .context = &jobs[i],
                                           .interruptible = true,
                                           .quiet = true};
    }
    size_t which = 0;
    struct ending ending = isolate_all(isolations, count, &which);
    bool stopped = ending.kind == ENDING_STOPPED;
    if (stopped || ending.kind == ENDING_RETURNED) {
        for (which = 0; which < count && !pass->slots[which].finding.found;) {
            which++;
        }
    }
    if (which < count) {
        bool differs = pass->slots[which].finding.found;
        *found = pass->slots[which].sequence;
        *seen = trial_of(differs ? (struct ending){.kind = ENDING_RETURNED} : ending,
                         &pass->slots[which].finding);
    }
    free(jobs);
    free(isolations);
    return which < count ? FOUND : stopped ? STOPPED : AGREED;
}

static const char *text_of(const struct task *task, const struct subject *subject)
{
    return task->subject != NULL ? task->subject_text : subject->name;
}

/* To be freed. */
static char *trace_of(const struct task *task, const struct subject *subject)
{
    const char *text = text_of(task, subject);
    const char *slash = strrchr(text, '/');
    return task->output != NULL
               ? memory_print("%s", task->output)
               : memory_print("%s-exhaust.trace", slash != NULL ? slash + 1 : text);
}

static int report_sequence(const struct task *task, const struct subject *subject,
                           const struct exhaust_sequence *sequence, const struct trial *seen)
{
    struct progress progress = {.programs = 0};
    struct exhaust_program *made =
        exhaust_program_create(task->points, subject_sets_replicas(subject));
    struct search search = {.subject = subject,
                            .subject_text = text_of(task, subject),
                            .subject_word = text_of(task, subject),
                            .program_seconds = SEARCH_PROGRAM_SECONDS,
                            .progress = &progress,
                            .reporter = reporter_chosen()};
    char *trace = trace_of(task, subject);
    char *head = memory_print("ringproof exhaust --subject %s --points %u", search.subject_text,
                              task->points);
    int status = report_failure(&search, AGAIN_NO_INDEX, exhaust_program_of(made, sequence), seen,
                                head, trace);
    exhaust_program_free(made);
    free(head);
    free(trace);
    return status;
}

/* COMMAND */

/* What all passes of a subject did. */
struct totals {
    enum verdict verdict;
    unsigned int length; /* of the last pass */
    uint64_t sequences;
    uint64_t calls;
    double seconds;
};

static void print_totals(const struct subject *subject, const struct totals *totals)
{
    FILE *out = output_text();
    bool stopped = totals->verdict == STOPPED;
    if (stopped) {
        (void)fprintf(out, "stopped by %s; so far, ", interrupt_name());
    }
    (void)fprintf(out,
                  "%s %sagreed%s: %llu sequences of up to %u steps, %llu calls, %llu rings "
                  "compared in %.1f s\n",
                  subject->name, colour_begin(out, COLOUR_GOOD), colour_end(out),
                  (unsigned long long)totals->sequences, totals->length,
                  (unsigned long long)totals->calls, (unsigned long long)totals->sequences,
                  totals->seconds);
    (void)fflush(out);
}

static void print_json_totals(const char *subject, const struct totals *totals)
{
    json_t *line = json_line("exhausted");
    json_set(line, "subject", json_text(subject));
    json_set(line, "agreed", json_boolean(totals->verdict != FOUND));
    if (interrupt_signal() != 0) {
        json_set(line, "stopped_by", json_string(interrupt_name()));
    }
    json_set(line, "sequences", json_count(totals->sequences));
    json_set(line, "calls", json_count(totals->calls));
    json_set(line, "seconds", json_real(totals->seconds));
    json_print(line);
}

static int run_subject(const struct task *task, const struct subject *subject)
{
    struct pass pass = {.task = task, .subject = subject};
    struct exhaust_sequence found;
    struct trial seen;
    struct totals totals = {.verdict = AGREED};
    double started = search_now();
    int status = EXIT_AGREED;
    pass.slots = isolate_share(task->jobs * sizeof *pass.slots);
    pass.stop = isolate_share(sizeof *pass.stop);
    for (pass.length = 1; pass.length <= task->length && totals.verdict == AGREED; pass.length++) {
        totals.verdict = run_pass(&pass, &found, &seen);
        totals.length = pass.length;
        totals.sequences += sequences_of(&pass);
        for (unsigned int i = 0; i < task->jobs; i++) {
            totals.calls += pass.slots[i].calls;
        }
    }
    (void)munmap(pass.stop, sizeof *pass.stop);
    (void)munmap(pass.slots, task->jobs * sizeof *pass.slots);
    totals.seconds = search_now() - started;
    progress_clear();
    if (totals.verdict == FOUND) {
        status = report_sequence(task, subject, &found, &seen);
    }
    if (output_is_json()) {
        print_json_totals(text_of(task, subject), &totals);
    } else if (totals.verdict != FOUND) {
        print_totals(subject, &totals);
    }
    return status;
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
    return interrupt_signal() == 0;
}

/* The sequences enumerate the positions of points, so the programs cannot be adapted. */
static bool can_express_all(const struct subject *subject)
{
    return subject->remove != NULL && subject->add_many != NULL && subject->find_n != NULL &&
           subject->placement == SUBJECT_BY_RULE && subject->replicas == SUBJECT_EACH_NODE &&
           (subject->rules == 0 || (subject->rules >> RING_CUSTOM & 1U) != 0);
}

/* False: a signal came before all were counted. */
static bool count_sequences(struct task *task)
{
    (void)fflush(output_text());
    for (unsigned int length = 1; length <= task->length && interrupt_signal() == 0; length++) {
        const struct subject *subject = task->subject != NULL ? task->subject : &subject_core;
        struct exhaust_scope scope = {length, task->nodes, 0, 1, subject_sets_replicas(subject)};
        (void)exhaust_walk(&scope, count_sequence, task);
    }
    progress_clear();
    return interrupt_signal() == 0;
}

static void print_counts(const struct task *task)
{
    for (unsigned int length = 1; length <= task->length; length++) {
        (void)fprintf(output_text(), "%s%llu of length %u",
                      length > 1 ? ", " : "sequences: ", (unsigned long long)task->totals[length],
                      length);
    }
    (void)putc('\n', output_text());
}

static void print_json_head(const struct task *task)
{
    json_t *line = json_line("exhaust");
    json_t *counts = json_array();
    for (unsigned int length = 1; length <= task->length; length++) {
        json_append(counts, json_count(task->totals[length]));
    }
    json_set(line, "length", json_count(task->length));
    json_set(line, "nodes", json_count(task->nodes));
    json_set(line, "points", json_count(task->points));
    json_set(line, "jobs", json_count(task->jobs));
    json_set(line, "sequences", counts);
    json_print(line);
}

static void complete(struct task *task, struct argp_state *state)
{
    output_begin(task->output,
                 state); /* first: a shared object may print as soon as it is loaded */
    if (task->subject_text != NULL) {
        task->subject = parse_subject(task->subject_text, state);
        if (!can_express_all(task->subject)) {
            argp_error(
                state,
                "%s: exhaust needs a ring with add_many, find_n, a custom rule, and a number "
                "of replicas for each node; 'ringproof check' needs none of these",
                task->subject_text);
        }
    }
    char *trace = trace_of(task, task->subject != NULL ? task->subject : &subject_core);
    parse_output(trace, state);
    free(trace);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct task *task = state->input;
    switch (key) {
    case 's':
        task->subject_text = argument;
        return 0;
    case 'l':
        task->length =
            (unsigned int)parse_number("--length", argument, 1, EXHAUST_LENGTH_MAX, state);
        return 0;
    case 'm':
        task->nodes = (unsigned int)parse_number("--nodes", argument, 1, EXHAUST_NODES, state);
        return 0;
    case 'p':
        task->points = (unsigned int)parse_number("--points", argument, 1, POINTS_MAX, state);
        return 0;
    case 'j':
        task->jobs = parse_jobs(argument, state);
        return 0;
    case 'o':
        task->output = argument;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "exhaust takes no FILE: 'ringproof replay' does");
        return 0;
    case 'n':
        argp_error(state, "-n is --ops of check: write -m or --nodes");
        return 0;
    case ARGP_KEY_END:
        complete(task, state);
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
        {"nodes", 'm', "M", 0,
         "at most M nodes, 1 to 3 (default: 3); fewer nodes leave time for longer sequences", 0},
        {NULL, 'n', "M", OPTION_HIDDEN, "", 0},
        {"points", 'p', "P", 0, "P points for each replica, 1 to 64 (default: 1)", 0},
        {"jobs", 'j', "N", 0,
         "run N processes, at most 16 for each CPU (default: one for each CPU)", 0},
        {"output", 'o', "FILE", 0,
         "write the trace of the finding to FILE (default: SUBJECT-exhaust.trace), or to standard "
         "output if it is -",
         0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .children = output_children,
        .doc = "Compares a ring with the model on every sequence of up to L changes, over up to 3 "
               "nodes with 1 to 3 replicas, 8 positions and 4 keys. Shrinks the first difference, "
               "crash or hang and writes it as a trace.",
    };
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    struct task task = {.length = DEFAULT_LENGTH,
                        .nodes = EXHAUST_NODES,
                        .points = 1,
                        .jobs = cpus > 0 && cpus < SEARCH_JOBS_MAX ? (unsigned int)cpus : 1,
                        .started = search_now()};
    task.shown = task.started;
    output_parse(&argp, argc, argv, &task);
    interrupt_catch();
    if (!output_is_json() && !output_is_quiet()) {
        (void)fprintf(output_text(),
                      "exhaust: all sequences of up to %u steps, up to %u nodes, points for each "
                      "replica: %u\n",
                      task.length, task.nodes, task.points);
    }
    if (!count_sequences(&task)) {
        (void)fprintf(output_text(),
                      "stopped by %s while it counted the sequences: none was checked\n",
                      interrupt_name());
        return EXIT_AGREED;
    }
    if (output_is_json()) {
        print_json_head(&task);
    } else if (!output_is_quiet()) {
        print_counts(&task);
    }
    if (task.subject != NULL) {
        return run_subject(&task, task.subject);
    }
    const struct subject *stores[] = {&subject_core, &subject_tiny, &subject_merge, NULL};
    int status = EXIT_AGREED;
    for (size_t i = 0; stores[i] != NULL && status == EXIT_AGREED; i++) {
        status = run_subject(&task, stores[i]);
        if (interrupt_signal() != 0) {
            break;
        }
    }
    return status;
}

const struct command command_exhaust = {
    "exhaust", "compare a ring with the model on every small sequence", run};
