/* What the commands parse from the command line: files, a subject, numbers. For parsers of argp. */
#ifndef FUZZ_CLI_OPTIONS_H
#define FUZZ_CLI_OPTIONS_H

#include <argp.h>

#include "../subjects/registry.h"

/* The FILE... of a command. */
struct files {
    char **paths;
    int count;
};

/* Handles the keys that a command's parser does not: stores the files, and ends the tool with a
 * usage error if there are none. */
error_t parse_files(int key, struct argp_state *state, struct files *files);

/* Runs the files one by one. Returns the highest of their exit codes. */
int run_files(const struct files *files, int (*run)(const void *context, const char *path),
              const void *context);

/* The subject of that name: see subject_open(). Ends the tool with a usage error if there is
 * none. */
const struct subject *parse_subject(const char *name, struct argp_state *state);

/* Reads a number from `min` to `max`, in decimal digits and nothing else. False: `text` is not
 * one. */
bool option_number(const char *text, unsigned long long min, unsigned long long max,
                   unsigned long long *value);

/* The number that an option got; ends the tool with a usage error if it is not one. */
unsigned long long parse_number(const char *option, const char *text, unsigned long long min,
                                unsigned long long max, struct argp_state *state);

#endif
