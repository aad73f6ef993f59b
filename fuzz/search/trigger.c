#include "trigger.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"
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
    [FEATURE_RINGS] = "rings",
};

static const char *const circumstance_words[CIRCUMSTANCES] = {
    [WHEN_EMPTY] = "empty",         [WHEN_ABSENT] = "absent",   [WHEN_PRESENT] = "present",
    [WHEN_WANTS_MORE] = "n>nodes",  [WHEN_WRAPS] = "wraps",     [WHEN_ON_POINT] = "on-point",
    [WHEN_TIES] = "ties",           [WHEN_AGAIN] = "again",     [WHEN_ZERO_BYTE] = "zero-byte",
    [WHEN_HIGH_BYTE] = "high-byte", [WHEN_REMOVED] = "removed", [WHEN_RENEWED] = "renewed",
};

bool trigger_concerns(const struct trigger *trigger, enum operation_kind kind)
{
    return !trigger->of_kind || trigger->kind == kind ||
           (trigger->kind == OP_FIND && kind == OP_FIND_N);
}

static bool string_begins(const struct trigger *trigger, struct ring_bytes string)
{
    return string.size >= trigger->begins_size &&
           memcmp(string.data, trigger->begins, trigger->begins_size) == 0;
}

/* Whether a name or the key begins as the trigger demands. */
static bool begins(const struct trigger *trigger, const struct operation *operation)
{
    if (operation == NULL) {
        return false;
    }
    bool any = (operation->kind == OP_FIND || operation->kind == OP_FIND_N) &&
               string_begins(trigger, operation->key);
    for (size_t i = 0; i < operation->count && !any; i++) {
        any = string_begins(trigger, operation->nodes[i].name);
    }
    return any;
}

/* Whether a node has other replicas than the trigger names. */
static bool replicas_differ(const struct trigger *trigger, const struct situation *situation)
{
    return situation->least_replicas > 0 || situation->features[FEATURE_REPLICAS] > 0
               ? situation->least_replicas != trigger->replicas ||
                     situation->features[FEATURE_REPLICAS] != trigger->replicas
               : situation->features[FEATURE_BATCH] > 0 && situation->kind != OP_REMOVE &&
                     trigger->replicas != 0;
}

static bool bytes_and_replicas_hold(const struct trigger *trigger,
                                    const struct situation *situation)
{
    for (size_t i = 0; i < 4; i++) {
        if ((trigger->bytes[i] & ~situation->bytes[i]) != 0) {
            return false;
        }
    }
    return (!trigger->other_replicas || replicas_differ(trigger, situation)) &&
           (trigger->begins_size == 0 || begins(trigger, situation->operation));
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
    return bytes_and_replicas_hold(trigger, situation);
}

bool trigger_implies(const struct trigger *trigger, const struct trigger *weaker)
{
    bool implies =
        (!weaker->of_kind || (trigger->of_kind && trigger_concerns(weaker, trigger->kind))) &&
        (weaker->rule == NULL || weaker->rule == trigger->rule) &&
        (weaker->circumstances & ~trigger->circumstances) == 0 &&
        (!weaker->other_replicas ||
         (trigger->other_replicas && trigger->replicas == weaker->replicas)) &&
        weaker->begins_size <= trigger->begins_size &&
        memcmp(weaker->begins, trigger->begins, weaker->begins_size) == 0;
    for (size_t i = 0; i < FEATURES; i++) {
        implies = implies && weaker->at_least[i] <= trigger->at_least[i] &&
                  (!weaker->zero[i] || trigger->zero[i]);
    }
    for (size_t i = 0; i < 4; i++) {
        implies = implies && (weaker->bytes[i] & ~trigger->bytes[i]) == 0;
    }
    return implies;
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

/* "byte=0x2f", "byte=47" */
static bool read_byte(const char *number, struct trigger *trigger)
{
    char *end = NULL;
    unsigned long value = strtoul(number, &end, 0);
    if (number[0] < '0' || number[0] > '9' || *end != '\0' || value > 255) {
        return false;
    }
    trigger->bytes[value / 64] |= UINT64_C(1) << value % 64;
    return true;
}

/* "replicas!=160" */
static bool read_other_replicas(const char *number, struct trigger *trigger)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(number, &end, 10);
    bool good = number[0] >= '0' && number[0] <= '9' && *end == '\0' && errno == 0 &&
                !trigger->other_replicas;
    trigger->other_replicas = true;
    trigger->replicas = value;
    return good;
}

static int hexadecimal(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = digit != '\0' ? strchr(digits, tolower((unsigned char)digit)) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* Reads one byte of a string: itself, or escaped as in traces. Returns how many characters it has; 0:
 * it is none. */
static size_t read_escape(const char *text, unsigned char *byte)
{
    *byte = (unsigned char)text[0];
    if (text[0] != '\\') {
        return text[0] != '\0' && text[0] != '"';
    }
    if (text[1] == '"' || text[1] == '\\') {
        *byte = (unsigned char)text[1];
        return 2;
    }
    int high = text[1] == 'x' ? hexadecimal(text[2]) : -1;
    int low = high >= 0 ? hexadecimal(text[3]) : -1;
    *byte = (unsigned char)(16 * high + low);
    return low >= 0 ? 4 : 0;
}

/* begins="ab\x00", or begins=ab */
static bool read_begins(const char *text, struct trigger *trigger)
{
    bool quoted = text[0] == '"';
    const char *at = quoted ? text + 1 : text;
    if (trigger->begins_size > 0) {
        return false;
    }
    while (*at != '\0' && *at != '"') {
        unsigned char byte = 0;
        size_t size = read_escape(at, &byte);
        if (size == 0 || trigger->begins_size == TRIGGER_BEGINS_MAX) {
            return false;
        }
        trigger->begins[trigger->begins_size++] = byte;
        at += size;
    }
    return trigger->begins_size > 0 && (quoted ? strcmp(at, "\"") == 0 : *at == '\0');
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
    if (strncmp(word, "byte=", 5) == 0) {
        return read_byte(word + 5, trigger);
    }
    if (strncmp(word, "begins=", 7) == 0) {
        return read_begins(word + 7, trigger);
    }
    if (strncmp(word, "replicas!=", 10) == 0) {
        return read_other_replicas(word + 10, trigger);
    }
    return read_comparison(word, trigger);
}

/* Ends the word at *text, and makes *text what follows it. Blanks between quotes are part of a
 * word. Returns the word; NULL: there is none. */
static char *next_word(char **text)
{
    char *begin = *text + strspn(*text, " ,");
    char *end = begin;
    bool quoted = false;
    for (; *end != '\0' && (quoted || (*end != ' ' && *end != ',')); end++) {
        if (*end == '\\' && end[1] != '\0') {
            end++;
        } else if (*end == '"') {
            quoted = !quoted;
        }
    }
    *text = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return end > begin ? begin : NULL;
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
    (void)fputs(
        " (=0 for none) replicas!=N byte=0xNN begins=\"TEXT\" rule=NAME, separated by blanks", out);
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
    for (char *word = next_word(&rest); word != NULL; word = next_word(&rest)) {
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
    if (trigger->other_replicas) {
        (void)fprintf(out, "%sreplicas!=%llu", blank, (unsigned long long)trigger->replicas);
        blank = " ";
    }
    for (unsigned int i = 0; i < 256; i++) {
        if (trigger->bytes[i / 64] >> i % 64 & 1U) {
            (void)fprintf(out, "%sbyte=0x%02x", blank, i);
            blank = " ";
        }
    }
    if (trigger->begins_size > 0) {
        (void)fprintf(out, "%sbegins=\"", blank);
        text_write_escaped(out, (struct ring_bytes){trigger->begins, trigger->begins_size});
        (void)putc('"', out);
        blank = " ";
    }
    if (trigger->rule != NULL) {
        (void)fprintf(out, "%srule=%s", blank, trigger->rule->name);
    }
}

/* PROGRAMS */

static bool needs_positions(const struct trigger *triggers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if ((triggers[i].circumstances & (1U << WHEN_TIES | 1U << WHEN_ON_POINT)) != 0) {
            return true;
        }
    }
    return false;
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

/* Whether one of the triggers holds if the program ends here. */
static bool any_holds_at_end(const struct trigger *triggers, size_t count, struct state *state)
{
    for (size_t i = 0; i < PROGRAM_RINGS; i++) {
        if (state->rings[i].made) {
            struct situation situation = state_describe_end(state, &state->rings[i]);
            if (any_holds(triggers, count, &situation)) {
                return true;
            }
        }
    }
    return false;
}

static bool of_end(const struct trigger *trigger)
{
    return trigger->of_kind && trigger->kind == OP_RENEW;
}

size_t trigger_first(const struct trigger *trigger, const struct program *program)
{
    struct state state;
    size_t index = 0;
    state_init(&state, program->rule, needs_positions(trigger, 1));
    for (; index < program->count; index++) {
        struct situation situation = state_describe(&state, &program->operations[index]);
        if (trigger_holds(trigger, &situation)) {
            break;
        }
        state_apply(&state, &program->operations[index]);
    }
    if (index == program->count && index > 0 && of_end(trigger) &&
        any_holds_at_end(trigger, 1, &state)) {
        index--;
    }
    state_free(&state);
    return index;
}

void trigger_avoid(const struct trigger *triggers, size_t count, struct program *program)
{
    struct state state;
    size_t kept = 0;
    size_t good_end = 0; /* the longest beginning whose end meets no trigger */
    bool ends = false;
    if (count == 0) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        ends = ends || of_end(&triggers[i]);
    }
    state_init(&state, program->rule, needs_positions(triggers, count));
    for (size_t i = 0; i < program->count; i++) {
        struct situation situation = state_describe(&state, &program->operations[i]);
        if (!any_holds(triggers, count, &situation)) {
            program->operations[kept++] = program->operations[i];
            state_apply(&state, &program->operations[i]);
            good_end = ends && any_holds_at_end(triggers, count, &state) ? good_end : kept;
        }
    }
    program->count = good_end;
    state_free(&state);
}
