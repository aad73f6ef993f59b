#include "campaign.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/exit_status.h"
#include "../base/memory.h"
#include "../program/file.h"
#include "again.h"
#include "classify.h"
#include "finding_name.h"
#include "progress_line.h"
#include "report.h"

/* A trigger is sharp if it holds for at most this share of the operations that agreed. A sharp
 * trigger identifies its finding. */
#define SHARP 0.03
/* A trigger that holds for a larger share is not avoided: that would leave out too much else. */
#define AVOIDABLE 0.6
/* At most this many findings of one kind that have no common trigger. Later failures of that kind
 * count as the last of these findings. */
#define ALIKE_MAX 8
#define SHRINK_SECONDS_MAX 15.0
#define SHRINK_HANG_SECONDS_MAX 6.0
/* Shrinking may take this share of the run. Beyond it, blunt triggers identify findings, too. */
#define SHRINKING_SHARE 0.3

struct known {
    char name[FINDING_NAME_MAX + 16]; /* the kind, and a number unless it is the first */
    char kind[FINDING_NAME_MAX];      /* from finding_name() */
    struct trial trial;
    struct situations failed;
    unsigned int without; /* words that the trigger may not have */
    struct trigger trigger;
    double share;              /* the part of the agreeing operations for which the trigger holds */
    bool unsteady;             /* it did not show again, or not always: no trigger, no situations */
    unsigned int failed_again; /* how often it did */
    uint64_t times;
    uint64_t program; /* the first that showed it */
    char *path;
};

struct kind {
    char kind[FINDING_NAME_MAX];
    unsigned int count;
};

struct campaign {
    struct kind *kinds;
    size_t kind_count;
    struct search *search;
    struct known *known;
    size_t count;
    struct classifier classifier;
    size_t by_user;   /* the user's triggers, which come first in search->avoided */
    double shrinking; /* seconds spent shrinking */
    bool unwritten;   /* a trace could not be written */
};

/* RECOGNITION */

static bool crashed(const struct trial *trial)
{
    return trial->verdict == TRIAL_CRASH;
}

/* Whether the trigger of the known finding explains why this shrunk program failed. Every operation
 * of a shrunk program is needed. So a sharp trigger identifies a crash, whichever operation ends
 * the process. */
static bool shows(const struct known *known, const struct trial *trial, const char *kind,
                  const struct program *program)
{
    bool alike = strcmp(known->kind, kind) == 0 ||
                 (known->share <= SHARP && crashed(trial) && crashed(&known->trial));
    return alike && !known->unsteady && trigger_first(&known->trigger, program) < program->count;
}

/* Recognises a finding by the operation that failed, before the program is shrunk. NULL: shrink
 * it. */
static struct known *known_at_once(const struct campaign *campaign, const struct trial *trial,
                                   const struct program *program)
{
    char kind[FINDING_NAME_MAX];
    struct situation situation = classify_situation(program, trial);
    finding_name(trial, program, NULL, kind);
    /* Blunt triggers count only when shrinking has used too much of the run. */
    bool in_haste = campaign->shrinking >
                    SHRINKING_SHARE * (search_now() - campaign->search->progress->started);
    for (size_t i = 0; i < campaign->count; i++) {
        struct known *known = &campaign->known[i];
        bool alike = strcmp(known->kind, kind) == 0 || (crashed(trial) && crashed(&known->trial));
        if (alike && !known->unsteady && (known->share <= SHARP || in_haste) &&
            trigger_holds(&known->trigger, &situation)) {
            return known;
        }
    }
    return NULL;
}

static struct known *known_by_trigger(const struct campaign *campaign, const struct shrunk *shrunk,
                                      const char *kind)
{
    for (size_t i = 0; i < campaign->count; i++) {
        if (shows(&campaign->known[i], &shrunk->trial, kind, &shrunk->program)) {
            return &campaign->known[i];
        }
    }
    return NULL;
}

/* Rebuilds the search's list of triggers to avoid from the user's and the known findings'. */
static void avoid_known(struct campaign *campaign)
{
    struct search *search = campaign->search;
    search->avoided_count = search->always_count = campaign->by_user;
    for (size_t i = 0; i < campaign->count; i++) {
        const struct known *known = &campaign->known[i];
        if (!known->unsteady && known->share <= AVOIDABLE) {
            /* Meeting a hang again takes as long as thousands of programs. */
            bool hangs = known->trial.verdict == TRIAL_TIMEOUT && known->share <= SHARP;
            search_avoid(search, &known->trigger, hangs);
        }
    }
}

/* Makes both one finding if a common trigger is sharp, or about as sharp as the known finding's
 * own. A rule in that trigger stays: experiments have shown that it matters. */
static bool widen(struct campaign *campaign, struct known *known, const struct situation *situation)
{
    struct trigger trigger;
    if (known->trigger.rule != NULL && known->trigger.rule != situation->rule) {
        return false;
    }
    situations_append(&known->failed, situation);
    double share =
        trigger_separate(&known->failed, &campaign->classifier.agreed, known->without, &trigger);
    if (share > SHARP && share > 1.5 * known->share) {
        known->failed.count--;
        return false;
    }
    known->trigger = trigger;
    known->share = share;
    avoid_known(campaign);
    return true;
}

static struct known *known_by_widening(struct campaign *campaign, const char *kind,
                                       const struct situation *situation)
{
    size_t alike = 0;
    struct known *last = NULL;
    for (size_t i = 0; i < campaign->count; i++) {
        struct known *known = &campaign->known[i];
        if (known->unsteady || strcmp(known->kind, kind) != 0) {
            continue;
        }
        if (widen(campaign, known, situation)) {
            return known;
        }
        alike++;
        last = known;
    }
    return alike < ALIKE_MAX ? NULL : last;
}

/* NEW FINDINGS */

/* How many findings of the kind there were, with those that were merged since: none takes the name
 * of another. */
static unsigned int count_kind(struct campaign *campaign, const char *kind)
{
    for (size_t i = 0; i < campaign->kind_count; i++) {
        if (strcmp(campaign->kinds[i].kind, kind) == 0) {
            return ++campaign->kinds[i].count;
        }
    }
    campaign->kinds = memory_grow(campaign->kinds, campaign->kind_count, sizeof *campaign->kinds);
    struct kind *added = &campaign->kinds[campaign->kind_count++];
    (void)snprintf(added->kind, sizeof added->kind, "%s", kind);
    return added->count = 1;
}

static void name_known(struct campaign *campaign, const char *kind, struct known *known)
{
    unsigned int number = count_kind(campaign, kind);
    (void)snprintf(known->kind, sizeof known->kind, "%s", kind);
    (void)snprintf(known->name, sizeof known->name, "%s", kind);
    if (number > 1) {
        (void)snprintf(known->name, sizeof known->name, "%s-%u", kind, number);
    }
}

/* To be freed. */
static char *path_of(const struct search *search, const char *name)
{
    return memory_print("%s%s%s-%llu-%s.trace", search->output != NULL ? search->output : "",
                        search->output != NULL ? "/" : "", search->subject->name,
                        (unsigned long long)search->seed, name);
}

/* Keeps what the subject printed when it failed, such as a sanitizer's report, in NAME.txt beside
 * NAME.trace. */
static void keep_printed(const char *printed, const char *trace)
{
    struct stat status;
    if (stat(printed, &status) == 0 && status.st_size > 0) {
        char *path = memory_print("%.*s.txt", (int)(strlen(trace) - strlen(".trace")), trace);
        (void)rename(printed, path);
        free(path);
    } else {
        (void)unlink(printed);
    }
}

/* More operations have agreed since the triggers were derived, and may prove one wrong: derives
 * that again. One that is still sharp, or about as sharp as before, stays: experiments made it. */
static void classify_again(struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->count; i++) {
        struct known *known = &campaign->known[i];
        if (known->unsteady) {
            continue;
        }
        double share = trigger_share(&known->trigger, &campaign->classifier.agreed);
        if (share <= SHARP || share <= 1.5 * known->share) {
            continue;
        }
        known->share = trigger_separate(&known->failed, &campaign->classifier.agreed,
                                        known->without, &known->trigger);
    }
    avoid_known(campaign);
}

static struct known *append_known(struct campaign *campaign, const char *kind,
                                  const struct trial *trial)
{
    campaign->known = memory_grow(campaign->known, campaign->count, sizeof *campaign->known);
    struct known *known = &campaign->known[campaign->count];
    *known = (struct known){
        .trial = *trial, .times = 1, .program = campaign->search->progress->programs};
    name_known(campaign, kind, known);
    known->path = path_of(campaign->search, known->name);
    campaign->search->progress->findings = ++campaign->count;
    return known;
}

/* Completes the report, and writes it. */
static void report_known(struct campaign *campaign, const struct known *known,
                         struct report *report, const char *printed)
{
    struct search *search = campaign->search;
    char *head = memory_print("ringproof check --keep-going --subject %s --seed %llu, program %llu",
                              search->subject_word, (unsigned long long)search->seed,
                              (unsigned long long)known->program);
    report->name = known->name;
    report->head = head;
    report->trial = &known->trial;
    report->path = known->path;
    if (report_finding(search, report) != EXIT_FOUND) {
        campaign->unwritten = true;
    } else if (printed != NULL) {
        keep_printed(printed, known->path);
    }
    free(head);
}

/* A weaker trigger that holds for more explains too much. */
#define EXPLAINS_MAX 0.3

/* Whether both are one finding: of one kind, or both crashes, and one trigger is that of the other
 * with more words. *a then takes the trigger with fewer. */
static bool merge(struct known *a, struct known *b)
{
    bool alike = strcmp(a->kind, b->kind) == 0 || (crashed(&a->trial) && crashed(&b->trial));
    if (!alike || a->unsteady || b->unsteady) {
        return false;
    }
    bool a_is_weaker = trigger_implies(&b->trigger, &a->trigger);
    const struct known *weaker = a_is_weaker ? a : b;
    if ((!a_is_weaker && !trigger_implies(&a->trigger, &b->trigger)) ||
        (weaker->trigger.rule == NULL && weaker->share > EXPLAINS_MAX)) {
        return false;
    }
    if (!a_is_weaker) {
        a->trigger = b->trigger;
        a->share = b->share;
        a->without = b->without;
    }
    for (size_t i = 0; i < b->failed.count; i++) {
        situations_append(&a->failed, &b->failed.items[i]);
    }
    a->times += b->times;
    return true;
}

static void free_known(struct known *known)
{
    situations_free(&known->failed);
    free(known->path);
}

/* Makes one of findings that are. True: the last is gone. */
static bool merge_all(struct campaign *campaign)
{
    bool last = false;
    for (size_t i = 0; i < campaign->count; i++) {
        for (size_t j = campaign->count - 1; j > i; j--) {
            if (merge(&campaign->known[i], &campaign->known[j])) {
                last = last || j + 1 == campaign->count;
                free_known(&campaign->known[j]);
                memmove(&campaign->known[j], &campaign->known[j + 1],
                        (campaign->count - j - 1) * sizeof *campaign->known);
                campaign->search->progress->findings = --campaign->count;
            }
        }
    }
    return last;
}

static void add_known(struct campaign *campaign, const char *kind, const struct shrunk *shrunk,
                      const char *printed)
{
    struct known *known = append_known(campaign, kind, &shrunk->trial);
    known->share = classify_failure(&campaign->classifier, campaign->search, shrunk, &known->failed,
                                    &known->without, &known->trigger);
    classify_again(campaign);
    bool merged = merge_all(campaign);
    avoid_known(campaign);
    if (merged) {
        return;
    }
    known = &campaign->known[campaign->count - 1];
    report_known(campaign, known,
                 &(struct report){.program = &shrunk->program, .cut_short = shrunk->cut_short},
                 printed);
}

/* A program that failed in the run, and not or not always when it was run again. Those that fail
 * alike are one finding. */
static void record_unsteady(struct campaign *campaign, const struct program *program,
                            const struct trial *seen, const struct again *again)
{
    char kind[FINDING_NAME_MAX];
    finding_name(seen, program, NULL, kind);
    for (size_t i = 0; i < campaign->count; i++) {
        struct known *known = &campaign->known[i];
        if (known->unsteady && strcmp(known->kind, kind) == 0) {
            known->times++;
            return;
        }
    }
    struct known *known = append_known(campaign, kind, seen);
    known->unsteady = true;
    known->failed_again = again->failed;
    report_known(
        campaign, known,
        &(struct report){
            .program = program, .unsteady = true, .runs = again->runs, .failed = again->failed},
        NULL);
}

/* FROM A FAILURE TO THE TABLE */

static char *content_of(const char *path)
{
    char error[FILE_ERROR_MAX];
    size_t size = 0;
    char *content = file_read(path, &size, error, sizeof error);
    if (content == NULL) {
        return NULL;
    }
    content = memory_resize(content, size + 1, 1);
    content[size] = '\0';
    return content;
}

static void record_shrunk(struct campaign *campaign, const struct shrunk *shrunk,
                          const char *printed)
{
    char kind[FINDING_NAME_MAX];
    char *text = printed != NULL ? content_of(printed) : NULL;
    finding_name(&shrunk->trial, &shrunk->program, text, kind);
    free(text);
    struct situation situation = classify_situation(&shrunk->program, &shrunk->trial);
    struct known *known = known_by_trigger(campaign, shrunk, kind);
    if (known == NULL) {
        known = known_by_widening(campaign, kind, &situation);
    }
    if (known != NULL) {
        known->times++;
    } else {
        add_known(campaign, kind, shrunk, printed);
    }
    if (printed != NULL) {
        (void)unlink(printed);
    }
}

static double seconds_to_shrink(const struct search *search, const struct trial *trial)
{
    double most = trial->verdict == TRIAL_TIMEOUT ? SHRINK_HANG_SECONDS_MAX : SHRINK_SECONDS_MAX;
    double left = search_end(search) - search_now();
    if (search->seconds == 0 || left > most) {
        return most;
    }
    return left > SEARCH_GRACE_SECONDS ? left : SEARCH_GRACE_SECONDS;
}

/* Shrinks the program, which failed in again->trial, and records it. */
static void shrink_and_record(struct campaign *campaign, const struct program *program,
                              struct again *again)
{
    struct search *search = campaign->search;
    struct shrunk shrunk;
    double begun = search_now();
    char *printed = path_of(search, "printed");
    bool fails = search_shrink(search, program, &again->trial,
                               seconds_to_shrink(search, &again->trial), printed, &shrunk);
    campaign->shrinking += search_now() - begun;
    if (!fails) {
        again_count(search, program, AGAIN_RUNS, again);
    }
    if (fails || again_is_steady(again)) {
        record_shrunk(campaign, &shrunk, printed);
    } else {
        record_unsteady(campaign, program, &again->trial, again);
        (void)unlink(printed);
    }
    program_free(&shrunk.program);
    free(printed);
}

/* A hang that waits is known now: meeting it again must not take long. */
static void wait_less(struct search *search, const struct trial *trial)
{
    if (trial->verdict == TRIAL_TIMEOUT && trial->ending.waited) {
        search->waiting_seconds = 4 * search_quick_waiting(search);
    }
}

/* Counts the program at which the search stopped: as a known finding, or as a new one. */
static void record_failure(struct campaign *campaign, const struct trial *seen)
{
    struct search *search = campaign->search;
    struct program program;
    struct again again;
    struct known *known = NULL;
    uint64_t index = search->progress->programs;
    program_init(&program);
    search_program(search, index, &program);
    wait_less(search, seen);
    bool fails = again_try(search, index, &program, seen, &again);
    if (!again_is_steady(&again)) {
        record_unsteady(campaign, &program, &again.trial, &again);
    } else if (!fails) { /* there was no time to run it again */
        record_shrunk(campaign, &(struct shrunk){program, *seen, true}, NULL);
    } else {
        const struct program *failing = again.after_others ? &again.program : &program;
        known = known_at_once(campaign, &again.trial, failing);
        if (known != NULL) {
            known->times++;
        } else {
            shrink_and_record(campaign, failing, &again);
        }
    }
    search->progress->operations += seen->finding.operation + 1;
    search->progress->programs++;
    again_free(&again);
    program_free(&program);
}

static void report_table(const struct campaign *campaign)
{
    struct report_row *rows = memory_resize(NULL, campaign->count, sizeof *rows);
    for (size_t i = 0; i < campaign->count; i++) {
        const struct known *known = &campaign->known[i];
        rows[i] = (struct report_row){.name = known->name,
                                      .times = known->times,
                                      .program = known->program,
                                      .trigger = &known->trigger,
                                      .avoided = !known->unsteady && known->share <= AVOIDABLE,
                                      .unsteady = known->unsteady,
                                      .failed = known->failed_again,
                                      .path = known->path};
    }
    campaign->search->reporter->table(campaign->search, rows, campaign->count);
    free(rows);
}

static void free_campaign(struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->count; i++) {
        free_known(&campaign->known[i]);
    }
    situations_free(&campaign->classifier.agreed);
    free(campaign->known);
    free(campaign->kinds);
}

/* Many programs may hang. No program that returns needs a second. */
#define PROGRAM_SECONDS 1.0

int campaign_run(struct search *search)
{
    search->program_seconds = PROGRAM_SECONDS;
    struct campaign campaign = {.search = search, .by_user = search->avoided_count};
    struct trial seen;
    while (!search_run(search, &seen)) {
        record_failure(&campaign, &seen);
    }
    progress_clear();
    report_table(&campaign);
    int status = campaign.unwritten ? EXIT_USAGE : campaign.count > 0 ? EXIT_FOUND : EXIT_AGREED;
    free_campaign(&campaign);
    return status;
}
