#include "trial.h"

#include <string.h>
#include <sys/mman.h>

#include "../base/terminal.h"
#include "../program/trace.h"

struct job {
    const struct trial_options *options;
    const struct program *program;
    struct finding *shared;
};

static void work(void *context)
{
    struct job *job = context;
    isolate_deadline(job->options->seconds);
    (void)check_program(&job->options->check, job->program, job->shared);
}

static enum trial_verdict verdict_of(const struct trial *trial)
{
    switch (trial->ending.kind) {
    case ENDING_RETURNED:
        return trial->finding.found ? TRIAL_DIFFERENCE : TRIAL_AGREED;
    case ENDING_TIMEOUT:
        return TRIAL_TIMEOUT;
    case ENDING_STOPPED:
        return TRIAL_STOPPED;
    case ENDING_SIGNAL:
    case ENDING_EXIT:
        break;
    }
    return TRIAL_CRASH;
}

struct trial trial_run(const struct trial_options *options, const struct program *program)
{
    struct finding *shared = isolate_share(sizeof *shared);
    struct job job = {options, program, shared};
    struct trial trial = {
        .ending = isolate(&(struct isolation){.work = work,
                                              .context = &job,
                                              .interruptible = options->interruptible,
                                              .quiet = options->quiet,
                                              .output = options->output}),
    };
    trial.finding = *shared;
    (void)munmap(shared, sizeof *shared);
    trial.verdict = verdict_of(&trial);
    return trial;
}

/* A longer operation is cut: a batch can have megabytes. */
#define OPERATION_TEXT_MAX 160

static void write_operation(FILE *out, const struct program *program, size_t index)
{
    char text[OPERATION_TEXT_MAX] = "";
    FILE *operation = index < program->count ? fmemopen(text, sizeof text, "w") : NULL;
    if (operation != NULL) {
        trace_write_operation(&program->operations[index], operation);
        (void)fclose(operation);
        text[sizeof text - 1] = '\0';
    }
    (void)fprintf(out, "operation %zu: %s%s", index + 1, text,
                  strlen(text) == sizeof text - 1 ? "..." : "");
}

void trial_write(FILE *out, const struct trial *trial, const struct program *program,
                 const char *line_prefix)
{
    char ending[80];
    const char *end = colour_end(out);
    if (trial->verdict == TRIAL_AGREED) {
        (void)fprintf(out, "%s%sagreed%s\n", line_prefix, colour_begin(out, COLOUR_GOOD), end);
        return;
    }
    if (trial->verdict == TRIAL_DIFFERENCE) {
        (void)snprintf(ending, sizeof ending, "difference");
    } else {
        isolate_describe(trial->ending, ending, sizeof ending);
    }
    (void)fprintf(out, "%s%s%s%s at ", line_prefix,
                  colour_begin(out, trial->verdict == TRIAL_STOPPED ? COLOUR_WARNING : COLOUR_BAD),
                  ending, end);
    write_operation(out, program, trial->finding.operation);
    (void)putc('\n', out);
    if (trial->verdict == TRIAL_DIFFERENCE) {
        (void)fprintf(out, "%s  %s: expected %s\n%s  %s: got %s\n", line_prefix,
                      trial->finding.what, trial->finding.expected, line_prefix,
                      trial->finding.what, trial->finding.got);
    }
}
