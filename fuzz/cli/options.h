/* What commands take on the command line: files, a subject, numbers. For argp's parsers. */
#ifndef FUZZ_CLI_OPTIONS_H
#define FUZZ_CLI_OPTIONS_H

#include <argp.h>

#include "../subjects/registry.h"

/* The FILE... of a command. */
struct files {
    char **paths;
    int count;
};

/* For the keys that an argp parser leaves: takes the files, and insists on one. */
error_t parse_files(int key, struct argp_state *state, struct files *files);

/* Runs them one by one; the worst of their exit codes. */
int run_files(const struct files *files, int (*run)(const void *context, const char *path),
              const void *context);

/* For an argp parser: the subject named (see subject_open()); ends the tool with a usage error if there is none. */
const struct subject *parse_subject(const char *name, struct argp_state *state);

/* A number from `min` to `max`, in decimal digits and nothing else. False: `text` is none. */
bool option_number(const char *text, unsigned long long min, unsigned long long max,
                   unsigned long long *value);

/* The number that an option takes; ends the tool with a usage error if it is none. */
unsigned long long parse_number(const char *option, const char *text, unsigned long long min,
                                unsigned long long max, struct argp_state *state);

#endif
