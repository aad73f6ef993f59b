#include "adapt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_rule(const struct subject *subject, const struct rule *rule)
{
    return subject->rules == 0 || (subject->rules >> rule->options.rule & 1U) != 0;
}

static bool adapt_rule(struct program *program, const struct subject *subject)
{
    size_t served = 0;
    if (has_rule(subject, program->rule)) {
        return false;
    }
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        served += has_rule(subject, rule);
    }
    size_t wanted = served > 0 ? (size_t)(program->rule - rules) % served : 0;
    for (const struct rule *rule = rules; rule->name != NULL && served > 0; rule++) {
        if (has_rule(subject, rule) && wanted-- == 0) {
            program->rule = rule;
            return true;
        }
    }
    return false;
}

static bool adds(const struct operation *operation)
{
    return operation->kind == OP_ADD || operation->kind == OP_ADD_MANY;
}

/* Sorts break in rings of many points, but few nodes have many replicas. So every other program
 * uses its largest number. */
static uint32_t one_count(const struct program *program)
{
    uint32_t chosen = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        for (size_t j = 0; adds(operation) && j < operation->count; j++) {
            uint32_t replicas = operation->nodes[j].replicas;
            if (replicas <= RING_REPLICAS_MAX &&
                (chosen == 0 || (program->count % 2 == 1 && replicas > chosen))) {
                chosen = replicas;
            }
        }
    }
    return chosen > 0 ? chosen : 1;
}

static bool adapt_replicas(struct program *program)
{
    uint32_t replicas = one_count(program);
    bool changed = false;
    for (size_t i = 0; i < program->count; i++) {
        struct operation *operation = &program->operations[i];
        for (size_t j = 0; adds(operation) && j < operation->count; j++) {
            changed = changed || operation->nodes[j].replicas != replicas;
            operation->nodes[j].replicas = replicas;
        }
    }
    return changed;
}

/* Replaces the program's operations by those of `from`, which refer to strings that `program`
 * owns. */
static void replace_operations(struct program *program, struct program *from)
{
    free(program->operations);
    program->operations = from->operations;
    program->count = from->count;
    from->operations = NULL;
    from->count = 0;
    program_free(from);
}

static bool adapt_batches(struct program *program)
{
    struct program adapted;
    bool changed = false;
    program_init(&adapted);
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        if (operation->kind != OP_ADD_MANY) {
            program_append_shared(&adapted, operation);
            continue;
        }
        changed = true;
        for (size_t j = 0; j < operation->count; j++) {
            struct operation *add = program_append(&adapted, OP_ADD);
            add->nodes = &operation->nodes[j];
            add->count = 1;
        }
    }
    replace_operations(program, &adapted);
    return changed;
}

static bool adapt_find_n(struct program *program)
{
    bool changed = false;
    for (size_t i = 0; i < program->count; i++) {
        if (program->operations[i].kind == OP_FIND_N) {
            program->operations[i].kind = OP_FIND;
            changed = true;
        }
    }
    return changed;
}

bool adapt_program(struct program *program, const struct subject *subject)
{
    bool changed = adapt_rule(program, subject);
    if (subject->limits & SUBJECT_ONE_REPLICA_COUNT) {
        changed = adapt_replicas(program) || changed;
    }
    if (subject->add_many == NULL) {
        changed = adapt_batches(program) || changed;
    }
    if (subject->find_n == NULL) {
        changed = adapt_find_n(program) || changed;
    }
    return changed;
}

/* PROBES. Nobody can choose a key's digest. So there are many keys, and each change is followed by
 * different ones. */

#define PROBE_KEYS 509 /* a prime, so that equal steps visit all of them */
#define PROBES_PER_CHANGE 16

struct ring_bytes adapt_probe_key(size_t index)
{
    static char keys[PROBE_KEYS][4];
    index %= PROBE_KEYS;
    if (keys[index][0] == '\0') {
        (void)snprintf(keys[index], sizeof keys[index], "%zu", index);
    }
    return (struct ring_bytes){keys[index], strlen(keys[index])};
}

void adapt_probe(struct program *program, const struct subject *subject)
{
    struct program probed;
    size_t next = program->count * 7919;
    if (subject->next_point != NULL) {
        return;
    }
    program_init(&probed);
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        program_append_shared(&probed, operation);
        if (operation->kind == OP_FIND || operation->kind == OP_FIND_N) {
            continue;
        }
        for (size_t j = 0; j < PROBES_PER_CHANGE; j++, next++) {
            struct operation *find = program_append(&probed, OP_FIND);
            find->key = adapt_probe_key(next);
        }
    }
    replace_operations(program, &probed);
}
