/* What two rings are asked, to see whether they are the same ring: rings that grow and shrink, and
 * keys that are looked up between. Both sides run one script, each in its own process. */
#ifndef FUZZ_COMPARE_SCRIPT_H
#define FUZZ_COMPARE_SCRIPT_H

#include "../program/operations.h"

/* What a set of lookups is for. */
enum compare_purpose {
    COMPARE_GROWN,     /* the share of keys: the ring grew to this list */
    COMPARE_SHRUNK,    /* the same, after nodes were removed */
    COMPARE_WEIGHTED,  /* the same, with nodes of unequal weights */
    COMPARE_LEVEL,     /* the nodes of a file, all with weight 1 */
    COMPARE_REVERSED,  /* the nodes of a list that was grown, in the other order */
    COMPARE_NAMES,     /* names of a kind: see `of` */
    COMPARE_KEYS,      /* keys of a kind: see `of` */
    COMPARE_ON_POINTS, /* keys that lie on a point */
    COMPARE_SHARES,    /* how many keys each node gets, with few points */
    COMPARE_CANDIDATE  /* of shrinking */
};

/* Keys that are looked up in one state of a ring. */
struct compare_ask {
    enum compare_purpose purpose;
    const char *of;    /* "with a byte above 127", or NULL; static storage */
    size_t key, count; /* keys of the script */
    size_t lookup;     /* of the first one: lookups are numbered through the script */
    size_t nodes;      /* in the ring */
    uint64_t weight;   /* of all of them together */
    uint32_t points;   /* of a node of weight 1 */
    size_t step;
};

struct compare_step {
    enum compare_step_kind {
        COMPARE_NEW,    /* a new, empty ring: a node of weight 1 has `number` points */
        COMPARE_ADD,    /* node `node` with weight `number` */
        COMPARE_REMOVE, /* node `node` */
        COMPARE_ASK     /* ask `node` */
    } kind;
    size_t node;
    uint32_t number;
};

struct compare_script {
    struct ring_bytes *nodes; /* their names, all different; a step names them by index */
    size_t node_count;
    struct ring_bytes *keys;
    size_t key_count;
    struct compare_step *steps;
    size_t count;
    struct compare_ask *asks;
    size_t ask_count;
    size_t lookups;
    /* The state in which the next step finds the ring. */
    size_t present;
    uint64_t weight;
    uint32_t points;
};

/* All zero is an empty script. Frees the arrays; names and keys belong to others. */
void compare_script_free(struct compare_script *script);

/* Append a name or a key, and return its index. */
size_t compare_script_node(struct compare_script *script, struct ring_bytes name);
size_t compare_script_key(struct compare_script *script, struct ring_bytes key);

/* Append a step. */
void compare_script_new(struct compare_script *script, uint32_t points);
void compare_script_add(struct compare_script *script, size_t node, uint32_t weight);
void compare_script_remove(struct compare_script *script, size_t node, uint32_t weight);
struct compare_ask *compare_script_ask(struct compare_script *script, enum compare_purpose purpose,
                                       size_t key, size_t count);

/* Whether the purpose is one that the share of keys is made of. */
bool compare_counts(enum compare_purpose purpose);

/* The index of the COMPARE_NEW that begins the ring of a step. */
size_t compare_script_begin(const struct compare_script *script, size_t step);

/* Key `number` of an endless list of short keys that every ring takes: lower-case letters. Returns
 * its size. */
size_t compare_key_text(uint64_t number, char text[16]);

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

#endif
