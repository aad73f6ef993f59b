#include "adapt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_rule(const struct subject *subject, const struct rule *rule)
{
    return subject->rules == 0 || (subject->rules >> rule->options.rule & 1U) != 0;
}

static bool shape_rule(struct program *program, const struct subject *subject)
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

/* Few nodes have many replicas, and rings of many points are where sorts break: so now and then the most. */
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

static bool shape_replicas(struct program *program)
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

/* Gives the program other operations, which point to what it owns. */
static void take_operations(struct program *program, struct program *from)
{
    free(program->operations);
    program->operations = from->operations;
    program->count = from->count;
    from->operations = NULL;
    from->count = 0;
    program_free(from);
}

static bool shape_batches(struct program *program)
{
    struct program shaped;
    bool changed = false;
    program_init(&shaped);
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        if (operation->kind != OP_ADD_MANY) {
            program_append_shared(&shaped, operation);
            continue;
        }
        changed = true;
        for (size_t j = 0; j < operation->count; j++) {
            struct operation *add = program_append(&shaped, OP_ADD);
            add->nodes = &operation->nodes[j];
            add->count = 1;
        }
    }
    take_operations(program, &shaped);
    return changed;
}

static bool shape_find_n(struct program *program)
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
    bool changed = shape_rule(program, subject);
    if (subject->limits & SUBJECT_ONE_REPLICA_COUNT) {
        changed = shape_replicas(program) || changed;
    }
    if (subject->add_many == NULL) {
        changed = shape_batches(program) || changed;
    }
    if (subject->find_n == NULL) {
        changed = shape_find_n(program) || changed;
    }
    return changed;
}

/* PROBES. A key's digest cannot be chosen; so there are many keys, and each change is followed by others. */

#define PROBE_KEYS 509 /* a prime, so that steps of any length meet all of them */
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
    take_operations(program, &probed);
}
