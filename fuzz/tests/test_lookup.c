/* check/lookup.h against a plain statement of what each declaration means, on all small circles. */
#include <stdlib.h>
#include <string.h>

#include "../check/lookup.h"
#include "support.h"

#define BITS 3
#define CIRCLE 8 /* positions */
#define POINTS 3

/* Three nodes, in the order in which they came. */
static struct ring_node nodes[] = {{{"b", 1}, 1}, {{"a", 1}, 1}, {{"c", 1}, 1}};
static const struct present present = {nodes, 3};

/* A ring of POINTS points, in ring order. */
struct circle {
    struct ring_point points[POINTS];
};

static bool next_point(const void *ring, struct ring_cursor *cursor, struct ring_point *point)
{
    const struct circle *circle = ring;
    if (cursor->state[0] == POINTS) {
        return false;
    }
    *point = circle->points[cursor->state[0]++];
    return true;
}

static const struct subject lister = {.name = "lister", .next_point = next_point};

static int came(struct ring_bytes name)
{
    int index = 0;
    while (memcmp(nodes[index].name.data, name.data, 1) != 0) {
        index++;
    }
    return index;
}

/* THE PLAIN STATEMENT: may this point own a key at `position`? */

static unsigned int way(unsigned int from, unsigned int to)
{
    return (to + CIRCLE - from) % CIRCLE;
}

/* How far the point is, for the successor; points with the least count. */
static unsigned int far(enum subject_successor successor, unsigned int position, unsigned int point)
{
    unsigned int up = way(position, point);
    switch (successor) {
    case SUBJECT_AFTER:
        return up == 0 ? CIRCLE : up;
    case SUBJECT_NEAREST:
        return up < CIRCLE - up ? up : (CIRCLE - up) % CIRCLE;
    case SUBJECT_AT_OR_AFTER:
    case SUBJECT_SUCCESSOR_NOT_SAID:
        break;
    }
    return up;
}

/* Whether another point at the same position comes first. */
static bool beaten(enum subject_ties ties, bool nearest, struct ring_bytes one,
                   struct ring_bytes other)
{
    switch (ties) {
    case SUBJECT_FIRST_WINS:
        return came(other) < came(one);
    case SUBJECT_LAST_WINS:
        return came(other) > came(one);
    case SUBJECT_TIES_BY_NAME:
        return !nearest && memcmp(other.data, one.data, 1) < 0;
    case SUBJECT_TIES_IN_ANY_ORDER:
        break;
    }
    return false;
}

static bool owns(const struct circle *circle, enum subject_successor successor,
                 enum subject_ties ties, unsigned int position, int index)
{
    const struct ring_point *point = &circle->points[index];
    for (int i = 0; i < POINTS; i++) {
        const struct ring_point *other = &circle->points[i];
        unsigned int nearer = far(successor, position, (unsigned int)other->position);
        if (nearer < far(successor, position, (unsigned int)point->position) ||
            (other->position == point->position &&
             beaten(ties, successor == SUBJECT_NEAREST, point->node, other->node))) {
            return false;
        }
    }
    return true;
}

static bool may_own(const struct circle *circle, const struct subject *subject,
                    unsigned int position, struct ring_bytes name)
{
    for (int i = 0; i < POINTS; i++) {
        bool not_said = subject->successor == SUBJECT_SUCCESSOR_NOT_SAID;
        enum subject_successor one = not_said ? SUBJECT_AT_OR_AFTER : subject->successor;
        enum subject_successor other = not_said ? SUBJECT_AFTER : subject->successor;
        if (memcmp(circle->points[i].node.data, name.data, 1) == 0 &&
            (owns(circle, one, subject->ties, position, i) ||
             owns(circle, other, subject->ties, position, i))) {
            return true;
        }
    }
    return false;
}

/* TESTS */

static void check_circle(const struct circle *circle, const struct subject *subject)
{
    struct lookup lookup = {.subject = subject, .present = &present};
    lookup_collect(&lookup, &lister, circle, SIZE_MAX);
    for (unsigned int position = 0; position < CIRCLE; position++) {
        struct ring_bytes answer;
        for (int i = 0; i < 3; i++) {
            assert_int_equal(may_own(circle, subject, position, nodes[i].name),
                             lookup_is_right(&lookup, position, 1, &nodes[i].name, 1));
        }
        assert_int_equal(lookup_answer(&lookup, position, 1, &answer), 1);
        assert_true(lookup_is_right(&lookup, position, 1, &answer, 1));
    }
    assert_false(lookup_is_right(&lookup, 0, 1, NULL, 0));
    lookup_free(&lookup);
}

static bool in_ring_order(const struct circle *circle)
{
    for (int i = 1; i < POINTS; i++) {
        const struct ring_point *a = &circle->points[i - 1];
        const struct ring_point *b = &circle->points[i];
        if (a->position > b->position ||
            (a->position == b->position && memcmp(a->node.data, b->node.data, 1) > 0)) {
            return false;
        }
    }
    return true;
}

/* All circles of three points of three nodes on eight positions. */
static void check_all(const struct subject *subject)
{
    unsigned int tried = 0;
    for (unsigned int number = 0; number < CIRCLE * CIRCLE * CIRCLE * 27; number++) {
        struct circle circle;
        unsigned int rest = number;
        for (int i = 0; i < POINTS; i++) {
            circle.points[i].position = rest % CIRCLE;
            circle.points[i].node = nodes[rest / CIRCLE % 3].name;
            rest /= CIRCLE * 3;
        }
        if (in_ring_order(&circle)) {
            check_circle(&circle, subject);
            tried++;
        }
    }
    assert_true(tried > 1000);
}

static void first_owners(void **state)
{
    (void)state;
    for (enum subject_successor s = SUBJECT_SUCCESSOR_NOT_SAID; s <= SUBJECT_NEAREST; s++) {
        for (enum subject_ties t = SUBJECT_TIES_IN_ANY_ORDER; t <= SUBJECT_LAST_WINS; t++) {
            check_all(&(struct subject){.successor = s, .ties = t, .position_bits = BITS});
        }
    }
}

static struct ring_bytes name(const char *text)
{
    return (struct ring_bytes){text, strlen(text)};
}

/* The owners on one way round the circle; owners of equal points in any order, or by name. */
static void several_owners(void **state)
{
    const struct circle circle = {{{1, name("a")}, {1, name("b")}, {5, name("c")}}};
    const struct {
        const char *answer[3];
        size_t found;
        enum subject_ties ties;
        bool right;
    } cases[] = {
        {{"a", "b", "c"}, 3, SUBJECT_TIES_BY_NAME, true},
        {{"b", "a", "c"}, 3, SUBJECT_TIES_BY_NAME, false},
        {{"b", "a", "c"}, 3, SUBJECT_TIES_IN_ANY_ORDER, true},
        {{"b", "c", "a"}, 3, SUBJECT_TIES_IN_ANY_ORDER, false},
        {{"b", "b", "c"}, 3, SUBJECT_TIES_IN_ANY_ORDER, false},
        {{"b", "a"}, 2, SUBJECT_TIES_IN_ANY_ORDER, false},
        {{"b", "c"}, 2, SUBJECT_FIRST_WINS, true},
        {{"a", "c"}, 2, SUBJECT_FIRST_WINS, false},
        {{"a", "c"}, 2, SUBJECT_LAST_WINS, true},
        {{"a", "b", "c"}, 3, SUBJECT_LAST_WINS, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct subject subject = {.successor = SUBJECT_AFTER, .ties = cases[i].ties};
        struct lookup lookup = {.subject = &subject, .present = &present};
        struct ring_bytes answer[3];
        for (size_t j = 0; j < cases[i].found; j++) {
            answer[j] = name(cases[i].answer[j]);
        }
        lookup_collect(&lookup, &lister, &circle, SIZE_MAX);
        assert_int_equal(cases[i].right, lookup_is_right(&lookup, 0, 3, answer, cases[i].found));
        assert_true(lookup_is_right(&lookup, 0, 3, answer, lookup_answer(&lookup, 0, 3, answer)));
        lookup_free(&lookup);
    }
}

static void an_empty_ring_answers_nothing(void **state)
{
    const struct subject subject = {.successor = SUBJECT_AFTER};
    const struct lookup lookup = {.subject = &subject, .present = &present};
    (void)state;
    assert_true(lookup_is_right(&lookup, 3, 1, NULL, 0));
    assert_false(lookup_is_right(&lookup, 3, 1, &nodes[0].name, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_owners),
        cmocka_unit_test(several_owners),
        cmocka_unit_test(an_empty_ring_answers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
