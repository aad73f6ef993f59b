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
    bool cut_short;    /* by time or a signal: there may be a smaller program */
    /* It did not show again, or not always: of `runs` runs of the program alone, `failed` failed.
     * The trial is then what the run saw. */
    bool unsteady;
    unsigned int runs, failed;
};

/* Whether the program shows that the subject keeps state between rings: it needs a `renew`. */
bool report_of_state(const struct report *report);

/* A line of the table at the end of `check --keep-going`. */
struct report_row {
    const char *name;
    uint64_t times;
    uint64_t program;              /* the first that showed it */
    const struct trigger *trigger; /* not if unsteady */
    bool avoided;
    bool unsteady;       /* it did not show again, or not always */
    unsigned int failed; /* if unsteady: of AGAIN_RUNS runs */
    const char *path;
};

/* How a command prints what happens: as text, or as JSON. */
struct reporter {
    /* A program of `count` operations failed at one of them, and is shrunk next. */
    void (*shrinking)(size_t operation, size_t count);
    void (*found)(const struct search *search, const struct report *report);
    /* The end of `check --keep-going`. */
    void (*table)(const struct search *search, const struct report_row *rows, size_t count);
};

/* Writes a trace that begins with the head and the finding as comments. `context` is a struct
 * report: this is a writer for file_write(). */
void report_write(FILE *out, const void *context);

/* Writes the trace to report->path, sets report->error, and tells the reporter. Returns an exit
 * code. */
int report_finding(const struct search *search, struct report *report);

/* Runs the search's program `index`, which is `found`, again, shrinks it and reports it. `seen` is
 * what the run saw. Returns an exit code. */
int report_failure(const struct search *search, uint64_t index, const struct program *found,
                   const struct trial *seen, const char *head, const char *path);

#endif
