/* Memory is allocated once for all sequences, since a run has a hundred million of them. */
#include <stdlib.h>

#include "../base/memory.h"
#include "sequences.h"

enum {
    REFUSED_MAX = 30, /* the most calls of a refused step */
    NODES_MAX = 54,   /* the most nodes in them */
    CALLS_MAX = EXHAUST_LENGTH_MAX * REFUSED_MAX,
    KEYS = 4,
    FINDS = KEYS * (EXHAUST_NODES + 2),
};

struct exhaust_program {
    struct program program;
    struct operation operations[CALLS_MAX + FINDS];
    struct ring_node nodes[EXHAUST_LENGTH_MAX * NODES_MAX];
    size_t node_count;
    unsigned int points;
    bool sets;
    struct ring_bytes names[EXHAUST_NODES];
    char *letters[EXHAUST_NODES]; /* the bytes of these names */
    char keys[KEYS];
};

struct exhaust_program *exhaust_program_create(unsigned int points, bool sets)
{
    struct exhaust_program *made = memory_resize(NULL, 1, sizeof *made);
    made->program = (struct program){.rule = rule_named("table"), .operations = made->operations};
    made->points = points;
    made->sets = sets;
    for (unsigned int i = 0; i < EXHAUST_NODES; i++) {
        size_t size = 1 + EXHAUST_REPLICAS * (size_t)points;
        made->letters[i] = memory_resize(NULL, size, 1);
        made->names[i] = (struct ring_bytes){made->letters[i], size};
        made->letters[i][0] = (char)('a' + i);
    }
    return made;
}

void exhaust_program_free(struct exhaust_program *program)
{
    for (unsigned int i = 0; i < EXHAUST_NODES; i++) {
        free(program->letters[i]);
    }
    free(program);
}

/* NAMES AND KEYS */

/* The digit of the rank's position: lower ranks count from the beginning of the table, higher ones
 * from its end. */
static char digit_of(unsigned int rank, unsigned int ranks)
{
    return (char)('0' + (rank < (ranks + 1) / 2 ? rank : EXHAUST_POSITIONS - ranks + rank));
}

/* Which of `count` replicas a name spells at this place, if they always came together. */
static unsigned int spelt(unsigned int node, unsigned int place, unsigned int count)
{
    switch (node) {
    case 0:
        return place;
    case 1:
        return count - 1 - place;
    default:
        return (place + 1) % count;
    }
}

static void spell(struct exhaust_program *program, const struct exhaust_sequence *sequence,
                  unsigned int node)
{
    const struct exhaust_placing *placing = &sequence->nodes[node];
    char *letter = program->letters[node] + 1;
    unsigned int begin = 0;
    for (unsigned int replica = 0; replica < EXHAUST_REPLICAS; replica++) {
        char digit = '0';
        if (replica < placing->placed) {
            unsigned int end = replica + 1;
            begin = (placing->known >> replica & 1) != 0 ? replica : begin;
            while ((placing->known >> end & 1) == 0) {
                end++;
            }
            unsigned int from = begin + spelt(node, replica - begin, end - begin);
            digit = digit_of(placing->rank[from], sequence->ranks);
        }
        for (unsigned int i = 0; i < program->points; i++) {
            *letter++ = digit;
        }
    }
}

/* Two keys lie at the ends of the circle, which are the first and last points once there are two.
 * The other two lie in the middle: at the last point of the lower half, unless that is the first
 * point too; and just before the first point of the upper half. */
static void choose_keys(struct exhaust_program *program, unsigned int ranks)
{
    unsigned int half = (ranks + 1) / 2;
    program->keys[0] = '0';
    program->keys[1] = '7';
    program->keys[2] = '3';
    program->keys[3] = 'g'; /* just before the position of '7' */
    if (half > 1) {
        program->keys[2] = digit_of(half - 1, ranks);
    }
    if (half < ranks) {
        program->keys[3] = "`abcdefg"[digit_of(half, ranks) - '0'];
    }
}

/* CALLS */

static struct operation *append(struct exhaust_program *program, enum operation_kind kind)
{
    struct operation *operation = &program->operations[program->program.count++];
    *operation = (struct operation){.kind = kind, .nodes = &program->nodes[program->node_count]};
    return operation;
}

static void append_node(struct exhaust_program *program, unsigned int node, uint32_t replicas)
{
    program->nodes[program->node_count++] = (struct ring_node){program->names[node], replicas};
    program->operations[program->program.count - 1].count++;
}

static void call(struct exhaust_program *program, enum operation_kind kind, unsigned int node,
                 uint32_t replicas)
{
    (void)append(program, kind);
    append_node(program, node, replicas);
}

static void call_step(struct exhaust_program *program, const struct exhaust_step *step)
{
    static const enum operation_kind kinds[] = {[EXHAUST_ADD] = OP_ADD,
                                                [EXHAUST_BATCH] = OP_ADD_MANY,
                                                [EXHAUST_REMOVE] = OP_REMOVE,
                                                [EXHAUST_SET] = OP_SET_REPLICAS};
    (void)append(program, kinds[step->kind]);
    for (unsigned int i = 0; i < step->count; i++) {
        append_node(program, step->node[i], step->replicas[i] * program->points);
    }
}

/* A batch of two. It is refused because one is present, or both are the same, or the second has no
 * replicas. */
static void call_refused_pair(struct exhaust_program *program, unsigned int present,
                              unsigned int first, unsigned int second)
{
    bool both_absent =
        first != second && (present >> first & 1) == 0 && (present >> second & 1) == 0;
    call(program, OP_ADD_MANY, first, program->points);
    append_node(program, second, both_absent ? 0 : 2 * program->points);
}

/* A batch of three. It is refused because one is present, or the third is the first again. */
static void call_refused_triple(struct exhaust_program *program, unsigned int present,
                                unsigned int first, unsigned int second)
{
    unsigned int third = EXHAUST_NODES - first - second;
    call(program, OP_ADD_MANY, first, program->points);
    append_node(program, second, 2 * program->points);
    append_node(program, present != 0 ? third : first, 3 * program->points);
}

static void call_refused_sets(struct exhaust_program *program, unsigned int present)
{
    for (unsigned int node = 0; node < EXHAUST_NODES; node++) {
        if ((present >> node & 1) == 0) {
            call(program, OP_SET_REPLICAS, node, 1);
        }
    }
    call(program, OP_SET_REPLICAS, 0, 0);
    call(program, OP_SET_REPLICAS, 0, RING_REPLICAS_MAX + 1);
    call(program, OP_SET_REPLICAS, 0, 1);
    program->nodes[program->node_count - 1].name.size = 0;
}

static void call_refused(struct exhaust_program *program, unsigned int present)
{
    for (unsigned int node = 0; node < EXHAUST_NODES; node++) {
        call(program, (present >> node & 1) != 0 ? OP_ADD : OP_REMOVE, node, 1);
        for (unsigned int second = 0; second < EXHAUST_NODES; second++) {
            call_refused_pair(program, present, node, second);
            if (second != node) {
                call_refused_triple(program, present, node, second);
            }
        }
    }
    call(program, OP_ADD, 0, 0);
    call(program, OP_ADD, 0, RING_REPLICAS_MAX + 1);
    call(program, OP_ADD, 0, 1);
    program->nodes[program->node_count - 1].name.size = 0;
    (void)append(program, OP_ADD_MANY);
    if (program->sets) {
        call_refused_sets(program, present);
    }
}

static void ask(struct exhaust_program *program)
{
    for (unsigned int i = 0; i < KEYS; i++) {
        struct ring_bytes key = {&program->keys[i], 1};
        append(program, OP_FIND)->key = key;
        for (unsigned int n = 1; n <= EXHAUST_NODES + 1; n++) {
            struct operation *operation = append(program, OP_FIND_N);
            operation->key = key;
            operation->n = n;
        }
    }
}

const struct program *exhaust_program_of(struct exhaust_program *program,
                                         const struct exhaust_sequence *sequence)
{
    unsigned int present = 0;
    program->program.count = 0;
    program->node_count = 0;
    for (unsigned int node = 0; node < EXHAUST_NODES; node++) {
        spell(program, sequence, node);
    }
    choose_keys(program, sequence->ranks);
    for (unsigned int i = 0; i < sequence->length; i++) {
        const struct exhaust_step *step = &sequence->steps[i];
        if (step->kind == EXHAUST_REFUSED) {
            call_refused(program, present);
        } else {
            call_step(program, step);
        }
        present = exhaust_present(present, step);
    }
    ask(program);
    return &program->program;
}
