#include "adapt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "adapt_text.h"

static bool adapt_rule(struct program *program, const struct subject *subject)
{
    size_t served = 0;
    if (subject->placement != SUBJECT_BY_RULE) {
        bool changed = program->rule != &rule_own;
        program->rule = &rule_own;
        return changed;
    }
    bool own = program->rule == &rule_own;
    if (!own && rule_is_served(program->rule, subject)) {
        return false;
    }
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        served += rule_is_served(rule, subject);
    }
    size_t wanted = served > 0 && !own ? (size_t)(program->rule - rules) % served : 0;
    for (const struct rule *rule = rules; rule->name != NULL && served > 0; rule++) {
        if (rule_is_served(rule, subject) && wanted-- == 0) {
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

/* TEXT */

static bool adapt_names_and_keys(struct program *program, const struct subject *subject)
{
    struct adapt_text names = adapt_names(subject);
    struct adapt_text keys = adapt_keys(subject);
    bool changed = false;
    for (size_t i = 0; i < program->count; i++) {
        struct operation *operation = &program->operations[i];
        for (size_t j = 0; j < operation->count; j++) {
            struct ring_bytes *name = &operation->nodes[j].name;
            struct ring_bytes adapted = adapt_bytes(&names, program, *name);
            changed = changed || adapted.data != name->data || adapted.size != name->size;
            *name = adapted;
        }
        if (operation->kind == OP_FIND || operation->kind == OP_FIND_N) {
            struct ring_bytes adapted = adapt_bytes(&keys, program, operation->key);
            changed = changed || adapted.data != operation->key.data ||
                      adapted.size != operation->key.size;
            operation->key = adapted;
        }
    }
    return changed;
}

/* REPLICAS */

static uint32_t most_replicas(const struct subject *subject)
{
    return subject->replicas_max > 0 && subject->replicas_max < RING_REPLICAS_MAX
               ? subject->replicas_max
               : RING_REPLICAS_MAX;
}

/* Sorts break in rings of many points, but few nodes have many replicas. So every other program
 * uses its largest number. */
static uint32_t one_count(const struct program *program, uint32_t most)
{
    uint32_t chosen = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        for (size_t j = 0; adds(operation) && j < operation->count; j++) {
            uint32_t replicas = operation->nodes[j].replicas;
            if (replicas <= most &&
                (chosen == 0 || (program->count % 2 == 1 && replicas > chosen))) {
                chosen = replicas;
            }
        }
    }
    return chosen > 0 ? chosen : 1;
}

static uint32_t valid_replicas(const struct subject *subject, uint32_t replicas)
{
    uint32_t most = most_replicas(subject);
    bool bad = replicas == 0 || replicas > RING_REPLICAS_MAX;
    if (bad && subject->bad_replicas != SUBJECT_NOT_SAID) {
        return replicas;
    }
    return replicas == 0 ? 1 : replicas > most ? 1 + (replicas - 1) % most : replicas;
}

static bool has_replicas(const struct operation *operation)
{
    return adds(operation) || operation->kind == OP_SET_REPLICAS;
}

static bool adapt_replicas(struct program *program, const struct subject *subject)
{
    bool one = subject->replicas == SUBJECT_ONE_NUMBER;
    uint32_t number = one ? one_count(program, most_replicas(subject)) : 1;
    bool changed = false;
    for (size_t i = 0; i < program->count; i++) {
        struct operation *operation = &program->operations[i];
        for (size_t j = 0; has_replicas(operation) && j < operation->count; j++) {
            uint32_t *replicas = &operation->nodes[j].replicas;
            uint32_t adapted = one || subject->replicas == SUBJECT_FIXED
                                   ? number
                                   : valid_replicas(subject, *replicas);
            changed = changed || *replicas != adapted;
            *replicas = adapted;
        }
    }
    return changed;
}

/* CALLS */

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

/* Where a ring has none, an add of a name that is there. */
static bool adapt_set_replicas(struct program *program)
{
    bool changed = false;
    for (size_t i = 0; i < program->count; i++) {
        if (program->operations[i].kind == OP_SET_REPLICAS) {
            program->operations[i].kind = OP_ADD;
            changed = true;
        }
    }
    return changed;
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

static bool adapt_removes(struct program *program)
{
    size_t kept = 0;
    for (size_t i = 0; i < program->count; i++) {
        if (program->operations[i].kind != OP_REMOVE) {
            program->operations[kept++] = program->operations[i];
        }
    }
    bool changed = kept < program->count;
    program->count = kept;
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

/* RINGS THAT ARE BUILT AGAIN FOR EACH CHANGE */

#define CHANGES_MAX 12

static bool finds(const struct operation *operation)
{
    return operation->kind == OP_FIND || operation->kind == OP_FIND_N;
}

/* The batch to which an add can be joined: the last change. NULL: there is none. */
static struct operation *batch_to_join(struct program *adapted)
{
    for (size_t i = adapted->count; i-- > 0;) {
        struct operation *operation = &adapted->operations[i];
        if (!finds(operation)) {
            return operation->kind == OP_ADD_MANY ? operation : NULL;
        }
    }
    return NULL;
}

static bool names_node(const struct operation *operation, struct ring_bytes name)
{
    for (size_t i = 0; i < operation->count; i++) {
        if (text_same(operation->nodes[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Appends the nodes to the batch, unless their names are there. */
static void join(struct program *program, struct operation *batch, const struct operation *added)
{
    struct ring_node *nodes = memory_resize(NULL, batch->count + added->count, sizeof *nodes);
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        nodes[count++] = batch->nodes[i];
    }
    for (size_t i = 0; i < added->count; i++) {
        if (added->count > 64 || !names_node(batch, added->nodes[i].name)) {
            nodes[count++] = added->nodes[i];
        }
    }
    batch->nodes = (struct ring_node *)program_bytes(program, nodes, count * sizeof *nodes).data;
    batch->count = count;
    free(nodes);
}

/* Joins adds to batches, whose nodes so come earlier than finds between them, and drops changes after
 * the twelfth. */
static bool adapt_rebuilds(struct program *program, const struct subject *subject)
{
    struct program adapted;
    size_t changes = 0;
    bool changed = false;
    program_init(&adapted);
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        struct operation *batch = adds(operation) ? batch_to_join(&adapted) : NULL;
        if (batch != NULL) {
            join(program, batch, operation);
            changed = true;
            continue;
        }
        changes += !finds(operation) && operation->kind != OP_USE;
        if (!finds(operation) && changes > CHANGES_MAX) {
            changed = true;
            continue;
        }
        program_append_shared(&adapted, operation);
        if (operation->kind == OP_ADD && subject->add_many != NULL) {
            adapted.operations[adapted.count - 1].kind = OP_ADD_MANY;
            changed = true;
        }
    }
    replace_operations(program, &adapted);
    return changed;
}

/* THE WHOLE */

bool adapt_program(struct program *program, const struct subject *subject)
{
    bool changed = adapt_rule(program, subject);
    if (!subject_sets_replicas(subject)) {
        changed = adapt_set_replicas(program) || changed;
    }
    changed = adapt_names_and_keys(program, subject) || changed;
    changed = adapt_replicas(program, subject) || changed;
    if (subject->remove == NULL) {
        changed = adapt_removes(program) || changed;
    }
    if (subject->rebuilds) {
        changed = adapt_rebuilds(program, subject) || changed;
    }
    if (subject->add_many == NULL) {
        changed = adapt_batches(program) || changed;
    }
    if (subject->find_n == NULL) {
        changed = adapt_find_n(program) || changed;
    }
    return adapt_cases(program, subject) || changed;
}

/* COST */

static uint64_t points_each(const struct subject *subject)
{
    return subject->placement != SUBJECT_BY_RULE && subject->points_per_replica > 1
               ? subject->points_per_replica
               : 1;
}

double adapt_cost(const struct program *program, const struct subject *subject)
{
    double each = (double)points_each(subject);
    return program_cost(program) * each * each;
}

void adapt_cut(struct program *program, const struct subject *subject, double most)
{
    while (program->count > 0 && adapt_cost(program, subject) > most) {
        program->count--;
    }
}

/* PROBES. Nobody can choose a key's digest. So there are many keys, and each change is followed by
 * different ones. */

#define PROBE_KEYS 509 /* a prime, so that equal steps visit all of them */
#define PROBES_PER_CHANGE 16
#define PROBES_OF_SMALL_RINGS 48 /* of a subject in this process: one without find_many */
#define SMALL_RING 64            /* replicas */

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
    struct adapt_text keys = adapt_keys(subject);
    size_t next = program->count * 7919;
    uint64_t points = 0;
    if (subject->next_point != NULL) {
        return;
    }
    program_init(&probed);
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        program_append_shared(&probed, operation);
        if (finds(operation)) {
            continue;
        }
        for (size_t j = 0; j < operation->count && adds(operation); j++) {
            points += operation->nodes[j].replicas;
        }
        bool cheap = points <= SMALL_RING && subject->find_many == NULL;
        size_t probes = cheap ? PROBES_OF_SMALL_RINGS : PROBES_PER_CHANGE;
        for (size_t j = 0; j < probes; j++, next++) {
            struct operation *find = program_append(&probed, OP_FIND);
            find->key = adapt_bytes(&keys, program, adapt_probe_key(next));
        }
    }
    replace_operations(program, &probed);
}
