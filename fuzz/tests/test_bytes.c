/* Bytes to programs and back: any bytes are a program, and any program can be written as bytes. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "../program/generate.h"
#include "../program/trace.h"

static char *as_text(const struct program *program)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    trace_write(program, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* The program is the same after a round trip through its canonical bytes, and through its trace. */
static void assert_lossless(const struct program *program)
{
    struct program decoded;
    struct program read;
    char error[200];
    size_t size = 0;
    size_t size_again = 0;
    char *bytes = encode(program, &size);
    char *text = as_text(program);
    program_init(&decoded);
    bytes_decode(bytes, size, &decoded);
    char *decoded_text = as_text(&decoded);
    assert_string_equal(text, decoded_text);
    program_init(&read);
    if (!trace_read(text, strlen(text), &read, error, sizeof error)) {
        fail_msg("%s in:\n%s", error, text);
    }
    char *bytes_again = encode(&read, &size_again);
    assert_int_equal(size, size_again);
    assert_memory_equal(bytes, bytes_again, size);
    free(bytes);
    free(bytes_again);
    free(text);
    free(decoded_text);
    program_free(&decoded);
    program_free(&read);
}

static void assert_decodes(const unsigned char *bytes, size_t size)
{
    struct program program;
    program_init(&program);
    bytes_decode(bytes, size, &program);
    assert_lossless(&program);
    program_free(&program);
}

static void every_short_input_is_a_program(void **state)
{
    unsigned char bytes[3] = {0};
    (void)state;
    assert_decodes(bytes, 0);
    for (unsigned int first = 0; first < 256; first++) {
        bytes[0] = (unsigned char)first;
        assert_decodes(bytes, 1);
    }
    bytes[0] = 0;
    for (unsigned int pair = 0; pair < 65536; pair += 61) {
        bytes[1] = (unsigned char)(pair >> 8);
        bytes[2] = (unsigned char)pair;
        assert_decodes(bytes, 3);
    }
}

static void generated_programs_survive_round_trips(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 300; i++) {
        struct program program;
        program_init(&program);
        generate_program(5, i, &program);
        assert_lossless(&program);
        program_free(&program);
    }
}

/* Numbers of ten bytes and longer, and lengths beyond the end of the input. */
static void extreme_numbers_are_harmless(void **state)
{
    unsigned char bytes[40] = {0};
    (void)state;
    memset(bytes, 0xff, sizeof bytes);
    for (size_t size = 1; size <= sizeof bytes; size++) {
        assert_decodes(bytes, size);
    }
    for (unsigned int kind = 0; kind < 16; kind += 2) {
        for (unsigned int first = 224; first < 256; first += 5) {
            bytes[1] = (unsigned char)kind;
            bytes[2] = (unsigned char)first;
            assert_decodes(bytes, sizeof bytes);
        }
    }
}

static void an_incomplete_operation_is_dropped(void **state)
{
    /* add "a" 1; then an add with a literal name of 16 bytes, of which one is missing. */
    static const unsigned char bytes[] = {0, 0, 0, 0, 0,  239, 1,  2,  3,  4, 5,
                                          6, 7, 8, 9, 10, 11,  12, 13, 14, 15};
    struct program program;
    (void)state;
    program_init(&program);
    bytes_decode(bytes, sizeof bytes, &program);
    assert_int_equal(program.count, 1);
    assert_int_equal(program.operations[0].kind, OP_ADD);
    program_free(&program);
}

/* Names, counts and replicas that bytes can only express literally. */
static void every_program_can_be_written(void **state)
{
    static const char text[] = "ring 8bit\n"
                               "add \"slotA\" 0\n"
                               "add \"\" 4294967295\n"
                               "add \"x\"*16 1048576\n"
                               "add \"x\"*17 24\n"
                               "add \"xy\"*17 25\n"
                               "add \"z\"*1048577 4\n"
                               "add-many\n"
                               "add-many \"a\" 3 \"no such name in the pool\" 5 \"b\" 6 \"c\" 7\n"
                               "set-replicas \"a\" 70000\n"
                               "set-replicas \"\" 0\n"
                               "remove \"\\x00\\\"\\\\|\"\n"
                               "find \"\\xff\"*100000\n"
                               "find-n \"\" 18446744073709551615\n"
                               "find-n \"k\" 31\n"
                               "find-n \"k\" 32\n";
    struct program program;
    char error[200];
    (void)state;
    program_init(&program);
    assert_true(trace_read(text, sizeof text - 1, &program, error, sizeof error));
    assert_int_equal(program.count, 15);
    assert_lossless(&program);
    program_free(&program);
}

/* Replicas are set only in programs that begin with 255 and 251. All other inputs mean what they
 * meant before. */
static void two_bytes_allow_setting_replicas(void **state)
{
    static const unsigned char bytes[] = {255, 251, 2, 20, 0, 3, 23, 1, 224, 0, 1, 2, 43, 2, 0};
    struct program program;
    (void)state;
    program_init(&program);
    bytes_decode(bytes, sizeof bytes, &program);
    assert_ptr_equal(program.rule, &rules[2]);
    assert_int_equal(program.count, 4);
    assert_int_equal(program.operations[0].kind, OP_SET_REPLICAS);
    assert_int_equal(program.operations[0].nodes[0].replicas, 4);
    assert_int_equal(program.operations[1].kind, OP_SET_REPLICAS);
    assert_int_equal(program.operations[2].kind, OP_ADD);
    assert_int_equal(program.operations[3].kind, OP_RENEW);
    program_free(&program);
    for (unsigned int second = 0; second < 256; second++) {
        unsigned char other[] = {255, (unsigned char)second, 20, 0, 3, 23, 1, 224};
        program_init(&program);
        bytes_decode(other, sizeof other, &program);
        const size_t later = rule_count() - 10;
        assert_true(second == 251 ||
                    program.rule ==
                        &rules[second < 240 ? second % 10 : 10 + (second - 240) % later]);
        assert_true(second == 251 || !program_sets_replicas(&program));
        program_free(&program);
    }
}

/* Counts the operations of each kind in a long program, with kinds switched off by `off`. */
static void count_kinds(unsigned char first, unsigned char off, size_t kinds[5])
{
    unsigned char bytes[1000] = {first, off};
    uint32_t random = 1;
    struct program program;
    memset(kinds, 0, 5 * sizeof *kinds);
    for (size_t i = 2; i < sizeof bytes; i++) {
        random = random * 1664525 + 1013904223;
        bytes[i] = (unsigned char)(random >> 24 & 127); /* small numbers, pool strings */
    }
    program_init(&program);
    bytes_decode(bytes, sizeof bytes, &program);
    assert_ptr_equal(program.rule, &rules[first % 9]);
    for (size_t i = 0; i < program.count; i++) {
        kinds[program.operations[i].kind]++;
    }
    program_free(&program);
}

static void kinds_can_be_switched_off(void **state)
{
    size_t kinds[5];
    (void)state;
    for (unsigned int first = 189; first < 252; first += 7) {
        for (unsigned int off = 0; off < 256; off++) {
            bool no_adds = (off & 3) == 3; /* then both bits are ignored */
            count_kinds((unsigned char)first, (unsigned char)off, kinds);
            for (unsigned int kind = 0; kind < 5; kind++) {
                bool is_off = (off >> kind & 1) != 0 && !(kind < 2 && no_adds);
                assert_int_equal(kinds[kind] == 0, is_off);
            }
        }
    }
    count_kinds(188, 0xff, kinds); /* here 0xff is the first operation, and switches nothing off */
    assert_true(kinds[OP_ADD] > 0 && kinds[OP_FIND_N] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_short_input_is_a_program),
        cmocka_unit_test(generated_programs_survive_round_trips),
        cmocka_unit_test(extreme_numbers_are_harmless),
        cmocka_unit_test(an_incomplete_operation_is_dropped),
        cmocka_unit_test(every_program_can_be_written),
        cmocka_unit_test(two_bytes_allow_setting_replicas),
        cmocka_unit_test(kinds_can_be_switched_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
