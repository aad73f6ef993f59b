/* The enumeration is complete, and has no sequence twice. To show this, raw sequences, with each
 * replica on any of the 8 positions, are reduced here by other means: the results are the
 * enumerated sequences. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../exhaust/sequences.h"
#include "../model/ring.h"

struct set {
    struct exhaust_sequence *sequences;
    size_t count;
};

static bool collect(void *context, const struct exhaust_sequence *sequence)
{
    struct set *set = context;
    set->sequences = memory_grow(set->sequences, set->count, sizeof *set->sequences);
    set->sequences[set->count++] = *sequence;
    return true;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct exhaust_sequence));
}

static void sort(struct set *set)
{
    if (set->count > 0) {
        qsort(set->sequences, set->count, sizeof *set->sequences, compare);
    }
}

static struct set walked(unsigned int length, unsigned int nodes)
{
    struct set set = {NULL, 0};
    struct exhaust_scope scope = {length, nodes, 0, 1, true};
    assert_true(exhaust_walk(&scope, collect, &set));
    sort(&set);
    return set;
}

static void assert_distinct(const struct set *set)
{
    for (size_t i = 1; i < set->count; i++) {
        assert_true(compare(&set->sequences[i - 1], &set->sequences[i]) < 0);
    }
}

/* RAW SEQUENCES: steps, and a position for every replica of every node. */

typedef unsigned char table[EXHAUST_NODES][EXHAUST_REPLICAS];

static void note_replicas(struct exhaust_sequence *sequence)
{
    for (unsigned int i = 0; i < EXHAUST_NODES; i++) {
        sequence->nodes[i].known = 1;
    }
    for (unsigned int i = 0; i < sequence->length; i++) {
        const struct exhaust_step *step = &sequence->steps[i];
        for (unsigned int j = 0; j < step->count && step->kind != EXHAUST_REMOVE; j++) {
            struct exhaust_placing *placing = &sequence->nodes[step->node[j]];
            placing->known = (uint8_t)(placing->known | 1U << step->replicas[j]);
            placing->placed =
                placing->placed > step->replicas[j] ? placing->placed : step->replicas[j];
        }
    }
}

/* The sequence that stands for a raw one: positions become ranks, and ranks of replicas that always
 * came together are sorted. */
static struct exhaust_sequence reduced(const struct exhaust_sequence *steps, table positions)
{
    struct exhaust_sequence sequence = *steps;
    unsigned char rank[EXHAUST_POSITIONS] = {0};
    note_replicas(&sequence);
    for (unsigned char position = 0; position < EXHAUST_POSITIONS; position++) {
        bool used = false;
        for (unsigned int i = 0; i < EXHAUST_NODES; i++) {
            for (unsigned int j = 0; j < sequence.nodes[i].placed; j++) {
                used = used || positions[i][j] == position;
            }
        }
        rank[position] = sequence.ranks;
        sequence.ranks = (uint8_t)(sequence.ranks + used);
    }
    for (unsigned int i = 0; i < EXHAUST_NODES; i++) {
        struct exhaust_placing *placing = &sequence.nodes[i];
        for (unsigned int j = 0; j < placing->placed; j++) {
            unsigned int to = j;
            for (; (placing->known >> to & 1) == 0 && placing->rank[to - 1] > rank[positions[i][j]];
                 to--) {
                placing->rank[to] = placing->rank[to - 1];
            }
            placing->rank[to] = rank[positions[i][j]];
        }
    }
    return sequence;
}

static void next_table(table positions, unsigned int number)
{
    for (unsigned int i = 0; i < EXHAUST_REPLICAS; i++) {
        positions[0][i] = (unsigned char)(number >> 3 * i & 7);
    }
}

/* Reduces all raw sequences of one node: adds, removes, sets and refused steps, wherever they are
 * possible. */
static void reduce_all_of_one(struct exhaust_sequence *steps, uint8_t has, unsigned int length,
                              struct set *set)
{
    if (steps->length == length) {
        table positions = {{0}};
        for (unsigned int number = 0; number < 512; number++) {
            next_table(positions, number);
            struct exhaust_sequence sequence = reduced(steps, positions);
            (void)collect(set, &sequence);
        }
        return;
    }
    struct exhaust_step *step = &steps->steps[steps->length++];
    for (uint8_t replicas = 1; steps->present == 0 && replicas <= EXHAUST_REPLICAS; replicas++) {
        steps->present = 1;
        *step = (struct exhaust_step){EXHAUST_ADD, 1, {0}, {replicas}};
        reduce_all_of_one(steps, replicas, length, set);
        steps->present = 0;
    }
    if (steps->present != 0) {
        steps->present = 0;
        *step = (struct exhaust_step){EXHAUST_REMOVE, 1, {0}, {0}};
        reduce_all_of_one(steps, 0, length, set);
        steps->present = 1;
        for (uint8_t replicas = 1; replicas <= EXHAUST_REPLICAS; replicas++) {
            *step = (struct exhaust_step){EXHAUST_SET, 1, {0}, {replicas}};
            if (replicas != has && steps->length == length) {
                reduce_all_of_one(steps, replicas, length, set);
            }
        }
    }
    if (steps->length == 1 || step[-1].kind != EXHAUST_REFUSED) {
        *step = (struct exhaust_step){.kind = EXHAUST_REFUSED};
        reduce_all_of_one(steps, has, length, set);
    }
    *step = (struct exhaust_step){0};
    steps->length--;
}

static void all_sequences_of_one_node(void **state)
{
    (void)state;
    for (unsigned int length = 1; length <= 5; length++) {
        struct set expected = {NULL, 0};
        reduce_all_of_one(&(struct exhaust_sequence){.length = 0}, 0, length, &expected);
        sort(&expected);
        struct set got = walked(length, 1);
        assert_distinct(&got);
        size_t different = 0;
        for (size_t i = 0; i < expected.count; i++) {
            if (i == 0 || compare(&expected.sequences[i - 1], &expected.sequences[i]) != 0) {
                assert_true(different < got.count);
                assert_memory_equal(&expected.sequences[i], &got.sequences[different],
                                    sizeof *got.sequences);
                different++;
            }
        }
        assert_int_equal(different, got.count);
        free(expected.sequences);
        free(got.sequences);
    }
}

static uint32_t draw(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)*state * below >> 32);
}

/* A random possible step on two nodes. The nodes of a batch ascend. */
static struct exhaust_step random_step(uint32_t *random, const uint8_t has[2], bool refused,
                                       bool last)
{
    uint8_t node = (uint8_t)draw(random, 2);
    uint8_t replicas[2] = {(uint8_t)(1 + draw(random, 3)), (uint8_t)(1 + draw(random, 3))};
    uint32_t kind = draw(random, 4);
    if (kind == 0 && !refused) {
        return (struct exhaust_step){.kind = EXHAUST_REFUSED};
    }
    if (kind == 1 && has[0] == 0 && has[1] == 0) {
        return (struct exhaust_step){EXHAUST_BATCH, 2, {0, 1}, {replicas[0], replicas[1]}};
    }
    if (kind == 2 && last && has[node] > 0 && has[node] != replicas[0]) {
        return (struct exhaust_step){EXHAUST_SET, 1, {node}, {replicas[0]}};
    }
    return has[node] > 0 ? (struct exhaust_step){EXHAUST_REMOVE, 1, {node}, {0}}
                         : (struct exhaust_step){EXHAUST_ADD, 1, {node}, {replicas[0]}};
}

static bool mentions_only_b(const struct exhaust_sequence *sequence)
{
    unsigned int mentioned = 0;
    for (unsigned int i = 0; i < sequence->length; i++) {
        for (unsigned int j = 0; j < sequence->steps[i].count; j++) {
            mentioned |= 1U << sequence->steps[i].node[j];
        }
    }
    return mentioned == 2;
}

static void random_sequences_of_two_nodes(void **state)
{
    uint32_t random = 1;
    struct set got = walked(3, 2);
    (void)state;
    assert_distinct(&got);
    for (unsigned int trial = 0; trial < 20000; trial++) {
        struct exhaust_sequence steps = {.length = 0};
        table positions = {{0}};
        uint8_t has[2] = {0, 0};
        while (steps.length < 3) {
            bool refused =
                steps.length > 0 && steps.steps[steps.length - 1].kind == EXHAUST_REFUSED;
            struct exhaust_step step = random_step(&random, has, refused, steps.length == 2);
            for (unsigned int j = 0; j < step.count; j++) {
                has[step.node[j]] = step.replicas[j];
                steps.present ^= (uint8_t)((step.kind != EXHAUST_SET) << step.node[j]);
            }
            steps.steps[steps.length++] = step;
        }
        for (unsigned int i = 0; i < 2 * EXHAUST_REPLICAS; i++) {
            positions[i / EXHAUST_REPLICAS][i % EXHAUST_REPLICAS] = (unsigned char)draw(&random, 8);
        }
        struct exhaust_sequence sequence = reduced(&steps, positions);
        assert_true(mentions_only_b(&sequence) ||
                    bsearch(&sequence, got.sequences, got.count, sizeof sequence, compare) != NULL);
    }
    free(got.sequences);
}

/* COUNTING placements of up to three nodes: for each number of positions, how many use all of them?
 * By inclusion and exclusion. */

static long long choose(unsigned int from, unsigned int count)
{
    long long ways = 1;
    for (unsigned int i = 1; i <= count; i++) {
        ways = ways * (from - count + i) / i;
    }
    return ways;
}

static long long placements(const unsigned int replicas[EXHAUST_NODES])
{
    long long sum = 0;
    for (unsigned int ranks = 1; ranks <= EXHAUST_POSITIONS; ranks++) {
        for (unsigned int left_out = 0; left_out < ranks; left_out++) {
            long long ways = choose(ranks, left_out);
            for (unsigned int i = 0; i < EXHAUST_NODES; i++) {
                ways *= choose(ranks - left_out + replicas[i] - 1, replicas[i]);
            }
            sum += left_out % 2 == 0 ? ways : -ways;
        }
    }
    return sum;
}

static bool count(void *context, const struct exhaust_sequence *sequence)
{
    (void)sequence;
    ++*(long long *)context;
    return true;
}

/* The step is an add of "a", a batch of "a" and "b" in 2 orders, a batch of all three in 6, or
 * refused. */
static void number_of_sequences_of_one_step(void **state)
{
    long long expected = 1;
    long long got = 0;
    (void)state;
    for (unsigned int number = 0; number < 64; number++) {
        unsigned int replicas[EXHAUST_NODES] = {number & 3, number >> 2 & 3, number >> 4};
        bool in_order = replicas[0] > 0 && (replicas[1] > 0 || replicas[2] == 0);
        long long orders = replicas[2] > 0 ? 6 : replicas[1] > 0 ? 2 : 1;
        expected += in_order ? orders * placements(replicas) : 0;
    }
    assert_true(exhaust_walk(&(struct exhaust_scope){1, 3, 0, 1, true}, count, &got));
    assert_int_equal(expected, got);
}

static void parts_make_up_the_whole(void **state)
{
    (void)state;
    for (unsigned int length = 1; length <= 3; length++) {
        struct set whole = walked(length, 2);
        struct set parts = {NULL, 0};
        for (unsigned int part = 0; part < 3; part++) {
            size_t before = parts.count;
            assert_true(
                exhaust_walk(&(struct exhaust_scope){length, 2, part, 3, true}, collect, &parts));
            assert_true(parts.count > before);
        }
        sort(&parts);
        assert_int_equal(parts.count, whole.count);
        assert_memory_equal(parts.sequences, whole.sequences,
                            whole.count * sizeof *whole.sequences);
        free(parts.sequences);
        free(whole.sequences);
    }
}

/* PROGRAMS */

static bool same(struct ring_bytes bytes, const char *text)
{
    return bytes.size == strlen(text) && memcmp(bytes.data, text, bytes.size) == 0;
}

static void names_spell_positions(void **state)
{
    (void)state;
    /* "a" comes with 1 and with 3 replicas, "b" and "c" only with 3. */
    struct exhaust_sequence sequence = {
        .steps = {{EXHAUST_BATCH, 3, {2, 0, 1}, {3, 3, 3}},
                  {EXHAUST_REMOVE, 1, {0}, {0}},
                  {EXHAUST_ADD, 1, {0}, {1}}},
        .length = 3,
        .ranks = 5,
        .nodes = {{{4, 0, 1}, 3, 1 | 2 | 8}, {{0, 1, 2}, 3, 1 | 8}, {{2, 3, 4}, 3, 1 | 8}}};
    struct exhaust_program *made = exhaust_program_create(2, true);
    const struct program *program = exhaust_program_of(made, &sequence);
    assert_string_equal(program->rule->name, "table");
    assert_int_equal(program->operations[0].kind, OP_ADD_MANY);
    assert_int_equal(program->operations[0].count, 3);
    assert_true(same(program->operations[0].nodes[0].name, "c667722"));
    assert_true(same(program->operations[0].nodes[1].name, "a770011"));
    assert_true(same(program->operations[0].nodes[2].name, "b221100"));
    assert_int_equal(program->operations[0].nodes[0].replicas, 6);
    assert_int_equal(program->operations[1].kind, OP_REMOVE);
    assert_int_equal(program->operations[2].kind, OP_ADD);
    assert_int_equal(program->operations[2].nodes[0].replicas, 2);
    assert_int_equal(program->operations[3].kind, OP_FIND);
    assert_int_equal(program->count, 3 + 4 * 5);
    exhaust_program_free(made);
}

/* Whatever the ring contains, each call of a refused step is refused, except the batch without
 * nodes. */
static void refused_steps_are_refused(void **state)
{
    (void)state;
    struct exhaust_program *made = exhaust_program_create(1, true);
    for (unsigned int present = 0; present < 8; present++) {
        struct exhaust_sequence sequence = {.steps = {{.kind = EXHAUST_BATCH}}, .length = 2};
        for (uint8_t node = 0; node < EXHAUST_NODES; node++) {
            sequence.nodes[node] = (struct exhaust_placing){{0}, 1, 1 | 2};
            if ((present >> node & 1) != 0) {
                struct exhaust_step *step = &sequence.steps[0];
                step->node[step->count] = node;
                step->replicas[step->count++] = 1;
            }
        }
        sequence.ranks = 1;
        sequence.steps[1].kind = EXHAUST_REFUSED;
        const struct program *program = exhaust_program_of(made, &sequence);
        void *ring = subject_model.create(&program->rule->options);
        size_t calls = 0;
        for (size_t i = 0; program->operations[i].kind != OP_FIND; i++, calls++) {
            const struct operation *operation = &program->operations[i];
            enum ring_error error =
                operation->kind == OP_REMOVE ? subject_model.remove(ring, operation->nodes[0].name)
                : operation->kind == OP_SET_REPLICAS
                    ? subject_model.set_replicas(ring, operation->nodes[0].name,
                                                 operation->nodes[0].replicas)
                    : subject_model.add_many(ring, operation->nodes, operation->count);
            assert_int_equal(error == RING_OK, i == 0 || operation->count == 0);
        }
        assert_int_equal(calls, 23 + 3 + EXHAUST_NODES - sequence.steps[0].count);
        assert_int_equal(subject_model.node_count(ring), sequence.steps[0].count);
        subject_model.destroy(ring);
    }
    exhaust_program_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_sequences_of_one_node),
        cmocka_unit_test(random_sequences_of_two_nodes),
        cmocka_unit_test(number_of_sequences_of_one_step),
        cmocka_unit_test(parts_make_up_the_whole),
        cmocka_unit_test(names_spell_positions),
        cmocka_unit_test(refused_steps_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
