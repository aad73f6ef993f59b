#include "shrink.h"

#include <string.h>

#include "../base/text.h"

struct shrinker {
    const struct shrink *shrink;
    struct program *best;
    size_t tried;
};

static void append_copy(struct program *copy, const struct operation *from)
{
    struct operation *operation = program_append(copy, from->kind);
    operation->key = from->key;
    operation->n = from->n;
    for (size_t j = 0; j < from->count; j++) {
        program_append_node(copy, from->nodes[j].name, from->nodes[j].replicas);
    }
}

static void begin_draft(const struct shrinker *shrinker, struct program *copy)
{
    program_init(copy);
    copy->rule = shrinker->best->rule;
}

/* A copy of the best program. It shares the strings, but its nodes may be changed. */
static void draft(const struct shrinker *shrinker, struct program *copy)
{
    begin_draft(shrinker, copy);
    for (size_t i = 0; i < shrinker->best->count; i++) {
        append_copy(copy, &shrinker->best->operations[i]);
    }
}

/* Makes the candidate the best program if it still fails, and frees it otherwise. */
static bool keep(struct shrinker *shrinker, struct program *candidate)
{
    shrinker->tried++;
    if (shrinker->shrink->fails(shrinker->shrink->context, candidate)) {
        program_free(shrinker->best);
        *shrinker->best = *candidate;
        return true;
    }
    program_free(candidate);
    return false;
}

/* Whether no further candidate is to be made. To make one of a long program takes a while, too. */
static bool ended(const struct shrinker *shrinker)
{
    return shrinker->shrink->ended != NULL && *shrinker->shrink->ended;
}

static bool drop_operations(struct shrinker *shrinker, size_t start, size_t count)
{
    if (ended(shrinker)) {
        return false;
    }
    struct program candidate;
    draft(shrinker, &candidate);
    memmove(candidate.operations + start, candidate.operations + start + count,
            (candidate.count - start - count) * sizeof *candidate.operations);
    candidate.count -= count;
    return keep(shrinker, &candidate);
}

/* Drops halves, quarters, ... single operations, from the end: what follows the failure goes
 * first. */
static bool fewer_operations(struct shrinker *shrinker)
{
    bool any = false;
    for (size_t size = shrinker->best->count; size > 0; size /= 2) {
        size_t end = shrinker->best->count;
        while (end >= size) {
            any = drop_operations(shrinker, end - size, size) || any;
            end -= size;
        }
    }
    return any;
}

static bool drop_nodes(struct shrinker *shrinker, size_t i, size_t start, size_t count)
{
    if (ended(shrinker)) {
        return false;
    }
    struct program candidate;
    draft(shrinker, &candidate);
    struct operation *operation = &candidate.operations[i];
    memmove(operation->nodes + start, operation->nodes + start + count,
            (operation->count - start - count) * sizeof *operation->nodes);
    operation->count -= count;
    return keep(shrinker, &candidate);
}

/* Of batches, as fewer_operations() does with operations. */
static bool fewer_nodes(struct shrinker *shrinker)
{
    bool any = false;
    for (size_t i = 0; i < shrinker->best->count; i++) {
        bool batch = shrinker->best->operations[i].kind == OP_ADD_MANY;
        for (size_t size = shrinker->best->operations[i].count; batch && size > 0; size /= 2) {
            size_t end = shrinker->best->operations[i].count;
            while (end >= size) {
                any = drop_nodes(shrinker, i, end - size, size) || any;
                end -= size;
            }
        }
    }
    return any;
}

static bool with_replicas(struct shrinker *shrinker, size_t i, size_t j, uint32_t replicas)
{
    if (ended(shrinker)) {
        return false;
    }
    struct program candidate;
    draft(shrinker, &candidate);
    candidate.operations[i].nodes[j].replicas = replicas;
    return keep(shrinker, &candidate);
}

/* Bisects, as if whenever a number agrees, all smaller ones do. The last step is by one replica. */
static bool fewer_replicas(struct shrinker *shrinker)
{
    bool any = false;
    for (size_t i = 0; i < shrinker->best->count; i++) {
        for (size_t j = 0; j < shrinker->best->operations[i].count; j++) {
            uint32_t agrees = 0;
            uint32_t fails = shrinker->best->operations[i].nodes[j].replicas;
            while (fails > agrees + 1) {
                uint32_t middle = agrees + (fails - agrees) / 2;
                if (with_replicas(shrinker, i, j, middle)) {
                    fails = middle;
                    any = true;
                } else {
                    agrees = middle;
                }
            }
        }
    }
    return any;
}

static uint32_t most_replicas(const struct program *program)
{
    uint32_t most = 0;
    for (size_t i = 0; i < program->count; i++) {
        for (size_t j = 0; j < program->operations[i].count; j++) {
            uint32_t replicas = program->operations[i].nodes[j].replicas;
            most = replicas > most ? replicas : most;
        }
    }
    return most;
}

/* No node has more. */
static bool with_replicas_at_most(struct shrinker *shrinker, uint32_t most)
{
    if (ended(shrinker)) {
        return false;
    }
    struct program candidate;
    draft(shrinker, &candidate);
    for (size_t i = 0; i < candidate.count; i++) {
        for (size_t j = 0; j < candidate.operations[i].count; j++) {
            struct ring_node *node = &candidate.operations[i].nodes[j];
            node->replicas = node->replicas > most ? most : node->replicas;
        }
    }
    return keep(shrinker, &candidate);
}

/* The same with all nodes at once: some rings have one number for all. */
static bool fewer_replicas_of_all(struct shrinker *shrinker)
{
    bool any = false;
    uint32_t agrees = 0;
    uint32_t fails = most_replicas(shrinker->best);
    while (fails > agrees + 1) {
        uint32_t middle = agrees + (fails - agrees) / 2;
        if (with_replicas_at_most(shrinker, middle)) {
            fails = middle;
            any = true;
        } else {
            agrees = middle;
        }
    }
    return any;
}

static bool replace(struct shrinker *shrinker, struct ring_bytes from, struct ring_bytes to)
{
    if (ended(shrinker)) {
        return false;
    }
    struct program candidate;
    draft(shrinker, &candidate);
    for (size_t i = 0; i < candidate.count; i++) {
        struct operation *operation = &candidate.operations[i];
        bool keyed = operation->kind == OP_FIND || operation->kind == OP_FIND_N;
        if (keyed && text_same(operation->key, from)) {
            operation->key = to;
        }
        for (size_t j = 0; j < operation->count; j++) {
            if (text_same(operation->nodes[j].name, from)) {
                operation->nodes[j].name = to;
            }
        }
    }
    return keep(shrinker, &candidate);
}

/* Replaces a string everywhere at once, so that an add and its remove still match. */
static bool shorten(struct shrinker *shrinker, struct ring_bytes string)
{
    static const char *const short_names[] = {
        "a", "b", "c", "d", "127.0.0.1:1", "127.0.0.2:1", "127.0.0.3:1", "127.0.0.4:1"};
    enum { HOST_PORT_NAMES = 4 }; /* where those begin that stand for others of their kind */
    for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++) {
        struct ring_bytes shorter = {short_names[i], strlen(short_names[i])};
        bool host_port = i >= HOST_PORT_NAMES;
        bool begins = string.size > 4 && memcmp(string.data, "127.", 4) == 0;
        if (string.size > shorter.size && (!host_port || begins) &&
            replace(shrinker, string, shorter)) {
            return true;
        }
    }
    for (size_t less = string.size / 2; less > 0; less /= 2) {
        if (replace(shrinker, string, (struct ring_bytes){string.data, string.size - less})) {
            return true;
        }
    }
    /* A character of UTF-8 has up to four bytes. */
    for (size_t less = 2; less <= 4 && less < string.size; less++) {
        if (replace(shrinker, string, (struct ring_bytes){string.data, string.size - less})) {
            return true;
        }
    }
    return false;
}

static bool shorter_strings(struct shrinker *shrinker)
{
    bool any = false;
    for (size_t i = 0; i < shrinker->best->count; i++) {
        while (shorten(shrinker, shrinker->best->operations[i].key)) {
            any = true;
        }
        for (size_t j = 0; j < shrinker->best->operations[i].count; j++) {
            while (shorten(shrinker, shrinker->best->operations[i].nodes[j].name)) {
                any = true;
            }
        }
    }
    return any;
}

static bool smaller_counts(struct shrinker *shrinker)
{
    bool any = false;
    for (size_t i = 0; i < shrinker->best->count; i++) {
        while (shrinker->best->operations[i].n > 0 && !ended(shrinker)) {
            struct program candidate;
            draft(shrinker, &candidate);
            candidate.operations[i].n /= 2;
            if (!keep(shrinker, &candidate)) {
                break;
            }
            any = true;
        }
    }
    return any;
}

static bool find_one(struct shrinker *shrinker, size_t i)
{
    if (ended(shrinker)) {
        return false;
    }
    struct program candidate;
    draft(shrinker, &candidate);
    candidate.operations[i].kind = OP_FIND;
    candidate.operations[i].n = 0;
    return keep(shrinker, &candidate);
}

static bool add_one_by_one(struct shrinker *shrinker, size_t i)
{
    if (ended(shrinker)) {
        return false;
    }
    const struct operation *batch = &shrinker->best->operations[i];
    struct program candidate;
    begin_draft(shrinker, &candidate);
    for (size_t k = 0; k < shrinker->best->count; k++) {
        if (k != i) {
            append_copy(&candidate, &shrinker->best->operations[k]);
            continue;
        }
        for (size_t j = 0; j < batch->count; j++) {
            (void)program_append(&candidate, OP_ADD);
            program_append_node(&candidate, batch->nodes[j].name, batch->nodes[j].replicas);
        }
    }
    return keep(shrinker, &candidate);
}

/* A larger batch is easier to read as one line than as adds. */
#define ADDS_MAX 4

/* Replaces find_n by find, and batches by adds, where the program still fails. */
static bool simpler_kinds(struct shrinker *shrinker)
{
    bool any = false;
    for (size_t i = 0; i < shrinker->best->count; i++) {
        const struct operation *operation = &shrinker->best->operations[i];
        if (operation->kind == OP_FIND_N) {
            any = find_one(shrinker, i) || any;
        } else if (operation->kind == OP_ADD_MANY && operation->count > 0 &&
                   operation->count <= ADDS_MAX) {
            any = add_one_by_one(shrinker, i) || any;
        }
    }
    return any;
}

/* What most often goes first, at once: all behind the failure, and all finds before it. */
static void begin(struct shrinker *shrinker)
{
    size_t needed = shrinker->shrink->needed;
    struct program candidate;
    if (needed == 0 || needed > shrinker->best->count) {
        return;
    }
    if (needed < shrinker->best->count) {
        (void)drop_operations(shrinker, needed, shrinker->best->count - needed);
    }
    begin_draft(shrinker, &candidate);
    for (size_t i = 0; i < shrinker->best->count; i++) {
        const struct operation *operation = &shrinker->best->operations[i];
        bool find = operation->kind == OP_FIND || operation->kind == OP_FIND_N;
        if (!find || i + 1 >= needed) {
            append_copy(&candidate, operation);
        }
    }
    if (candidate.count < shrinker->best->count) {
        (void)keep(shrinker, &candidate);
    } else {
        program_free(&candidate);
    }
}

/* A candidate of more points may take seconds: these go first. */
#define POINTS_MANY 4096

size_t shrink_program(const struct shrink *shrink, const struct program *from,
                      struct program *smallest)
{
    struct shrinker shrinker = {shrink, smallest, 0};
    smallest->rule = from->rule;
    for (size_t i = 0; i < from->count; i++) {
        program_append_shared(smallest, &from->operations[i]);
    }
    bool smaller = true;
    begin(&shrinker);
    if (program_points(smallest) > POINTS_MANY) {
        (void)fewer_replicas_of_all(&shrinker);
    }
    while (smaller) {
        smaller = fewer_operations(&shrinker);
        smaller = fewer_nodes(&shrinker) || smaller;
        smaller = fewer_replicas_of_all(&shrinker) || smaller;
        smaller = fewer_replicas(&shrinker) || smaller;
        smaller = shorter_strings(&shrinker) || smaller;
        smaller = simpler_kinds(&shrinker) || smaller;
        smaller = smaller_counts(&shrinker) || smaller;
    }
    return shrinker.tried;
}
