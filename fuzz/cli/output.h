/* What all commands do alike about output: --help, --version, --quiet, --json and exit codes. */
#ifndef FUZZ_CLI_OUTPUT_H
#define FUZZ_CLI_OUTPUT_H

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

/* Options of every command, and of those that run programs. For the children of a struct argp. */
extern const struct argp output_common;
extern const struct argp output_quiet;
extern const struct argp output_json;

/* The children of a command that has all of them. */
extern const struct argp_child output_children[];

/* Parses a command line. Ends the tool on --help, --version and wrong usage. */
void output_parse(const struct argp *argp, int argc, char **argv, void *input);

/* Call it once, after parsing. `written_to` is the file of --output, or NULL: if it is standard
 * output, that holds nothing else. */
void output_begin(const char *written_to, struct argp_state *state);

bool output_is_json(void);

/* Without progress, head and whatever else is not the result. */
bool output_is_quiet(void);

/* For people: standard output, or standard error if something else is written there. */
FILE *output_text(void);

/* For programs, with --json. Then whatever a subject prints on standard output goes to standard
 * error. */
FILE *output_lines(void);

/* The status to exit with: another one if standard output could not be written, which is printed,
 * or if a signal ended the run. */
int output_status(int status);

#endif
