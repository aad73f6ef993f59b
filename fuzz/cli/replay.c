#include <unistd.h>

#include "../check/trial.h"
#include "../program/file.h"
#include "../program/trace.h"
#include "../search/adapt.h"
#include "commands.h"

/* The model needs minutes for large rings. */
#define SECONDS 300

struct replay {
    const struct subject *subject;
    unsigned int seconds; /* a program that computes for longer hangs */
    struct files files;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct replay *replay = state->input;
    switch (key) {
    case 's':
        replay->subject = parse_subject(argument, state);
        return 0;
    case 't':
        replay->seconds = (unsigned int)parse_number("--seconds", argument, 1, 1000000, state);
        return 0;
    default:
        return parse_files(key, state, &replay->files);
    }
}

static void print_answer(void *context, const struct operation *operation, const char *answer)
{
    (void)context;
    (void)fputs("  ", stdout);
    trace_write_operation(operation, stdout);
    (void)printf(" -> %s\n", answer);
    (void)fflush(stdout); /* the next operation may be the last */
}

static int replay_file(const void *context, const char *path)
{
    const struct replay *replay = context;
    struct program program;
    char error[512];
    program_init(&program);
    if (!file_read_program(path, &program, error, sizeof error)) {
        (void)fprintf(stderr, "ringproof: %s\n", error);
        program_free(&program);
        return EXIT_USAGE;
    }
    if (adapt_program(&program, replay->subject)) {
        (void)fprintf(
            stderr,
            "ringproof: %s: %s lacks something that this program uses; it runs an adapted program, "
            "as the answers show\n",
            path, replay->subject->name);
    }
    struct trial_options options = {
        .check =
            {.subject = replay->subject,
             .reference = check_reference(replay->subject, &program),
             /* Without points to compare, answers decide, which depend on the order of ties. */
             .excuse_ties = replay->subject->next_point == NULL,
             .answered = print_answer},
        .seconds = replay->seconds,
    };
    (void)printf("%s: ring %s, %zu operations, %s against %s\n", path, program.rule->name,
                 program.count, options.check.subject->name, options.check.reference->name);
    struct trial trial = trial_run(&options, &program);
    trial_write(stdout, &trial, &program, "  ");
    program_free(&program);
    return trial.verdict == TRIAL_AGREED ? EXIT_AGREED : EXIT_FOUND;
}

static int run(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"subject", 's', "RING", 0, "the ring to run them on, named as for check (default: core)",
         0},
        {"seconds", 't', "T", 0,
         "report a hang if a program computes for more than T seconds (default: 300)", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "FILE...",
        .doc = "Runs traces or fuzz inputs, prints each answer, and compares it with the model's.",
    };
    struct replay replay = {.subject = &subject_core, .seconds = SECONDS};
    (void)argp_parse(&argp, argc, argv, 0, NULL, &replay);
    return run_files(&replay.files, replay_file, &replay);
}

const struct command command_replay = {"replay", "run traces or fuzz inputs and print each answer",
                                       run};
