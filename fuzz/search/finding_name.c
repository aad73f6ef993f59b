#include "finding_name.h"

#include <ctype.h>
#include <string.h>

#include "../check/property_names.h"
#include "../program/trace.h"

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* How the answer differs. Reads the words that check/compare.c writes. */
static const char *kind_of_answer(const struct finding *finding)
{
    bool node_expected = finding->expected[0] == '"';
    bool node_got = finding->got[0] == '"';
    if (strcmp(finding->got, "success") == 0) {
        return "accepted";
    }
    if (strcmp(finding->expected, "success") == 0) {
        return "refused";
    }
    if (node_expected && node_got) {
        return "another";
    }
    if (strcmp(finding->got, "no node") == 0) {
        return "none";
    }
    if (strcmp(finding->expected, "no node") == 0 && node_got) {
        return "too-many";
    }
    return node_expected || strcmp(finding->expected, "no node") == 0 ? "refused" : "other-error";
}

/* If find_n returns a wrong node, find most often does, too: one name for both. */
static const char *verb_of_answer(const char *verb)
{
    return strcmp(verb, trace_verbs[OP_FIND_N]) == 0 ? trace_verbs[OP_FIND] : verb;
}

static void name_difference(const struct finding *finding, const char *verb,
                            char name[FINDING_NAME_MAX])
{
    static const struct {
        const char *what;
        const char *name;
    } kinds[] = {
        {"number of nodes", "node-count"},
        {"number of points", "point-count"},
        {"point ", "points"},
        {"find_positions", "find-positions"},
        {"find_if", "find-if"},
        {"next_owner", "next-owner"},
        {"range ", "moves"},
        {"shares", "shares"},
        {"replicas of a node", "node-replicas"},
        {"pointer of a node", "node-data"},
        {"the subject's", "own-check"},
    };
    const char *property = property_short_name(finding->what);
    if (property != NULL) {
        (void)snprintf(name, FINDING_NAME_MAX, "%s", property);
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (begins(finding->what, kinds[i].what)) {
            (void)snprintf(name, FINDING_NAME_MAX, "%s-after-%s", kinds[i].name, verb);
            return;
        }
    }
    (void)snprintf(name, FINDING_NAME_MAX, "%s-%s", verb_of_answer(verb), kind_of_answer(finding));
}

/* SUMMARY: AddressSanitizer: heap-buffer-overflow /a/path.c:12:3 in function */
static bool name_summary(const char *printed, char name[FINDING_NAME_MAX])
{
    const char *summary = printed != NULL ? strstr(printed, "SUMMARY: ") : NULL;
    const char *kind = summary != NULL ? strstr(summary, "Sanitizer: ") : NULL;
    if (kind == NULL) {
        return false;
    }
    kind += strlen("Sanitizer: ");
    size_t line = strcspn(kind, "\n");
    const char *in = memmem(kind, line, " in ", 4);
    (void)snprintf(name, FINDING_NAME_MAX, "%.*s", (int)strcspn(kind, " \n"), kind);
    if (in != NULL) {
        size_t used = strlen(name);
        (void)snprintf(name + used, FINDING_NAME_MAX - used, "-in-%.*s",
                       (int)strcspn(in + 4, " (\n"), in + 4);
    }
    return true;
}

static void name_ending(const struct trial *trial, const char *verb, char name[FINDING_NAME_MAX])
{
    const char *signal_name = sigabbrev_np(trial->ending.number);
    if (trial->ending.kind == ENDING_SIGNAL) {
        (void)snprintf(name, FINDING_NAME_MAX, "sig%s-%s",
                       signal_name != NULL ? signal_name : "nal", verb);
    } else {
        (void)snprintf(name, FINDING_NAME_MAX, "exit-%d-%s", trial->ending.number, verb);
    }
}

static enum operation_kind failed_kind(const struct trial *trial, const struct program *program)
{
    size_t index = trial->finding.operation;
    return index < program->count ? program->operations[index].kind : OP_ADD;
}

/* What the check did when it failed. */
static const char *verb_of(const struct trial *trial, const struct program *program)
{
    switch (trial->finding.phase) {
    case CHECK_CREATES:
        return "create";
    case CHECK_LISTS:
        return "list";
    case CHECK_DESTROYS:
        return "destroy";
    case CHECK_IS_DONE:
        return "end";
    case CHECK_RUNS:
        break;
    }
    return trace_verbs[failed_kind(trial, program)];
}

void finding_name(const struct trial *trial, const struct program *program, const char *printed,
                  char name[FINDING_NAME_MAX])
{
    const char *verb = verb_of(trial, program);
    if (trial->finding.borrowed) {
        const char *what = property_what(PROPERTY_BORROWED);
        (void)snprintf(name, FINDING_NAME_MAX, "%s", property_short_name(what));
    } else if (trial->verdict == TRIAL_DIFFERENCE) {
        name_difference(&trial->finding, trace_verbs[failed_kind(trial, program)], name);
    } else if (trial->verdict == TRIAL_TIMEOUT) {
        (void)snprintf(name, FINDING_NAME_MAX, "hang-%s", verb);
    } else if (!name_summary(printed, name)) {
        name_ending(trial, verb, name);
    }
    for (char *at = name; *at != '\0'; at++) {
        *at = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '-';
    }
}

bool finding_alike(const struct trial *a, const struct program *a_program, const struct trial *b,
                   const struct program *b_program)
{
    char a_name[FINDING_NAME_MAX];
    char b_name[FINDING_NAME_MAX];
    if (a->finding.borrowed || b->finding.borrowed) {
        return a->finding.borrowed == b->finding.borrowed;
    }
    if (a->verdict != b->verdict || a->verdict == TRIAL_CRASH) {
        return a->verdict == b->verdict;
    }
    finding_name(a, a_program, NULL, a_name);
    finding_name(b, b_program, NULL, b_name);
    return strcmp(a_name, b_name) == 0;
}
