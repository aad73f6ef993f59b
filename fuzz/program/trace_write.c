#include "trace.h"

#include <assert.h>

#include "../base/text.h"

const char *const trace_verbs[TRACE_VERBS] = {
    [OP_ADD] = "add",       [OP_ADD_MANY] = "add-many",
    [OP_REMOVE] = "remove", [OP_FIND] = "find",
    [OP_FIND_N] = "find-n", [OP_USE] = "use",
    [OP_RENEW] = "renew",   [OP_SET_REPLICAS] = "set-replicas",
};

void trace_write_operation(const struct operation *operation, FILE *out)
{
    (void)fputs(trace_verbs[operation->kind], out);
    for (size_t i = 0; i < operation->count; i++) {
        (void)putc(' ', out);
        text_write(out, operation->nodes[i].name);
        if (operation->kind != OP_REMOVE) {
            (void)fprintf(out, " %lu", (unsigned long)operation->nodes[i].replicas);
        }
    }
    if (operation->kind == OP_FIND || operation->kind == OP_FIND_N) {
        (void)putc(' ', out);
        text_write(out, operation->key);
    }
    if (operation->kind == OP_FIND_N || operation->kind == OP_USE) {
        (void)fprintf(out, " %llu", (unsigned long long)operation->n);
    }
}

const char *trace_outcome_name(enum outcome outcome)
{
    assert(outcome <= OUTCOME_CRASH);
    static const char *const outcome_names[] = {
        [OUTCOME_AGREE] = "agree",
        [OUTCOME_DIFFER] = "differ",
        [OUTCOME_OVERFLOW] = "overflow",
        [OUTCOME_CRASH] = "crash",
    };
    return outcome_names[outcome];
}

void trace_write(const struct program *program, FILE *out)
{
    (void)fprintf(out, "ring %s\n", program->rule->name);
    for (size_t i = 0; i < program->expectation_count; i++) {
        (void)fprintf(out, "expect %s %s\n", program->expectations[i].subject,
                      trace_outcome_name(program->expectations[i].outcome));
    }
    for (size_t i = 0; i < program->count; i++) {
        trace_write_operation(&program->operations[i], out);
        (void)putc('\n', out);
    }
    if (program->raw.data != NULL) {
        (void)fputs("raw ", out);
        text_write(out, program->raw);
        (void)putc('\n', out);
    }
}
