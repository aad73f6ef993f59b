/* What a child does with one of the two rings: it opens the ring, and runs a script on it. The parent
 * shares the memory that answers and progress are written to. */
#ifndef FUZZ_COMPARE_WORK_H
#define FUZZ_COMPARE_WORK_H

#include "../program/file.h"
#include "facts.h"
#include "script.h"

/* What the child is doing, for the case that it ends there. */
struct progress {
    enum { OPENING, CREATING, CHANGING, ASKING, LISTING, DESTROYING, AFTERWARDS } doing;
    size_t step;
    size_t lookup;
    bool refused, cannot, failed_to_open;
    enum ring_error error;
    char text[FILE_ERROR_MAX];
};

/* Where the points of a node lie, as far as that was asked: a process answers slowly. */
struct placed {
    uint64_t *positions;
    uint32_t count;
};

struct work {
    const char *text;               /* of the ring, as subject_open() takes it */
    struct compare_facts facts;     /* of the ring, for a script */
    struct compare_facts *declared; /* shared; work_declare() writes them */
    const struct compare_script *script;
    const struct rule *rule;
    struct compare_answers answers;
    struct progress *progress; /* shared */
    /* of the child */
    const struct subject *subject;
    const struct ring_options *options;
    void *ring;
    size_t *by_name; /* indices of nodes, in the order of their names */
    struct compare_step *present;
    size_t present_count;
    size_t points;          /* told so far */
    uint32_t points_of_one; /* of a node of weight 1 */
    struct placed *placed;  /* for each node of the script */
    /* of the search of keys on points */
    uint64_t *numbers;
    size_t *found, max, tries;
};

/* Each runs in a child; `context` is a struct work. Opens the ring and reads what it declares; runs the
 * script; or runs the script, and then searches keys that lie on a point of the last list. */
void work_declare(void *context);
void work_run(void *context);
void work_search(void *context);

#endif
