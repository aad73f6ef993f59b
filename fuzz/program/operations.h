/* A program: a ring's placement rule and a sequence of operations on it. One fuzz input, one trace,
 * one repro case is one program. It comes from bytes (bytes.h), from text (trace.h) or from a seed
 * (generate.h), and is the same thing whichever way it came. */
#ifndef FUZZ_PROGRAM_OPERATIONS_H
#define FUZZ_PROGRAM_OPERATIONS_H

#include "rules.h"

enum operation_kind { OP_ADD, OP_ADD_MANY, OP_REMOVE, OP_FIND, OP_FIND_N };

struct operation {
    enum operation_kind kind;
    struct ring_node *nodes; /* add: 1; add many: `count`; remove: 1, the name alone */
    size_t count;            /* of nodes */
    struct ring_bytes key;   /* find, find_n */
    uint64_t n;              /* find_n */
};

/* What a trace says a subject must do with it: see fuzz/README.md. */
enum outcome { OUTCOME_AGREE, OUTCOME_DIFFER, OUTCOME_OVERFLOW, OUTCOME_CRASH };

struct expectation {
    const char *subject;
    enum outcome outcome;
};

struct program {
    const struct rule *rule;
    struct operation *operations;
    size_t count;
    struct expectation *expectations;
    size_t expectation_count;
    struct ring_bytes raw; /* what a trace says the program was decoded from; or NULL */
    /* All that names, keys and nodes point to, each block of its exact size, so that a sanitizer sees
     * whoever reads beyond it. */
    void **blocks;
    size_t block_count;
    struct ring_node *spare; /* for operations of one node; in one of the blocks */
    size_t spare_count;
};

/* An empty program under the first rule. */
void program_init(struct program *program);
void program_free(struct program *program);

/* Appends an empty operation. It is valid until the next is appended. */
struct operation *program_append(struct program *program, enum operation_kind kind);

/* Appends a copy of `from`; what it points to is shared with its own program, which must live on. */
void program_append_shared(struct program *program, const struct operation *from);

void program_expect(struct program *program, const char *subject, enum outcome outcome);

/* A copy of `size` bytes that lives as long as the program. */
struct ring_bytes program_bytes(struct program *program, const void *data, size_t size);

/* The same, repeated: `size` times `times` bytes. */
struct ring_bytes program_repeat(struct program *program, const void *data, size_t size,
                                 size_t times);

/* Appends a node to the operation, which must be the program's last. */
void program_append_node(struct program *program, struct ring_bytes name, uint32_t replicas);

/* The most points a ring can have while the program runs, if every add succeeds. */
uint64_t program_points(const struct program *program);

/* How much work the program is: points looked at by the model, which scans the ring for each point that it
 * adds, and by the comparison of both rings after each operation, and bytes digested. */
double program_cost(const struct program *program);

/* A program that costs more is beyond what a fuzzing run may spend on one input: some 50 ms of the model's time. */
#define PROGRAM_COST_MAX 4e7

#endif
