/* Triggers: what an operation must be, and meet in the ring, to show a defect. They are what `check --avoid`
 * takes, and what it derives by itself; fuzz/README.md lists their words.
 *
 *     remove replicas>=1026      find-n n>nodes      add empty      find wraps nodes>=2 rule=md5
 */
#ifndef FUZZ_SEARCH_TRIGGER_H
#define FUZZ_SEARCH_TRIGGER_H

#include <stdio.h>

#include "state.h"

/* All of it must hold; what is zero always does. */
struct trigger {
    bool of_kind; /* `kind` alone; but a find_n finds, too */
    enum operation_kind kind;
    const struct rule *rule;
    unsigned int circumstances;
    uint64_t at_least[FEATURES];
    bool zero[FEATURES]; /* the feature must be 0 */
};

bool trigger_concerns(const struct trigger *trigger, enum operation_kind kind);
bool trigger_holds(const struct trigger *trigger, const struct situation *situation);

/* False: `error` tells which word is none, and names those that are. */
bool trigger_read(const char *text, struct trigger *trigger, char *error, size_t error_size);
void trigger_write(FILE *out, const struct trigger *trigger);

/* The index of the first operation for which it holds, or the program's count. */
size_t trigger_first(const struct trigger *trigger, const struct program *program);

/* Drops from the program every operation for which one of the triggers holds. */
void trigger_avoid(const struct trigger *triggers, size_t count, struct program *program);

/* LEARNING: which trigger tells the operations that failed from those that agreed. */

struct situations {
    struct situation *items;
    size_t count;
};
void situations_append(struct situations *situations, const struct situation *situation);
void situations_free(struct situations *situations);

/* The shortest trigger that holds for all that failed, and for as few as can be of those that agreed: into
 * *trigger. Returns the share of those that agreed for which it holds all the same, from 0 to 1. `with_rule`: the
 * rule may be part of it. */
double trigger_separate(const struct situations *failed, const struct situations *agreed,
                        bool with_rule, struct trigger *trigger);

#endif
