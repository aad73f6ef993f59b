#include "commands.h"

#include <string.h>

#include "../base/terminal.h"

static const struct command *const commands[] = {
    &command_check,  &command_compare, &command_exhaust,
    &command_replay, &command_expect,  &command_convert,
    &command_shrink, &command_list,    NULL,
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
        "\n'ringproof COMMAND --help' lists a command's options. 'ringproof --version' prints the "
        "version.\n"
        "A FILE - is standard input, or standard output for --output.\n"
        "Exit codes: 0 agreed; 1 a difference, crash or hang; 2 wrong usage, a file that "
        "cannot be read or written, or nothing was judged; 130 stopped by Ctrl-C; 143 stopped by "
        "SIGTERM. Stopped, it "
        "prints and writes what was found until then.\n",
        out);
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(word, *words) != 0) {
        words++;
    }
    return *words != NULL;
}

int main(int argc, char **argv)
{
    argp_err_exit_status = EXIT_USAGE;
    if (argc < 2) {
        write_help(stderr);
        return EXIT_USAGE;
    }
    if (is_one_of(argv[1], (const char *[]){"--help", "-h", "-?", "help", NULL})) {
        write_help(stdout);
        return output_status(EXIT_AGREED);
    }
    if (is_one_of(argv[1], (const char *[]){"--version", "-V", NULL})) {
        (void)printf("ringproof %s\n", RINGPROOF_VERSION);
        return output_status(EXIT_AGREED);
    }
    for (const struct command *const *command = commands; *command != NULL; command++) {
        if (strcmp((*command)->name, argv[1]) == 0) {
            char full_name[64];
            (void)snprintf(full_name, sizeof full_name, "ringproof %s", argv[1]);
            argv[1] = full_name;
            int status = (*command)->run(argc - 1, argv + 1);
            return output_status(status);
        }
    }
    message("unknown command '%s'; 'ringproof --help' lists the commands", argv[1]);
    return EXIT_USAGE;
}
