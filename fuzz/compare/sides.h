/* The two rings that are compared. Each is opened and asked in a child process of its own, since a
 * process can open one subject, and since a ring may crash or hang. */
#ifndef FUZZ_COMPARE_SIDES_H
#define FUZZ_COMPARE_SIDES_H

#include "../program/file.h"
#include "facts.h"
#include "script.h"

struct compare_side {
    char letter;      /* A or B */
    const char *text; /* as subject_open() takes it */
    struct compare_facts facts;
};

/* How a side failed: it ended, refused a call, or could not be opened. */
struct compare_failure {
    int side;
    bool usage;                /* the command line is wrong, or an adapter cannot express a call */
    bool stopped;              /* by interrupt_signal() */
    char what[FILE_ERROR_MAX]; /* "killed by SIGSEGV while it ...": with what it was doing */
    char printed[2048];        /* the end of what the side printed, or "" */
};

/* Opens a side in a child, and reads what it declares. False: *failure says why not. */
bool compare_open(struct compare_side *side, int index, struct compare_failure *failure);

void compare_answers_free(struct compare_answers *answers);

/* Both sides run the script at once, those that place by rule under `rule`. False: *failure says
 * which side failed, and how. Otherwise answers[] are to be freed. */
bool compare_run(const struct compare_side sides[2], const struct compare_script *script,
                 const struct rule *rule, bool details, struct compare_answers answers[2],
                 struct compare_failure *failure);

/* Searches keys that lie on a point of a list of nodes, for a side that knows its points: tries the
 * first `tries` keys of compare_key_text(). Writes up to `max` of their numbers, and returns how
 * many. 0 also if the side fails. */
size_t compare_on_points(const struct compare_side *side, const struct rule *rule,
                         const struct compare_script *list, size_t tries, uint64_t *numbers,
                         size_t max);

#endif
