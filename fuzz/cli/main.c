#include "commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_check,   &command_exhaust, &command_replay, &command_expect,
    &command_convert, &command_shrink,  &command_list,   NULL,
};

static void write_help(FILE *out)
{
    (void)fputs("Usage: ringproof COMMAND [OPTION...] [FILE...]\n"
                "Checks whether a consistent-hash ring answers as ring.h specifies.\n\n",
                out);
    for (const struct command *const *command = commands; *command != NULL; command++) {
        (void)fprintf(out, "  %-8s  %s\n", (*command)->name, (*command)->about);
    }
    (void)fputs(
        "\n'ringproof COMMAND --help' lists a command's options.\n"
        "Exit codes: 0 agreed; 1 a difference, crash or hang; 2 wrong usage, or a file that "
        "cannot be read or written.\n",
        out);
}

/* The status; or, if the output could not be written, an error. */
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
    (void)fprintf(stderr,
                  "ringproof: unknown command '%s'; 'ringproof --help' lists the commands\n",
                  argv[1]);
    return EXIT_USAGE;
}
