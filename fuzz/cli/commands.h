/* The commands of the tool. Command NAME is in fuzz/cli/NAME.c. */
#ifndef FUZZ_CLI_COMMANDS_H
#define FUZZ_CLI_COMMANDS_H

#include "../base/exit_status.h"
#include "options.h"
#include "output.h"

struct command {
    const char *name;
    const char *about; /* one line for --help */
    /* Parses the command line, of which argv[0] is "ringproof NAME". Returns an exit code. */
    int (*run)(int argc, char **argv);
};

extern const struct command command_replay;
extern const struct command command_expect;
extern const struct command command_check;
extern const struct command command_compare;
extern const struct command command_exhaust;
extern const struct command command_convert;
extern const struct command command_shrink;
extern const struct command command_list;

#endif
