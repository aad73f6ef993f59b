#include "report.h"

#include "../base/exit_status.h"
#include "../base/interrupt.h"
#include "../program/file.h"
#include "../program/trace.h"
#include "progress_line.h"

void report_write(FILE *out, const void *context)
{
    const struct report *report = context;
    (void)fputs("# ", out);
    if (report->name != NULL) {
        (void)fprintf(out, "%s: ", report->name);
    }
    (void)fprintf(out, "%s\n", report->head);
    trial_write(out, report->trial, report->program, "# ");
    if (interrupt_signal() != 0) {
        (void)fprintf(out, "# %s came: this may not be the smallest program\n", interrupt_name());
    }
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

int report_failure(const struct search *search, const struct program *found, const char *head,
                   const char *path)
{
    struct trial_options options = {
        .check = search_check(search), .seconds = search->program_seconds, .quiet = true};
    struct trial trial = trial_run(&options, found);
    if (trial.verdict == TRIAL_AGREED) {
        return report_finding(
            search,
            &(struct report){
                .head = head, .trial = &trial, .program = found, .path = path, .unsteady = true});
    }
    struct shrunk shrunk;
    search->reporter->shrinking(trial.finding.operation, found->count);
    (void)search_shrink(search, found, &trial, 0, NULL, &shrunk);
    int status = report_finding(search, &(struct report){.head = head,
                                                         .trial = &shrunk.trial,
                                                         .program = &shrunk.program,
                                                         .path = path});
    program_free(&shrunk.program);
    return status;
}
