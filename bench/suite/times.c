#include "times.h"

#include <stdlib.h>
#include <string.h>

#include "../../fuzz/base/memory.h"

int64_t *times_new(size_t count)
{
    int64_t *times = memory_resize(NULL, count, sizeof *times);
    memset(times, 1, count * sizeof *times);
    return times;
}

static int compare_times(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* The quantile `share` (0 to 1) of sorted times, in seconds. */
static double seconds_of(const int64_t *times, size_t count, double share)
{
    size_t index = (size_t)(share * (double)count);
    return 1e-9 * (double)times[index < count ? index : count - 1];
}

void times_count(struct bench_state *state, int64_t *times, size_t count, const char *calls)
{
    qsort(times, count, sizeof *times, compare_times);
    bench_count(state, calls, (double)count);
    bench_count(state, "median", seconds_of(times, count, 0.5));
    bench_count(state, "p99", seconds_of(times, count, 0.99));
    bench_count(state, "p99.9", seconds_of(times, count, 0.999));
    bench_count(state, "max", seconds_of(times, count, 1));
}
