/* PROPERTY: a ring answers every program as the model does.
 *
 * The input is a program (bytes.h). It runs on the subject and on the model side by side; every
 * return code, every answer, and after every change all points in order must be the same, and the
 * subject's own check must hold (check.h). The first difference prints the program as a trace, and
 * aborts.
 *
 * The subject is the core, or the one that the environment variable RINGPROOF_SUBJECT names. */
#include <stdlib.h>

#include "../bytes.h"
#include "../check.h"
#include "../trace.h"

/* Rings of a thousand points and a few changes, at most: sanitizers slow the model down too. */
#define COST_MAX (CHECK_COST_MAX / 16)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct subject *subject_under_test(void)
{
    const char *name = getenv("RINGPROOF_SUBJECT");
    const struct subject *subject = name != NULL ? subject_named(name) : &subject_core;
    if (subject == NULL) {
        (void)fprintf(stderr, "ring_ops: RINGPROOF_SUBJECT=%s: no such subject\n", name);
        exit(2);
    }
    return subject;
}

static void report(const struct program *program, const struct finding *finding)
{
    (void)fprintf(stderr,
                  "# difference at operation %zu, %s: expected %s\n"
                  "# difference at operation %zu, %s: got %s\n",
                  finding->operation + 1, finding->what, finding->expected, finding->operation + 1,
                  finding->what, finding->got);
    trace_write(program, stderr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program program;
    struct finding finding;
    struct check check = {
        .subject = subject_under_test(), .reference = &subject_model, .excuse_ties = true};
    int verdict = 0;
    program_init(&program);
    bytes_decode(data, size, &program);
    if (program_cost(&program) > COST_MAX) {
        verdict = -1; /* not for the corpus: it would slow down all that come from it */
    } else if (!check_program(&check, &program, &finding)) {
        report(&program, &finding);
        abort();
    }
    program_free(&program);
    return verdict;
}
