#include "measure.h"

#include <time.h>
#include <valgrind/callgrind.h>

static uint64_t begun;
static uint64_t sum;

static uint64_t now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void measure_begin(void)
{
    begun = now();
    CALLGRIND_TOGGLE_COLLECT;
}

void measure_end(void)
{
    CALLGRIND_TOGGLE_COLLECT;
    sum += now() - begun;
}

uint64_t measure_take(void)
{
    uint64_t taken = sum;
    sum = 0;
    return taken;
}

void measure_prepared(void)
{
    CALLGRIND_START_INSTRUMENTATION;
}
