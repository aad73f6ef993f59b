#include "ringproof.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_check, &command_replay, &command_expect, &command_convert, &command_list, NULL,
};

error_t parse_files(int key, struct argp_state *state, struct files *files)
{
    switch (key) {
    case ARGP_KEY_ARGS:
        files->paths = state->argv + state->next;
        files->count = state->argc - state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which FILE?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int run_files(const struct files *files, int (*run)(const void *context, const char *path),
              const void *context)
{
    int worst = EXIT_AGREED;
    for (int i = 0; i < files->count; i++) {
        int status = run(context, files->paths[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}

const struct subject *parse_subject(const char *name, struct argp_state *state)
{
    const struct subject *subject = subject_named(name);
    if (subject == NULL) {
        argp_error(state, "unknown subject '%s': 'ringproof list' names them", name);
    }
    return subject;
}

unsigned long long parse_number(const char *option, const char *text, unsigned long long min,
                                unsigned long long max, struct argp_state *state)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < min ||
        value > max) {
        argp_error(state, "%s %s: not a number from %llu to %llu", option, text, min, max);
    }
    return value;
}

static void write_help(FILE *out)
{
    (void)fputs("Usage: ringproof COMMAND [OPTION...] [FILE...]\n"
                "Tells whether a consistent-hash ring answers as core/ring.h says.\n\n",
                out);
    for (const struct command *const *command = commands; *command != NULL; command++) {
        (void)fprintf(out, "  %-8s  %s\n", (*command)->name, (*command)->about);
    }
    (void)fputs("\n'ringproof COMMAND --help' lists a command's options.\n"
                "Exit codes: 0 agreed, 1 a difference or a crash, 2 usage, or files that cannot be "
                "read or written.\n",
                out);
}

/* The status, unless what was printed did not arrive. */
static int flushed(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return status;
    }
    (void)fprintf(stderr, "ringproof: cannot write to standard output: %s\n", strerror(errno));
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    argp_err_exit_status = EXIT_USAGE;
    if (argc < 2) {
        write_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0 ||
        strcmp(argv[1], "help") == 0) {
        write_help(stdout);
        return flushed(EXIT_AGREED);
    }
    for (const struct command *const *command = commands; *command != NULL; command++) {
        if (strcmp((*command)->name, argv[1]) == 0) {
            char full_name[64];
            (void)snprintf(full_name, sizeof full_name, "ringproof %s", argv[1]);
            argv[1] = full_name;
            int status = (*command)->run(argc - 1, argv + 1);
            return flushed(status);
        }
    }
    (void)fprintf(stderr, "ringproof: unknown command '%s': 'ringproof --help' lists them\n",
                  argv[1]);
    return EXIT_USAGE;
}
