#include "../base/interrupt.h"
#include "../base/sanitized.h"
#include "../base/terminal.h"
#include "../check/trial.h"
#include "../program/file.h"
#include "../program/trace.h"
#include "commands.h"

#define SECONDS 120

struct expect {
    struct files files;
    bool loud;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct expect *expect = state->input;
    (void)argument;
    switch (key) {
    case 'v':
        expect->loud = true;
        return 0;
    case ARGP_KEY_END:
        output_begin(NULL, state);
        return 0;
    default:
        return parse_files(key, state, &expect->files);
    }
}

/* Only AddressSanitizer catches every overflow of the stack. Without it, a write past an array may
 * hit something that matters, or not. */
#ifdef ADDRESS_SANITIZER
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

static bool as_expected(enum outcome outcome, const struct trial *trial)
{
    bool crashed = trial->verdict == TRIAL_CRASH || trial->verdict == TRIAL_TIMEOUT;
    switch (outcome) {
    case OUTCOME_AGREE:
        return trial->verdict == TRIAL_AGREED;
    case OUTCOME_DIFFER:
        return trial->verdict == TRIAL_DIFFERENCE;
    case OUTCOME_CRASH:
        return crashed;
    case OUTCOME_OVERFLOW:
        break;
    }
    return !sanitized || (trial->verdict == TRIAL_CRASH && trial->ending.kind == ENDING_EXIT);
}

static int expect_subject(const struct expect *expect, const char *path,
                          const struct program *program, const struct expectation *expectation)
{
    const struct subject *subject = subject_named(expectation->subject);
    struct trial_options options = {
        .check = {.subject = subject, .reference = check_reference(subject, program)},
        .seconds = SECONDS,
        .interruptible = true,
        .quiet = !expect->loud,
    };
    struct trial trial = trial_run(&options, program);
    bool stopped = trial.verdict == TRIAL_STOPPED;
    bool good = stopped || as_expected(expectation->outcome, &trial);
    if (good && !stopped && output_is_quiet()) {
        return EXIT_AGREED;
    }
    if (output_is_quiet()) {
        (void)printf("%s\n", file_shown(path));
    }
    (void)printf("  %s%-4s%s %-8s must %-8s ",
                 colour_begin(stdout, !good     ? COLOUR_BAD
                                      : stopped ? COLOUR_WARNING
                                                : COLOUR_GOOD),
                 !good     ? "FAIL"
                 : stopped ? "--"
                           : "ok",
                 colour_end(stdout), subject->name, trace_outcome_name(expectation->outcome));
    if (expectation->outcome == OUTCOME_OVERFLOW && trial.verdict == TRIAL_AGREED) {
        (void)puts("agreed: the overflow went unnoticed; a build with AddressSanitizer sees it");
    } else {
        trial_write(stdout, &trial, program, "");
    }
    return good ? EXIT_AGREED : EXIT_FOUND;
}

static int expect_file(const void *context, const char *path)
{
    const struct expect *expect = context;
    struct program program;
    char error[FILE_ERROR_MAX];
    int status = EXIT_AGREED;
    program_init(&program);
    if (!file_read_program(path, &program, error, sizeof error)) {
        if (interrupt_signal() == 0) {
            message("%s", error);
            status = EXIT_USAGE;
        }
    } else if (program.expectation_count == 0) {
        message("%s: no 'expect' line: add 'expect SUBJECT OUTCOME'", file_shown(path));
        status = EXIT_USAGE;
    } else {
        if (!output_is_quiet()) {
            (void)printf("%s\n", file_shown(path));
        }
        for (size_t i = 0; i < program.expectation_count && interrupt_signal() == 0; i++) {
            int one = expect_subject(expect, path, &program, &program.expectations[i]);
            status = one > status ? one : status;
        }
    }
    program_free(&program);
    return status;
}

static int run(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"verbose", 'v', NULL, 0, "show what the subjects print", 0},
        {0},
    };
    static const struct argp_child children[] = {
        {&output_quiet, 0, NULL, 0}, {&output_common, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .children = children,
        .args_doc = "FILE...",
        .doc =
            "Runs each trace on the subjects in its 'expect' lines, and checks that each has the "
            "outcome named there. The FILE - is standard input.",
    };
    struct expect expect = {0};
    output_parse(&argp, argc, argv, &expect);
    interrupt_catch();
    return run_files(&expect.files, expect_file, &expect);
}

const struct command command_expect = {"expect",
                                       "run traces and check the outcomes that they expect", run};
