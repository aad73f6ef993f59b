/* Shrinks for a script that can tell failures apart but cannot make programs smaller: ci/findings.
 * The script runs the candidates and decides which of them fail. */
#include <stdlib.h>
#include <string.h>

#include "../program/bytes.h"
#include "../program/file.h"
#include "../search/shrink.h"
#include "commands.h"

#define HEAD_MAX 4096

struct session {
    const char *from;
    const char *candidate;
    size_t head_size;
    struct ring_bytes head; /* bytes before the program, which every candidate keeps */
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct session *session = state->input;
    switch (key) {
    case 'c':
        session->candidate = argument;
        return 0;
    case 'h':
        session->head_size = (size_t)parse_number("--head", argument, 0, HEAD_MAX, state);
        return 0;
    case ARGP_KEY_ARG:
        if (session->from != NULL) {
            argp_error(state, "more than one FILE: name one");
        }
        session->from = argument;
        return 0;
    case ARGP_KEY_END:
        if (session->from == NULL || session->candidate == NULL) {
            argp_error(state, "FILE or --candidate is missing: name both");
        }
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
    char error[512];
    struct input input = {session->head, program};
    if (!file_write(session->candidate, write_input, &input, error, sizeof error)) {
        (void)fprintf(stderr, "ringproof: %s\n", error);
        exit(EXIT_USAGE);
    }
}

static bool fails(void *context, const struct program *program)
{
    char line[16];
    write_candidate(context, program);
    if (puts("candidate") == EOF || fflush(stdout) != 0 ||
        fgets(line, sizeof line, stdin) == NULL) {
        (void)fputs(
            "ringproof: standard input ended: answer each candidate with 'fails' or 'agrees'\n",
            stderr);
        exit(EXIT_USAGE);
    }
    if (strcmp(line, "fails\n") != 0 && strcmp(line, "agrees\n") != 0) {
        (void)fputs("ringproof: the answer is neither 'fails' nor 'agrees': write one of them\n",
                    stderr);
        exit(EXIT_USAGE);
    }
    return line[0] == 'f';
}

static int shrink(struct session *session, const unsigned char *content, size_t size)
{
    struct program program;
    struct program smallest;
    struct shrink how = {fails, session};
    session->head =
        (struct ring_bytes){content, size < session->head_size ? size : session->head_size};
    program_init(&program);
    program_init(&smallest);
    bytes_decode(content + session->head.size, size - session->head.size, &program);
    bool failed = fails(session, &program);
    if (failed) {
        (void)shrink_program(&how, &program, &smallest);
        write_candidate(session, &smallest);
    } else {
        (void)fprintf(
            stderr, "ringproof: %s: encoded again, the program does not fail: minimise the bytes\n",
            session->from);
    }
    program_free(&smallest);
    program_free(&program);
    return failed ? EXIT_AGREED : EXIT_FOUND;
}

static int run(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"candidate", 'c', "CANDIDATE", 0,
         "write each candidate to this file, and the smallest at the end", 0},
        {"head", 'h', "N", 0,
         "keep the first N bytes of FILE, which are not the program (default: 0)", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "FILE",
        .doc =
            "Shrinks a program as bytes while it fails. For scripts: prints the line 'candidate' "
            "for each candidate, and reads a line: 'fails' if the candidate fails like FILE, or "
            "'agrees'.",
    };
    struct session session = {0};
    (void)argp_parse(&argp, argc, argv, 0, NULL, &session);
    char error[512];
    size_t size = 0;
    unsigned char *content = file_read(session.from, &size, error, sizeof error);
    if (content == NULL) {
        (void)fprintf(stderr, "ringproof: %s\n", error);
        return EXIT_USAGE;
    }
    int status = shrink(&session, content, size);
    free(content);
    return status;
}

const struct command command_shrink = {
    "shrink", "shrink a fuzz input, asking a script which candidates fail", run};
