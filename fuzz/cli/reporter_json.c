#include "../base/interrupt.h"
#include "../program/rules.h"
#include "json.h"
#include "reporters.h"

static void shrinking(size_t operation, size_t count)
{
    (void)operation, (void)count;
}

static void found(const struct search *search, const struct report *report)
{
    json_t *line = json_line("finding");
    if (report->name != NULL) {
        json_set(line, "name", json_text(report->name));
    }
    json_set(line, "subject", json_text(search->subject_text));
    json_set(line, "command", json_text(report->head));
    json_set_trial(line, report->trial);
    json_set(line, "unsteady", json_boolean(report->unsteady));
    if (report->unsteady) {
        json_set(line, "runs", json_count(report->runs));
        json_set(line, "failed", json_count(report->failed));
    }
    json_set(line, "state", json_boolean(report_of_state(report)));
    json_set(line, "cut_short", json_boolean(report->cut_short || interrupt_signal() != 0));
    json_set(line, "ring", json_string(report->program->rule->name));
    json_set(line, "operations", json_operations(report->program));
    json_set(line, "file", json_text(report->path));
    if (report->error != NULL) {
        json_set(line, "error", json_text(report->error));
    }
    json_print(line);
}

static void table(const struct search *search, const struct report_row *rows, size_t count)
{
    json_t *line = json_line("table");
    json_t *array = json_array();
    uint64_t unsteady = 0;
    (void)search;
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        json_set(row, "name", json_text(rows[i].name));
        json_set(row, "times", json_count(rows[i].times));
        json_set(row, "program", json_count(rows[i].program));
        if (rows[i].unsteady) {
            unsteady += rows[i].times;
        } else {
            json_set(row, "trigger", json_trigger(rows[i].trigger));
        }
        json_set(row, "avoided", json_boolean(rows[i].avoided));
        json_set(row, "unsteady", json_boolean(rows[i].unsteady));
        json_set(row, "file", json_text(rows[i].path));
        json_append(array, row);
    }
    json_set(line, "findings", array);
    json_set(line, "unsteady", json_count(unsteady));
    json_print(line);
}

const struct reporter reporter_json = {shrinking, found, table};
