/* search/compare_statistics.h against draws whose share is known. */
#include "../compare/statistics.h"
#include "support.h"

#define DRAWS 2000
#define KEYS 1000

static uint64_t seed = 1;

/* SplitMix64. */
static uint64_t draw(void)
{
    uint64_t value = seed += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

static uint64_t hits(double share, uint64_t trials)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < trials; i++) {
        count += (double)draw() < share * 18446744073709551616.0;
    }
    return count;
}

static void intervals_contain_the_true_share(void **state)
{
    static const double shares[] = {0.001, 0.01, 0.25, 0.5, 0.99};
    (void)state;
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        int inside = 0;
        double width = 0;
        for (int j = 0; j < DRAWS; j++) {
            struct compare_share share = compare_share(hits(shares[i], KEYS), KEYS);
            inside += share.low <= shares[i] && shares[i] <= share.high;
            width += share.high - share.low;
        }
        assert_true(inside > DRAWS * 92 / 100);
        assert_true(width / DRAWS < 0.07); /* or everything would be inside */
    }
}

static void the_bound_of_no_hits(void **state)
{
    (void)state;
    assert_true(compare_share(0, 0).high >= 1);
    struct compare_share none = compare_share(0, 3000);
    assert_true(none.low <= 0 && none.high > 0.00099 && none.high < 0.001);
    assert_true(compare_share(10, 10).high >= 1);
}

/* Keys of 8 nodes, whose shares are as 1 to 8, or with `turned`, as 8 to 1. */
static void divide(uint64_t counts[8], uint64_t keys, bool even, bool turned)
{
    for (int i = 0; i < 8; i++) {
        counts[i] = 0;
    }
    for (uint64_t i = 0; i < keys; i++) {
        uint64_t at = draw() % 36;
        int node = 0;
        for (uint64_t passed = 1; at >= passed; passed += (uint64_t)node + 1) {
            node++;
        }
        node = even ? (int)(draw() % 8) : node;
        counts[turned ? 7 - node : node]++;
    }
}

static void shares_are_told_apart(void **state)
{
    uint64_t a[8];
    uint64_t b[8];
    int wrong = 0;
    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        divide(a, KEYS, false, false);
        divide(b, UINT64_C(2) * KEYS, false, false);
        wrong += compare_likeness(a, b, 8) != COMPARE_ALIKE;
        divide(b, KEYS, false, true);
        wrong += compare_likeness(a, b, 8) != COMPARE_UNLIKE;
        divide(a, KEYS, true, false);
        divide(b, KEYS, true, false);
        wrong += compare_likeness(a, b, 8) != COMPARE_UNCLEAR;
    }
    assert_true(wrong < DRAWS * 3 * 2 / 1000);
}

static void rings_with_nothing_in_common(void **state)
{
    const uint64_t even[4] = {10, 10, 10, 10};
    const uint64_t one[4] = {40, 0, 0, 0};
    (void)state;
    assert_float_equal(0.75, compare_unrelated(even, even, 4), 1e-9);
    assert_float_equal(0, compare_unrelated(one, one, 4), 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_contain_the_true_share),
        cmocka_unit_test(the_bound_of_no_hits),
        cmocka_unit_test(shares_are_told_apart),
        cmocka_unit_test(rings_with_nothing_in_common),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
