/* Triggers: what an operation must be, and meet in the ring, to fail. `check --avoid` accepts them,
 * and `check --keep-going` derives them. fuzz/README.md lists their words.
 *
 *     remove replicas>=1026      find-n n>nodes      add empty      find wraps nodes>=2 rule=md5
 *     add byte=0x25 begins="x"   find on-point       add replicas!=160
 */
#ifndef FUZZ_SEARCH_TRIGGER_H
#define FUZZ_SEARCH_TRIGGER_H

#include <stdio.h>

#include "state.h"

#define TRIGGER_BEGINS_MAX 64

/* A conjunction. A member that is zero demands nothing. */
struct trigger {
    bool of_kind; /* only operations of `kind`; OP_FIND includes OP_FIND_N. Of kind OP_RENEW is also
                   * the end of a program, which destroys its rings */
    enum operation_kind kind;
    const struct rule *rule;
    unsigned int circumstances; /* bits as in struct situation */
    uint64_t at_least[FEATURES];
    bool zero[FEATURES]; /* the feature must be 0 */
    uint64_t bytes[4];   /* bits as in struct situation: these bytes must occur */
    bool other_replicas; /* a node that it adds or removes has replicas other than `replicas` */
    uint64_t replicas;
    size_t begins_size; /* a name or the key must begin with these bytes */
    unsigned char begins[TRIGGER_BEGINS_MAX];
};

/* Whether the trigger can hold for operations of this kind. */
bool trigger_concerns(const struct trigger *trigger, enum operation_kind kind);
bool trigger_holds(const struct trigger *trigger, const struct situation *situation);

/* Whether `weaker` demands nothing that `trigger` does not: it holds wherever `trigger` does. */
bool trigger_implies(const struct trigger *trigger, const struct trigger *weaker);

/* Reads a trigger from words. False: `error` names the word that is wrong, and lists the words
 * there are. */
bool trigger_read(const char *text, struct trigger *trigger, char *error, size_t error_size);
void trigger_write(FILE *out, const struct trigger *trigger);

/* The index of the first operation for which the trigger holds, or the program's count. */
size_t trigger_first(const struct trigger *trigger, const struct program *program);

/* Drops from the program every operation for which one of the triggers holds. */
void trigger_avoid(const struct trigger *triggers, size_t count, struct program *program);

/* CLASSIFYING: the trigger that separates the operations that failed from those that agreed. */

struct situations {
    struct situation *items;
    size_t count;
};
void situations_append(struct situations *situations, const struct situation *situation);
void situations_free(struct situations *situations);

/* Writes to *trigger a short trigger, of at most 4 words, that holds for all operations in `failed`
 * (at least one) and for few in `agreed`. `without`: words that it may not have: bit 1 << F for each
 * feature F, and TRIGGER_WITHOUT_RULE. Returns
 * the share, from 0 to 1, of agreeing operations of its kind for which it holds. */
double trigger_separate(const struct situations *failed, const struct situations *agreed,
                        unsigned int without, struct trigger *trigger);
#define TRIGGER_WITHOUT_RULE (1U << FEATURES)

/* The share of the agreeing operations of its kind for which the trigger holds. */
double trigger_share(const struct trigger *trigger, const struct situations *agreed);

#endif
