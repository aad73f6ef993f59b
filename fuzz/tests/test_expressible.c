/* Whether a ring can be asked a program: each declaration, with a program that it rules out and one
 * that it does not. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../program/trace.h"
#include "../search/expressible.h"
#include "../subjects/registry.h"

static bool judge(const struct subject *subject, const char *statements)
{
    struct program program;
    char error[200];
    char text[400];
    program_init(&program);
    (void)snprintf(text, sizeof text, "ring %s\n%s",
                   subject->placement == SUBJECT_BY_RULE ? "xxh3" : "own", statements);
    assert_true(trace_read(text, strlen(text), &program, error, sizeof error));
    bool good = expressible(&program, subject);
    size_t count = program.count;
    bool dropped = expressible_keep(&program, subject);
    assert_true(dropped == (program.count < count));
    assert_true(expressible(&program, subject) || count == 0); /* the rule stays */
    assert_true(!good || !dropped);
    program_free(&program);
    return good;
}

static void assert_tells_apart(const struct subject *subject, const char *good, const char *bad)
{
    assert_true(judge(subject, good));
    assert_false(judge(subject, bad));
    assert_true(judge(&subject_core, bad)); /* a ring without the declaration can be asked it */
}

/* The ring library, with one declaration changed. */
#define ASSERT_TELLS_APART(member, value, good, bad)                                               \
    do {                                                                                           \
        struct subject subject = subject_core;                                                     \
        subject.member = (value);                                                                  \
        assert_tells_apart(&subject, good, bad);                                                   \
    } while (0)

static void text(void **state)
{
    (void)state;
    ASSERT_TELLS_APART(names, SUBJECT_UTF8, "add \"\\xc3\\xa4\\xf4\\x8f\\xbf\\xbf\" 1\n",
                       "add \"\\xc3\" 1\n");
    ASSERT_TELLS_APART(names, SUBJECT_UTF8, "find \"\\xff\"\n", "add \"a\\x00\" 1\n");
    ASSERT_TELLS_APART(keys, SUBJECT_UTF8, "add \"\\xff\" 1\n", "find \"\\xed\\xa0\\x80\"\n");
    ASSERT_TELLS_APART(keys, SUBJECT_UTF8, "find \"\\xed\\x9f\\xbf\"\n", "find \"\\xc0\\x80\"\n");
    ASSERT_TELLS_APART(keys, SUBJECT_UTF8, "find \"\\xe0\\xa0\\x80\"\n",
                       "find \"\\xe0\\x9f\\x80\"\n");
    ASSERT_TELLS_APART(keys, SUBJECT_PRINTABLE, "find \"!~\"\n", "find-n \"a b\" 2\n");
    ASSERT_TELLS_APART(names, SUBJECT_PRINTABLE, "add \"a\" 1\n", "remove \"a b\"\n");
    ASSERT_TELLS_APART(names, SUBJECT_HOST_PORT, "add \"127.0.255.1:65535\" 1\n",
                       "add \"127.0.0.1:65536\" 1\n");
    const char *const wrong[] = {"126.0.0.1:1", "127.0.0.1",     "127.0.0.1:",   "127.0.0.1:0",
                                 "127.0.0:1",   "127.0.0.256:1", "127.0.0.01:1", "127.0.0.1:1a"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char statement[64];
        (void)snprintf(statement, sizeof statement, "add \"%s\" 1\n", wrong[i]);
        ASSERT_TELLS_APART(names, SUBJECT_HOST_PORT, "add \"127.0.0.1:1\" 1\n", statement);
    }
    ASSERT_TELLS_APART(not_in_names, BYTES("ab"), "add \"cd\" 1\nfind \"a\"\n", "add \"cb\" 1\n");
    ASSERT_TELLS_APART(not_in_keys, BYTES("\0"), "find \"b\"\n", "find \"b\\x00\"\n");
    ASSERT_TELLS_APART(name_max, 3, "add \"abc\" 1\nfind \"abcd\"\n", "add \"abcd\" 1\n");
    ASSERT_TELLS_APART(key_max, 3, "find \"abc\"\n", "find \"abcd\"\n");
}

static void numbers(void **state)
{
    (void)state;
    ASSERT_TELLS_APART(replicas, SUBJECT_ONE_NUMBER, "add \"a\" 2\nadd-many \"b\" 2 \"c\" 2\n",
                       "add \"a\" 2\nadd \"b\" 1\n");
    ASSERT_TELLS_APART(replicas, SUBJECT_ONE_NUMBER, "add \"a\" 2\nrenew\nadd \"a\" 3\n",
                       "add-many \"a\" 2 \"b\" 3\n");
    ASSERT_TELLS_APART(replicas, SUBJECT_ONE_NUMBER, "add \"a\" 2\nuse 1\nadd \"a\" 3\n",
                       "add \"a\" 2\nuse 1\nadd \"a\" 3\nuse 0\nadd \"b\" 3\n");
    ASSERT_TELLS_APART(points_max, 4, "add \"a\" 4\nadd-many\n", "add-many\nadd \"a\" 5\n");
    ASSERT_TELLS_APART(replicas, SUBJECT_FIXED, "add \"a\" 1\n", "add \"a\" 2\n");
    ASSERT_TELLS_APART(replicas_max, 4, "add \"a\" 4\nadd \"b\" 0\n", "add \"a\" 5\n");
    ASSERT_TELLS_APART(nodes_max, 1, "add \"a\" 1\nremove \"a\"\nadd \"b\" 1\nadd \"b\" 1\n",
                       "add \"a\" 1\nadd \"b\" 1\n");
    ASSERT_TELLS_APART(replicas, SUBJECT_FIXED, "add \"a\" 1\n", "set-replicas \"a\" 1\n");
    ASSERT_TELLS_APART(replicas_max, 4, "add \"a\" 4\nset-replicas \"a\" 3\n",
                       "add \"a\" 4\nset-replicas \"a\" 5\n");
    ASSERT_TELLS_APART(nodes_max, 1, "add \"a\" 1\nset-replicas \"a\" 9\n",
                       "add \"a\" 1\nadd \"b\" 1\n");
    ASSERT_TELLS_APART(points_max, 4, "add \"a\" 3\nadd \"b\" 1\nset-replicas \"a\" 3\n",
                       "add \"a\" 3\nadd \"b\" 1\nset-replicas \"a\" 4\n");
    ASSERT_TELLS_APART(points_max, 4, "add \"a\" 3\nadd \"b\" 1\n", "add \"a\" 3\nadd \"b\" 2\n");
}

static void cases(void **state)
{
    (void)state;
    ASSERT_TELLS_APART(adding_twice, SUBJECT_NOT_SAID, "add \"a\" 1\nremove \"a\"\nadd \"a\" 1\n",
                       "add \"a\" 1\nadd \"a\" 1\n");
    ASSERT_TELLS_APART(removing_absent, SUBJECT_NOT_SAID, "add \"a\" 1\nremove \"a\"\n",
                       "add \"a\" 1\nremove \"a\"\nremove \"a\"\n");
    ASSERT_TELLS_APART(removing_absent, SUBJECT_NOT_SAID, "add \"a\" 1\nset-replicas \"a\" 2\n",
                       "set-replicas \"a\" 2\n");
    ASSERT_TELLS_APART(finding_in_empty, SUBJECT_NOT_SAID, "add \"a\" 1\nfind \"k\"\n",
                       "add \"a\" 1\nuse 3\nfind \"k\"\n");
    ASSERT_TELLS_APART(empty_name, SUBJECT_NOT_SAID, "find \"\"\n", "add \"\" 1\n");
    ASSERT_TELLS_APART(empty_key, SUBJECT_NOT_SAID, "add \"\" 1\n", "find \"\"\n");
    ASSERT_TELLS_APART(bad_replicas, SUBJECT_NOT_SAID, "add \"a\" 1\n", "add \"a\" 0\n");
}

static void functions_and_rules(void **state)
{
    (void)state;
    ASSERT_TELLS_APART(remove, NULL, "add \"a\" 1\n", "add \"a\" 1\nremove \"a\"\n");
    ASSERT_TELLS_APART(set_replicas, NULL, "add \"a\" 1\n", "add \"a\" 1\nset-replicas \"a\" 2\n");
    ASSERT_TELLS_APART(add_many, NULL, "add \"a\" 1\n", "add-many \"a\" 1\n");
    ASSERT_TELLS_APART(find_n, NULL, "find \"a\"\n", "find-n \"a\" 1\n");
    struct subject subject = subject_core;
    subject.rules = 1U << RING_MD5;
    assert_false(judge(&subject, ""));
    subject.placement = SUBJECT_OPAQUE;
    assert_true(judge(&subject, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text),
        cmocka_unit_test(numbers),
        cmocka_unit_test(cases),
        cmocka_unit_test(functions_and_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
