#include "campaign.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/exit_status.h"
#include "../base/memory.h"
#include "../program/file.h"
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
    bool rule_matters;
    struct trigger trigger;
    double share; /* the part of the agreeing operations for which the trigger holds */
    uint64_t times;
    uint64_t program; /* the first that showed it */
    char *path;
};

struct campaign {
    struct search *search;
    struct known *known;
    size_t count;
    struct classifier classifier;
    size_t by_user;    /* the user's triggers, which come first in search->avoided */
    uint64_t unsteady; /* programs that failed in the run and agreed when run alone */
    double shrinking;  /* seconds spent shrinking */
    bool unwritten;    /* a trace could not be written */
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
    return alike && trigger_first(&known->trigger, program) < program->count;
}

/* Recognises a finding by the operation that failed, before the program is shrunk. NULL: shrink
 * it. */
static struct known *known_at_once(const struct campaign *campaign, const struct trial *trial,
                                   const struct program *program)
{
    char kind[FINDING_NAME_MAX];
    struct situation situation = classify_situation(program, trial->finding.operation);
    finding_name(trial, program, NULL, kind);
    /* Blunt triggers count only when shrinking has used too much of the run. */
    bool in_haste = campaign->shrinking >
                    SHRINKING_SHARE * (search_now() - campaign->search->progress->started);
    for (size_t i = 0; i < campaign->count; i++) {
        struct known *known = &campaign->known[i];
        bool alike = strcmp(known->kind, kind) == 0 || (crashed(trial) && crashed(&known->trial));
        if (alike && (known->share <= SHARP || in_haste) &&
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
        if (known->share <= AVOIDABLE) {
            /* Meeting a hang again takes as long as thousands of programs. */
            bool hangs = known->trial.verdict == TRIAL_TIMEOUT && known->share <= SHARP;
            search_avoid(search, &known->trigger, hangs);
        }
    }
}

/* Makes both one finding if a common trigger is sharp, or about as sharp as the known finding's
 * own. */
static bool widen(struct campaign *campaign, struct known *known, const struct situation *situation)
{
    struct trigger trigger;
    situations_append(&known->failed, situation);
    double share = trigger_separate(&known->failed, &campaign->classifier.agreed,
                                    known->rule_matters, &trigger);
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
        if (strcmp(known->kind, kind) != 0) {
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

static void name_known(const struct campaign *campaign, const char *kind, struct known *known)
{
    unsigned int number = 1;
    for (size_t i = 0; i < campaign->count; i++) {
        number += strcmp(campaign->known[i].kind, kind) == 0;
    }
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

/* More operations have agreed since the triggers were derived, and may prove one wrong: derives all
 * again. */
static void classify_again(struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->count; i++) {
        struct known *known = &campaign->known[i];
        known->share = trigger_separate(&known->failed, &campaign->classifier.agreed,
                                        known->rule_matters, &known->trigger);
    }
    avoid_known(campaign);
}

static void add_known(struct campaign *campaign, const char *kind, const struct shrunk *shrunk,
                      const char *printed)
{
    struct search *search = campaign->search;
    campaign->known = memory_grow(campaign->known, campaign->count, sizeof *campaign->known);
    struct known *known = &campaign->known[campaign->count];
    *known =
        (struct known){.trial = shrunk->trial, .times = 1, .program = search->progress->programs};
    name_known(campaign, kind, known);
    campaign->count++;
    search->progress->findings = campaign->count;
    known->share = classify_failure(&campaign->classifier, search, shrunk, &known->failed,
                                    &known->rule_matters, &known->trigger);
    classify_again(campaign);
    known->path = path_of(search, known->name);
    char *head = memory_print("ringproof check --keep-going --subject %s --seed %llu, program %llu",
                              search->subject_text, (unsigned long long)search->seed,
                              (unsigned long long)known->program);
    struct report report = {.name = known->name,
                            .head = head,
                            .trial = &known->trial,
                            .program = &shrunk->program,
                            .path = known->path};
    if (report_finding(search, &report) == EXIT_FOUND) {
        keep_printed(printed, known->path);
    } else {
        campaign->unwritten = true;
    }
    free(head);
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
    char *text = content_of(printed);
    finding_name(&shrunk->trial, &shrunk->program, text, kind);
    free(text);
    struct situation situation =
        classify_situation(&shrunk->program, shrunk->trial.finding.operation);
    struct known *known = known_by_trigger(campaign, shrunk, kind);
    if (known == NULL) {
        known = known_by_widening(campaign, kind, &situation);
    }
    if (known != NULL) {
        known->times++;
    } else {
        add_known(campaign, kind, shrunk, printed);
    }
    (void)unlink(printed);
}

static double seconds_to_shrink(const struct search *search, const struct trial *trial)
{
    double most = trial->verdict == TRIAL_TIMEOUT ? SHRINK_HANG_SECONDS_MAX : SHRINK_SECONDS_MAX;
    double left = search->progress->started + search->seconds - search_now();
    if (search->seconds == 0 || left > most) {
        return most;
    }
    return left > 1 ? left : 1;
}

/* Counts the program at which the search stopped: as a known finding, as a new one, or as
 * unsteady. */
static void record_failure(struct campaign *campaign)
{
    struct search *search = campaign->search;
    struct program program;
    struct trial_options options = {
        .check = search_check(search), .seconds = SEARCH_SHRINK_SECONDS, .quiet = true};
    program_init(&program);
    search_program(search, search->progress->programs, &program);
    struct trial trial = trial_run(&options, &program);
    struct known *known = NULL;
    if (trial.verdict == TRIAL_AGREED) {
        campaign->unsteady++;
    } else if ((known = known_at_once(campaign, &trial, &program)) != NULL) {
        known->times++;
    } else {
        struct shrunk shrunk;
        double begun = search_now();
        char *printed = path_of(search, "printed");
        (void)search_shrink(search, &program, &trial, seconds_to_shrink(search, &trial), printed,
                            &shrunk);
        campaign->shrinking += search_now() - begun;
        record_shrunk(campaign, &shrunk, printed);
        program_free(&shrunk.program);
        free(printed);
    }
    search->progress->operations += trial.finding.operation + 1;
    search->progress->programs++;
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
                                      .avoided = known->share <= AVOIDABLE,
                                      .path = known->path};
    }
    campaign->search->reporter->table(campaign->search, rows, campaign->count, campaign->unsteady);
    free(rows);
}

static void free_campaign(struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->count; i++) {
        situations_free(&campaign->known[i].failed);
        free(campaign->known[i].path);
    }
    situations_free(&campaign->classifier.agreed);
    free(campaign->known);
}

/* Many programs may hang. No program that returns needs a second. */
#define PROGRAM_SECONDS 1.0

int campaign_run(struct search *search)
{
    search->program_seconds = PROGRAM_SECONDS;
    struct campaign campaign = {.search = search, .by_user = search->avoided_count};
    while (!search_run(search)) {
        record_failure(&campaign);
    }
    progress_clear();
    report_table(&campaign);
    int status = campaign.unwritten                            ? EXIT_USAGE
                 : campaign.count > 0 || campaign.unsteady > 0 ? EXIT_FOUND
                                                               : EXIT_AGREED;
    free_campaign(&campaign);
    return status;
}
