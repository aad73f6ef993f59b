/* The two rings that are compared. Each is opened and asked in a child process of its own, since a
 * process can open one subject, and since a ring may crash or hang. */
#ifndef FUZZ_COMPARE_SIDES_H
#define FUZZ_COMPARE_SIDES_H

#include "../check/isolate.h"
#include "../program/file.h"
#include "../subjects/registry.h"
#include "script.h"

/* What a side declares: the values of its struct subject, with defaults filled in. */
struct compare_facts {
    char name[64];
    enum subject_placement placement;
    unsigned int rules; /* by rule: a bit for each, never 0 */
    enum subject_successor successor;
    enum subject_ties ties;
    enum subject_replicas replicas;
    uint32_t points_per_replica;
    unsigned int position_bits;
    enum subject_text names, keys;
    bool not_in_names[256], not_in_keys[256];
    size_t name_max, key_max, nodes_max, points_max; /* SIZE_MAX: no limit */
    uint32_t replicas_max;
    bool removes, takes_empty_key, is_process;
};

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

/* Whether the side knows where points and keys lie. */
bool compare_knows(const struct compare_facts *facts);

/* What its add receives for a node of that weight. `points` is what a node of weight 1 has. */
uint32_t compare_replicas(const struct compare_facts *facts, uint32_t weight, uint32_t points);

/* Answers that are no index of a node. */
#define COMPARE_NOBODY (-1)   /* no node */
#define COMPARE_ERROR (-2)    /* the call failed */
#define COMPARE_STRANGER (-3) /* a name that is in no list */

struct compare_point {
    uint64_t position;
    uint32_t node;  /* index in the script */
    uint32_t index; /* among the points of its node; UINT32_MAX: not known */
};

/* The answers of a side to a script, and with details where points and keys lie. */
struct compare_answers {
    int32_t *owners; /* for each lookup */
    size_t lookups;
    uint64_t *positions;          /* of the keys, for each lookup; NULL: not known */
    struct compare_point *points; /* of all asks, each sorted by position; NULL: not known */
    size_t room;
    struct compare_range {
        size_t first, count;
        bool known; /* false: there were more points than there is room for */
    } * ranges;     /* for each ask */
    size_t asks;
};

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

/* Key `number` of an endless list of short keys that every ring takes: lower-case letters. Returns
 * its size. */
size_t compare_key_text(uint64_t number, char text[16]);

#endif
