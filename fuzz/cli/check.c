#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "../base/memory.h"
#include "../check/isolate.h"
#include "../program/file.h"
#include "../search/adapt.h"
#include "../search/campaign.h"
#include "../search/classify.h"
#include "../search/progress_line.h"
#include "../search/report.h"
#include "commands.h"

#define DEFAULT_OPERATIONS 1000000

struct arguments {
    struct search search;
    const char **avoid;
    size_t avoid_count;
    bool keep_going;
};

static int report_finding(const struct search *search)
{
    char name[128];
    char head[600];
    struct program found;
    (void)snprintf(name, sizeof name, "%s-%llu.trace", search->subject->name,
                   (unsigned long long)search->seed);
    (void)snprintf(head, sizeof head, "ringproof check --subject %s --seed %llu, program %llu",
                   search->subject_text, (unsigned long long)search->seed,
                   (unsigned long long)search->progress->programs);
    program_init(&found);
    search_program(search, search->progress->programs, &found);
    int status =
        report_failure(search, &found, head, search->output != NULL ? search->output : name);
    program_free(&found);
    return status;
}

/* WHAT TO AVOID */

static bool is_file(const char *what)
{
    size_t size = strlen(what);
    return strchr(what, '/') != NULL || (size > 6 && strcmp(what + size - 6, ".trace") == 0);
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

/* Ends the tool if one cannot be read. */
static void read_avoided(struct arguments *arguments)
{
    struct search *search = &arguments->search;
    for (size_t i = 0; i < arguments->avoid_count; i++) {
        struct trigger trigger;
        char error[1024];
        const char *what = arguments->avoid[i];
        bool good = is_file(what) ? trigger_of_file(search, what, &trigger, error, sizeof error)
                                  : trigger_read(what, &trigger, error, sizeof error);
        progress_clear();
        if (!good) {
            (void)fprintf(stderr, "ringproof: %s\n", error);
            exit(EXIT_USAGE);
        }
        search_avoid(search, &trigger, true);
        (void)fputs("avoiding: ", stdout);
        trigger_write(stdout, &trigger);
        (void)putchar('\n');
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    struct search *search = &arguments->search;
    switch (key) {
    case 's':
        search->subject = parse_subject(argument, state);
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

static void parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct argp_option options[] = {
        {"subject", 's', "RING", 0,
         "the ring to check: a name that 'ringproof list' prints, the path of a shared object, or "
         "hash_ring:PATH (default: core)",
         0},
        {"ops", 'n', "N", 0,
         "stop after N operations, such as 20000, 20_000, 20k or 2e4 (default: 1000000, or no "
         "limit with "
         "--seconds)",
         0},
        {"seed", 'S', "S", 0, "generate the programs of this seed (default: a random seed)", 0},
        {"seconds", 't', "T", 0, "stop after T seconds", 0},
        {"output", 'o', "FILE", 0,
         "write the trace of the finding to FILE (default: SUBJECT-SEED.trace); with --keep-going, "
         "write the traces into the folder FILE (default: the current folder)",
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
        .doc =
            "Generates programs, runs each on the ring and on the model, and compares them after "
            "every operation. Shrinks the first difference, crash or hang and writes it as a "
            "trace.",
    };
    struct search *search = &arguments->search;
    (void)argp_parse(&argp, argc, argv, 0, NULL, arguments);
    if (search->operations == 0) {
        search->operations = search->seconds > 0 ? UINT64_MAX : DEFAULT_OPERATIONS;
    }
}

static int search_once(const struct search *search)
{
    bool agreed = search_run(search);
    progress_clear();
    if (!agreed) {
        return report_finding(search);
    }
    (void)printf("agreed: %llu programs, %llu operations in %.1f s\n",
                 (unsigned long long)search->progress->programs,
                 (unsigned long long)search->progress->operations,
                 search_now() - search->progress->started);
    return EXIT_AGREED;
}

static int keep_going(struct search *search)
{
    if (search->output != NULL && mkdir(search->output, 0777) != 0 && errno != EEXIST) {
        (void)fprintf(stderr,
                      "ringproof: %s: cannot create this folder: %s; name another with --output\n",
                      search->output, strerror(errno));
        return EXIT_USAGE;
    }
    return campaign_run(search);
}

static void print_head(const struct search *search)
{
    (void)printf("check: subject %s against model, seed %llu\n", search->subject->name,
                 (unsigned long long)search->seed);
    if (search->subject->promises & SUBJECT_ORDERS_TIES) {
        return;
    }
    (void)printf("%s does not promise an order among equal points: %s\n", search->subject->name,
                 search->subject->next_point != NULL
                     ? "if only that order differs, the program ends and counts as agreed"
                     : "an answer agrees if some order of them gives it");
}

static int run(int argc, char **argv)
{
    struct arguments arguments = {.search = {.subject = &subject_core,
                                             .subject_text = "core",
                                             .program_seconds = SEARCH_PROGRAM_SECONDS}};
    struct search *search = &arguments.search;
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random) {
        random = (uint32_t)time(NULL);
    }
    search->seed = random;
    parse_arguments(argc, argv, &arguments);
    search->progress = isolate_share(sizeof *search->progress);
    search->progress->started = search->progress->shown = search_now();
    print_head(search);
    read_avoided(&arguments);
    int status = arguments.keep_going ? keep_going(search) : search_once(search);
    free(search->avoided);
    free((void *)arguments.avoid);
    return status;
}

const struct command command_check = {"check",
                                      "compare a ring with the model on generated programs", run};
