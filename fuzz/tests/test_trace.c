/* Traces: what is read, and the messages about lines that cannot be read. */
#include "support.h"

#include <string.h>

#include "../program/trace.h"

static void assert_refused(const char *text, size_t size, const char *line, const char *words)
{
    struct program program;
    char error[200] = "";
    program_init(&program);
    if (trace_read(text, size, &program, error, sizeof error)) {
        fail_msg("read without an error: %s", text);
    }
    if (strncmp(error, line, strlen(line)) != 0 || strstr(error, words) == NULL) {
        fail_msg("expected '%s ... %s', got '%s'", line, words, error);
    }
    program_free(&program);
}

#define ASSERT_REFUSED(text, line, words) assert_refused((text), sizeof(text) - 1, (line), (words))

static void mistakes_are_reported_with_their_line(void **state)
{
    (void)state;
    ASSERT_REFUSED("", "an empty trace:", "write 'ring'");
    ASSERT_REFUSED("# nothing\n\n", "a trace without a statement:", "write 'ring'");
    ASSERT_REFUSED("\xef\xbb\xbfring xxh3\n", "line 1:", "a byte-order mark");
    ASSERT_REFUSED("\xff\xfer\0i\0n\0g\0", "line 1:", "UTF-16");
    ASSERT_REFUSED("add \"a\" 1\n", "line 1:", "first statement must be 'ring'");
    ASSERT_REFUSED("ring xxh3\nring md5\n", "line 2:", "second 'ring'");
    ASSERT_REFUSED("ring xxh4", "line 1:", "no such placement rule: 'xxh4'");
    ASSERT_REFUSED("ring", "line 1:", "no such placement rule: ''");
    ASSERT_REFUSED("ring xxh3 now", "line 1:", "too much after 'ring'");
    ASSERT_REFUSED("ring xxh3\n\nsub \"a\"\n", "line 3:", "no such statement: 'sub'");
    ASSERT_REFUSED("ring xxh3\nadd\n", "line 2:", "write it in double quotes");
    ASSERT_REFUSED("ring xxh3\nadd a 1\n", "line 2:", "write it in double quotes");
    ASSERT_REFUSED("ring xxh3\nadd \"a 1\n", "line 2:", "does not end");
    ASSERT_REFUSED("ring xxh3\nadd \"a\"\n", "line 2:", "number is missing");
    ASSERT_REFUSED("ring xxh3\nadd \"a\" -1\n", "line 2:", "number is missing");
    ASSERT_REFUSED("ring xxh3\nadd \"a\" 1x\n", "line 2:", "is not a digit");
    ASSERT_REFUSED("ring xxh3\nadd \"a\"1\n", "line 2:", "blank is missing");
    ASSERT_REFUSED("ring xxh3\nadd \"a\" 4294967296\n", "line 2:", "too large");
    ASSERT_REFUSED("ring xxh3\nadd \"a\" 1 2\n", "line 2:", "too much after 'add'");
    ASSERT_REFUSED("ring xxh3\nadd-many \"a\" 1 \"b\"\n", "line 2:", "number is missing");
    ASSERT_REFUSED("ring xxh3\nfind \"\\n\"\n", "line 2:", "unknown escape");
    ASSERT_REFUSED("ring xxh3\nfind \"\\x0\"\n", "line 2:", "unknown escape");
    ASSERT_REFUSED("ring xxh3\nfind \"\\", "line 2:", "unknown escape");
    ASSERT_REFUSED("ring xxh3\nfind \"\xc3\xa9\"\n", "line 2:", "write \\xc3");
    ASSERT_REFUSED("ring xxh3\nfind \"a\"*\n", "line 2:", "number is missing");
    ASSERT_REFUSED("ring xxh3\nfind \"ab\"*268435456\n", "line 2:", "too long");
    ASSERT_REFUSED("ring xxh3\nfind-n \"a\" 18446744073709551616\n", "line 2:", "too large");
    ASSERT_REFUSED("ring xxh3\nuse 8\n", "line 2:", "too large: write at most 7");
    ASSERT_REFUSED("ring xxh3\nuse 98\n", "line 2:", "too large: write at most 7");
    ASSERT_REFUSED("ring xxh3\nexpect nobody agree\n", "line 2:", "no such subject: 'nobody'");
    ASSERT_REFUSED("ring xxh3\nexpect core win\n", "line 2:", "no such outcome: 'win'");
    ASSERT_REFUSED("ring xxh3\nfind \"a\"\0\n", "line 2:", "blank is missing");
}

static void layout_is_free(void **state)
{
    static const char text[] = "  # a comment, with any bytes: \xff\n"
                               "\r\n"
                               "\tring   identity\r\n"
                               "expect resort crash\n"
                               "add \"\\x41\\\"\\\\\"*2\t7\n"
                               "find \"ab\"*0";
    struct program program;
    char error[200];
    (void)state;
    program_init(&program);
    assert_true(trace_read(text, sizeof text - 1, &program, error, sizeof error));
    assert_string_equal(program.rule->name, "identity");
    assert_int_equal(program.expectation_count, 1);
    assert_string_equal(program.expectations[0].subject, "resort");
    assert_int_equal(program.expectations[0].outcome, OUTCOME_CRASH);
    assert_int_equal(program.count, 2);
    assert_int_equal(program.operations[0].nodes[0].name.size, 6);
    assert_memory_equal(program.operations[0].nodes[0].name.data, "A\"\\A\"\\", 6);
    assert_int_equal(program.operations[0].nodes[0].replicas, 7);
    assert_int_equal(program.operations[1].key.size, 0);
    program_free(&program);
}

static void traces_are_recognised(void **state)
{
    (void)state;
    assert_true(trace_recognise("ring xxh3", 9));
    assert_true(trace_recognise("# x\n\n ring\tmd5\n", 15));
    assert_true(trace_recognise("\xef\xbb\xbfring xxh3", 12)); /* to be refused by name */
    assert_false(trace_recognise("rings", 5));
    assert_false(trace_recognise("", 0));
    assert_false(trace_recognise("# ring xxh3\n", 12));
    assert_false(trace_recognise("\x00ring xxh3", 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_reported_with_their_line),
        cmocka_unit_test(layout_is_free),
        cmocka_unit_test(traces_are_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
