/* A comparison of two rings: what was asked, what differs, and of what kind it is. */
#ifndef FUZZ_COMPARE_COMPARISON_H
#define FUZZ_COMPARE_COMPARISON_H

#include "lists.h"
#include "statistics.h"

enum compare_verdict { COMPARE_SAME, COMPARE_SAME_BUT_TIES, COMPARE_DIFFERENT };

/* A kind of difference. */
struct compare_kind {
    const char *word; /* "points": kinds.c has them all */
    bool inferred;    /* from answers alone; otherwise seen in what the sides tell */
    char *sentence;
};

/* What was found for each ask that counts, for the table. */
struct compare_row {
    enum compare_purpose purpose;
    const char *of;
    size_t nodes;
    uint64_t lookups, differ, ties;
};

/* The smallest list and key that tell the two apart. */
struct compare_smallest {
    struct compare_script script; /* one ring, and one ask of one key: its last step. */
    struct compare_answers answers[2];
    bool found;
    uint32_t agrees_with; /* with so many points of a node, and fewer, no key told; 0: not known */
};

#define COMPARE_KINDS_MAX 16

struct compare_result {
    const struct rule *rule; /* under which sides place that place by rule; or `own` */
    enum compare_verdict verdict;
    struct compare_row *rows;
    size_t row_count;
    uint64_t lookups, differ,
        ties;                   /* of those that count, with two nodes or more; ties: of differ */
    uint64_t trials;            /* independent ones among them */
    struct compare_share share; /* of keys that differ, ties and all */
    double unrelated;           /* the share if the two had nothing in common */
    struct compare_kind kinds[COMPARE_KINDS_MAX];
    size_t kind_count;
    char *not_seen[COMPARE_KINDS_MAX]; /* sentences: what could not be seen, and why */
    size_t not_seen_count;
    struct compare_smallest smallest;
    uint64_t on_points; /* keys that lay on a point */
    bool unsteady;      /* a side answered differently when asked again */
};

#endif
