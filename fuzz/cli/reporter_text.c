#include <string.h>

#include "../base/interrupt.h"
#include "../base/terminal.h"
#include "../search/progress_line.h"
#include "output.h"
#include "reporters.h"

#define LOOK_FOR_STATE "look for state that the subject keeps between rings, or for randomness"

static void shrinking(size_t operation, size_t count)
{
    if (!output_is_quiet()) {
        (void)fprintf(stderr, "failed at operation %zu of %zu; shrinking\n", operation + 1, count);
    }
}

static void found(const struct search *search, const struct report *report)
{
    FILE *out = output_text();
    bool taken = strcmp(report->path, "-") == 0; /* standard output has the trace already */
    if (report->unsteady) {
        message("the program failed in the run, and then alone in %u of %u runs; " LOOK_FOR_STATE,
                report->failed, report->runs);
    }
    if (!taken) {
        report_write(out, report);
    }
    if (report->error != NULL) {
        message("%s%s", report->error, taken ? "" : "; the trace is printed above");
    } else if (report->name != NULL) {
        (void)fprintf(out, "written to %s\n\n", report->path);
    } else if (!taken) {
        (void)fprintf(out, "written to %s; to see it again: ringproof replay %s --subject %s\n",
                      report->path, report->path, search->subject_word);
    }
    (void)fflush(out);
}

static void print_row(FILE *out, const struct report_row *row, int width)
{
    (void)fprintf(out, "%-*s  %6llu  %8llu  ", width, row->name, (unsigned long long)row->times,
                  (unsigned long long)row->program);
    if (row->unsteady) {
        (void)fputs(row->failed > 0 ? "showed again at times" : "did not show again", out);
    } else {
        trigger_write(out, row->trigger);
    }
    (void)fprintf(out, "%s; %s\n", row->avoided || row->unsteady ? "" : " (not avoided)",
                  row->path);
}

static void table(const struct search *search, const struct report_row *rows, size_t count)
{
    FILE *out = output_text();
    const struct progress *progress = search->progress;
    size_t width = strlen("finding");
    uint64_t unsteady = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(rows[i].name);
        width = length > width ? length : width;
    }
    if (count > 0) {
        (void)fprintf(out, "%-*s  %6s  %8s  %s\n", (int)width, "finding", "times", "program",
                      "trigger; trace");
    }
    for (size_t i = 0; i < count; i++) {
        print_row(out, &rows[i], (int)width);
        unsteady += rows[i].unsteady ? rows[i].times : 0;
    }
    if (unsteady > 0) {
        (void)fprintf(out,
                      "%llu program%s failed in the run, and then not always; " LOOK_FOR_STATE "\n",
                      (unsigned long long)unsteady, unsteady == 1 ? "" : "s");
    }
    if (interrupt_signal() != 0) {
        (void)fprintf(out, "stopped by %s; so far: ", interrupt_name());
    }
    (void)fprintf(out, "%s%zu distinct finding%s%s: %llu programs, %llu operations in %.1f s\n",
                  colour_begin(out, count > 0 ? COLOUR_BAD : COLOUR_GOOD), count,
                  count == 1 ? "" : "s", colour_end(out), (unsigned long long)progress->programs,
                  (unsigned long long)progress->operations, search_now() - progress->started);
}

const struct reporter reporter_text = {shrinking, found, table};

const struct reporter *reporter_chosen(void)
{
    return output_is_json() ? &reporter_json : &reporter_text;
}
