#include "trigger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../program/trace.h"

static const char *const feature_words[FEATURES] = {
    [FEATURE_REPLICAS] = "replicas",
    [FEATURE_SIZE] = "size",
    [FEATURE_N] = "n",
    [FEATURE_BATCH] = "batch",
    [FEATURE_HAD_REPLICAS] = "had-replicas",
    [FEATURE_HAD_SIZE] = "had-size",
    [FEATURE_NODES] = "nodes",
    [FEATURE_POINTS] = "points",
};

static const char *const circumstance_words[CIRCUMSTANCES] = {
    [WHEN_EMPTY] = "empty",         [WHEN_ABSENT] = "absent",       [WHEN_PRESENT] = "present",
    [WHEN_WANTS_MORE] = "n>nodes",  [WHEN_WRAPS] = "wraps",         [WHEN_AGAIN] = "again",
    [WHEN_ZERO_BYTE] = "zero-byte", [WHEN_HIGH_BYTE] = "high-byte", [WHEN_REMOVED] = "removed",
};

bool trigger_concerns(const struct trigger *trigger, enum operation_kind kind)
{
    return !trigger->of_kind || trigger->kind == kind ||
           (trigger->kind == OP_FIND && kind == OP_FIND_N);
}

bool trigger_holds(const struct trigger *trigger, const struct situation *situation)
{
    if (!trigger_concerns(trigger, situation->kind) ||
        (trigger->rule != NULL && trigger->rule != situation->rule) ||
        (trigger->circumstances & ~situation->circumstances) != 0) {
        return false;
    }
    for (size_t i = 0; i < FEATURES; i++) {
        if (situation->features[i] < trigger->at_least[i] ||
            (trigger->zero[i] && situation->features[i] > 0)) {
            return false;
        }
    }
    return true;
}

/* WORDS */

/* The index of the word in a list, or the list's length. */
static size_t index_of(const char *const *words, size_t count, const char *word)
{
    size_t index = 0;
    while (index < count && strcmp(words[index], word) != 0) {
        index++;
    }
    return index;
}

/* "replicas>=1026", "nodes=0". */
static bool read_comparison(const char *word, struct trigger *trigger)
{
    char *end = NULL;
    size_t length = strcspn(word, ">=");
    bool at_least = strncmp(word + length, ">=", 2) == 0;
    const char *number = word + length + (at_least ? 2 : 1);
    for (size_t i = 0; i < FEATURES && (at_least || word[length] == '='); i++) {
        if (strlen(feature_words[i]) != length || strncmp(word, feature_words[i], length) != 0) {
            continue;
        }
        errno = 0;
        unsigned long long value = strtoull(number, &end, 10);
        if (number[0] < '0' || number[0] > '9' || *end != '\0' || errno != 0) {
            return false;
        }
        if (at_least) {
            trigger->at_least[i] = value;
            return true;
        }
        trigger->zero[i] = true;
        return value == 0;
    }
    return false;
}

static bool read_word(const char *word, struct trigger *trigger)
{
    size_t kind = index_of(trace_verbs, TRACE_VERBS, word);
    size_t circumstance = index_of(circumstance_words, CIRCUMSTANCES, word);
    if (kind < TRACE_VERBS) {
        bool first = !trigger->of_kind;
        trigger->of_kind = true;
        trigger->kind = (enum operation_kind)kind;
        return first;
    }
    if (circumstance < CIRCUMSTANCES) {
        trigger->circumstances |= 1U << circumstance;
        return true;
    }
    if (strncmp(word, "rule=", 5) == 0) {
        trigger->rule = rule_named(word + 5);
        return trigger->rule != NULL;
    }
    return read_comparison(word, trigger);
}

static void write_words(FILE *out, const char *const *words, size_t count, const char *suffix)
{
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(out, " %s%s", words[i], suffix);
    }
}

static void describe_words(char *error, size_t size, const char *word)
{
    FILE *out = fmemopen(error, size, "w");
    if (out == NULL) {
        (void)snprintf(error, size, "'%s' is not a word of a trigger", word);
        return;
    }
    (void)fprintf(
        out, "'%s' is not a word of a trigger, or names a second operation; use at most one of",
        word);
    write_words(out, trace_verbs, TRACE_VERBS, "");
    (void)fputs("; and any of", out);
    write_words(out, circumstance_words, CIRCUMSTANCES, "");
    write_words(out, feature_words, FEATURES, ">=N");
    (void)fputs(" (=0 for none) rule=NAME, separated by blanks", out);
    (void)fclose(out);
    error[size - 1] = '\0';
}

bool trigger_read(const char *text, struct trigger *trigger, char *error, size_t error_size)
{
    char copy[512];
    char *rest = copy;
    size_t words = 0;
    *trigger = (struct trigger){.of_kind = false};
    if (strlen(text) >= sizeof copy) {
        (void)snprintf(error, error_size, "the trigger is too long: use at most %zu characters",
                       sizeof copy - 1);
        return false;
    }
    (void)snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok_r(copy, " ,", &rest); word != NULL;
         word = strtok_r(NULL, " ,", &rest)) {
        words++;
        if (!read_word(word, trigger)) {
            describe_words(error, error_size, word);
            return false;
        }
    }
    if (words == 0) {
        describe_words(error, error_size, "");
    }
    return words > 0;
}

void trigger_write(FILE *out, const struct trigger *trigger)
{
    const char *blank = "";
    if (trigger->of_kind) {
        (void)fputs(trace_verbs[trigger->kind], out);
        blank = " ";
    }
    for (size_t i = 0; i < CIRCUMSTANCES; i++) {
        if (trigger->circumstances >> i & 1U) {
            (void)fprintf(out, "%s%s", blank, circumstance_words[i]);
            blank = " ";
        }
    }
    for (size_t i = 0; i < FEATURES; i++) {
        if (trigger->at_least[i] > 0) {
            (void)fprintf(out, "%s%s>=%llu", blank, feature_words[i],
                          (unsigned long long)trigger->at_least[i]);
            blank = " ";
        }
        if (trigger->zero[i]) {
            (void)fprintf(out, "%s%s=0", blank, feature_words[i]);
            blank = " ";
        }
    }
    if (trigger->rule != NULL) {
        (void)fprintf(out, "%srule=%s", blank, trigger->rule->name);
    }
}

/* PROGRAMS */

size_t trigger_first(const struct trigger *trigger, const struct program *program)
{
    struct state state;
    size_t index = 0;
    state_init(&state, program->rule);
    for (; index < program->count; index++) {
        struct situation situation = state_describe(&state, &program->operations[index]);
        if (trigger_holds(trigger, &situation)) {
            break;
        }
        state_apply(&state, &program->operations[index]);
    }
    state_free(&state);
    return index;
}

static bool any_holds(const struct trigger *triggers, size_t count,
                      const struct situation *situation)
{
    for (size_t i = 0; i < count; i++) {
        if (trigger_holds(&triggers[i], situation)) {
            return true;
        }
    }
    return false;
}

void trigger_avoid(const struct trigger *triggers, size_t count, struct program *program)
{
    struct state state;
    size_t kept = 0;
    if (count == 0) {
        return;
    }
    state_init(&state, program->rule);
    for (size_t i = 0; i < program->count; i++) {
        struct situation situation = state_describe(&state, &program->operations[i]);
        if (!any_holds(triggers, count, &situation)) {
            program->operations[kept++] = program->operations[i];
            state_apply(&state, &program->operations[i]);
        }
    }
    program->count = kept;
    state_free(&state);
}
