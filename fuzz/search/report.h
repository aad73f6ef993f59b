/* Reports a program that failed: on standard output and as a trace. */
#ifndef FUZZ_SEARCH_REPORT_H
#define FUZZ_SEARCH_REPORT_H

#include "first_failure.h"

struct report {
    const char *head; /* one line: the command that found it, and what else is known */
    const struct trial *trial;
    const struct program *program;
};

/* Writes a trace that begins with the head and the finding as comments. `context` is a struct
 * report: this is a writer for file_write(). */
void report_write(FILE *out, const void *context);

/* Runs the program alone, shrinks it, prints it and writes it to `path`. Returns an exit code. */
int report_failure(const struct search *search, const struct program *found, const char *head,
                   const char *path);

#endif
