#include "mutate.h"

#include <string.h>
#include <xxhash.h>

#include "bytes.h"

#define CHANGES_MAX 4
#define LEFT_OUT_MAX 4
#define RULE_RARELY 32 /* another rule changes all positions at once */

struct dice {
    uint64_t seed;
    uint64_t thrown;
};

/* Little-endian on every machine, so that a seed makes the same changes everywhere. */
static void write_little_endian(uint64_t value, unsigned char bytes[8])
{
    for (unsigned int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(value >> 8 * i);
    }
}

static uint64_t throw_dice(struct dice *dice)
{
    unsigned char bytes[8];
    write_little_endian(++dice->thrown, bytes);
    return XXH3_64bits_withSeed(bytes, sizeof bytes, dice->seed);
}

static size_t below(struct dice *dice, size_t limit)
{
    return (size_t)(throw_dice(dice) % limit);
}

static struct ring_bytes copy_bytes(struct program *program, struct ring_bytes from)
{
    return from.size == 0 ? from : program_bytes(program, from.data, from.size);
}

/* `from` may be an operation of this program or of another. */
static void append_copy(struct program *program, const struct operation *from)
{
    struct operation copy = *from; /* appending may move *from */
    struct operation *to = program_append(program, copy.kind);
    to->n = copy.n;
    to->key = copy_bytes(program, copy.key);
    for (size_t i = 0; i < copy.count; i++) {
        struct ring_bytes name = copy_bytes(program, copy.nodes[i].name);
        program_append_node(program, name, copy.nodes[i].replicas);
    }
}

/* Moves the last operation to `place`. Those after it move up by one. */
static void move_last(struct program *program, size_t place)
{
    struct operation last = program->operations[program->count - 1];
    memmove(&program->operations[place + 1], &program->operations[place],
            (program->count - 1 - place) * sizeof last);
    program->operations[place] = last;
}

static void insert(struct program *program, struct dice *dice)
{
    struct program drawn;
    unsigned char bytes[1 + 8] = {0}; /* a rule, and random bytes */
    write_little_endian(throw_dice(dice), bytes + 1);
    program_init(&drawn);
    bytes_decode(bytes, sizeof bytes, &drawn);
    if (drawn.count > 0) {
        append_copy(program, drawn.operations);
        struct operation *last = &program->operations[program->count - 1];
        if (last->kind == OP_ADD && below(dice, 4) == 0) {
            last->kind = OP_SET_REPLICAS;
        }
        move_last(program, below(dice, program->count));
    }
    program_free(&drawn);
}

static void splice(struct program *program, const struct program *other, struct dice *dice)
{
    if (other->count == 0) {
        return;
    }
    size_t first = below(dice, other->count);
    size_t count = 1 + below(dice, other->count - first);
    size_t place = below(dice, program->count + 1);
    for (size_t i = 0; i < count; i++) {
        append_copy(program, &other->operations[first + i]);
        move_last(program, place + i);
    }
}

static void leave_out(struct program *program, struct dice *dice)
{
    size_t first = below(dice, program->count);
    size_t behind = program->count - first;
    size_t count = 1 + below(dice, behind < LEFT_OUT_MAX ? behind : LEFT_OUT_MAX);
    memmove(&program->operations[first], &program->operations[first + count],
            (behind - count) * sizeof *program->operations);
    program->count -= count;
}

static struct operation *any(const struct program *program, struct dice *dice)
{
    return &program->operations[below(dice, program->count)];
}

static void swap(const struct program *program, struct dice *dice)
{
    struct operation *one = any(program, dice);
    struct operation *another = any(program, dice);
    struct operation kept = *one;
    *one = *another;
    *another = kept;
}

static void repeat(struct program *program, struct dice *dice)
{
    append_copy(program, any(program, dice));
    move_last(program, below(dice, program->count));
}

/* A random key or name. NULL if the operation drawn is a batch without nodes. */
static struct ring_bytes *any_string(const struct program *program, struct dice *dice)
{
    struct operation *operation = any(program, dice);
    if (operation->kind == OP_FIND || operation->kind == OP_FIND_N) {
        return &operation->key;
    }
    return operation->count == 0 ? NULL : &operation->nodes[below(dice, operation->count)].name;
}

/* Replaces a string by another one of the program, or by a neighbour of it. */
static void reuse(struct program *program, struct dice *dice, bool as_neighbour)
{
    const struct ring_bytes *from = any_string(program, dice);
    struct ring_bytes *into = any_string(program, dice);
    if (from == NULL || into == NULL || from->size == 0) {
        return;
    }
    struct ring_bytes copy = program_bytes(program, from->data, from->size);
    if (as_neighbour) {
        unsigned char *bytes = program->blocks[program->block_count - 1]; /* the copy's */
        unsigned char *last = &bytes[copy.size - 1];
        *last = (unsigned char)(*last + (below(dice, 2) == 0 ? 1 : UINT8_MAX));
    }
    *into = copy;
}

static void change(struct program *program, const struct program *other, struct dice *dice)
{
    /* Only the first two changes are possible in an empty program. */
    switch (below(dice, program->count == 0 ? 2 : 8)) {
    case 0:
        insert(program, dice);
        break;
    case 1:
        splice(program, other, dice);
        break;
    case 2:
        leave_out(program, dice);
        break;
    case 3:
        swap(program, dice);
        break;
    case 4:
        repeat(program, dice);
        break;
    case 5:
        reuse(program, dice, true);
        break;
    default:
        reuse(program, dice, false);
        break;
    }
    if (below(dice, RULE_RARELY) == 0) {
        program->rule = &rules[below(dice, rule_count())];
    }
}

void mutate_program(struct program *program, const struct program *other, uint64_t seed)
{
    struct dice dice = {seed, 0};
    size_t changes = 1 + below(&dice, CHANGES_MAX);
    for (size_t i = 0; i < changes; i++) {
        change(program, other, &dice);
    }
}
