/* How a command of the tool tells a program that failed. */
#ifndef FUZZ_SEARCH_REPORT_H
#define FUZZ_SEARCH_REPORT_H

#include "first_failure.h"

struct report {
    const char *head; /* the command that shows it again, and what else is known */
    const struct trial *trial;
    const struct program *program;
};

/* A trace that begins with the head and the finding as comments. The context is a struct report, as file_write() takes it. */
void report_write(FILE *out, const void *context);

/* Runs the program once more, alone; shrinks it; prints it, and writes it to `path`. Returns an exit code. */
int report_failure(const struct search *search, const struct program *found, const char *head,
                   const char *path);

#endif
