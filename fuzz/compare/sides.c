#include "sides.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../base/text.h"
#include "../check/isolate.h"
#include "work.h"

/* FAILURES */

static void write_step(FILE *out, const struct work *work)
{
    const struct compare_step *step = &work->script->steps[work->progress->step];
    switch (step->kind) {
    case COMPARE_ADD:
        (void)fputs("add ", out);
        text_write(out, work->script->nodes[step->node]);
        break;
    case COMPARE_REMOVE:
        (void)fputs("remove ", out);
        text_write(out, work->script->nodes[step->node]);
        break;
    case COMPARE_NEW:
    case COMPARE_ASK:
        (void)fputs("find ", out);
        const struct compare_ask *ask = &work->script->asks[step->node];
        size_t at = work->progress->lookup - ask->lookup;
        text_write(out, work->script->keys[ask->key + (at < ask->count ? at : 0)]);
        (void)fprintf(out, " (or a key soon after it) among %zu node%s", ask->nodes,
                      ask->nodes == 1 ? "" : "s");
        break;
    }
}

static void describe_place(FILE *out, const struct work *work)
{
    switch (work->progress->doing) {
    case OPENING:
        (void)fputs("while it was loaded", out);
        break;
    case CREATING:
        (void)fputs("while it created a ring", out);
        break;
    case CHANGING:
    case ASKING:
        (void)fputs("at ", out);
        write_step(out, work);
        break;
    case LISTING:
        (void)fputs("while it told where points and keys are", out);
        break;
    case DESTROYING:
        (void)fputs("while it destroyed a ring", out);
        break;
    case AFTERWARDS:
        (void)fputs("after its last ring was destroyed", out);
        break;
    }
}

static void read_tail(const char *path, char *text, size_t size)
{
    FILE *in = fopen(path, "rb");
    text[0] = '\0';
    if (in == NULL) {
        return;
    }
    if (fseek(in, 0, SEEK_END) == 0) {
        long length = ftell(in);
        long begin = length > (long)size - 1 ? length - (long)size + 1 : 0;
        (void)fseek(in, begin, SEEK_SET);
        text[fread(text, 1, size - 1, in)] = '\0';
    }
    (void)fclose(in);
    for (size_t end = strlen(text); end > 0 && text[end - 1] == '\n'; end--) {
        text[end - 1] = '\0';
    }
}

static void describe_failure(const struct work *work, int side, struct ending ending,
                             const char *printed, struct compare_failure *failure)
{
    const struct progress *progress = work->progress;
    char how[128];
    failure->side = side;
    failure->stopped = ending.kind == ENDING_STOPPED;
    failure->usage = progress->failed_to_open || progress->cannot ||
                     (progress->doing == OPENING && ending.kind != ENDING_RETURNED);
    read_tail(printed, failure->printed, sizeof failure->printed);
    FILE *out = fmemopen(failure->what, sizeof failure->what - 1, "w");
    if (out == NULL) {
        return;
    }
    if (progress->failed_to_open) {
        (void)fputs(progress->text, out);
    } else if (progress->cannot) {
        (void)fputs("its adapter cannot express this: ", out);
        write_step(out, work);
    } else if (progress->refused && progress->doing == CREATING) {
        (void)fputs("create returned NULL", out);
    } else if (progress->refused) {
        (void)fputs("refuses ", out);
        write_step(out, work);
        (void)fputs(": ", out);
        text_write_error(out, progress->error);
    } else {
        isolate_describe(ending, how, sizeof how);
        (void)fprintf(out, "%s ", how);
        describe_place(out, work);
    }
    (void)fclose(out);
}

static bool failed(const struct progress *progress)
{
    return progress->failed_to_open || progress->refused;
}

/* Runs the work of one side or both. */
static bool run_works(struct work *works, size_t count, void (*run)(void *), int first,
                      struct compare_failure *failure)
{
    struct isolation isolations[2] = {{.work = NULL}, {.work = NULL}};
    char printed[2][32] = {"/tmp/ringproof.XXXXXX", "/tmp/ringproof.XXXXXX"};
    struct ending ending;
    size_t which = 0;
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        int file = mkstemp(printed[i]);
        if (file >= 0) {
            (void)close(file);
        }
        works[i].progress = isolate_share(sizeof *works[i].progress);
        isolations[i] = (struct isolation){
            .work = run, .context = &works[i], .interruptible = true, .output = printed[i]};
    }
    ending = isolate_all(isolations, count, &which);
    if (ending.kind != ENDING_RETURNED) {
        describe_failure(&works[which], first + (int)which, ending, printed[which], failure);
        good = false;
    }
    for (size_t i = 0; i < count; i++) {
        if (good && failed(works[i].progress)) {
            describe_failure(&works[i], first + (int)i, ending, printed[i], failure);
            good = false;
        }
        (void)unlink(printed[i]);
    }
    for (size_t i = 0; i < count; i++) {
        (void)munmap(works[i].progress, sizeof *works[i].progress);
    }
    return good;
}

bool compare_open(struct compare_side *side, int index, struct compare_failure *failure)
{
    struct work work = {.text = side->text, .declared = isolate_share(sizeof *work.declared)};
    bool good = run_works(&work, 1, work_declare, index, failure);
    side->facts = *work.declared;
    (void)munmap(work.declared, sizeof *work.declared);
    return good;
}

/* ANSWERS */

static void *share(size_t count, size_t size)
{
    return isolate_share((count + 1) * size);
}

static size_t points_of(const struct compare_script *script, const struct compare_facts *facts)
{
    uint64_t points = 0;
    for (size_t i = 0; i < script->ask_count; i++) {
        const struct compare_ask *ask = &script->asks[i];
        points += ask->weight * (ask->points + facts->points_per_replica);
    }
    return facts->placement == SUBJECT_LISTED ? (size_t)points * 4 + 100000 : (size_t)points;
}

static void make_answers(const struct compare_script *script, const struct compare_facts *facts,
                         bool details, struct compare_answers *answers)
{
    *answers = (struct compare_answers){.lookups = script->lookups, .asks = script->ask_count};
    answers->owners = share(script->lookups, sizeof *answers->owners);
    if (details && compare_knows(facts)) {
        answers->room = points_of(script, facts);
        answers->positions = share(script->lookups, sizeof *answers->positions);
        answers->points = share(answers->room, sizeof *answers->points);
        answers->ranges = share(script->ask_count, sizeof *answers->ranges);
    }
}

void compare_answers_free(struct compare_answers *answers)
{
    (void)munmap(answers->owners, (answers->lookups + 1) * sizeof *answers->owners);
    if (answers->points != NULL) {
        (void)munmap(answers->positions, (answers->lookups + 1) * sizeof *answers->positions);
        (void)munmap(answers->points, (answers->room + 1) * sizeof *answers->points);
        (void)munmap(answers->ranges, (answers->asks + 1) * sizeof *answers->ranges);
    }
}

bool compare_run(const struct compare_side sides[2], const struct compare_script *script,
                 const struct rule *rule, bool details, struct compare_answers answers[2],
                 struct compare_failure *failure)
{
    struct work works[2];
    for (int i = 0; i < 2; i++) {
        works[i] = (struct work){
            .text = sides[i].text, .facts = sides[i].facts, .script = script, .rule = rule};
        make_answers(script, &sides[i].facts, details, &works[i].answers);
        answers[i] = works[i].answers;
    }
    bool good = run_works(works, 2, work_run, 0, failure);
    for (int i = 0; i < 2 && !good; i++) {
        compare_answers_free(&answers[i]);
    }
    return good;
}

size_t compare_on_points(const struct compare_side *side, const struct rule *rule,
                         const struct compare_script *list, size_t tries, uint64_t *numbers,
                         size_t max)
{
    struct compare_failure failure;
    struct work work = {.text = side->text,
                        .facts = side->facts,
                        .script = list,
                        .rule = rule,
                        .numbers = share(max, sizeof *numbers),
                        .found = share(1, sizeof *work.found),
                        .max = max,
                        .tries = tries};
    make_answers(list, &side->facts, true, &work.answers);
    bool good = run_works(&work, 1, work_search, 0, &failure);
    size_t found = good ? *work.found : 0;
    memcpy(numbers, work.numbers, found * sizeof *numbers);
    compare_answers_free(&work.answers);
    (void)munmap(work.numbers, (max + 1) * sizeof *numbers);
    (void)munmap(work.found, 2 * sizeof *work.found);
    return found;
}
