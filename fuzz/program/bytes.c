#include "bytes.h"

#include <assert.h>
#include <string.h>

#include "../base/memory.h"

/* The longest run of one byte. Strings of up to 1 MiB are interesting too, but an engine would
 * spend half its time on writing them. The fuzz target `placement` tests those. */
#define RUN_MAX UINT64_C(4096)
/* The longest that all runs of a program may be together. A run that exceeds it ends the
 * program. */
#define RUNS_MAX (16 * RUN_MAX)

#define TEXT(literal)                                                                              \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* clang-format off */

/* Names that are prefixes of one another; names that a decimal suffix confuses ("node1", "node11");
 * bytes that C strings and signed comparison get wrong; and an empty one. There are more than 16,
 * above which find_n uses another algorithm. */
#define NAME_COUNT 24
#define FLEET_COUNT 23 /* without the last, which is empty */
static const struct ring_bytes names[NAME_COUNT] = {
    TEXT("a"), TEXT("b"), TEXT("c"), TEXT("ab"), TEXT("a\0"), TEXT("a\0b"), TEXT("\xff"),
    TEXT("\x7f"), TEXT("\0"), TEXT("node1"), TEXT("node11"), TEXT("node2"), TEXT("a|b"),
    TEXT("\xff\xff\xff\xff\xff\xff\xff\xff"), TEXT("abcdefghi"), TEXT("B"), TEXT("\x80"),
    TEXT("node1\0"), TEXT("d"), TEXT("e"), TEXT("f"), TEXT("bb"), TEXT("ba"), TEXT(""),
};

/* The same kinds of strings, and some that are at the edges of the circle under the rule
 * identity. */
#define KEY_COUNT 16
static const struct ring_bytes keys[KEY_COUNT] = {
    TEXT("a"), TEXT("b"), TEXT("`"), TEXT("c"), TEXT("d"), TEXT("ab"), TEXT("\xff"), TEXT("key"),
    TEXT("\xff\xff\xff\xff\xff\xff\xff\xff"), TEXT("\xff\xff\xff\xff\xff\xff\xff\xfe"),
    TEXT("\0"), TEXT("\x80"), TEXT("a\0"), TEXT("keyBBBB"), TEXT("node1"), TEXT(""),
};

/* clang-format on */

struct pool {
    const struct ring_bytes *strings;
    unsigned int count;
};

static const struct pool name_pool = {names, NAME_COUNT};
static const struct pool key_pool = {keys, KEY_COUNT};

/* The first byte of a program: below 252, one of the first nine rules. Later rules share the values
 * that are left, so that the bytes of corpora, and the programs of a seed, keep their meaning. */
#define RULES_FIRST 9
#define RULES_EARLY 10
#define RULE_SWARM 189    /* to 251 (7 x 9 values): a byte follows that switches kinds off */
#define RULE_TENTH 252    /* and 253: the tenth rule */
#define RULE_LATER 254    /* a byte follows, which chooses one of the others */
#define RULE_OF_RINGS 255 /* a byte follows, which is the rule; the program has several rings */
#define RINGS_LATER 240   /* from this value of it on, one of those after the tenth */
/* If that byte is this one, another byte follows, which is the rule, and the program may change
 * replicas. No input that was stored before began so. */
#define RULE_OF_REPLICAS 251

/* One byte chooses among 16 entries, so that a random byte reaches every kind easily. */
#define KIND_COUNT 16
/* Programs of several rings have four more, and those that change replicas the rest, too. */
#define KIND_COUNT_OF_RINGS 20
#define KIND_COUNT_OF_REPLICAS 24
static const enum operation_kind kinds[KIND_COUNT_OF_REPLICAS] = {
    OP_ADD,    OP_ADD,    OP_ADD,          OP_ADD,          OP_ADD_MANY,     OP_ADD_MANY,
    OP_REMOVE, OP_REMOVE, OP_REMOVE,       OP_REMOVE,       OP_FIND,         OP_FIND,
    OP_FIND,   OP_FIND,   OP_FIND_N,       OP_FIND_N,       OP_USE,          OP_USE,
    OP_USE,    OP_RENEW,  OP_SET_REPLICAS, OP_SET_REPLICAS, OP_SET_REPLICAS, OP_SET_REPLICAS,
};

/* The first byte of a name or key: below 224, an entry of the pool. */
#define STRING_SHORT 224 /* to 239: 1 to 16 literal bytes follow */
#define STRING_LONG 240  /* to 247: a number follows, and as many literal bytes */
#define STRING_RUN 248   /* to 255: a byte follows, and a number: how often it is repeated */

/* The first byte of replicas: below 224, 1 to 4; below 248, 1 to 24. Most rings are small, since
 * the model's work grows with the square of their size. */
#define REPLICAS_SMALL 4
#define REPLICAS_MEDIUM 224
#define REPLICAS_POWER 248  /* to 253: a byte follows; its last 3 bits give 32, 64, ... 4096 */
#define REPLICAS_NUMBER 254 /* and 255: a number follows */

/* The first byte of a count (the n of find_n, the nodes of a batch): below 224, modulo a small
 * number. */
#define COUNT_MEDIUM 224 /* to 247: n from 8 to 31; a fleet of 1 to 24 nodes */
#define COUNT_NUMBER 248 /* to 255: a number follows */
#define FIND_N_SMALL 8
#define BATCH_SMALL 4

struct reader {
    const unsigned char *at;
    size_t left;
    uint64_t runs_left; /* bytes that further runs may have */
    bool short_of;      /* an operation needed more bytes than were left */
    unsigned int kind_count;
    enum operation_kind kinds[KIND_COUNT_OF_REPLICAS]; /* those that are switched on */
};

/* For ci/prove: what every reader is, and a pool; and that a reader has passed some of its bytes. */
/*@ predicate readable(struct reader *reader) =
      \valid(reader) && \valid_read(reader->at + (0 .. reader->left - 1)) &&
      \separated(reader, reader->at + (0 .. reader->left - 1));

    predicate writable(struct program *program, struct reader *reader) =
      \valid(program) && program->count > 0 && \separated(program, reader) &&
      \separated(program, reader->at + (0 .. reader->left - 1));

    predicate is_pool(struct pool *pool) =
      \valid_read(pool) && pool->count > 0 && \valid_read(pool->strings + (0 .. pool->count - 1));

    predicate usable(struct pool *pool, struct program *program, struct reader *reader) =
      is_pool(pool) && \separated(pool, program) && \separated(pool, reader);

    predicate has_kinds(struct reader *reader) =
      0 < reader->kind_count <= KIND_COUNT_OF_REPLICAS;

    predicate passed{L1, L2}(struct reader *reader, integer count) =
      \at(reader->left, L2) == \at(reader->left, L1) - count &&
      \at(reader->at, L2) == \at(reader->at, L1) + count;
 */

/*@ requires readable(reader);
    assigns reader->at, reader->left, reader->short_of;
    ensures readable(reader);
    ensures \old(reader->left) > 0 ==> passed{Pre, Post}(reader, 1) &&
      \result == *\old(reader->at) && reader->short_of == \old(reader->short_of);
    ensures \old(reader->left) == 0 ==> passed{Pre, Post}(reader, 0) &&
      \result == 0 && reader->short_of;
 */
static unsigned char read_byte(struct reader *reader)
{
    if (reader->left == 0) {
        reader->short_of = true;
        return 0;
    }
    reader->left--;
    return *reader->at++;
}

/* Seven bits a byte, the least significant first. A set top bit means that another byte follows;
 * there are at most ten. Bits beyond the 64th are dropped. */
/*@ requires readable(reader);
    assigns reader->at, reader->left, reader->short_of;
    ensures readable(reader);
    ensures passed{Pre, Post}(reader, \old(reader->left) - reader->left);
    ensures 0 <= \old(reader->left) - reader->left <= 10;
    ensures \forall integer i;
      0 <= i < \old(reader->left) - reader->left - 1 ==> \old(reader->at)[i] >= 128;
    ensures !reader->short_of ==> reader->left < \old(reader->left) &&
      (\old(reader->left) - reader->left < 10 ==> *(reader->at - 1) < 128);
    ensures reader->short_of && !\old(reader->short_of) ==> reader->left == 0;
    ensures \old(reader->short_of) ==> reader->short_of;
    ensures \old(reader->left) > 0 && \old(*reader->at) < 128 ==>
      \result == (\old(*reader->at) & 127);
    ensures \old(reader->left) == 0 ==> \result == 0;
 */
static uint64_t read_number(struct reader *reader)
{
    uint64_t value = 0;
    /*@ loop invariant 0 <= shift <= 70 && shift % 7 == 0;
        loop invariant readable(reader) && passed{Pre, Here}(reader, shift / 7);
        loop invariant reader->short_of == \at(reader->short_of, Pre);
        loop invariant \forall integer i; 0 <= i < shift / 7 ==> \at(reader->at, Pre)[i] >= 128;
        loop invariant shift == 0 ==> value == 0;
        loop assigns shift, value, reader->at, reader->left, reader->short_of;
        loop variant 70 - shift;
     */
    for (unsigned int shift = 0; shift < 70; shift += 7) {
        unsigned char byte = read_byte(reader);
        value |= (uint64_t)(byte & 127) << (shift < 63 ? shift : 63);
        if (byte < 128) {
            break;
        }
    }
    return value;
}

/*@ requires readable(reader) && writable(program, reader);
    assigns reader->at, reader->left, reader->short_of, *program;
    ensures readable(reader) && writable(program, reader);
    ensures program->count == \old(program->count);
    ensures size <= \old(reader->left)
      ? passed{Pre, Post}(reader, size) && \result.size == size &&
        reader->short_of == \old(reader->short_of)
      : passed{Pre, Post}(reader, 0) && reader->short_of && \result.size == 0;
 */
static struct ring_bytes read_literal(struct reader *reader, struct program *program, uint64_t size)
{
    if (size > reader->left) {
        reader->short_of = true;
        return (struct ring_bytes){NULL, 0};
    }
    struct ring_bytes literal = program_bytes(program, reader->at, (size_t)size);
    reader->at += size;
    reader->left -= (size_t)size;
    return literal;
}

/*@ requires readable(reader) && writable(program, reader) && usable(pool, program, reader);
    assigns reader->at, reader->left, reader->short_of, reader->runs_left, *program;
    ensures readable(reader);
    ensures writable(program, reader);
    ensures program->count == \old(program->count);
    ensures reader->left <= \old(reader->left);
    ensures reader->runs_left <= \old(reader->runs_left);
    ensures \old(reader->short_of) || \old(reader->left) == 0 ==> reader->short_of;
 */
static struct ring_bytes read_string(struct reader *reader, struct program *program,
                                     const struct pool *pool)
{
    unsigned char first = read_byte(reader);
    //@ assert writable(program, reader) && usable(pool, program, reader);
    //@ assert reader->runs_left == \at(reader->runs_left, Pre);
    if (first < STRING_SHORT) {
        return pool->strings[first % pool->count];
    }
    if (first < STRING_LONG) {
        return read_literal(reader, program, first - STRING_SHORT + 1U);
    }
    if (first < STRING_RUN) {
        return read_literal(reader, program, read_number(reader));
    }
    unsigned char byte = read_byte(reader);
    uint64_t size = read_number(reader) % (RUN_MAX + 1);
    //@ assert readable(reader) && writable(program, reader);
    //@ assert reader->runs_left == \at(reader->runs_left, Pre);
    //@ assert reader->left <= \at(reader->left, Pre);
    if (size > reader->runs_left) {
        reader->left = 0;
        reader->short_of = true;
    }
    //@ assert readable(reader) && writable(program, reader);
    if (reader->short_of) {
        return (struct ring_bytes){NULL, 0};
    }
    reader->runs_left -= size;
    //@ assert readable(reader) && writable(program, reader);
    struct ring_bytes run = program_repeat(program, &byte, 1, (size_t)size);
    //@ assert readable(reader) && writable(program, reader);
    //@ assert reader->runs_left <= \at(reader->runs_left, Pre);
    return run;
}

/*@ requires readable(reader);
    assigns reader->at, reader->left, reader->short_of;
    ensures readable(reader) && reader->left <= \old(reader->left);
    ensures passed{Pre, Post}(reader, \old(reader->left) - reader->left);
    ensures \old(reader->left) > 0 && \old(*reader->at) < REPLICAS_POWER ==>
      passed{Pre, Post}(reader, 1) && 1 <= \result <= REPLICAS_POWER - REPLICAS_MEDIUM;
    ensures \old(reader->short_of) || \old(reader->left) == 0 ==> reader->short_of;
 */
static uint32_t read_replicas(struct reader *reader)
{
    unsigned char first = read_byte(reader);
    if (first < REPLICAS_MEDIUM) {
        return first % REPLICAS_SMALL + 1U;
    }
    if (first < REPLICAS_POWER) {
        return first - REPLICAS_MEDIUM + 1U;
    }
    if (first < REPLICAS_NUMBER) {
        return UINT32_C(32) << read_byte(reader) % 8;
    }
    return (uint32_t)read_number(reader);
}

/*@ requires readable(reader);
    assigns reader->at, reader->left, reader->short_of;
    ensures readable(reader) && reader->left <= \old(reader->left);
    ensures passed{Pre, Post}(reader, \old(reader->left) - reader->left);
    ensures \old(reader->left) > 0 && \old(*reader->at) < COUNT_NUMBER ==>
      passed{Pre, Post}(reader, 1) && \result < FIND_N_SMALL + COUNT_NUMBER - COUNT_MEDIUM;
    ensures \old(reader->short_of) || \old(reader->left) == 0 ==> reader->short_of;
 */
static uint64_t read_n(struct reader *reader)
{
    unsigned char first = read_byte(reader);
    if (first < COUNT_MEDIUM) {
        return first % FIND_N_SMALL;
    }
    return first < COUNT_NUMBER ? first - COUNT_MEDIUM + (uint64_t)FIND_N_SMALL
                                : read_number(reader);
}

/* A fleet: up to 24 nodes with the same replicas, whose names follow one another in the pool. So a
 * few bytes make a ring of many nodes, while names drawn one by one would soon repeat. Only a fleet
 * of 24 has a name twice. */
/*@ requires readable(reader) && writable(program, reader);
    requires 1 <= count <= COUNT_NUMBER - COUNT_MEDIUM;
    assigns reader->at, reader->left, reader->short_of, reader->runs_left, *program;
    ensures readable(reader) && writable(program, reader);
    ensures reader->left <= \old(reader->left) && program->count == \old(program->count);
    ensures \old(reader->short_of) || \old(reader->left) == 0 ==> reader->short_of;
 */
static void read_fleet(struct reader *reader, struct program *program, unsigned int count)
{
    unsigned int first = read_byte(reader);
    //@ assert writable(program, reader);
    uint32_t replicas = read_replicas(reader);
    //@ assert writable(program, reader);
    /*@ loop invariant 0 <= i <= count;
        loop invariant writable(program, reader) && program->count == \at(program->count, Pre);
        loop assigns i, *program;
        loop variant count - i;
     */
    for (unsigned int i = 0; i < count; i++) {
        program_append_node(program, names[(first + i) % FLEET_COUNT], replicas);
    }
}

/*@ requires readable(reader) && writable(program, reader) && usable(&name_pool, program, reader);
    assigns reader->at, reader->left, reader->short_of, reader->runs_left, *program;
    ensures readable(reader) && writable(program, reader);
    ensures reader->left <= \old(reader->left) && program->count == \old(program->count);
    ensures \old(reader->short_of) || \old(reader->left) == 0 ==> reader->short_of;
 */
static void read_node(struct reader *reader, struct program *program)
{
    struct ring_bytes name = read_string(reader, program, &name_pool);
    uint32_t replicas = read_replicas(reader);
    //@ assert writable(program, reader);
    program_append_node(program, name, replicas);
}

/*@ requires readable(reader) && writable(program, reader) && usable(&name_pool, program, reader);
    assigns reader->at, reader->left, reader->short_of, reader->runs_left, *program;
    ensures readable(reader) && writable(program, reader);
    ensures reader->left <= \old(reader->left) && program->count == \old(program->count);
    ensures \old(reader->short_of) || \old(reader->left) == 0 ==> reader->short_of;
 */
static void read_batch(struct reader *reader, struct program *program)
{
    unsigned char first = read_byte(reader);
    //@ assert writable(program, reader);
    //@ assert reader->left < \at(reader->left, Pre) || reader->short_of;
    //@ assert \at(reader->short_of, Pre) ==> reader->short_of;
    if (first >= COUNT_MEDIUM && first < COUNT_NUMBER) {
        read_fleet(reader, program, first - COUNT_MEDIUM + 1U);
        return;
    }
    uint64_t count = first < COUNT_MEDIUM ? first % BATCH_SMALL : read_number(reader);
    /*@ loop invariant 0 <= i <= count;
        loop invariant readable(reader) && writable(program, reader);
        loop invariant reader->left <= \at(reader->left, Pre);
        loop invariant reader->left < \at(reader->left, Pre) || reader->short_of;
        loop invariant \at(reader->short_of, Pre) ==> reader->short_of;
        loop invariant program->count == \at(program->count, Pre);
        loop assigns i, reader->at, reader->left, reader->short_of, reader->runs_left, *program;
        loop variant count - i;
     */
    for (uint64_t i = 0; i < count && !reader->short_of; i++) {
        read_node(reader, program);
    }
}

/*@ requires readable(reader) && reader->left > 0 && has_kinds(reader);
    requires \valid(program) && \separated(program, reader);
    requires \separated(program, reader->at + (0 .. reader->left - 1));
    requires usable(&name_pool, program, reader) && usable(&key_pool, program, reader);
    assigns reader->at, reader->left, reader->short_of, reader->runs_left, *program;
    ensures readable(reader) && writable(program, reader);
    ensures reader->left < \old(reader->left);
    ensures program->count == \old(program->count) + 1;
 */
static void read_operation(struct reader *reader, struct program *program)
{
    enum operation_kind kind = reader->kinds[read_byte(reader) % reader->kind_count];
    (void)program_append(program, kind);
    //@ assert readable(reader) && writable(program, reader);
    struct ring_bytes text = {NULL, 0};
    switch (kind) {
    case OP_ADD:
    case OP_SET_REPLICAS:
        read_node(reader, program);
        break;
    case OP_ADD_MANY:
        read_batch(reader, program);
        break;
    case OP_REMOVE:
        text = read_string(reader, program, &name_pool);
        program_append_node(program, text, 0);
        break;
    case OP_FIND:
        text = read_string(reader, program, &key_pool);
        program_set(program, text, 0);
        break;
    case OP_FIND_N:
        text = read_string(reader, program, &key_pool);
        program_set(program, text, read_n(reader));
        break;
    case OP_USE:
        program_set(program, text, read_byte(reader) % PROGRAM_RINGS);
        break;
    case OP_RENEW:
        break;
    }
}

/* Bit k switches kind k off. The two that add are never both off, since every ring would be
 * empty. */
/*@ requires \valid(reader);
    assigns reader->kind_count, reader->kinds[0 .. KIND_COUNT - 1];
    ensures has_kinds(reader);
 */
static void switch_on_all_but(struct reader *reader, unsigned int off)
{
    const bool none_adds = (off >> OP_ADD & 1U) != 0 && (off >> OP_ADD_MANY & 1U) != 0;
    reader->kind_count = 0;
    /*@ loop invariant 0 <= reader->kind_count <= i <= KIND_COUNT;
        loop invariant
          i > 0 && ((off >> OP_ADD & 1U) == 0 || none_adds) ==> reader->kind_count > 0;
        loop invariant i > 4 && (off >> OP_ADD_MANY & 1U) == 0 ==> reader->kind_count > 0;
        loop assigns i, reader->kind_count, reader->kinds[0 .. KIND_COUNT - 1];
        loop variant KIND_COUNT - i;
     */
    for (unsigned int i = 0; i < KIND_COUNT; i++) {
        const bool adds = kinds[i] == OP_ADD || kinds[i] == OP_ADD_MANY;
        if ((off >> kinds[i] & 1U) == 0 || (none_adds && adds)) {
            reader->kinds[reader->kind_count++] = kinds[i];
        }
    }
}

/*@ assigns \nothing;
    ensures \result < rules_in_all;
 */
static size_t later_rule(unsigned int byte)
{
    return RULES_EARLY + byte % (rule_count() - RULES_EARLY);
}

/*@ assigns \nothing;
    ensures \result < rules_in_all;
 */
static size_t rule_of_rings(unsigned char byte)
{
    return byte < RINGS_LATER ? byte % RULES_EARLY : later_rule(byte - RINGS_LATER);
}

/*@ requires readable(reader) && has_kinds(reader);
    assigns reader->at, reader->left, reader->short_of, reader->kind_count,
      reader->kinds[0 .. KIND_COUNT_OF_REPLICAS - 1];
    ensures readable(reader) && has_kinds(reader);
    ensures reader->left <= \old(reader->left);
    ensures passed{Pre, Post}(reader, \old(reader->left) - reader->left);
    ensures \exists integer i; 0 <= i < rules_in_all && \result == &rules[i];
 */
static const struct rule *read_rule(struct reader *reader)
{
    unsigned char first = read_byte(reader);
    if (first == RULE_OF_RINGS) {
        unsigned char rule = read_byte(reader);
        bool changes = rule == RULE_OF_REPLICAS;
        memcpy(reader->kinds, kinds, sizeof kinds);
        reader->kind_count = changes ? KIND_COUNT_OF_REPLICAS : KIND_COUNT_OF_RINGS;
        return &rules[rule_of_rings(changes ? read_byte(reader) : rule)];
    }
    if (first == RULE_LATER) {
        return &rules[later_rule(read_byte(reader))];
    }
    if (first >= RULE_SWARM && first < RULE_TENTH) {
        switch_on_all_but(reader, read_byte(reader));
    }
    return &rules[first < RULE_TENTH ? first % RULES_FIRST : RULES_FIRST];
}

/* The prover knows constants at the start of a function alone. */
/*@ ghost
  /@ assigns \nothing;
     ensures is_pool(&name_pool) && is_pool(&key_pool);
   @/
  static void pools_are_known(void)
  {
  }
 */

/*@ requires \valid_read((unsigned char *)data + (0 .. size - 1));
    requires \valid(program) && program->count == 0;
    requires \separated(program, (unsigned char *)data + (0 .. size - 1));
    requires \separated(program, &name_pool, &key_pool);
    assigns *program;
    ensures program->count <= size;
 */
void bytes_decode(const void *data, size_t size, struct program *program)
{
    assert(program->count == 0 && memory_apart(program, sizeof *program, data, size));
    struct reader reader = {.at = data, .left = size, .runs_left = RUNS_MAX};
    //@ ghost pools_are_known();
    //@ ghost size_t complete = 0; // operations
    switch_on_all_but(&reader, 0);
    if (size > 0) {
        program->rule = read_rule(&reader);
    }
    /*@ loop invariant readable(&reader) && has_kinds(&reader);
        loop invariant is_pool(&name_pool) && is_pool(&key_pool);
        loop invariant \separated(program, reader.at + (0 .. reader.left - 1));
        loop invariant program->count == complete <= size - reader.left;
        loop assigns complete, reader.at, reader.left, reader.short_of, reader.runs_left, *program;
        loop variant reader.left;
     */
    while (reader.left > 0) {
        read_operation(&reader, program);
        //@ ghost complete += !reader.short_of;
        if (reader.short_of) {
            program->count--;
        }
    }
}

static void write_number(FILE *out, uint64_t value)
{
    while (value >= 128) {
        (void)putc((int)(value & 127) | 128, out);
        value >>= 7;
    }
    (void)putc((int)value, out);
}

struct writer {
    FILE *out;
    uint64_t runs_left; /* as in struct reader */
};

static bool one_byte_repeated(struct ring_bytes string)
{
    const unsigned char *bytes = string.data;
    return memcmp(bytes, bytes + 1, string.size - 1) == 0;
}

static void write_string(struct writer *writer, struct ring_bytes string, const struct pool *pool)
{
    FILE *out = writer->out;
    for (unsigned int i = 0; i < pool->count; i++) {
        const struct ring_bytes *pooled = &pool->strings[i];
        if (pooled->size == string.size &&
            (string.size == 0 || memcmp(pooled->data, string.data, string.size) == 0)) {
            (void)putc((int)i, out);
            return;
        }
    }
    if (string.size <= 16) {
        (void)putc(STRING_SHORT - 1 + (int)string.size, out);
    } else if (string.size <= RUN_MAX && string.size <= writer->runs_left &&
               one_byte_repeated(string)) {
        (void)putc(STRING_RUN, out);
        (void)putc(((const unsigned char *)string.data)[0], out);
        write_number(out, string.size);
        writer->runs_left -= string.size;
        return;
    } else {
        (void)putc(STRING_LONG, out);
        write_number(out, string.size);
    }
    (void)fwrite(string.data, 1, string.size, out);
}

static void write_replicas(FILE *out, uint32_t replicas)
{
    if (replicas >= 1 && replicas <= REPLICAS_SMALL) {
        (void)putc((int)replicas - 1, out);
    } else if (replicas >= 1 && replicas <= REPLICAS_POWER - REPLICAS_MEDIUM) {
        (void)putc(REPLICAS_MEDIUM - 1 + (int)replicas, out);
    } else {
        (void)putc(REPLICAS_NUMBER, out);
        write_number(out, replicas);
    }
}

static void write_n(FILE *out, uint64_t n)
{
    if (n < FIND_N_SMALL) {
        (void)putc((int)n, out);
    } else if (n < FIND_N_SMALL + COUNT_NUMBER - COUNT_MEDIUM) {
        (void)putc(COUNT_MEDIUM + (int)n - FIND_N_SMALL, out);
    } else {
        (void)putc(COUNT_NUMBER, out);
        write_number(out, n);
    }
}

static void write_batch_count(FILE *out, uint64_t count)
{
    if (count < BATCH_SMALL) {
        (void)putc((int)count, out);
    } else {
        (void)putc(COUNT_NUMBER, out);
        write_number(out, count);
    }
}

static void write_operation(struct writer *writer, const struct operation *operation)
{
    FILE *out = writer->out;
    int kind = 0;
    while (kinds[kind] != operation->kind) {
        kind++;
    }
    (void)putc(kind, out);
    switch (operation->kind) {
    case OP_ADD_MANY:
        write_batch_count(out, operation->count);
        break;
    case OP_FIND:
        write_string(writer, operation->key, &key_pool);
        break;
    case OP_FIND_N:
        write_string(writer, operation->key, &key_pool);
        write_n(out, operation->n);
        break;
    case OP_USE:
        (void)putc((int)operation->n, out);
        break;
    case OP_RENEW:
    case OP_ADD:
    case OP_REMOVE:
    case OP_SET_REPLICAS:
        break;
    }
    for (size_t i = 0; i < operation->count; i++) {
        write_string(writer, operation->nodes[i].name, &name_pool);
        if (operation->kind != OP_REMOVE) {
            write_replicas(out, operation->nodes[i].replicas);
        }
    }
}

void bytes_encode(const struct program *program, FILE *out)
{
    struct writer writer = {out, RUNS_MAX};
    int rule = (int)(program->rule - rules);
    bool changes = program_sets_replicas(program);
    if (changes || program_has_several_rings(program)) {
        (void)putc(RULE_OF_RINGS, out);
        if (changes) {
            (void)putc(RULE_OF_REPLICAS, out);
        }
        (void)putc(rule < RULES_EARLY ? rule : RINGS_LATER + rule - RULES_EARLY, out);
    } else if (rule >= RULES_EARLY) {
        (void)putc(RULE_LATER, out);
        (void)putc(rule - RULES_EARLY, out);
    } else {
        (void)putc(rule < RULES_FIRST ? rule : RULE_TENTH, out);
    }
    for (size_t i = 0; i < program->count; i++) {
        write_operation(&writer, &program->operations[i]);
    }
}
