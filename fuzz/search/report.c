#include "report.h"

#include "../base/exit_status.h"
#include "../base/interrupt.h"
#include "../program/file.h"
#include "../program/trace.h"
#include "again.h"
#include "progress_line.h"

/* A program that takes seconds has thousands of candidates. */
#define SHRINK_SECONDS_MAX 20.0

bool report_of_state(const struct report *report)
{
    for (size_t i = 0; i < report->program->count && !report->unsteady; i++) {
        if (report->program->operations[i].kind == OP_RENEW) {
            return true;
        }
    }
    return false;
}

static void write_remarks(FILE *out, const struct report *report)
{
    if (report->unsteady) {
        (void)fprintf(out, "# %s (%u of %u runs): this is the program as it was found\n",
                      report->failed > 0 ? "showed again at times" : "did not show again",
                      report->failed, report->runs);
    }
    if (report_of_state(report)) {
        (void)fputs("# state is kept between rings: it takes a ring that was destroyed before\n",
                    out);
    }
    if (interrupt_signal() != 0) {
        (void)fprintf(out, "# %s came: this may not be the smallest program\n", interrupt_name());
    } else if (report->cut_short) {
        (void)fputs("# the time was over: this may not be the smallest program\n", out);
    }
}

void report_write(FILE *out, const void *context)
{
    const struct report *report = context;
    (void)fputs("# ", out);
    if (report->name != NULL) {
        (void)fprintf(out, "%s: ", report->name);
    }
    (void)fprintf(out, "%s\n", report->head);
    trial_write(out, report->trial, report->program, "# ");
    write_remarks(out, report);
    trace_write(report->program, out);
}

int report_finding(const struct search *search, struct report *report)
{
    char error[FILE_ERROR_MAX];
    report->error =
        file_write(report->path, report_write, report, error, sizeof error) ? NULL : error;
    progress_clear();
    search->reporter->found(search, report);
    int status = report->error == NULL ? EXIT_FOUND : EXIT_USAGE;
    report->error = NULL; /* its text ends with this call */
    return status;
}

/* Reports the program as it was found. */
static int report_as_found(const struct search *search, const struct program *found,
                           const struct again *again, const char *head, const char *path)
{
    bool steady = again_is_steady(again);
    return report_finding(search, &(struct report){.head = head,
                                                   .trial = &again->trial,
                                                   .program = found,
                                                   .path = path,
                                                   .cut_short = steady,
                                                   .unsteady = !steady,
                                                   .runs = again->runs,
                                                   .failed = again->failed});
}

/* Shrinks `program`, which failed in again->trial, and reports it. */
static int report_shrunk(const struct search *search, const struct program *program,
                         struct again *again, const char *head, const char *path)
{
    struct shrunk shrunk;
    int status = 0;
    search->reporter->shrinking(again->trial.finding.operation, program->count);
    if (search_shrink(search, program, &again->trial, SHRINK_SECONDS_MAX, NULL, &shrunk)) {
        status = report_finding(search, &(struct report){.head = head,
                                                         .trial = &shrunk.trial,
                                                         .program = &shrunk.program,
                                                         .path = path,
                                                         .cut_short = shrunk.cut_short});
    } else {
        again_count(search, program, AGAIN_RUNS, again);
        status = report_as_found(search, program, again, head, path);
    }
    program_free(&shrunk.program);
    return status;
}

int report_failure(const struct search *search, uint64_t index, const struct program *found,
                   const struct trial *seen, const char *head, const char *path)
{
    struct again again;
    bool fails = again_try(search, index, found, seen, &again);
    int status =
        fails && again_is_steady(&again)
            ? report_shrunk(search, again.after_others ? &again.program : found, &again, head, path)
            : report_as_found(search, found, &again, head, path);
    again_free(&again);
    return status;
}
