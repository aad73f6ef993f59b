#include "report.h"

#include "../base/exit_status.h"
#include "../program/file.h"
#include "../program/trace.h"
#include "progress_line.h"

void report_write(FILE *out, const void *context)
{
    const struct report *report = context;
    (void)fprintf(out, "# %s\n", report->head);
    trial_write(out, report->trial, report->program, "# ");
    trace_write(report->program, out);
}

static int print_and_write(const struct report *report, const struct search *search,
                           const char *path)
{
    char error[512];
    progress_clear();
    report_write(stdout, report);
    if (!file_write(path, report_write, report, error, sizeof error)) {
        (void)fprintf(stderr, "ringproof: %s; the trace is printed above\n", error);
        return EXIT_USAGE;
    }
    (void)printf("written to %s; to see it again: ringproof replay %s --subject %s\n", path, path,
                 search->subject_text);
    return EXIT_FOUND;
}

int report_failure(const struct search *search, const struct program *found, const char *head,
                   const char *path)
{
    struct trial_options options = {
        .check = search_check(search), .seconds = search->program_seconds, .quiet = true};
    struct trial trial = trial_run(&options, found);
    if (trial.verdict == TRIAL_AGREED) {
        (void)fprintf(
            stderr, "ringproof: the program failed in the run but agrees when run alone; look for "
                    "state that the subject keeps between rings, or for randomness\n");
        return print_and_write(&(struct report){head, &trial, found}, search, path);
    }
    struct shrunk shrunk;
    (void)fprintf(stderr, "failed at operation %zu of %zu; shrinking\n",
                  trial.finding.operation + 1, found->count);
    (void)search_shrink(search, found, &trial, 0, NULL, &shrunk);
    int status =
        print_and_write(&(struct report){head, &shrunk.trial, &shrunk.program}, search, path);
    program_free(&shrunk.program);
    return status;
}
