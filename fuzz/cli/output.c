#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/exit_status.h"
#include "../base/interrupt.h"
#include "../base/terminal.h"
#include "../program/file.h"
#include "../search/progress_line.h"
#include "options.h"

static bool quiet;
static bool json;
static FILE *text;
static FILE *lines;

static error_t parse_common(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    switch (key) {
    case 'h':
    case '?':
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP & ~(unsigned int)ARGP_HELP_EXIT_OK);
        exit(output_status(EXIT_AGREED));
    case OPTION_USAGE:
        argp_state_help(state, stdout, ARGP_HELP_USAGE);
        exit(output_status(EXIT_AGREED));
    case 'V':
        (void)printf("ringproof %s\n", RINGPROOF_VERSION);
        exit(output_status(EXIT_AGREED));
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_quiet(int key, char *argument, struct argp_state *state)
{
    (void)argument, (void)state;
    if (key != 'q') {
        return ARGP_ERR_UNKNOWN;
    }
    quiet = true;
    progress_silence();
    return 0;
}

static error_t parse_json(int key, char *argument, struct argp_state *state)
{
    (void)argument, (void)state;
    if (key != OPTION_JSON) {
        return ARGP_ERR_UNKNOWN;
    }
    json = true;
    return 0;
}

static const struct argp_option common_options[] = {
    {"help", 'h', NULL, 0, "print this help", -1},
    {NULL, '?', NULL, OPTION_ALIAS | OPTION_HIDDEN, NULL, -1},
    {"usage", OPTION_USAGE, NULL, 0, "print a short help", -1},
    {"version", 'V', NULL, 0, "print the version", -1},
    {0},
};

static const struct argp_option quiet_options[] = {
    {"quiet", 'q', NULL, 0, "print no progress, and only findings and the result", -2},
    {0},
};

static const struct argp_option json_options[] = {
    {"json", OPTION_JSON, NULL, 0,
     "print JSON Lines for programs on standard output: an object a line, whose \"type\" says what "
     "it is; output.schema.json (in fuzz/cli, installed in share/ringproof) describes them",
     -2},
    {0},
};

const struct argp output_common = {.options = common_options, .parser = parse_common};
const struct argp output_quiet = {.options = quiet_options, .parser = parse_quiet};
const struct argp output_json = {.options = json_options, .parser = parse_json};
const struct argp_child output_children[] = {
    {&output_quiet, 0, NULL, 0}, {&output_json, 0, NULL, 0}, {&output_common, 0, NULL, 0}, {0}};

void output_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    (void)argp_parse(argp, argc, argv, ARGP_NO_HELP, NULL, input);
}

/* Moves the stream for programs, or for a trace, away from standard output, which a subject may
 * write to. */
static void open_lines(void)
{
    int descriptor = dup(STDOUT_FILENO);
    lines = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (lines == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        message("cannot write to standard output: %s: close other files, and run again",
                strerror(errno));
        exit(EXIT_USAGE);
    }
}

void output_begin(const char *written_to, struct argp_state *state)
{
    bool taken = written_to != NULL && strcmp(written_to, "-") == 0;
    if (json && taken) {
        argp_error(state, "--json and --output - both write to standard output: choose one");
    }
    text = taken ? stderr : stdout;
    if (json || taken) {
        open_lines();
    }
    if (taken) {
        file_write_standard_to(lines);
    }
}

bool output_is_json(void)
{
    return json;
}

bool output_is_quiet(void)
{
    return quiet;
}

FILE *output_text(void)
{
    return text;
}

FILE *output_lines(void)
{
    return lines;
}

/* False: errno is 0 if the error came earlier. */
static bool written(FILE *out)
{
    errno = 0;
    return out == NULL || (fflush(out) == 0 && !ferror(out));
}

int output_status(int status)
{
    if (!written(stdout) || !written(lines)) {
        message("cannot write to standard output%s%s: make room, or write elsewhere",
                errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
        status = EXIT_USAGE;
    }
    return interrupt_signal() != 0 ? EXIT_SIGNAL + interrupt_signal() : status;
}
