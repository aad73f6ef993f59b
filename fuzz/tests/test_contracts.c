/* A build without NDEBUG asserts what functions of programs require of callers without a proof. */
#include "../../core/tests/stops.h"

#include "../base/text.h"
#include "../program/bytes.h"
#include "../program/trace.h"

static void decode_into_a_program_that_has_operations(void)
{
    struct program program;
    program_init(&program);
    (void)program_append(&program, OP_FIND);
    bytes_decode("", 0, &program);
}

static void decode_into_the_bytes(void)
{
    struct program program;
    program_init(&program);
    bytes_decode(&program, sizeof program, &program);
}

static void read_into_the_text(void)
{
    struct program program;
    char error[100];
    program_init(&program);
    (void)trace_read(&program, sizeof program, &program, error, sizeof error);
}

static void write_an_error_into_the_program(void)
{
    struct program program;
    program_init(&program);
    (void)trace_read("", 0, &program, (char *)&program, sizeof program);
}

static void write_an_error_over_the_text(void)
{
    struct program program;
    char text[100] = "nonsense";
    program_init(&program);
    (void)trace_read(text, sizeof text, &program, text, sizeof text);
}

static void write_a_byte_over_its_escape(void)
{
    unsigned char text[] = "x41";
    (void)text_read_escape(text, 3, text + 2);
}

static void expect_what_is_no_outcome(void)
{
    struct program program;
    program_init(&program);
    program_expect(&program, "core", (enum outcome)(OUTCOME_CRASH + 1));
}

static void name_what_is_no_outcome(void)
{
    (void)trace_outcome_name((enum outcome)(OUTCOME_CRASH + 1));
}

static void repeat_more_than_memory_has(void)
{
    struct program program;
    program_init(&program);
    (void)program_repeat(&program, "ab", 2, SIZE_MAX / 2 + 1);
}

static void append_a_node_to_no_operation(void)
{
    struct program program;
    program_init(&program);
    program_append_node(&program, BYTES("a"), 1);
}

static void set_the_key_of_no_operation(void)
{
    struct program program;
    program_init(&program);
    program_set(&program, BYTES("a"), 1);
}

int main(void)
{
    static void (*const wrong[])(void) = {
        decode_into_a_program_that_has_operations,
        decode_into_the_bytes,
        read_into_the_text,
        write_an_error_into_the_program,
        write_an_error_over_the_text,
        write_a_byte_over_its_escape,
        expect_what_is_no_outcome,
        name_what_is_no_outcome,
        repeat_more_than_memory_has,
        append_a_node_to_no_operation,
        set_the_key_of_no_operation,
    };
    return test_wrong_calls(wrong, sizeof wrong / sizeof *wrong);
}
