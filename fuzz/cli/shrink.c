/* Shrinks for a script that can tell failures apart but cannot make programs smaller: ci/findings.
 * The script runs the candidates and decides which of them fail. */
#include <stdlib.h>
#include <string.h>

#include "../base/interrupt.h"
#include "../base/terminal.h"
#include "../program/bytes.h"
#include "../program/file.h"
#include "../search/shrink.h"
#include "commands.h"

#define HEAD_MAX 4096

struct session {
    const char *from;
    const char *to;
    size_t head_size;
    struct ring_bytes head; /* bytes before the program, which every candidate keeps */
};

static void judge_files(const struct session *session, struct argp_state *state)
{
    if (session->from == NULL || session->to == NULL) {
        argp_error(state, "FILE or --output is missing: name both");
    } else if (strcmp(session->from, "-") == 0 || strcmp(session->to, "-") == 0) {
        argp_error(state, "standard input and output carry the questions and answers: name files");
    } else if (file_is_same(session->from, session->to)) {
        argp_error(state,
                   "%s: the candidates would replace the input: name another file with "
                   "--output",
                   session->to);
    } else {
        parse_output(session->to, state);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct session *session = state->input;
    switch (key) {
    case 'o':
        session->to = argument;
        return 0;
    case OPTION_RETIRED:
        argp_error(state, "--candidate is now --output: write --output %s", argument);
        return 0;
    case OPTION_HEAD:
        session->head_size = (size_t)parse_number("--head", argument, 0, HEAD_MAX, state);
        return 0;
    case ARGP_KEY_ARG:
        if (session->from != NULL) {
            argp_error(state, "more than one FILE: name one");
        }
        session->from = argument;
        return 0;
    case ARGP_KEY_END:
        judge_files(session, state);
        output_begin(NULL, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

struct input {
    struct ring_bytes head;
    const struct program *program;
};

static void write_input(FILE *out, const void *context)
{
    const struct input *input = context;
    (void)fwrite(input->head.data, 1, input->head.size, out);
    bytes_encode(input->program, out);
}

static void write_candidate(const struct session *session, const struct program *program)
{
    char error[FILE_ERROR_MAX];
    struct input input = {session->head, program};
    if (!file_write(session->to, write_input, &input, error, sizeof error)) {
        message("%s", error);
        exit(EXIT_USAGE);
    }
}

/* The answer to the last question. False: a signal came, or an error, which is printed. */
static bool read_answer(char *line, int size, int *status)
{
    if (fgets(line, size, stdin) == NULL) {
        if (interrupt_signal() == 0) {
            message("standard input ended: answer each candidate with 'fails' or 'agrees'");
            *status = EXIT_USAGE;
        }
        return false;
    }
    if (strcmp(line, "fails\n") != 0 && strcmp(line, "agrees\n") != 0) {
        message("the answer is neither 'fails' nor 'agrees': write one of them");
        *status = EXIT_USAGE;
        return false;
    }
    return true;
}

/* After a signal no candidate fails: the smallest so far is the result. */
static bool fails(void *context, const struct program *program)
{
    char line[16];
    int status = EXIT_AGREED;
    if (interrupt_signal() != 0) {
        return false;
    }
    write_candidate(context, program);
    if (puts("candidate") == EOF || fflush(stdout) != 0) {
        exit(output_status(EXIT_USAGE));
    }
    if (!read_answer(line, sizeof line, &status)) {
        if (status != EXIT_AGREED) {
            exit(status);
        }
        return false;
    }
    return line[0] == 'f';
}

static int shrink(struct session *session, const unsigned char *content, size_t size)
{
    struct program program;
    struct program smallest;
    struct shrink how = {.fails = fails, .context = session};
    session->head =
        (struct ring_bytes){content, size < session->head_size ? size : session->head_size};
    program_init(&program);
    program_init(&smallest);
    bytes_decode(content + session->head.size, size - session->head.size, &program);
    bool failed = fails(session, &program);
    if (failed) {
        (void)shrink_program(&how, &program, &smallest);
        write_candidate(session, &smallest);
    } else if (interrupt_signal() == 0) {
        message("%s: encoded again, the program does not fail: minimise the bytes", session->from);
    }
    program_free(&smallest);
    program_free(&program);
    return failed ? EXIT_AGREED : EXIT_FOUND;
}

static int run(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"output", 'o', "FILE", 0, "write each candidate to this file, and the smallest at the end",
         0},
        {"candidate", OPTION_RETIRED, "FILE", OPTION_HIDDEN, NULL, 0},
        {"head", OPTION_HEAD, "N", 0,
         "keep the first N bytes of FILE, which are not the program (default: 0)", 0},
        {0},
    };
    static const struct argp_child children[] = {{&output_common, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .children = children,
        .args_doc = "FILE",
        .doc =
            "Shrinks a program as bytes while it fails. For scripts: prints the line 'candidate' "
            "for each candidate, and reads a line: 'fails' if the candidate fails like FILE, or "
            "'agrees'.",
    };
    struct session session = {0};
    output_parse(&argp, argc, argv, &session);
    interrupt_catch();
    char error[FILE_ERROR_MAX];
    size_t size = 0;
    unsigned char *content = file_read(session.from, &size, error, sizeof error);
    if (content == NULL) {
        message("%s", error);
        return EXIT_USAGE;
    }
    int status = shrink(&session, content, size);
    free(content);
    return status;
}

const struct command command_shrink = {
    "shrink", "shrink a fuzz input, asking a script which candidates fail", run};
