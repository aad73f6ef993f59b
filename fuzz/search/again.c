#include "again.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "directed.h"
#include "expressible.h"

void again_count(const struct search *search, const struct program *program, unsigned int enough,
                 struct again *again)
{
    struct trial_options options =
        search_trial_again(search, search->program_seconds, &again->trial);
    options.interruptible = true;
    while (again->runs < AGAIN_RUNS && again->failed < enough && !search_must_end(search)) {
        struct trial trial = trial_run(&options, program);
        if (trial.verdict == TRIAL_STOPPED) {
            break;
        }
        again->runs++;
        if (trial.verdict != TRIAL_AGREED) {
            again->failed++;
            again->trial = trial;
        }
    }
}

static bool failed(const struct trial *trial)
{
    return trial->verdict != TRIAL_AGREED && trial->verdict != TRIAL_STOPPED;
}

/* Runs the program until it fails for the first time. */
static bool fails_alone(const struct search *search, const struct program *found,
                        struct again *again)
{
    again_count(search, found, 1, again);
    return again->failed > 0;
}

/* STATE BETWEEN RINGS */

/* Programs of one process before this one. */
#define OTHERS_MAX 64U

static void append_all(struct program *program, const struct program *from)
{
    for (size_t i = 0; i < from->count; i++) {
        program_append_shared(program, &from->operations[i]);
    }
}

/* Makes *program others[first...], then `found`, each in a ring of its own. All are under the rule
 * of `found`, since a trace has one rule. */
static void combine(const struct again *again, size_t first, const struct program *found,
                    struct program *program)
{
    program_init(program);
    program->rule = found->rule;
    for (size_t i = first; i < again->other_count; i++) {
        bool several = program_has_several_rings(&again->others[i]);
        append_all(program, &again->others[i]);
        for (size_t ring = several ? PROGRAM_RINGS : 1; ring > 0; ring--) {
            if (several) {
                program_append(program, OP_USE)->n = ring - 1;
            }
            (void)program_append(program, OP_RENEW);
        }
    }
    append_all(program, found);
}

/* A long program may fail by chance, but not so often. */
#define RUNS_TOGETHER 4

/* Whether it fails behind the last `renew`, where alone it agrees. */
static bool fails_after(const struct search *search, struct again *again, size_t first,
                        const struct program *found)
{
    struct program program;
    struct trial_options options =
        search_trial_again(search, search->program_seconds, &again->trial);
    options.interruptible = true;
    combine(again, first, found, &program);
    size_t before = program.count - found->count;
    bool fails = first < again->other_count && expressible(&program, search->subject);
    for (unsigned int i = 0; i < RUNS_TOGETHER && fails; i++) {
        struct trial trial = trial_run(&options, &program);
        fails = failed(&trial) && trial.finding.operation >= before;
        again->trial = fails ? trial : again->trial;
    }
    if (fails) {
        again->program = program;
        again->after_others = true;
    } else {
        program_free(&program);
    }
    return fails;
}

/* The programs that ran before in the same process: those of one job. And first the program itself:
 * many such faults show at the second ring, whatever the first was. */
static void take_others(const struct search *search, uint64_t index, struct again *again)
{
    unsigned int jobs = search->jobs > 0 ? search->jobs : 1;
    size_t count = index / jobs < OTHERS_MAX ? (size_t)(index / jobs) : OTHERS_MAX;
    again->others = memory_resize(NULL, count + 1, sizeof *again->others);
    again->other_count = count;
    for (size_t i = 0; i < count; i++) {
        struct program *other = &again->others[i];
        uint64_t its_index = index - (count - i) * jobs;
        program_init(other);
        if (!directed_is_large(its_index, search->subject)) {
            search_program(search, its_index, other);
        }
    }
}

static bool fails_after_others(const struct search *search, uint64_t index,
                               const struct program *found, struct again *again)
{
    take_others(search, index, again);
    for (size_t some = 1; !search_must_end(search); some *= 4) {
        size_t first = some < again->other_count ? again->other_count - some : 0;
        if (fails_after(search, again, first, found)) {
            return true;
        }
        if (first == 0) {
            break;
        }
    }
    return false;
}

static bool fails_twice(const struct search *search, const struct program *found,
                        struct again *again)
{
    struct program copy;
    struct again twice = {.others = &copy, .other_count = 1, .trial = again->trial};
    program_init(&copy);
    copy.rule = found->rule;
    append_all(&copy, found);
    bool fails = fails_after(search, &twice, 0, found);
    program_free(&copy);
    if (fails) {
        again->program = twice.program;
        again->trial = twice.trial;
        again->after_others = true;
    }
    return fails;
}

bool again_try(const struct search *search, uint64_t index, const struct program *found,
               const struct trial *seen, struct again *again)
{
    *again = (struct again){.trial = *seen};
    if (fails_alone(search, found, again)) {
        /* One that agreed before it failed does so at times. */
        again_count(search, found, again->runs > 1 ? AGAIN_RUNS : 1, again);
        return true;
    }
    return (!search_must_end(search) &&
            (fails_twice(search, found, again) ||
             (index != AGAIN_NO_INDEX && fails_after_others(search, index, found, again))));
}

bool again_is_steady(const struct again *again)
{
    return again->after_others || again->failed == again->runs;
}

void again_free(struct again *again)
{
    for (size_t i = 0; i < again->other_count; i++) {
        program_free(&again->others[i]);
    }
    free(again->others);
    if (again->after_others) {
        program_free(&again->program);
    }
}
