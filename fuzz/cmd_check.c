#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "generate.h"
#include "isolate.h"
#include "ringproof.h"
#include "shrink.h"
#include "trace.h"
#include "trial.h"

#define DEFAULT_OPERATIONS 1000000
/* A program takes the model tens of milliseconds at most: see CHECK_COST_MAX. */
#define PROGRAM_SECONDS 5
#define SHRINK_SECONDS 1
/* Between two signs of life in a log; a terminal sees more of them. */
#define PROGRESS_SECONDS 10

struct search {
    const struct subject *subject;
    uint64_t operations;
    uint64_t seed;
    unsigned int seconds; /* 0: as long as it takes */
    const char *output;
    struct progress *progress;
};

/* Shared with the child that searches. */
struct progress {
    uint64_t programs; /* done; the next one has this index */
    uint64_t operations;
    struct finding finding;
    double started;
    double shown;
};

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool time_is_up(const struct search *search)
{
    return search->seconds > 0 && now() - search->progress->started >= search->seconds;
}

static struct check check_of(const struct search *search)
{
    return (struct check){
        .subject = search->subject, .reference = &subject_model, .excuse_ties = true};
}

static void look(void *context)
{
    const struct search *search = context;
    struct progress *progress = search->progress;
    struct check check = check_of(search);
    while (progress->operations < search->operations && !time_is_up(search)) {
        struct program program;
        program_init(&program);
        generate_program(search->seed, progress->programs, &program);
        isolate_deadline(PROGRAM_SECONDS);
        bool agreed = check_program(&check, &program, &progress->finding);
        size_t count = program.count;
        program_free(&program);
        if (!agreed) {
            return;
        }
        progress->programs++;
        progress->operations += count;
    }
}

static void show_progress(void *context)
{
    const struct search *search = context;
    struct progress *progress = search->progress;
    if (now() - progress->shown < (isatty(STDERR_FILENO) ? 0.5 : PROGRESS_SECONDS)) {
        return;
    }
    progress->shown = now();
    (void)fprintf(stderr, "%s%llu programs, %llu operations, %.0f operations/s%s",
                  isatty(STDERR_FILENO) ? "\r" : "", (unsigned long long)progress->programs,
                  (unsigned long long)progress->operations,
                  (double)progress->operations / (progress->shown - progress->started),
                  isatty(STDERR_FILENO) ? " " : "\n");
}

/* SHRINKING: a candidate must fail in the same way as the program found. */

struct same_failure {
    struct trial_options options;
    enum trial_verdict verdict;
    uint64_t tried;
    double shown;
};

static bool fails_alike(void *context, const struct program *candidate)
{
    struct same_failure *failure = context;
    failure->tried++;
    if (now() - failure->shown >= PROGRESS_SECONDS) {
        failure->shown = now();
        (void)fprintf(stderr, "shrinking: %llu candidates, now %zu operations\n",
                      (unsigned long long)failure->tried, candidate->count);
    }
    return trial_run(&failure->options, candidate).verdict == failure->verdict;
}

/* REPORT */

struct report {
    const struct search *search;
    const struct program *program;
    const struct trial *trial;
};

static void write_report(FILE *out, const void *context)
{
    const struct report *report = context;
    (void)fprintf(out, "# ringproof check --subject %s --seed %llu, program %llu\n",
                  report->search->subject->name, (unsigned long long)report->search->seed,
                  (unsigned long long)report->search->progress->programs);
    trial_write(out, report->trial, report->program, "# ");
    trace_write(report->program, out);
}

static int report_finding(const struct search *search, const struct program *program,
                          const struct trial *trial)
{
    struct report report = {search, program, trial};
    char name[128];
    char error[512];
    const char *path = search->output;
    if (path == NULL) {
        (void)snprintf(name, sizeof name, "%s-%llu.trace", search->subject->name,
                       (unsigned long long)search->seed);
        path = name;
    }
    write_report(stdout, &report);
    if (!file_write(path, write_report, &report, error, sizeof error)) {
        (void)fprintf(stderr, "ringproof: %s; the trace stands above\n", error);
        return EXIT_USAGE;
    }
    (void)printf("written to %s; to see it again: ringproof replay %s --subject %s\n", path, path,
                 search->subject->name);
    return EXIT_FOUND;
}

static int shrink_and_report(const struct search *search)
{
    struct program found;
    struct program smallest;
    program_init(&found);
    generate_program(search->seed, search->progress->programs, &found);
    struct same_failure failure = {
        .options = {.check = check_of(search), .seconds = PROGRAM_SECONDS, .quiet = true}};
    struct trial trial = trial_run(&failure.options, &found);
    int status = EXIT_FOUND;
    if (trial.verdict == TRIAL_AGREED) {
        (void)fprintf(stderr,
                      "ringproof: program %llu failed in the run but agrees alone: the subject "
                      "keeps state between rings, or is not deterministic\n",
                      (unsigned long long)search->progress->programs);
        status = report_finding(search, &found, &trial);
    } else {
        (void)fprintf(stderr, "program %llu failed at operation %zu of %zu; shrinking\n",
                      (unsigned long long)search->progress->programs, trial.finding.operation + 1,
                      found.count);
        failure.verdict = trial.verdict;
        failure.shown = now();
        failure.options.seconds = SHRINK_SECONDS;
        program_init(&smallest);
        (void)shrink_program(&(struct shrink){fails_alike, &failure}, &found, &smallest);
        struct trial shrunk = trial_run(&failure.options, &smallest);
        /* What fails only now and then is reported as it was found. */
        status = shrunk.verdict == trial.verdict ? report_finding(search, &smallest, &shrunk)
                                                 : report_finding(search, &found, &trial);
        program_free(&smallest);
    }
    program_free(&found);
    return status;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct search *search = state->input;
    switch (key) {
    case 's':
        search->subject = parse_subject(argument, state);
        return 0;
    case 'n':
        search->operations = parse_number("--ops", argument, 1, UINT64_MAX, state);
        return 0;
    case 'S':
        search->seed = parse_number("--seed", argument, 0, UINT64_MAX, state);
        return 0;
    case 't':
        search->seconds = (unsigned int)parse_number("--seconds", argument, 1, 1000000, state);
        return 0;
    case 'o':
        search->output = argument;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "check takes no FILE: 'ringproof replay' does");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void parse_arguments(int argc, char **argv, struct search *search)
{
    static const struct argp_option options[] = {
        {"subject", 's', "NAME", 0, "the ring to check (default: core)", 0},
        {"ops", 'n', "N", 0, "stop after N operations (default: 1000000, or no limit if --seconds)",
         0},
        {"seed", 'S', "S", 0, "the seed of the programs (default: another one each time)", 0},
        {"seconds", 't', "T", 0, "stop after T seconds", 0},
        {"output", 'o', "FILE", 0,
         "write the trace of a finding here (default: SUBJECT-SEED.trace)", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "Generates programs and compares the subject with the model, operation by "
               "operation. The first difference, crash or hang is shrunk and written as a trace.",
    };
    (void)argp_parse(&argp, argc, argv, 0, NULL, search);
    if (search->operations == 0) {
        search->operations = search->seconds > 0 ? UINT64_MAX : DEFAULT_OPERATIONS;
    }
}

static int run(int argc, char **argv)
{
    struct search search = {.subject = &subject_core};
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random) {
        random = (uint32_t)time(NULL);
    }
    search.seed = random;
    parse_arguments(argc, argv, &search);
    search.progress = isolate_share(sizeof *search.progress);
    search.progress->started = search.progress->shown = now();
    (void)printf("check: subject %s against model, seed %llu\n", search.subject->name,
                 (unsigned long long)search.seed);
    if (!(search.subject->promises & SUBJECT_ORDERS_TIES)) {
        (void)printf("%s promises no order among equal points: a program ends where only that "
                     "differs\n",
                     search.subject->name);
    }
    struct ending ending = isolate(&(struct isolation){look, show_progress, &search, true});
    if (isatty(STDERR_FILENO)) {
        (void)fputc('\n', stderr);
    }
    if (ending.kind == ENDING_RETURNED && !search.progress->finding.found) {
        (void)printf("agreed: %llu programs, %llu operations in %.1f s\n",
                     (unsigned long long)search.progress->programs,
                     (unsigned long long)search.progress->operations,
                     now() - search.progress->started);
        return EXIT_AGREED;
    }
    return shrink_and_report(&search);
}

const struct command command_check = {"check", "generate programs and look for a difference", run};
