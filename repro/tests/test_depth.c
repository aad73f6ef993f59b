/* Where the historical sort needs more stack entries than it has. The traces in repro/cases/ rely on
 * these sizes. */
#include "../../fuzz/tests/support.h"

#include <stdio.h>

#include "../../fuzz/program/rules.h"
#include "../depth/replay.h"
#include "../legacy/ring.h"
#include "../legacy/sort.h"

static void *make(const char *rule)
{
    return subject_legacy.create(&rule_named(rule)->options);
}

static int add(void *ring, struct ring_bytes name, uint32_t replicas)
{
    legacy_sort_depth = 0;
    assert_int_equal(subject_legacy.add(ring, name, replicas), RING_OK);
    return legacy_sort_depth;
}

static int drop(void *ring, struct ring_bytes name)
{
    legacy_sort_depth = 0;
    assert_int_equal(subject_legacy.remove(ring, name), RING_OK);
    return legacy_sort_depth;
}

static void every_hole_but_the_last_takes_an_entry(void **state)
{
    (void)state;
    for (uint32_t replicas = 2; replicas <= 2000; replicas += 111) {
        void *ring = make("sha1");
        (void)add(ring, BYTES("10.0.0.1:11211"), replicas);
        assert_int_equal(drop(ring, BYTES("10.0.0.1:11211")), replicas > 2 ? replicas - 1 : 0);
        subject_legacy.destroy(ring);
    }
}

static void descending_positions_fit_up_to_3072(void **state)
{
    void *ring = make("descending");
    (void)state;
    assert_int_equal(add(ring, BYTES("\0\1\0\0"), 3072), 1024);
    subject_legacy.destroy(ring);
    ring = make("descending");
    assert_int_equal(add(ring, BYTES("\0\1\0\0"), 3073), 1025);
    subject_legacy.destroy(ring);
}

/* Reported for the original: about 1000 entries for 4 nodes of 1000 replicas, and under 60 for 1024
 * nodes of one replica. */
static void needs_reported_for_the_original(void **state)
{
    void *ring = make("sha1");
    char name[32];
    (void)state;
    for (int i = 0; i < 4; i++) {
        int size = snprintf(name, sizeof name, "10.0.0.%d:11211", i);
        (void)add(ring, (struct ring_bytes){name, (size_t)size}, 1000);
    }
    assert_in_range(drop(ring, BYTES("10.0.0.2:11211")), 990, 1024);
    subject_legacy.destroy(ring);
    ring = make("sha1");
    for (int i = 0; i < 1024; i++) {
        int size = snprintf(name, sizeof name, "10.0.%d.%d:11211", i / 256, i % 256);
        assert_in_range(add(ring, (struct ring_bytes){name, (size_t)size}, 1), 0, 64);
    }
    assert_in_range(drop(ring, BYTES("10.0.2.0:11211")), 10, 64);
    subject_legacy.destroy(ring);
}

static void add_one_by_one(void *ring, size_t nodes, uint32_t replicas)
{
    char name[DEPTH_NAME_SIZE];
    for (size_t i = 0; i < nodes; i++) {
        (void)add(ring, depth_name(name, i), replicas);
    }
}

static void add_as_a_batch(void *ring, size_t nodes, uint32_t replicas)
{
    struct ring_node batch[256];
    char names[256][DEPTH_NAME_SIZE];
    for (size_t i = 0; i < nodes; i++) {
        batch[i] = (struct ring_node){depth_name(names[i], i), replicas};
    }
    assert_int_equal(subject_legacy.add_many(ring, batch, nodes), RING_OK);
}

/* The need of the real sort, built with LEGACY_SORT_MEASURED. */
static int measure(const struct depth_case *asked, void (*add_all)(void *, size_t, uint32_t))
{
    void *ring = make("sha1");
    char space[DEPTH_NAME_SIZE];
    struct ring_bytes name = depth_name(space, depth_case_node(asked));
    bool adds = asked->operation == DEPTH_ADD;
    add_all(ring, asked->nodes - adds, asked->replicas);
    int entries = adds ? add(ring, name, asked->replicas) : drop(ring, name);
    subject_legacy.destroy(ring);
    return entries;
}

static void the_replay_needs_what_the_sort_needs(void **state)
{
    static const struct {
        size_t nodes;
        uint32_t replicas;
    } rings[] = {{1, 1},   {1, 2},   {1, 700}, {2, 1},    {2, 2},    {2, 200}, {3, 64},  {4, 4},
                 {16, 16}, {17, 99}, {64, 3},  {100, 10}, {128, 16}, {256, 8}, {5, 1025}};
    struct depth_circle *circle = depth_circle_make(256, 1025);
    (void)state;
    for (size_t i = 0; i < sizeof rings / sizeof *rings; i++) {
        for (int number = 0; number < DEPTH_CASES; number++) {
            struct depth_case asked = depth_case_of(rings[i].nodes, rings[i].replicas, number);
            int entries = depth_entries(circle, &asked);
            assert_int_equal(entries, measure(&asked, add_one_by_one));
            assert_int_equal(entries, measure(&asked, add_as_a_batch));
        }
    }
    depth_circle_free(circle);
}

/* The smallest ring of 64 nodes that overflows: see depth/results.md. */
static void the_replay_matches_in_a_large_ring(void **state)
{
    struct depth_circle *circle = depth_circle_make(64, 520);
    (void)state;
    int most = 0;
    for (int number = 0; number < DEPTH_CASES; number++) {
        struct depth_case asked = depth_case_of(64, 520, number);
        int entries = depth_entries(circle, &asked);
        assert_int_equal(entries, measure(&asked, add_as_a_batch));
        most = entries > most ? entries : most;
    }
    assert_true(most > LEGACY_SORT_ENTRIES);
    depth_circle_free(circle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hole_but_the_last_takes_an_entry),
        cmocka_unit_test(descending_positions_fit_up_to_3072),
        cmocka_unit_test(needs_reported_for_the_original),
        cmocka_unit_test(the_replay_needs_what_the_sort_needs),
        cmocka_unit_test(the_replay_matches_in_a_large_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
