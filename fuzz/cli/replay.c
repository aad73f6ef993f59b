#include <stdlib.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "../base/terminal.h"
#include "../check/trial.h"
#include "../program/file.h"
#include "../program/trace.h"
#include "../search/adapt.h"
#include "commands.h"
#include "json.h"

/* The model needs minutes for large rings. */
#define SECONDS 300

struct replay {
    const char *subject_text;
    const struct subject *subject;
    double seconds; /* a program that computes for longer hangs */
    struct files files;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct replay *replay = state->input;
    switch (key) {
    case 's':
        replay->subject_text = argument;
        return 0;
    case OPTION_HANG_AFTER:
        replay->seconds = parse_duration("--hang-after", argument, state);
        return 0;
    case OPTION_RETIRED:
        argp_error(state, "--seconds is now --hang-after: write --hang-after %s%s", argument,
                   option_missing_unit(argument));
        return 0;
    case ARGP_KEY_END:
        output_begin(NULL, state); /* first: a shared object may print as soon as it is loaded */
        replay->subject = parse_subject(replay->subject_text, state);
        return 0;
    default:
        return parse_files(key, state, &replay->files);
    }
}

/* A file while it is replayed. */
struct playing {
    const char *path;
    const struct program *program;
    const struct trial_options *options;
    bool adapted;
};

static void print_answer(void *context, const struct operation *operation, const char *answer)
{
    (void)context;
    (void)fputs("  ", output_text());
    trace_write_operation(operation, output_text());
    (void)fprintf(output_text(), " -> %s\n", answer);
    (void)fflush(output_text()); /* the next operation may be the last */
}

static void print_json_answer(void *context, const struct operation *operation, const char *answer)
{
    json_t *line = json_line("answer");
    (void)context;
    json_set(line, "operation", json_operation(operation));
    json_set(line, "answer", json_text(answer));
    json_print(line);
}

static void print_head(const struct playing *playing)
{
    const struct check *check = &playing->options->check;
    (void)fprintf(output_text(), "%s: ring %s, %zu operations, %s against %s\n",
                  file_shown(playing->path), playing->program->rule->name, playing->program->count,
                  check->subject->name, check->reference->name);
}

static void print_json_head(const struct playing *playing)
{
    const struct check *check = &playing->options->check;
    json_t *line = json_line("replay");
    json_set(line, "file", json_text(playing->path));
    json_set(line, "ring", json_string(playing->program->rule->name));
    json_set(line, "operations", json_count(playing->program->count));
    json_set(line, "subject", json_text(check->subject->name));
    json_set(line, "reference", json_string(check->reference->name));
    json_set(line, "adapted", json_boolean(playing->adapted));
    json_print(line);
}

static void print_json_outcome(const struct playing *playing, const struct trial *trial)
{
    json_t *line = json_line("outcome");
    json_set(line, "file", json_text(playing->path));
    json_set_trial(line, trial);
    json_print(line);
}

static enum trial_verdict play(const struct playing *playing)
{
    char *prefix = NULL;
    if (output_is_json()) {
        print_json_head(playing);
    } else if (!output_is_quiet()) {
        print_head(playing);
    } else {
        prefix = memory_print("%s: ", file_shown(playing->path));
    }
    struct trial trial = trial_run(playing->options, playing->program);
    if (output_is_json()) {
        print_json_outcome(playing, &trial);
    } else {
        trial_write(output_text(), &trial, playing->program, prefix != NULL ? prefix : "  ");
    }
    free(prefix);
    return trial.verdict;
}

static int refuse(const char *path, const char *error)
{
    message("%s", error);
    if (output_is_json()) {
        json_t *line = json_line("error");
        json_set(line, "file", json_text(path));
        json_set(line, "error", json_text(error));
        json_print(line);
    }
    return EXIT_USAGE;
}

static int replay_file(const void *context, const char *path)
{
    const struct replay *replay = context;
    struct program program;
    char error[FILE_ERROR_MAX];
    program_init(&program);
    if (!file_read_program(path, &program, error, sizeof error)) {
        program_free(&program);
        return interrupt_signal() != 0 ? EXIT_AGREED : refuse(path, error);
    }
    bool adapted = adapt_program(&program, replay->subject);
    if (adapted) {
        message("%s: %s lacks something that this program uses; it runs an adapted program, as the "
                "answers show",
                file_shown(path), replay->subject->name);
    }
    struct trial_options options = {
        .check = {.subject = replay->subject,
                  .reference = check_reference(replay->subject, &program),
                  .excuse_ties = true, /* as check does */
                  .answered = output_is_json()    ? print_json_answer
                              : output_is_quiet() ? NULL
                                                  : print_answer},
        .seconds = replay->seconds,
        .interruptible = true,
    };
    enum trial_verdict verdict = play(&(struct playing){path, &program, &options, adapted});
    program_free(&program);
    return verdict == TRIAL_AGREED || verdict == TRIAL_STOPPED ? EXIT_AGREED : EXIT_FOUND;
}

static int run(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"subject", 's', "RING", 0, "the ring to run them on, named as for check (default: core)",
         0},
        {"hang-after", OPTION_HANG_AFTER, "T", 0,
         "report a hang if a program computes for longer than T, such as 5s (default: 5m)", 0},
        {"seconds", OPTION_RETIRED, "T", OPTION_HIDDEN, NULL, 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .children = output_children,
        .args_doc = "FILE...",
        .doc =
            "Runs traces or fuzz inputs, prints each answer, and compares it with the model's. The "
            "FILE - is standard input.",
    };
    struct replay replay = {.subject_text = "core", .seconds = SECONDS};
    output_parse(&argp, argc, argv, &replay);
    interrupt_catch();
    return run_files(&replay.files, replay_file, &replay);
}

const struct command command_replay = {"replay", "run traces or fuzz inputs and print each answer",
                                       run};
