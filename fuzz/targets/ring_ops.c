/* PROPERTY: a ring answers every program as the model does.
 *
 * The input is a program (bytes.h). It runs on the subject and on the model side by side; every return code
 * and every answer must be the same, and in the end all points in order, and the subject's own check must
 * hold (check.h). The first difference prints the program as a trace, and aborts. */
#include "common.h"

#include "../model/ring.h"

#include <string.h>

/* A few milliseconds, sanitized: more points than the 1024 that the historical sort had room for. */
#define COST_MAX (PROGRAM_COST_MAX / 20)

/* The whole rings were compared at the end alone: which operation made them differ shows if that is done after each. */
static const struct finding *first_difference(struct check check, const struct program *program,
                                              struct finding *finding)
{
    struct finding first;
    check.sparse = false;
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
        verdict = -1; /* it would slow down all that come from it */
    } else if (!check_program(&check, &program, &finding)) {
        target_fail(&program, first_difference(check, &program, &finding));
    }
    target_program_done(&program);
    return verdict;
}
