#include "trial.h"

#include <string.h>
#include <sys/mman.h>

#include "../base/terminal.h"
#include "../program/trace.h"
#include "../subjects/exec.h"
#include "../subjects/load.h"

struct job {
    const struct trial_options *options;
    const struct program *program;
    struct finding *shared;
};

static void work(void *context)
{
    struct job *job = context;
    isolate_deadlines(job->options->seconds + check_allowance(&job->options->check, job->program),
                      job->options->waiting > 0 ? job->options->waiting : ISOLATE_WAITING_SECONDS);
    (void)check_program(&job->options->check, job->program, job->shared);
}

static uint64_t progress(void *context)
{
    const struct job *job = context;
    return trial_progress(job->shared);
}

uint64_t trial_progress(const volatile struct finding *finding)
{
    return 8 * (uint64_t)finding->operation + finding->phase;
}

static enum trial_verdict verdict_of(const struct trial *trial)
{
    switch (trial->ending.kind) {
    case ENDING_RETURNED:
        return trial->finding.found ? TRIAL_DIFFERENCE : TRIAL_AGREED;
    case ENDING_TIMEOUT:
        return TRIAL_TIMEOUT;
    case ENDING_STOPPED:
    case ENDING_OVER:
        return TRIAL_STOPPED;
    case ENDING_SIGNAL:
    case ENDING_EXIT:
        break;
    }
    return TRIAL_CRASH;
}

struct trial trial_of(struct ending ending, const struct finding *finding)
{
    struct trial trial = {.ending = ending, .finding = *finding};
    trial.verdict = verdict_of(&trial);
    if (trial.verdict == TRIAL_CRASH) {
        /* The end says most: of a stack of calls, the last. */
        const char *words = subject_exec_last_words();
        size_t size = strlen(words);
        size_t most = sizeof trial.finding.got - 1;
        (void)snprintf(trial.finding.got, sizeof trial.finding.got, "%s",
                       words + (size < most ? 0 : size - most));
    }
    subject_exec_forget_words();
    return trial;
}

static struct trial run(const struct trial_options *options, const struct program *program)
{
    struct finding *shared = isolate_share(sizeof *shared);
    struct job job = {options, program, shared};
    struct ending ending = isolate(&(struct isolation){.work = work,
                                                       .progress = progress,
                                                       .context = &job,
                                                       .end = options->end,
                                                       .interruptible = options->interruptible,
                                                       .quiet = options->quiet,
                                                       .output = options->output});
    struct trial trial = trial_of(ending, shared);
    (void)munmap(shared, sizeof *shared);
    return trial;
}

static bool fails(const struct trial *trial)
{
    return trial->verdict == TRIAL_DIFFERENCE || trial->verdict == TRIAL_CRASH;
}

/* Whether the program agrees where copies stay, and only there. A ring that errs by chance may agree
 * once in between, but hardly every other time. What follows the failure is left out: it may meet
 * another fault. */
static bool needs_copies_to_stay(const struct trial_options *options, const struct program *program,
                                 size_t failed)
{
    struct program beginning = *program;
    struct trial_options silent = *options;
    bool alternates = true;
    if (failed < beginning.count) {
        beginning.count = failed + 1;
    }
    silent.check.answered = NULL;
    silent.output = NULL;
    silent.quiet = true;
    for (int i = 0; i < 3 && alternates; i++) {
        subject_copies_stay = i % 2 == 0;
        struct trial trial = run(&silent, &beginning);
        alternates = subject_copies_stay ? trial.verdict == TRIAL_AGREED : fails(&trial);
    }
    subject_copies_stay = false;
    return alternates;
}

struct trial trial_run(const struct trial_options *options, const struct program *program)
{
    struct trial trial = run(options, program);
    trial.finding.borrowed = fails(&trial) && subject_gets_copies(options->check.subject) &&
                             needs_copies_to_stay(options, program, trial.finding.operation);
    return trial;
}

/* A longer operation is cut: a batch can have megabytes. */
#define OPERATION_TEXT_MAX 160

/* Where it failed, before "operation 3". */
static const char *place_of(const struct trial *trial)
{
    if (trial->verdict == TRIAL_DIFFERENCE) {
        return "at";
    }
    switch (trial->finding.phase) {
    case CHECK_LISTS:
        return "while the ring is listed after";
    case CHECK_DESTROYS:
        return "while the rings are destroyed after";
    case CHECK_IS_DONE:
        return "after the rings were destroyed, after";
    case CHECK_CREATES:
    case CHECK_RUNS:
        break;
    }
    return "at";
}

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

/* What a ring in another process said, line by line. */
static void write_words(FILE *out, const char *words, const char *line_prefix)
{
    while (*words != '\0') {
        size_t size = strcspn(words, "\n");
        (void)fprintf(out, "%s  | %.*s\n", line_prefix, (int)size, words);
        words += size + (words[size] != '\0');
    }
}

void trial_write(FILE *out, const struct trial *trial, const struct program *program,
                 const char *line_prefix)
{
    char ending[80];
    const char *end = colour_end(out);
    if (trial->verdict == TRIAL_AGREED) {
        (void)fprintf(out, "%s%sagreed%s", line_prefix, colour_begin(out, COLOUR_GOOD), end);
        if (trial->finding.cannot) {
            (void)fputs("; the program ends early, since the ring cannot be asked ", out);
            write_operation(out, program, trial->finding.operation);
        }
        (void)putc('\n', out);
        return;
    }
    if (trial->verdict == TRIAL_DIFFERENCE) {
        (void)snprintf(ending, sizeof ending, "difference");
    } else {
        isolate_describe(trial->ending, ending, sizeof ending);
    }
    (void)fprintf(out, "%s%s%s%s ", line_prefix,
                  colour_begin(out, trial->verdict == TRIAL_STOPPED ? COLOUR_WARNING : COLOUR_BAD),
                  ending, end);
    if (trial->verdict != TRIAL_DIFFERENCE && trial->finding.phase == CHECK_CREATES) {
        (void)fputs("while the ring is created", out);
    } else {
        (void)fprintf(out, "%s ", place_of(trial));
        write_operation(out, program, trial->finding.operation);
    }
    (void)putc('\n', out);
    if (trial->finding.borrowed) {
        (void)fprintf(
            out, "%s  the ring looks at bytes of a call after it returned: copy what is kept\n",
            line_prefix);
    }
    if (trial->verdict == TRIAL_CRASH) {
        write_words(out, trial->finding.got, line_prefix);
    }
    if (trial->verdict == TRIAL_DIFFERENCE) {
        (void)fprintf(out, "%s  %s: expected %s\n%s  %s: got %s\n", line_prefix,
                      trial->finding.what, trial->finding.expected, line_prefix,
                      trial->finding.what, trial->finding.got);
    }
}
