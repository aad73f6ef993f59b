/* Generated programs: a seed means the same programs everywhere, and they are varied. */
#include "support.h"

#include <stdlib.h>
#include <xxhash.h>

#include "../program/bytes.h"
#include "../program/generate.h"
#include "../search/adapt.h"

/* The same on every machine, compiler and byte order. If the format of bytes or the generator
 * changes, so do these values, and old seeds mean other programs. The second is for rings that
 * cannot set replicas. */
#define DIGEST_OF_SEED_1 UINT64_C(0xfb80172718d19b61)
#define DIGEST_WITHOUT_SETS UINT64_C(0x65cec068aa387830)

static void assert_digest(const struct subject *subject, uint64_t expected)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    assert_non_null(out);
    for (uint64_t i = 0; i < 1000; i++) {
        struct program program;
        program_init(&program);
        generate_program(1, i, &program);
        (void)adapt_program(&program, subject);
        bytes_encode(&program, out);
        program_free(&program);
    }
    (void)fclose(out);
    uint64_t digest = XXH3_64bits(bytes, size);
    free(bytes);
    if (digest != expected) {
        fail_msg("the programs of seed 1 have digest 0x%016llx", (unsigned long long)digest);
    }
}

static void a_seed_means_the_same_everywhere(void **state)
{
    struct subject older = subject_core;
    (void)state;
    older.set_replicas = NULL;
    assert_digest(&subject_core, DIGEST_OF_SEED_1);
    assert_digest(&older, DIGEST_WITHOUT_SETS);
}

/* Many programs together contain every kind of operation, every rule, and large rings. */
static void programs_are_varied(void **state)
{
    size_t kinds[8] = {0};
    size_t rule_uses[32] = {0};
    size_t large = 0;
    (void)state;
    for (uint64_t i = 0; i < 3000; i++) {
        struct program program;
        program_init(&program);
        generate_program(2, i, &program);
        rule_uses[program.rule - rules]++;
        large += program_points(&program) > 1024;
        for (size_t j = 0; j < program.count; j++) {
            kinds[program.operations[j].kind]++;
        }
        assert_true(program_cost(&program) <= PROGRAM_COST_MAX);
        program_free(&program);
    }
    for (size_t kind = 0; kind < 5; kind++) {
        assert_true(kinds[kind] > 1000);
    }
    assert_true(kinds[OP_SET_REPLICAS] > 500);
    for (size_t rule = 0; rule < rule_count(); rule++) {
        /* Rules after the ninth are rare: they share four values of a byte, and the last three share
         * two of these. */
        assert_true(rule_uses[rule] > (rule < 10 ? 10 : 0));
    }
    assert_true(large > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_means_the_same_everywhere),
        cmocka_unit_test(programs_are_varied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
