/* The model, compared with answers that no program here computed: published ones, and some that
 * were worked out by hand. */
#include "support.h"

#include <string.h>

#include "../model/placement.h"
#include "../model/remembered.h"
#include "../model/ring.h"
#include "../program/rules.h"

static const struct subject *const model = &subject_model;

static void add(void *ring, struct ring_bytes name, uint32_t replicas)
{
    assert_int_equal(model->add(ring, name, replicas), RING_OK);
}

static void assert_owner(const void *ring, struct ring_bytes key, struct ring_bytes owner)
{
    struct ring_bytes node = {NULL, 99};
    assert_int_equal(model->find(ring, key, &node), RING_OK);
    assert_int_equal(node.size, owner.size);
    if (owner.size > 0) {
        assert_memory_equal(node.data, owner.data, owner.size);
    }
}

static void published_answers_of_hash_ring(void **state)
{
    void *ring = model->create(&rule_named("sha1")->options);
    struct ring_bytes nodes[3];
    size_t found = 0;
    struct ring_cursor cursor = {{0}};
    struct ring_point first;
    struct ring_point second;
    (void)state;
    add(ring, BYTES("slotA"), 8);
    add(ring, BYTES("slotB"), 8);
    assert_owner(ring, BYTES("keyA"), BYTES("slotA"));
    assert_owner(ring, BYTES("keyBBBB"), BYTES("slotA"));
    assert_owner(ring, BYTES("keyB_"), BYTES("slotB"));
    assert_int_equal(model->find_n(ring, BYTES("keyA"), 3, nodes, &found), RING_OK);
    assert_int_equal(found, 2);
    assert_memory_equal(nodes[0].data, "slotA", 5);
    assert_memory_equal(nodes[1].data, "slotB", 5);
    assert_true(model->next_point(ring, &cursor, &first));
    assert_true(model->next_point(ring, &cursor, &second));
    assert_true(first.position == UINT64_C(2351641940735260693));
    assert_true(second.position == UINT64_C(2584980261350711786));
    model->destroy(ring);
}

/* Under the rule identity, the position of "a" is 97, and those of its points are 97, 98 and 99. */
static void answers_worked_out_by_hand(void **state)
{
    static const struct {
        uint64_t position;
        const char *name;
    } expected[] = {{97, "a"}, {98, "a"}, {98, "b"}, {99, "a"}, {99, "b"}};
    void *ring = model->create(&rule_named("identity")->options);
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    (void)state;
    assert_owner(ring, BYTES("a"), BYTES(""));
    add(ring, BYTES("b"), 2);
    add(ring, BYTES("a"), 3);
    for (size_t i = 0; i < 5; i++) {
        assert_true(model->next_point(ring, &cursor, &point));
        assert_true(point.position == expected[i].position);
        assert_int_equal(point.node.size, 1);
        assert_memory_equal(point.node.data, expected[i].name, 1);
    }
    assert_false(model->next_point(ring, &cursor, &point));
    assert_owner(ring, BYTES("`"), BYTES("a"));
    assert_owner(ring, BYTES("a"), BYTES("a"));
    assert_owner(ring, BYTES("c"), BYTES("a"));
    assert_int_equal(model->set_replicas(ring, BYTES("b"), 1), RING_OK);
    assert_int_equal(model->point_count(ring), 4);
    assert_owner(ring, BYTES("b"), BYTES("a")); /* 99 of "b" has gone, and 99 of "a" not */
    assert_int_equal(model->set_replicas(ring, BYTES("b"), 2), RING_OK);
    assert_int_equal(model->remove(ring, BYTES("a")), RING_OK);
    assert_owner(ring, BYTES("a"), BYTES("b"));
    assert_int_equal(model->point_count(ring), 2);
    assert_int_equal(model->node_count(ring), 1);
    model->destroy(ring);
}

static void errors(void **state)
{
    const struct ring_node twice[] = {{BYTES("c"), 1}, {BYTES("c"), 1}};
    const struct ring_node half_bad[] = {{BYTES("c"), 1}, {BYTES("d"), 1048577}};
    const struct ring_node known[] = {{BYTES("c"), 1}, {BYTES("a"), 1}};
    void *ring = model->create(&rule_named("xxh3")->options);
    uint32_t replicas = 0;
    (void)state;
    add(ring, BYTES("a"), 1);
    assert_int_equal(model->add(ring, BYTES("a"), 2), RING_NODE_EXISTS);
    assert_int_equal(model->add(ring, BYTES(""), 2), RING_BAD_ARGUMENT);
    assert_int_equal(model->add(ring, BYTES("b"), 0), RING_BAD_ARGUMENT);
    assert_int_equal(model->add_many(ring, twice, 2), RING_NODE_EXISTS);
    assert_int_equal(model->add_many(ring, half_bad, 2), RING_BAD_ARGUMENT);
    assert_int_equal(model->add_many(ring, known, 2), RING_NODE_EXISTS);
    assert_int_equal(model->remove(ring, BYTES("c")), RING_NO_SUCH_NODE);
    assert_int_equal(model->remove(ring, BYTES("")), RING_BAD_ARGUMENT);
    assert_int_equal(model->node_count(ring), 1);
    assert_int_equal(model->node_replicas(ring, BYTES("a"), &replicas), RING_OK);
    assert_int_equal(replicas, 1);
    assert_int_equal(model->node_replicas(ring, BYTES("c"), &replicas), RING_NO_SUCH_NODE);
    assert_int_equal(model->node_replicas(ring, BYTES(""), &replicas), RING_BAD_ARGUMENT);
    assert_int_equal(model->set_replicas(ring, BYTES(""), 1), RING_BAD_ARGUMENT);
    assert_int_equal(model->set_replicas(ring, BYTES("c"), 0), RING_BAD_ARGUMENT);
    assert_int_equal(model->set_replicas(ring, BYTES("a"), 1048577), RING_BAD_ARGUMENT);
    assert_int_equal(model->set_replicas(ring, BYTES("c"), 1), RING_NO_SUCH_NODE);
    model->destroy(ring);
}

/* Names that are easily confused: of each length up to two more than are remembered, alike up to the
 * last byte, which may be zero; and more of them than there are slots. Each is asked twice, the
 * second time after all others. */
static void remembered_positions_are_those_of_placement(void **state)
{
    static const char *const rules_asked[] = {"xxh3", "sha1", "md5", "md5-compat32", "identity"};
    unsigned char name[REMEMBERED_NAME_MAX + 2];
    (void)state;
    for (size_t turn = 0; turn < 2; turn++) {
        for (size_t which = 0; which < 5 * sizeof name * 256; which++) {
            const struct ring_options *options = &rule_named(rules_asked[which % 5])->options;
            struct ring_bytes bytes = {name, which / 5 % sizeof name + 1};
            uint32_t replica = (uint32_t)(which % 7);
            memset(name, 0, sizeof name);
            name[bytes.size - 1] = (unsigned char)(which / 5 / sizeof name);
            assert_true(remembered_key_position(options, bytes) ==
                        model_key_position(options, bytes));
            assert_true(remembered_point_position(options, bytes, replica) ==
                        model_point_position(options, bytes, replica));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_answers_of_hash_ring),
        cmocka_unit_test(answers_worked_out_by_hand),
        cmocka_unit_test(errors),
        cmocka_unit_test(remembered_positions_are_those_of_placement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
