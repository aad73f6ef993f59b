/* Shrinking for whoever can tell a failure from another, but cannot make programs smaller: ci/findings. They run the
 * candidates; what a failure is, this need not know. */
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
    struct ring_bytes head; /* what comes before the program */
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
            argp_error(state, "one FILE at a time");
        }
        session->from = argument;
        return 0;
    case ARGP_KEY_END:
        if (session->from == NULL || session->candidate == NULL) {
            argp_error(state, "which FILE, and which --candidate?");
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
        (void)fputs("ringproof: nobody answers what became of the candidate\n", stderr);
        exit(EXIT_USAGE);
    }
    if (strcmp(line, "fails\n") != 0 && strcmp(line, "agrees\n") != 0) {
        (void)fputs("ringproof: a candidate 'fails' or 'agrees': answer one of the two\n", stderr);
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
            stderr, "ringproof: %s: written anew, it does not fail: not its program is at fault\n",
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
         "where candidates are written, and in the end the smallest", 0},
        {"head", 'h', "N", 0, "bytes of FILE before its program, which are kept (default: 0)", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "FILE",
        .doc =
            "Makes a program as bytes smaller, as long as it fails. For scripts: for each "
            "candidate the "
            "line 'candidate' is written, and one is read: 'fails', if it fails as FILE does, or "
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
    "shrink", "make a program smaller that fails in somebody else's eyes", run};
