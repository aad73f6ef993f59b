/* What the commands parse from the command line: files, a subject, numbers, durations, and the
 * options that all commands have. For parsers of argp. */
#ifndef FUZZ_CLI_OPTIONS_H
#define FUZZ_CLI_OPTIONS_H

#include <argp.h>

#include "../subjects/registry.h"

/* Keys of options without a letter. */
enum option_key {
    OPTION_JSON = 0x100,
    OPTION_HEAD,
    OPTION_HANG_AFTER,
    OPTION_USAGE,
    OPTION_RETIRED
};

/* The FILE... of a command. */
struct files {
    char **paths;
    int count;
};

/* Handles the keys that a command's parser does not: stores the files, and ends the tool with a
 * usage error if there are none, or if two of them are standard input. */
error_t parse_files(int key, struct argp_state *state, struct files *files);

/* Runs the files one by one until interrupt_signal() comes. Returns the highest of their exit
 * codes. */
int run_files(const struct files *files, int (*run)(const void *context, const char *path),
              const void *context);

/* The subject of that name: see subject_open(). Ends the tool with a usage error if there is
 * none. */
const struct subject *parse_subject(const char *name, struct argp_state *state);

enum option_error {
    OPTION_GOOD,
    OPTION_NO_NUMBER,
    OPTION_NOT_WHOLE,
    OPTION_NO_UNIT,
    OPTION_OUT_OF_RANGE
};

/* Reads a whole number from `min` to `max`: decimal digits, with single underscores between them if
 * it is long, and with a fraction, an exponent or one of k, M and G (powers of 1000), if the result
 * is whole. 2500000, 2_500_000, 2.5M and 2.5e6 are one number. */
enum option_error option_number(const char *text, unsigned long long min, unsigned long long max,
                                unsigned long long *value);

/* The longest duration, in seconds. */
#define OPTION_DURATION_MAX 1e7

/* Reads a duration: digits, a fraction or not, and s, m, h or d. */
enum option_error option_duration(const char *text, double *seconds);

/* "s" if the text is a duration without a unit, or "". */
const char *option_missing_unit(const char *text);

/* The number or duration that an option got; end the tool with a usage error if it is not one. */
unsigned long long parse_number(const char *option, const char *text, unsigned long long min,
                                unsigned long long max, struct argp_state *state);
double parse_duration(const char *option, const char *text, struct argp_state *state);

/* The seed where --seed gives none: RINGPROOF_SEED, or a random one of 32 bits. */
uint64_t parse_default_seed(struct argp_state *state);

/* The number of --jobs. */
unsigned int parse_jobs(const char *text, struct argp_state *state);

/* Ends the tool with a usage error unless file_can_write() agrees. */
void parse_output(const char *path, struct argp_state *state);

#endif
