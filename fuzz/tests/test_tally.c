/* The tally counts situations where they occur, and nowhere else; and it says why others cannot. */
#include "support.h"

#include <string.h>

#include "../check/compare.h"
#include "../check/tally.h"
#include "../model/ring.h"
#include "../program/trace.h"

static struct tally tried(const struct subject *subject, const char *text)
{
    struct program program;
    struct finding finding;
    char error[200];
    static struct tally tally;
    tally = (struct tally){.nodes = 0};
    struct check check = {.subject = subject, .reference = &subject_model, .tally = &tally};
    program_init(&program);
    if (!trace_read(text, strlen(text), &program, error, sizeof error)) {
        fail_msg("%s", error);
    }
    assert_true(check_program(&check, &program, &finding));
    program_free(&program);
    return tally;
}

/* What the tally counts of the second trace is what it counts of the first, and `more` of the
 * situation. */
static void assert_counts(enum tally_situation situation, uint64_t times, const char *text)
{
    struct tally tally = tried(&subject_core, text);
    if (tally.times[situation] != times) {
        fail_msg("%s: %llu times instead of %llu in\n%s", tally_words(situation),
                 (unsigned long long)tally.times[situation], (unsigned long long)times, text);
    }
}

static void operations_are_counted(void **state)
{
    (void)state;
    struct tally tally = tried(
        &subject_core,
        "ring xxh3\nadd \"a\" 2\nadd-many \"b\" 1 \"c\" 1\n"
        "set-replicas \"b\" 2\nset-replicas \"b\" 1\nfind \"a\"\nfind-n \"a\" 2\nuse 1\nrenew\n"
        "remove \"a\"\n");
    for (int i = 0; i < TALLY_KINDS; i++) {
        assert_int_equal(tally.operations[i], i == OP_SET_REPLICAS ? 2 : 1);
    }
    assert_int_equal(tally.nodes, 3);
    assert_int_equal(tally.points, 4);
    assert_int_equal(tally.rings, 2);
    assert_int_equal(tally.name, 1);
    assert_int_equal(tally.key, 1);
}

/* Under identity, "b" is at 98, and its second point at 99. */
static void positions_are_counted(void **state)
{
    (void)state;
#define RING "ring identity\nadd \"b\" 1\nadd \"f\" 1\n"
    assert_counts(TALLY_ON_POINT, 1, RING "find \"b\"\nfind \"c\"\n");
    assert_counts(TALLY_BELOW_POINT, 1, RING "find \"a\"\nfind \"b\"\nfind \"c\"\n");
    assert_counts(TALLY_ABOVE_POINT, 1, RING "find \"a\"\nfind \"b\"\nfind \"c\"\n");
    assert_counts(TALLY_PAST_LAST, 1, RING "find \"f\"\nfind \"g\"\nfind \"c\"\n");
    assert_counts(TALLY_BEFORE_FIRST, 1, RING "find \"a\"\nfind \"b\"\n");
    assert_counts(TALLY_IN_EMPTY, 1, "ring identity\nfind \"a\"\nadd \"a\" 1\nfind \"a\"\n");
    assert_counts(TALLY_BEYOND_NODES, 1, RING "find-n \"a\" 3\nfind-n \"a\" 2\n");
    /* 2^64 - 1 is one below 0. */
    assert_counts(
        TALLY_BELOW_POINT, 1,
        "ring identity\nadd \"\\x00\" 1\nfind \"\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\"\n");
    assert_counts(TALLY_EQUAL_POINTS, 1, "ring identity\nadd \"a\" 2\nadd \"b\" 1\nfind \"x\"\n");
    /* On it, directly before it, and past it. */
    assert_counts(TALLY_BETWEEN_EQUAL, 2,
                  "ring identity\nadd \"a\" 2\nadd \"b\" 1\nadd \"f\" 1\nfind \"b\"\nfind \"a\"\n"
                  "find \"c\"\n");
#undef RING
}

static void texts_are_counted(void **state)
{
    (void)state;
    for (unsigned int i = 1; i < TALLY_LENGTHS; i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "ring xxh3\nadd \"x\"*%zu 1\nfind \"y\"*%zu\n",
                       tally_lengths[i], tally_lengths[i]);
        assert_counts(TALLY_NAME_LENGTH + i, 1, text);
        assert_counts(TALLY_KEY_LENGTH + i, 1, text);
    }
    assert_counts(TALLY_KEY_LENGTH, 1, "ring xxh3\nfind \"\"\nfind \"a\"\n");
#define PAIR(a, b) "ring xxh3\nadd \"" a "\" 1\nadd \"" b "\" 1\nfind \"" a "\"\nfind \"" b "\"\n"
    const struct {
        enum tally_situation names, keys;
        const char *pair;
    } pairs[] = {
        {TALLY_NAMES_ZERO, TALLY_KEYS_ZERO, PAIR("a\\x00b", "a\\x00c")},
        {TALLY_NAMES_CASE, TALLY_KEYS_CASE, PAIR("xnode", "xNode")},
        {TALLY_NAMES_TRAILING, TALLY_KEYS_TRAILING, PAIR("node1", "node2")},
        {TALLY_NAMES_TRAILING, TALLY_KEYS_TRAILING, PAIR("node", "node2")},
        {TALLY_NAMES_TRAILING, TALLY_KEYS_TRAILING, PAIR("node2", "node")},
        {TALLY_NAMES_HIGH, TALLY_KEYS_HIGH, PAIR("n\\xe9x", "n\\xe8x")},
        {TALLY_NAMES_DIGITS, TALLY_NAMES_DIGITS, PAIR("a", "a12")},
        {TALLY_NAMES_DIGITS, TALLY_NAMES_DIGITS, PAIR("a12", "a")},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_counts(pairs[i].names, 1, pairs[i].pair);
        assert_counts(pairs[i].keys, 1, pairs[i].pair);
        /* Another pair of a kind of its own. */
        assert_counts(pairs[i].names, 0, PAIR("qqq", "rrrr"));
        assert_counts(pairs[i].keys, 0, PAIR("qqq", "rrrr"));
    }
    assert_counts(TALLY_NAMES_DIGITS, 0, PAIR("a1", "a2"));
    /* Names of two rings are no pair. */
    assert_counts(TALLY_NAMES_CASE, 0, "ring xxh3\nadd \"xn\" 1\nuse 1\nadd \"xN\" 1\n");
    assert_counts(TALLY_NAMES_CASE, 0, "ring xxh3\nadd \"xn\" 1\nrenew\nadd \"xN\" 1\n");
#undef PAIR
}

static void changes_are_counted(void **state)
{
    (void)state;
#define EIGHT "add-many \"1\" 1 \"2\" 1 \"3\" 1 \"4\" 1 \"5\" 1 \"6\" 1 \"7\" 1 \"8\" 1\n"
#define SEVEN                                                                                      \
    "remove \"2\"\nremove \"3\"\nremove \"4\"\nremove \"5\"\nremove \"6\"\nremove \"7\"\nremove "  \
    "\"8\"\n"
#define AGAIN "add-many \"2\" 1 \"3\" 1 \"4\" 1 \"5\" 1\nfind \"a\"\n"
    assert_counts(TALLY_REGREW, 1, "ring xxh3\n" EIGHT SEVEN AGAIN);
    assert_counts(TALLY_REGREW, 0, "ring xxh3\n" EIGHT SEVEN "find \"a\"\n");
    assert_counts(TALLY_NODE_COUNT + 6, 1, "ring xxh3\n" EIGHT "find \"a\"\n");
    assert_counts(TALLY_CAME_BACK, 1,
                  "ring xxh3\nadd \"a\" 2\nremove \"a\"\nadd \"a\" 3\nremove \"a\"\nadd \"a\" 3\n");
    assert_counts(TALLY_AT_ONCE, 1, "ring xxh3\nuse 0\nuse 3\n");
    assert_counts(TALLY_RENEWED, 1, "ring xxh3\nrenew\nadd \"a\" 1\nrenew\n");
    assert_counts(TALLY_POINT_COUNT, 1, "ring xxh3\nadd \"a\" 65535\nfind \"a\"\n");
#undef EIGHT
#undef SEVEN
#undef AGAIN
}

/* Every situation has words of its own; a ring that declares nothing but its positions can be asked
 * all but the empty cases, and one that declares everything has a reason for each. */
static void what_cannot_be_has_a_reason(void **state)
{
    (void)state;
    struct tally tally = {.nodes = 0};
    const struct subject opaque = {.name = "opaque", .nodes_max = 3, .points_max = 5};
    for (unsigned int i = 0; i < TALLY_SITUATIONS; i++) {
        char words[64];
        (void)snprintf(words, sizeof words, "%s", tally_words(i));
        assert_true(strlen(words) > 4);
        for (unsigned int j = 0; j < i; j++) {
            assert_string_not_equal(words, tally_words(j));
        }
        assert_null(tally_why_never(&tally, &subject_core, i));
    }
    assert_non_null(tally_why_never(&tally, &opaque, TALLY_ON_POINT));
    assert_non_null(tally_why_never(&tally, &opaque, TALLY_IN_EMPTY));
    assert_non_null(tally_why_never(&tally, &opaque, TALLY_NAME_LENGTH));
    assert_null(tally_why_never(&tally, &opaque, TALLY_NAME_LENGTH + 1));
    assert_non_null(tally_why_never(&tally, &opaque, TALLY_NODE_COUNT + 3));
    assert_null(tally_why_never(&tally, &opaque, TALLY_NODE_COUNT + 2));
    assert_non_null(tally_why_never(&tally, &opaque, TALLY_POINT_COUNT));
    tally.no_key_on_point = true;
    assert_non_null(tally_why_never(&tally, &subject_core, TALLY_ON_POINT));
}

static void tallies_are_added(void **state)
{
    (void)state;
    struct tally sum = tried(&subject_core, "ring xxh3\nadd \"a\" 2\nfind \"a\"\n");
    struct tally other = tried(&subject_core, "ring xxh3\nadd \"bb\" 1\nadd \"c\" 1\nfind \"a\"\n");
    tally_add(&sum, &other);
    assert_int_equal(sum.operations[OP_ADD], 3);
    assert_int_equal(sum.nodes, 2);
    assert_int_equal(sum.points, 2);
    assert_int_equal(sum.name, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_are_counted),      cmocka_unit_test(positions_are_counted),
        cmocka_unit_test(texts_are_counted),           cmocka_unit_test(changes_are_counted),
        cmocka_unit_test(what_cannot_be_has_a_reason), cmocka_unit_test(tallies_are_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
