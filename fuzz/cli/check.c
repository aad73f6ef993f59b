#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "../base/terminal.h"
#include "../base/text.h"
#include "../check/tally.h"
#include "../program/file.h"
#include "../search/adapt.h"
#include "../search/campaign.h"
#include "../search/classify.h"
#include "../search/progress_line.h"
#include "commands.h"
#include "json.h"
#include "reporters.h"
#include "tried.h"

#define DEFAULT_OPERATIONS 1000000

struct arguments {
    struct search search;
    const char **avoid;
    size_t avoid_count;
    bool keep_going;
    bool seeded; /* by --seed */
};

/* WHAT TO AVOID */

static bool is_file(const char *what)
{
    size_t size = strlen(what);
    return strchr(what, '/') != NULL || strcmp(what, "-") == 0 ||
           (size > 6 && strcmp(what + size - 6, ".trace") == 0);
}

static bool trigger_of_file(struct search *search, const char *path, struct trigger *trigger,
                            char *error, size_t size)
{
    struct program program;
    program_init(&program);
    bool good = file_read_program(path, &program, error, size);
    if (good) {
        (void)adapt_program(&program, search->subject);
        good = classify_program(search, &program, trigger);
        if (!good) {
            (void)snprintf(error, size, "--avoid %s: it agrees on %s, so there is nothing to avoid",
                           path, search->subject_text);
        }
    }
    program_free(&program);
    return good;
}

static void print_avoided(const char *what, const struct trigger *trigger)
{
    if (output_is_json()) {
        json_t *line = json_line("avoiding");
        json_set(line, "what", json_text(what));
        json_set(line, "trigger", json_trigger(trigger));
        json_print(line);
    } else if (!output_is_quiet()) {
        (void)fputs("avoiding: ", output_text());
        trigger_write(output_text(), trigger);
        (void)putc('\n', output_text());
    }
}

/* Ends the tool if one cannot be read. */
static void read_avoided(struct arguments *arguments)
{
    struct search *search = &arguments->search;
    for (size_t i = 0; i < arguments->avoid_count; i++) {
        struct trigger trigger;
        char error[FILE_ERROR_MAX + 1024]; /* it may list all words of triggers */
        const char *what = arguments->avoid[i];
        bool good = is_file(what) ? trigger_of_file(search, what, &trigger, error, sizeof error)
                                  : trigger_read(what, &trigger, error, sizeof error);
        progress_clear();
        if (!good && interrupt_signal() != 0) { /* which ended the reading */
            exit(output_status(EXIT_AGREED));
        }
        if (!good) {
            message("%s", error);
            exit(EXIT_USAGE);
        }
        search_avoid(search, &trigger, true);
        print_avoided(what, &trigger);
    }
}

/* ARGUMENTS */

/* The folder of --keep-going, which is made if it is missing. */
static void parse_folder(const char *path, struct argp_state *state)
{
    struct stat status;
    if (strcmp(path, "-") == 0) {
        argp_error(state, "--keep-going writes several traces: name a folder with --output");
    }
    if (path[0] == '\0') {
        argp_error(state, "an empty folder name: name one, or leave --output out");
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        argp_error(state, "%s: cannot create this folder: %s: name another with --output", path,
                   strerror(errno));
    }
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
        argp_error(state, "%s: not a folder: name one, since --keep-going writes several traces",
                   path);
    }
    if (strlen(path) + NAME_MAX + 1 >= PATH_MAX) {
        argp_error(state, "%s: too long for the paths of traces: name a shorter one", path);
    }
    if (access(path, W_OK | X_OK) != 0) {
        argp_error(state,
                   "%s: cannot write into this folder: %s: name another with --output, or run in "
                   "a folder that you may write to",
                   path, strerror(errno));
    }
}

/* To be freed. */
static char *trace_of(const struct search *search)
{
    return search->output != NULL ? memory_print("%s", search->output)
                                  : memory_print("%s-%llu.trace", search->subject->name,
                                                 (unsigned long long)search->seed);
}

static void complete(struct arguments *arguments, struct argp_state *state)
{
    struct search *search = &arguments->search;
    /* First, because a shared object may print as soon as it is loaded. */
    output_begin(search->output, state);
    search->subject = parse_subject(search->subject_text, state);
    if (!arguments->seeded) {
        search->seed = parse_default_seed(state);
    }
    if (search->operations == 0) {
        search->operations = search->seconds > 0 ? UINT64_MAX : DEFAULT_OPERATIONS;
    }
    if (!arguments->keep_going) {
        char *trace = trace_of(search);
        parse_output(trace, state);
        free(trace);
    } else {
        parse_folder(search->output != NULL ? search->output : ".", state);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    struct search *search = &arguments->search;
    switch (key) {
    case 's':
        search->subject_text = argument;
        return 0;
    case 'a':
        arguments->avoid = (const char **)memory_grow(
            (void *)arguments->avoid, arguments->avoid_count, sizeof *arguments->avoid);
        arguments->avoid[arguments->avoid_count++] = argument;
        return 0;
    case 'k':
        arguments->keep_going = true;
        return 0;
    case 'n':
        search->operations = parse_number("--ops", argument, 1, UINT64_MAX, state);
        return 0;
    case 'S':
        search->seed = parse_number("--seed", argument, 0, UINT64_MAX, state);
        arguments->seeded = true;
        return 0;
    case 'f':
        search->seconds = parse_duration("--for", argument, state);
        return 0;
    case 'j':
        search->jobs = parse_jobs(argument, state);
        return 0;
    case OPTION_RETIRED:
        argp_error(state, "--seconds is now --for: write --for %s%s", argument,
                   option_missing_unit(argument));
        return 0;
    case 'o':
        search->output = argument;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "check takes no FILE: 'ringproof replay' does");
        return 0;
    case ARGP_KEY_END:
        complete(arguments, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct argp_option options[] = {
        {"subject", 's', "RING", 0,
         "the ring to check: a name that 'ringproof list' prints, the path of a shared object, "
         "exec:COMMAND, or hash_ring:PATH (default: core)",
         0},
        {"ops", 'n', "N", 0,
         "stop after N operations, such as 20000, 20_000, 20k or 2e4; k, M and G are powers of "
         "1000 (default: 1M, or no limit with --for)",
         0},
        {"seed", 'S', "S", 0,
         "generate the programs of this seed (default: RINGPROOF_SEED, or a random seed)", 0},
        {"for", 'f', "T", 0, "stop after the time T, such as 90s, 15m, 1.5h or 2d", 0},
        {"seconds", OPTION_RETIRED, "T", OPTION_HIDDEN, NULL, 0},
        {"jobs", 'j', "N", 0,
         "run N processes, at most 16 for each CPU (default: 1); a seed gives the same finding "
         "with any number. With --keep-going, which failures count as one finding depends on time, "
         "too, with any number",
         0},
        {"output", 'o', "FILE", 0,
         "write the trace of the finding to FILE (default: SUBJECT-SEED.trace), or to standard "
         "output if it is -; with --keep-going, write the traces into the folder FILE (default: "
         "the current folder)",
         0},
        {"keep-going", 'k', NULL, 0,
         "go on after a finding, avoid its trigger, and end with a table of the distinct findings",
         0},
        {"avoid", 'a', "WHAT", 0,
         "leave out operations that meet this trigger: words such as 'remove replicas>=1026', or a "
         "trace FILE that fails; may be repeated",
         0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .children = output_children,
        .doc =
            "Generates programs, runs each on the ring and on the model, and compares them after "
            "every operation. Shrinks the first difference, crash or hang and writes it as a "
            "trace.",
    };
    output_parse(&argp, argc, argv, arguments);
}

/* RUNNING */

static int report_first(const struct search *search, const struct trial *seen)
{
    struct program found;
    char *trace = trace_of(search);
    char *head = memory_print("ringproof check --subject %s --seed %llu, program %llu",
                              search->subject_word, (unsigned long long)search->seed,
                              (unsigned long long)search->progress->programs);
    program_init(&found);
    search_program(search, search->progress->programs, &found);
    int status = report_failure(search, search->progress->programs, &found, seen, head, trace);
    program_free(&found);
    free(head);
    free(trace);
    return status;
}

/* "Agreed" would be empty: no lookup was answered. */
static bool nothing_was_judged(const struct search *search)
{
    struct tally tally;
    search_tally(search, &tally);
    return search->progress->findings == 0 && tally.judged == 0;
}

static void print_nothing(const struct search *search)
{
    struct tally tally;
    search_tally(search, &tally);
    if (tally.ended_early > 0) {
        message("nothing was judged: %llu programs ended early, since the ring answered 'cannot': "
                "declare its limits, so that it is asked what it can express",
                (unsigned long long)tally.ended_early);
    } else {
        message("nothing was judged: no lookup was answered in %.1f s: give it more time with "
                "--for, or more with --ops",
                search_now() - search->progress->started);
    }
}

static void print_agreement(const struct search *search)
{
    FILE *out = output_text();
    if (interrupt_signal() != 0) {
        (void)fprintf(out, "stopped by %s; so far, it ", interrupt_name());
    }
    (void)fprintf(out, "%sagreed%s: %llu programs, %llu operations in %.1f s\n",
                  colour_begin(out, COLOUR_GOOD), colour_end(out),
                  (unsigned long long)search->progress->programs,
                  (unsigned long long)search->progress->operations,
                  search_now() - search->progress->started);
}

static int search_once(const struct search *search)
{
    struct trial seen;
    bool agreed = search_run(search, &seen);
    progress_clear();
    if (!agreed) {
        return report_first(search, &seen);
    }
    return EXIT_AGREED;
}

/* What the subject's answers are compared with. */
static const char *reference_of(const struct subject *subject)
{
    return subject->placement == SUBJECT_LISTED   ? "its own list of points"
           : subject->placement == SUBJECT_OPAQUE ? "the properties of a ring"
                                                  : "model";
}

static void print_head(const struct search *search)
{
    FILE *out = output_text();
    (void)fprintf(out, "check: subject %s against %s, seed %llu\n", search->subject->name,
                  reference_of(search->subject), (unsigned long long)search->seed);
    if (search->subject->ties == SUBJECT_TIES_IN_ANY_ORDER) {
        (void)fprintf(out, "%s does not say how it orders equal points: any order is right\n",
                      search->subject->name);
    }
}

static void print_json_head(const struct search *search)
{
    json_t *line = json_line("check");
    json_set(line, "subject", json_text(search->subject_text));
    json_set(line, "reference", json_string(reference_of(search->subject)));
    json_set(line, "seed", json_long(search->seed));
    json_set(line, "orders_ties", json_boolean(search->subject->ties == SUBJECT_TIES_BY_NAME));
    json_set(line, "jobs", json_count(search->jobs));
    if (search->operations < UINT64_MAX) {
        json_set(line, "operations_limit", json_long(search->operations));
    }
    if (search->seconds > 0) {
        json_set(line, "seconds_limit", json_real(search->seconds));
    }
    json_print(line);
}

static void print_json_summary(const struct search *search, int status)
{
    json_t *line = json_line("summary");
    json_set(line, "agreed", json_boolean(status == EXIT_AGREED));
    if (interrupt_signal() != 0) {
        json_set(line, "stopped_by", json_string(interrupt_name()));
    }
    json_set(line, "programs", json_count(search->progress->programs));
    json_set(line, "operations", json_count(search->progress->operations));
    json_set(line, "seconds", json_real(search_now() - search->progress->started));
    json_set(line, "tried", tried_json(search));
    json_print(line);
}

static int run(int argc, char **argv)
{
    struct progress progress = {.programs = 0};
    struct arguments arguments = {.search = {.subject_text = "core",
                                             .jobs = 1,
                                             .program_seconds = SEARCH_PROGRAM_SECONDS,
                                             .progress = &progress}};
    struct search *search = &arguments.search;
    parse_arguments(argc, argv, &arguments);
    char *subject_word = text_quoted(search->subject_text);
    search->subject_word = subject_word;
    search->reporter = reporter_chosen();
    interrupt_catch();
    progress.started = progress.shown = search_now();
    search->tallies = isolate_share(search->jobs * sizeof *search->tallies);
    if (output_is_json()) {
        print_json_head(search);
    } else if (!output_is_quiet()) {
        print_head(search);
    }
    read_avoided(&arguments);
    int status = arguments.keep_going ? campaign_run(search) : search_once(search);
    if (status == EXIT_AGREED && nothing_was_judged(search)) {
        print_nothing(search);
        status = EXIT_USAGE;
    } else if (!output_is_json() && (arguments.keep_going || status == EXIT_AGREED)) {
        if (!arguments.keep_going) {
            print_agreement(search);
        }
        tried_print(search);
    }
    if (output_is_json()) {
        print_json_summary(search, status);
    }
    free(subject_word);
    free(search->avoided);
    free((void *)arguments.avoid);
    return status;
}

const struct command command_check = {"check",
                                      "compare a ring with the model on generated programs", run};
