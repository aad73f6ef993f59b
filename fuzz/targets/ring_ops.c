/* PROPERTY: a ring answers every program as the model does; one without a model, as it declares.
 *
 * The input is a program (program/bytes.h). It runs on the subject and on the model side by side.
 * Every return code and every answer has to be the same, and in the end all points in order.
 * Lookups at some of the points, and in some programs the subject's check of itself, follow
 * (check.samples in check/compare.h). At the first difference the target
 * prints the program as a trace and aborts. */
#include "common.h"

#include "../model/ring.h"

#include <string.h>

/* A few milliseconds with sanitizers. Allows more points than the 1024 entries of the historical
 * sort's stack. */
#define COST_MAX (PROGRAM_COST_MAX / 20)

/* The whole rings were compared only at the end. Compares them after each operation, to see which
 * one made them differ. */
static const struct finding *first_difference(struct check check, const struct program *program,
                                              struct finding *finding)
{
    struct finding first;
    check.sparse = false;
    check.samples = false;
    if (strcmp(finding->what, "answer") != 0 && !check_program(&check, program, &first)) {
        *finding = first;
    }
    return finding;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct program program;
    struct finding finding;
    struct check check = target_check(&subject_model);
    int verdict = 0;
    target_program(data, size, 0, &program);
    if (program_cost(&program) > COST_MAX) {
        verdict = -1; /* inputs derived from it would be slow, too */
    } else if (!check_program(&check, &program, &finding)) {
        target_fail(&program, first_difference(check, &program, &finding));
    }
    target_program_done(&program);
    return verdict;
}
