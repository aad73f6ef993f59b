/* Where the historical sort needs more stack than it had: the figures on which the repro cases rest. */
#include "../../fuzz/tests/support.h"

#include <stdio.h>

#include "../../fuzz/rules.h"
#include "../../fuzz/subject.h"
#include "../legacy_sort.h"

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

/* Measured of the original: about 1000 entries; under 60 for 1024 nodes of one replica. */
static void what_is_known_of_the_original(void **state)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hole_but_the_last_takes_an_entry),
        cmocka_unit_test(descending_positions_fit_up_to_3072),
        cmocka_unit_test(what_is_known_of_the_original),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
