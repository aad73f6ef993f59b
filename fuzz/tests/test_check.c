/* The check catches faults: one for each of its comparisons, planted in one function of the subject
 * core. */
#include "support.h"

#include <string.h>

#include "../check/compare.h"
#include "../model/ring.h"
#include "../program/trace.h"

static struct finding run(const struct subject *subject, const char *text)
{
    struct program program;
    struct finding finding;
    char error[200];
    struct check check = {.subject = subject, .reference = &subject_model};
    program_init(&program);
    assert_true(trace_read(text, strlen(text), &program, error, sizeof error));
    bool agreed = check_program(&check, &program, &finding);
    assert_int_equal(agreed, !finding.found);
    program_free(&program);
    return finding;
}

static const char sample[] = "ring identity\n"
                             "add \"a\" 2\n"
                             "add \"a\" 2\n"
                             "add-many \"b\" 1 \"c\" 3\n"
                             "find \"a\"\n"
                             "find-n \"a\" 2\n"
                             "find-n \"c\" 7\n"
                             "remove \"b\"\n"
                             "remove \"b\"\n";

/* The last operation of `sample`: after it, walks and ranges are compared. */
#define LAST 7

#define ASSERT_CAUGHT_IN(program, plant, at, on)                                                   \
    do {                                                                                           \
        struct subject faulty = subject_core;                                                      \
        plant;                                                                                     \
        struct finding finding = run(&faulty, program);                                            \
        assert_true(finding.found);                                                                \
        assert_int_equal(finding.operation, (at));                                                 \
        assert_non_null(strstr(finding.what, (on)));                                               \
        assert_string_not_equal(finding.expected, finding.got);                                    \
    } while (0)

#define ASSERT_CAUGHT(plant, at, on) ASSERT_CAUGHT_IN(sample, plant, at, on)

static void correct_subjects_agree(void **state)
{
    (void)state;
    assert_false(run(&subject_core, sample).found);
    assert_false(run(&subject_resort, sample).found);
    assert_false(run(&subject_model, sample).found);
    assert_false(run(&subject_core, "ring md5\n").found);
}

static enum ring_error add_twice_is_fine(void *ring, struct ring_bytes name, uint32_t replicas)
{
    enum ring_error error = subject_core.add(ring, name, replicas);
    return error == RING_NODE_EXISTS ? RING_OK : error;
}

static enum ring_error remove_absent_is_fine(void *ring, struct ring_bytes name)
{
    enum ring_error error = subject_core.remove(ring, name);
    return error == RING_NO_SUCH_NODE ? RING_OK : error;
}

static enum ring_error add_many_is_one_short(void *ring, const struct ring_node *nodes,
                                             size_t count)
{
    return subject_core.add_many(ring, nodes, count - 1);
}

static void return_codes(void **state)
{
    (void)state;
    ASSERT_CAUGHT(faulty.add = add_twice_is_fine, 1, "answer");
    ASSERT_CAUGHT(faulty.remove = remove_absent_is_fine, 7, "answer");
}

static enum ring_error find_nobody(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    (void)ring, (void)key;
    *node = (struct ring_bytes){NULL, 0};
    return RING_OK;
}

static enum ring_error find_another(const void *ring, struct ring_bytes key,
                                    struct ring_bytes *node)
{
    (void)ring, (void)key;
    *node = BYTES("c");
    return RING_OK;
}

static enum ring_error find_fails(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    (void)subject_core.find(ring, key, node);
    return RING_NO_MEMORY;
}

static enum ring_error find_positions_takes_the_equal(const void *ring, const uint64_t *positions,
                                                      size_t count, struct ring_bytes *nodes)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t before = positions[i] - 1;
        (void)subject_core.find_positions(ring, &before, 1, &nodes[i]);
    }
    return RING_OK;
}

static enum ring_error find_positions_forgets_the_last(const void *ring, const uint64_t *positions,
                                                       size_t count, struct ring_bytes *nodes)
{
    nodes[count - 1] = (struct ring_bytes){NULL, 0};
    return subject_core.find_positions(ring, positions, count - 1, nodes);
}

static enum ring_error find_positions_fails(const void *ring, const uint64_t *positions,
                                            size_t count, struct ring_bytes *nodes)
{
    (void)subject_core.find_positions(ring, positions, count, nodes);
    return RING_NO_MEMORY;
}

static void many_positions(void **state)
{
    (void)state;
    ASSERT_CAUGHT(faulty.find_positions = find_positions_takes_the_equal, 2, "find_positions");
    ASSERT_CAUGHT(faulty.find_positions = find_positions_forgets_the_last, 0, "find_positions");
    ASSERT_CAUGHT(faulty.find_positions = find_positions_fails, 0, "find_positions");
}

static enum ring_error find_n_is_one_short(const void *ring, struct ring_bytes key, size_t n,
                                           struct ring_bytes *nodes, size_t *found)
{
    enum ring_error error = subject_core.find_n(ring, key, n, nodes, found);
    --*found;
    return error;
}

static enum ring_error find_n_swaps(const void *ring, struct ring_bytes key, size_t n,
                                    struct ring_bytes *nodes, size_t *found)
{
    enum ring_error error = subject_core.find_n(ring, key, n, nodes, found);
    struct ring_bytes first = nodes[0];
    nodes[0] = nodes[1];
    nodes[1] = first;
    return error;
}

static enum ring_error find_n_claims_more(const void *ring, struct ring_bytes key, size_t n,
                                          struct ring_bytes *nodes, size_t *found)
{
    enum ring_error error = subject_core.find_n(ring, key, n, nodes, found);
    *found += 1000;
    return error;
}

static enum ring_error replicas_are_one(const void *ring, struct ring_bytes name,
                                        uint32_t *replicas)
{
    enum ring_error error = subject_core.node_replicas(ring, name, replicas);
    *replicas = 1;
    return error;
}

static enum ring_error everybody_is_there(const void *ring, struct ring_bytes name,
                                          uint32_t *replicas)
{
    (void)subject_core.node_replicas(ring, name, replicas);
    return RING_OK;
}

static enum ring_error a_prefix_is_enough(const void *ring, struct ring_bytes name,
                                          uint32_t *replicas)
{
    name.size = name.size > 1 ? 1 : name.size;
    return subject_core.node_replicas(ring, name, replicas);
}

static enum ring_error absent_is_bad(const void *ring, struct ring_bytes name, uint32_t *replicas)
{
    enum ring_error error = subject_core.node_replicas(ring, name, replicas);
    return error == RING_NO_SUCH_NODE ? RING_BAD_ARGUMENT : error;
}

static bool refuse_all(void *context, struct ring_bytes node)
{
    (void)context, (void)node;
    return false;
}

static enum ring_error find_if_asks_nobody(const void *ring, struct ring_bytes key,
                                           bool (*accept)(void *context, struct ring_bytes node),
                                           void *context, struct ring_bytes *node)
{
    (void)accept, (void)context;
    return subject_core.find_if(ring, key, refuse_all, NULL, node);
}

static enum ring_error find_if_asks_again(const void *ring, struct ring_bytes key,
                                          bool (*accept)(void *context, struct ring_bytes node),
                                          void *context, struct ring_bytes *node)
{
    enum ring_error error = subject_core.find_if(ring, key, accept, context, node);
    (void)accept(context, *node);
    return error;
}

static enum ring_error find_if_forgets_it(const void *ring, struct ring_bytes key,
                                          bool (*accept)(void *context, struct ring_bytes node),
                                          void *context, struct ring_bytes *node)
{
    enum ring_error error = subject_core.find_if(ring, key, accept, context, node);
    *node = (struct ring_bytes){NULL, 0};
    return error;
}

static enum ring_error find_if_takes_the_refused(const void *ring, struct ring_bytes key,
                                                 bool (*accept)(void *context,
                                                                struct ring_bytes node),
                                                 void *context, struct ring_bytes *node)
{
    enum ring_error error = subject_core.find_if(ring, key, accept, context, node);
    return node->size == 0 ? subject_core.find(ring, key, node) : error;
}

static enum ring_error find_if_fails(const void *ring, struct ring_bytes key,
                                     bool (*accept)(void *context, struct ring_bytes node),
                                     void *context, struct ring_bytes *node)
{
    (void)subject_core.find_if(ring, key, accept, context, node);
    return RING_NO_MEMORY;
}

static void find_if_asks(void **state)
{
    (void)state;
    ASSERT_CAUGHT(faulty.find_if = find_if_asks_nobody, 3, "find_if");
    ASSERT_CAUGHT(faulty.find_if = find_if_asks_again, 3, "find_if");
    ASSERT_CAUGHT(faulty.find_if = find_if_forgets_it, 3, "find_if");
    ASSERT_CAUGHT(faulty.find_if = find_if_takes_the_refused, 5, "find_if");
    ASSERT_CAUGHT(faulty.find_if = find_if_fails, 3, "find_if");
}

static void seek_at(const void *ring, uint64_t position, struct ring_owner_cursor *cursor)
{
    subject_core.seek_position(ring, position - 1, cursor);
}

static bool next_owner_forgets_the_last(const void *ring, struct ring_owner_cursor *cursor,
                                        struct ring_bytes *node)
{
    struct ring_owner_cursor after;
    bool more = subject_core.next_owner(ring, cursor, node);
    after = *cursor;
    return more &&
           (subject_core.next_owner(ring, &after, node) || subject_core.node_count(ring) == 1);
}

static bool next_owner_never_ends(const void *ring, struct ring_owner_cursor *cursor,
                                  struct ring_bytes *node)
{
    struct ring_cursor first = {{0}};
    struct ring_point point;
    if (!subject_core.next_owner(ring, cursor, node)) {
        (void)subject_core.next_point(ring, &first, &point);
        *node = point.node;
    }
    return true;
}

static void walks_over_owners(void **state)
{
    (void)state;
    ASSERT_CAUGHT(faulty.seek_position = seek_at, LAST, "next_owner");
    ASSERT_CAUGHT(faulty.next_owner = next_owner_forgets_the_last, LAST, "next_owner");
    ASSERT_CAUGHT(faulty.next_owner = next_owner_never_ends, LAST, "next_owner");
}

struct changed {
    bool (*moved)(void *context, const struct ring_range *range);
    void *context;
    void (*change)(struct ring_range *range);
};

static bool pass_changed(void *context, const struct ring_range *range)
{
    const struct changed *changed = context;
    struct ring_range copy = *range;
    changed->change(&copy);
    return changed->moved(changed->context, &copy);
}

static void one_longer(struct ring_range *range)
{
    range->last++;
}

static void from_nobody(struct ring_range *range)
{
    range->before = (struct ring_bytes){NULL, 0};
}

static enum ring_error
moves_one_longer(const void *before, const void *after,
                 bool (*moved)(void *context, const struct ring_range *range), void *context)
{
    struct changed changed = {moved, context, one_longer};
    return subject_core.moves(before, after, pass_changed, &changed);
}

static enum ring_error
moves_from_nobody(const void *before, const void *after,
                  bool (*moved)(void *context, const struct ring_range *range), void *context)
{
    struct changed changed = {moved, context, from_nobody};
    return subject_core.moves(before, after, pass_changed, &changed);
}

static enum ring_error nothing_moves(const void *before, const void *after,
                                     bool (*moved)(void *context, const struct ring_range *range),
                                     void *context)
{
    (void)before, (void)after, (void)moved, (void)context;
    return RING_OK;
}

static enum ring_error moves_fails(const void *before, const void *after,
                                   bool (*moved)(void *context, const struct ring_range *range),
                                   void *context)
{
    (void)subject_core.moves(before, after, moved, context);
    return RING_NO_MEMORY;
}

static enum ring_error shares_reversed(const void *ring, double *shares)
{
    enum ring_error error = subject_core.shares(ring, shares);
    double first = shares[0];
    size_t last = subject_core.node_count(ring) - 1;
    shares[0] = shares[last];
    shares[last] = first;
    return error;
}

static enum ring_error shares_fail(const void *ring, double *shares)
{
    (void)subject_core.shares(ring, shares);
    return RING_NO_MEMORY;
}

static void ranges_and_shares(void **state)
{
    (void)state;
    ASSERT_CAUGHT(faulty.moves = moves_one_longer, LAST, "range 0 that moves");
    ASSERT_CAUGHT(faulty.moves = moves_from_nobody, LAST, "range 0 that moves");
    ASSERT_CAUGHT(faulty.moves = nothing_moves, LAST, "range 0 that moves");
    ASSERT_CAUGHT(faulty.moves = moves_fails, LAST, "range 0 that moves");
    ASSERT_CAUGHT(faulty.shares = shares_reversed, LAST, "shares");
    ASSERT_CAUGHT(faulty.shares = shares_fail, LAST, "shares");
}

static void replicas_of_nodes(void **state)
{
    (void)state;
    ASSERT_CAUGHT(faulty.node_replicas = replicas_are_one, 0, "replicas of a node");
    ASSERT_CAUGHT(faulty.node_replicas = everybody_is_there, 0, "replicas of a node");
    ASSERT_CAUGHT(faulty.node_replicas = a_prefix_is_enough, 0, "replicas of a node");
    ASSERT_CAUGHT(faulty.node_replicas = absent_is_bad, 0, "replicas of a node");
}

/* SETTING REPLICAS, and the caller's pointer */

static const char setting[] = "ring identity\n"
                              "add \"a\" 2\n"
                              "add \"b\" 3\n"
                              "set-replicas \"a\" 4\n"
                              "set-replicas \"a\" 3\n"
                              "set-replicas \"c\" 3\n"
                              "find \"a\"\n";

static enum ring_error sets_nothing(void *ring, struct ring_bytes name, uint32_t replicas)
{
    (void)replicas;
    return subject_core.set_replicas(ring, name, 2) == RING_OK ? RING_OK : RING_NO_SUCH_NODE;
}

static enum ring_error adds_the_absent(void *ring, struct ring_bytes name, uint32_t replicas)
{
    enum ring_error error = subject_core.set_replicas(ring, name, replicas);
    return error == RING_NO_SUCH_NODE ? subject_core.add(ring, name, replicas) : error;
}

static enum ring_error only_raises(void *ring, struct ring_bytes name, uint32_t replicas)
{
    uint32_t present = 0;
    (void)subject_core.node_replicas(ring, name, &present);
    return replicas < present ? RING_OK : subject_core.set_replicas(ring, name, replicas);
}

static void set_replicas(void **state)
{
    (void)state;
    assert_false(run(&subject_core, setting).found);
    assert_false(run(&subject_resort, setting).found);
    assert_false(run(&subject_model, setting).found);
    ASSERT_CAUGHT_IN(setting, faulty.set_replicas = sets_nothing, 2, "number of points");
    ASSERT_CAUGHT_IN(setting, faulty.set_replicas = only_raises, 3, "number of points");
    ASSERT_CAUGHT_IN(setting, faulty.set_replicas = adds_the_absent, 4, "answer");
}

static enum ring_error data_is_not_set(void *ring, struct ring_bytes name, void *data)
{
    (void)ring, (void)name, (void)data;
    return RING_OK;
}

static enum ring_error data_of_the_next(void *ring, struct ring_bytes name, void *data)
{
    return subject_core.set_node_data(ring, name, (char *)data + 1);
}

static enum ring_error data_is_refused(void *ring, struct ring_bytes name, void *data)
{
    (void)ring, (void)name, (void)data;
    return RING_NO_SUCH_NODE;
}

static enum ring_error set_replicas_forgets(void *ring, struct ring_bytes name, uint32_t replicas)
{
    enum ring_error error = subject_core.set_replicas(ring, name, replicas);
    (void)subject_core.set_node_data(ring, name, NULL);
    return error;
}

static void data_of_nodes(void **state)
{
    (void)state;
    ASSERT_CAUGHT(faulty.set_node_data = data_is_not_set, LAST, "pointer of a node");
    ASSERT_CAUGHT(faulty.set_node_data = data_of_the_next, LAST, "pointer of a node");
    ASSERT_CAUGHT(faulty.set_node_data = data_is_refused, LAST, "pointer of a node");
    ASSERT_CAUGHT(faulty.set_replicas = set_replicas_forgets, LAST, "pointer of a node");
}

static void answers(void **state)
{
    (void)state;
    ASSERT_CAUGHT(faulty.find = find_nobody, 3, "answer");
    ASSERT_CAUGHT(faulty.find = find_another, 3, "answer");
    ASSERT_CAUGHT(faulty.find = find_fails, 3, "answer");
    ASSERT_CAUGHT(faulty.find_n = find_n_is_one_short, 4, "answer");
    ASSERT_CAUGHT(faulty.find_n = find_n_swaps, 4, "answer");
    ASSERT_CAUGHT(faulty.find_n = find_n_claims_more, 4, "answer");
}

static size_t one_more_node(const void *ring)
{
    return subject_core.node_count(ring) + 1;
}

static size_t one_more_point(const void *ring)
{
    return subject_core.point_count(ring) + 1;
}

static bool point_moved(const void *ring, struct ring_cursor *cursor, struct ring_point *point)
{
    bool more = subject_core.next_point(ring, cursor, point);
    point->position += point->position == 98;
    return more;
}

static bool point_of_another(const void *ring, struct ring_cursor *cursor, struct ring_point *point)
{
    bool more = subject_core.next_point(ring, cursor, point);
    point->node = BYTES("b");
    return more;
}

static bool last_point_missing(const void *ring, struct ring_cursor *cursor,
                               struct ring_point *point)
{
    return cursor->state[0] + 1 < subject_core.point_count(ring) &&
           subject_core.next_point(ring, cursor, point);
}

static bool point_too_many(const void *ring, struct ring_cursor *cursor, struct ring_point *point)
{
    if (subject_core.next_point(ring, cursor, point)) {
        return true;
    }
    *point = (struct ring_point){1000, BYTES("a")};
    return cursor->state[1]++ == 0;
}

static const char *check_always_fails(const void *ring)
{
    (void)ring;
    return "an invariant";
}

static void the_whole_ring(void **state)
{
    (void)state;
    ASSERT_CAUGHT(faulty.add_many = add_many_is_one_short, 2, "number of nodes");
    ASSERT_CAUGHT(faulty.node_count = one_more_node, 0, "number of nodes");
    ASSERT_CAUGHT(faulty.point_count = one_more_point, 0, "number of points");
    ASSERT_CAUGHT(faulty.next_point = point_moved, 0, "point 1 in ring order");
    ASSERT_CAUGHT(faulty.next_point = point_of_another, 0, "point 0 in ring order");
    ASSERT_CAUGHT(faulty.next_point = last_point_missing, 0, "point 1 in ring order");
    ASSERT_CAUGHT(faulty.next_point = point_too_many, 0, "point 2 in ring order");
    ASSERT_CAUGHT(faulty.check = check_always_fails, 0, "check of itself");
}

/* Reverses the order of all points, for a ring whose points all share a position. */
static bool points_reversed(const void *ring, struct ring_cursor *cursor, struct ring_point *point)
{
    size_t left = subject_core.point_count(ring) - (size_t)cursor->state[0];
    struct ring_cursor place = {{left - 1}};
    cursor->state[0]++;
    return left > 0 && subject_core.next_point(ring, &place, point);
}

enum excuse { FOUND, AGREED };

static enum excuse run_excusing(const struct subject *subject, const char *text)
{
    struct program program;
    struct finding finding;
    char error[200];
    struct check check = {.subject = subject, .reference = &subject_model, .excuse_ties = true};
    program_init(&program);
    assert_true(trace_read(text, strlen(text), &program, error, sizeof error));
    bool agreed = check_program(&check, &program, &finding);
    program_free(&program);
    assert_int_equal(agreed, !finding.found);
    return finding.found ? FOUND : AGREED;
}

/* Only the order of equal points is excused, and only if the subject does not promise one. */
static void ties_are_excused_only_without_a_promise(void **state)
{
    static const char ties[] = "ring constant\nadd-many \"a\" 1 \"b\" 2\nfind \"k\"\n";
    struct subject faulty = subject_core;
    (void)state;
    faulty.next_point = points_reversed;
    assert_int_equal(run_excusing(&faulty, ties), FOUND);
    faulty.ties = SUBJECT_TIES_IN_ANY_ORDER;
    assert_int_equal(run_excusing(&faulty, ties), AGREED);
    faulty.next_point = point_of_another;
    assert_int_equal(run_excusing(&faulty, ties), FOUND);
    faulty.next_point = last_point_missing;
    assert_int_equal(run_excusing(&faulty, ties), FOUND);
    faulty.next_point = points_reversed;
    faulty.point_count = one_more_point;
    assert_int_equal(run_excusing(&faulty, ties), FOUND);
    faulty.next_point = subject_core.next_point;
    faulty.point_count = subject_core.point_count;
    assert_int_equal(run_excusing(&faulty, ties), AGREED);
    faulty.find = find_another;
    assert_int_equal(run_excusing(&faulty, ties), FOUND);
}

static void large_programs_have_another_reference(void **state)
{
    static const char text[] = "ring xxh3\nadd \"a\" 100000\n";
    struct program program;
    char error[200];
    (void)state;
    program_init(&program);
    assert_ptr_equal(check_reference(&subject_core, &program), &subject_model);
    assert_true(trace_read(text, strlen(text), &program, error, sizeof error));
    assert_ptr_equal(check_reference(&subject_core, &program), &subject_merge);
    assert_ptr_equal(check_reference(&subject_merge, &program), &subject_resort);
    program_free(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(correct_subjects_agree),
        cmocka_unit_test(return_codes),
        cmocka_unit_test(many_positions),
        cmocka_unit_test(answers),
        cmocka_unit_test(find_if_asks),
        cmocka_unit_test(walks_over_owners),
        cmocka_unit_test(ranges_and_shares),
        cmocka_unit_test(replicas_of_nodes),
        cmocka_unit_test(set_replicas),
        cmocka_unit_test(data_of_nodes),
        cmocka_unit_test(the_whole_ring),
        cmocka_unit_test(ties_are_excused_only_without_a_promise),
        cmocka_unit_test(large_programs_have_another_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
