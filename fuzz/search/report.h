/* Reports programs that failed: writes each as a trace, and tells a reporter. */
#ifndef FUZZ_SEARCH_REPORT_H
#define FUZZ_SEARCH_REPORT_H

#include "first_failure.h"

struct report {
    const char *name; /* with --keep-going, of the finding; else NULL */
    const char *head; /* one line: the command that found it, and what else is known */
    const struct trial *trial;
    const struct program *program;
    const char *path;  /* of its trace */
    const char *error; /* why the trace could not be written; NULL: it was */
    bool unsteady;     /* it failed in the run but agrees when run alone */
};

/* A line of the table at the end of `check --keep-going`. */
struct report_row {
    const char *name;
    uint64_t times;
    uint64_t program; /* the first that showed it */
    const struct trigger *trigger;
    bool avoided;
    const char *path;
};

/* How a command prints what happens: as text, or as JSON. */
struct reporter {
    /* A program of `count` operations failed at one of them, and is shrunk next. */
    void (*shrinking)(size_t operation, size_t count);
    void (*found)(const struct search *search, const struct report *report);
    /* The end of `check --keep-going`. `unsteady`: programs that failed in the run but agree when
     * run alone. */
    void (*table)(const struct search *search, const struct report_row *rows, size_t count,
                  uint64_t unsteady);
};

/* Writes a trace that begins with the head and the finding as comments. `context` is a struct
 * report: this is a writer for file_write(). */
void report_write(FILE *out, const void *context);

/* Writes the trace to report->path, sets report->error, and tells the reporter. Returns an exit
 * code. */
int report_finding(const struct search *search, struct report *report);

/* Runs the program alone, shrinks it and reports it. Returns an exit code. */
int report_failure(const struct search *search, const struct program *found, const char *head,
                   const char *path);

#endif
