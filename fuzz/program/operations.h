/* A program: a placement rule, and a sequence of operations on a ring, or on several. A fuzz input, a trace and
 * a repro case are each one program. It comes from bytes (bytes.h), from text (trace.h) or from a
 * seed (generate.h), or is enumerated (../exhaust/). */
#ifndef FUZZ_PROGRAM_OPERATIONS_H
#define FUZZ_PROGRAM_OPERATIONS_H

#include "rules.h"

enum operation_kind {
    OP_ADD,
    OP_ADD_MANY,
    OP_REMOVE,
    OP_FIND,
    OP_FIND_N,
    OP_USE,         /* the operations that follow are on ring `n`, which is made if it is new */
    OP_RENEW,       /* the ring is destroyed, and a new, empty one takes its place */
    OP_SET_REPLICAS /* the node gets another number of replicas */
};

/* A program has rings 0 to 7, and begins with ring 0. */
#define PROGRAM_RINGS 8

struct operation {
    enum operation_kind kind;
    struct ring_node *nodes; /* of changes; remove uses only the name */
    size_t count;            /* of nodes: any for add_many, 1 for other changes, 0 for finds */
    struct ring_bytes key;   /* find, find_n */
    uint64_t n;              /* find_n, use */
};

/* What a trace expects of a subject: see fuzz/program/README.md. */
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
    struct ring_bytes raw; /* the bytes that it was decoded from, if a trace says so; or NULL */
    /* Owns the memory of names, keys and nodes. Each block has its exact size, so that a sanitizer
     * catches reads beyond it. */
    void **blocks;
    size_t block_count;
    struct ring_node *spare; /* the unused part of a block for operations of one node */
    size_t spare_count;
};

/* Makes *program an empty program under the first rule. */
void program_init(struct program *program);

/* Frees all that the program owns, but not *program itself. */
void program_free(struct program *program);

/* Appends an empty operation. The pointer is valid until the next operation is appended. */
/* ci/prove assumes this contract and the next four: it knows no allocation, so memory of the program
 * itself is not in `assigns`. The sanitizers of the fuzz targets check what is read. */
/*@ requires \valid(program);
    assigns *program;
    ensures program->count == \old(program->count) + 1;
 */
struct operation *program_append(struct program *program, enum operation_kind kind);

/* Appends a copy of `from` that shares its strings and nodes. The program that owns them must live
 * as long as this one. */
void program_append_shared(struct program *program, const struct operation *from);

/* Appends an expectation, with a copy of `subject`. ci/prove assumes this contract. */
/*@ requires \valid(program) && OUTCOME_AGREE <= outcome <= OUTCOME_CRASH;
    requires \exists integer i; i >= 0 && \valid_read(subject + (0 .. i)) && subject[i] == 0;
    assigns *program;
    ensures program->count == \old(program->count);
 */
void program_expect(struct program *program, const char *subject, enum outcome outcome);

/* A copy of `size` bytes that lives as long as the program. */
/*@ requires \valid(program) && \valid_read((unsigned char *)data + (0 .. size - 1));
    assigns *program;
    ensures \result.size == size && program->count == \old(program->count);
 */
struct ring_bytes program_bytes(struct program *program, const void *data, size_t size);

/* The same, repeated: `size` x `times` bytes. */
/*@ requires \valid(program) && \valid_read((unsigned char *)data + (0 .. size - 1));
    requires size * times <= SIZE_MAX;
    assigns *program;
    ensures \result.size == size * times && program->count == \old(program->count);
 */
struct ring_bytes program_repeat(struct program *program, const void *data, size_t size,
                                 size_t times);

/* Appends a node to the program's last operation. The name is not copied. */
/*@ requires \valid(program) && program->count > 0;
    assigns *program;
    ensures program->count == \old(program->count);
 */
void program_append_node(struct program *program, struct ring_bytes name, uint32_t replicas);

/* Gives the program's last operation its key and its `n`. */
/*@ requires \valid(program) && program->count > 0;
    assigns *program;
    ensures program->count == \old(program->count);
 */
void program_set(struct program *program, struct ring_bytes key, uint64_t n);

/* Whether it has a `use` or `renew`. */
bool program_has_several_rings(const struct program *program);

/* Whether it has a `set-replicas`. */
bool program_sets_replicas(const struct program *program);

/* The replicas of all adds and set-replicas together: the ring never has more points than that. */
uint64_t program_points(const struct program *program);

/* Estimates the work of a program: one unit for each point that the model passes (it scans the ring
 * for every point that it adds), for each point compared after each operation, and for each byte
 * digested. Points of long names count more. */
double program_cost(const struct program *program);

/* The most that one input of a fuzzing run may cost: about 50 ms of the model's time. */
#define PROGRAM_COST_MAX 4e7

#endif
