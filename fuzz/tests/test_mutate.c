/* Mutations of programs: each kind of change happens, the results can be written, and the other
 * program stays as it was. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "../program/generate.h"
#include "../program/mutate.h"

#define SEEDS 2000

static void decode(const char *bytes, size_t size, struct program *program)
{
    program_init(program);
    bytes_decode(bytes, size, program);
}

static bool same(struct ring_bytes one, struct ring_bytes another)
{
    return one.size == another.size &&
           (one.size == 0 || memcmp(one.data, another.data, one.size) == 0);
}

static bool has_key(const struct operation *operation)
{
    return operation->kind == OP_FIND || operation->kind == OP_FIND_N;
}

static bool operations_equal(const struct operation *one, const struct operation *another)
{
    bool equal = one->kind == another->kind && one->count == another->count &&
                 one->n == another->n && (!has_key(one) || same(one->key, another->key));
    for (size_t i = 0; equal && i < one->count; i++) {
        equal = same(one->nodes[i].name, another->nodes[i].name) &&
                one->nodes[i].replicas == another->nodes[i].replicas;
    }
    return equal;
}

/* ring constant; add "a" 1; add "b" 2; remove "c"; find "key"; find-n "key" 2 */
static const char base[] = "\x04\x00\x00\x00\x00\x01\x01\x06\x02\x0a\x07\x0e\x07\x02";
static const char donor[] = "\x04\x0a\x0a\x0a\x0b\x0a\x0c"; /* only finds */

struct counts {
    int grown, shrunk, swapped, spliced, repeated, reused, neighbours, rules;
};

static size_t count_equal(const struct program *program, const struct operation *wanted)
{
    size_t count = 0;
    for (size_t i = 0; i < program->count; i++) {
        count += operations_equal(&program->operations[i], wanted);
    }
    return count;
}

static bool has_string(const struct program *program, struct ring_bytes wanted)
{
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        if (has_key(operation) && same(operation->key, wanted)) {
            return true;
        }
        for (size_t node = 0; node < operation->count; node++) {
            if (same(operation->nodes[node].name, wanted)) {
                return true;
            }
        }
    }
    return false;
}

static void count_changes(const struct program *before, const struct program *other,
                          const struct program *after, struct counts *counts)
{
    const struct operation *first = before->operations;
    counts->rules += after->rule != before->rule;
    counts->grown += after->count > before->count;
    counts->shrunk += after->count < before->count;
    if (after->count == before->count) {
        counts->swapped +=
            count_equal(after, &first[0]) == 1 && count_equal(after, &first[1]) == 1 &&
            count_equal(after, &first[2]) == 1 && count_equal(after, &first[3]) == 1 &&
            !operations_equal(&first[0], after->operations);
        counts->reused += after->operations[2].kind == OP_REMOVE &&
                          same(after->operations[2].nodes->name, first[0].nodes->name);
    }
    for (size_t i = 0; i < before->count; i++) {
        counts->repeated += count_equal(after, &first[i]) == 2;
    }
    counts->spliced += count_equal(after, &other->operations[2]) > 0;
    counts->neighbours += has_string(after, (struct ring_bytes){"kez", 3}) ||
                          has_string(after, (struct ring_bytes){"kex", 3});
}

static void each_kind_of_change_happens(void **state)
{
    (void)state;
    struct counts counts = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct program before;
        struct program other;
        struct program after;
        decode(base, sizeof base - 1, &before);
        decode(donor, sizeof donor - 1, &other);
        decode(base, sizeof base - 1, &after);
        assert_int_equal(before.count, 5);
        assert_int_equal(other.count, 3);
        mutate_program(&after, &other, seed);
        count_changes(&before, &other, &after, &counts);
        program_free(&before);
        program_free(&other);
        program_free(&after);
    }
    /* Each seed makes one to four changes. Most kinds are one of eight. */
    int least = SEEDS / 100;
    assert_in_range(counts.grown, least, SEEDS);
    assert_in_range(counts.shrunk, least, SEEDS);
    assert_in_range(counts.swapped, least, SEEDS);
    assert_in_range(counts.spliced, least, SEEDS);
    assert_in_range(counts.repeated, least, SEEDS);
    assert_in_range(counts.reused, least, SEEDS);
    assert_in_range(counts.neighbours, least, SEEDS);
    assert_in_range(counts.rules, least, SEEDS);
}

/* The same seed makes the same changes. The result can be written and read again, even after the
 * other program was freed, which is unchanged. */
static void results_are_programs(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        char *made[2];
        size_t sizes[2];
        for (int again = 0; again < 2; again++) {
            struct program program;
            struct program other;
            struct program decoded;
            size_t size_before = 0;
            size_t size_after = 0;
            size_t size_again = 0;
            program_init(&program);
            program_init(&other);
            generate_program(1, seed, &program);
            generate_program(2, seed, &other);
            char *before = encode(&other, &size_before);
            mutate_program(&program, &other, seed);
            char *after = encode(&other, &size_after);
            assert_int_equal(size_before, size_after);
            assert_memory_equal(before, after, size_before);
            program_free(&other);
            made[again] = encode(&program, &sizes[again]);
            decode(made[again], sizes[again], &decoded);
            assert_int_equal(decoded.count, program.count);
            char *reread = encode(&decoded, &size_again);
            assert_int_equal(size_again, sizes[again]);
            assert_memory_equal(reread, made[again], size_again);
            program_free(&program);
            program_free(&decoded);
            free(before);
            free(after);
            free(reread);
        }
        assert_int_equal(sizes[0], sizes[1]);
        assert_memory_equal(made[0], made[1], sizes[0]);
        free(made[0]);
        free(made[1]);
    }
}

static void an_empty_program_can_be_changed(void **state)
{
    (void)state;
    int grown = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct program program;
        struct program other;
        program_init(&program);
        program_init(&other);
        mutate_program(&program, &other, seed);
        grown += program.count > 0;
        program_free(&program);
        program_free(&other);
    }
    assert_in_range(grown, 10, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_change_happens),
        cmocka_unit_test(results_are_programs),
        cmocka_unit_test(an_empty_program_can_be_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
