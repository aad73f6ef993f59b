#include "copy.h"

#include <stdlib.h>
#include <string.h>

#include "../../fuzz/base/memory.h"
#include "workload.h"

bool copy_is(const struct bench_case *what)
{
    return strcmp(what->contestant, "copy") == 0;
}

void copy_run(struct bench_state *state, const struct bench_case *what)
{
    size_t bytes = ring_bytes_used(workload_core(state, what));
    unsigned char *from = memory_resize(NULL, bytes, 1);
    unsigned char *copy = memory_resize(NULL, bytes, 1);
    memset(from, 1, bytes);
    memset(copy, 2, bytes);
    while (bench_loop(state)) {
        bench_start(state);
        memcpy(copy, from, bytes);
        bench_keep(copy);
        bench_stop(state);
    }
    free(from);
    free(copy);
}
