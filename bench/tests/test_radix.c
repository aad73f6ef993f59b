/* The sort of the limit: any numbers come out as from qsort(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../base/mix.h"
#include "../suite/radix.h"

#define COUNT_MAX 600

static int compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void assert_sorts(const uint64_t *numbers, size_t count)
{
    uint64_t sorted[COUNT_MAX];
    uint64_t expected[COUNT_MAX];
    uint64_t scratch[COUNT_MAX];
    memcpy(sorted, numbers, count * sizeof *numbers);
    memcpy(expected, numbers, count * sizeof *numbers);
    qsort(expected, count, sizeof *expected, compare);
    radix_sort(sorted, count, scratch);
    assert_memory_equal(sorted, expected, count * sizeof *sorted);
}

static void numbers_that_are_spread_evenly(void **state)
{
    uint64_t numbers[COUNT_MAX];
    (void)state;
    for (size_t count = 0; count <= COUNT_MAX; count++) {
        for (size_t i = 0; i < count; i++) {
            numbers[i] = mix(count * COUNT_MAX + i);
        }
        assert_sorts(numbers, count);
    }
}

/* `shift`: how many of the upper bits are the same. */
static void numbers_that_are_close_together(void **state)
{
    uint64_t numbers[COUNT_MAX];
    (void)state;
    for (unsigned shift = 1; shift < 64; shift++) {
        for (size_t i = 0; i < COUNT_MAX; i++) {
            numbers[i] = mix(i) >> shift;
        }
        assert_sorts(numbers, COUNT_MAX);
    }
}

static void numbers_in_order(void **state)
{
    uint64_t ascending[COUNT_MAX];
    uint64_t descending[COUNT_MAX];
    (void)state;
    for (size_t i = 0; i < COUNT_MAX; i++) {
        ascending[i] = UINT64_MAX / COUNT_MAX * i;
        descending[i] = UINT64_MAX - ascending[i];
    }
    assert_sorts(ascending, COUNT_MAX);
    assert_sorts(descending, COUNT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_that_are_spread_evenly),
        cmocka_unit_test(numbers_that_are_close_together),
        cmocka_unit_test(numbers_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
