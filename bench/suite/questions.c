/* `find_if`: the third owner of a key is the first that is accepted. `moves`: what moves from an empty
 * ring. `shares`: the share of each node. */
#include <stdlib.h>

#include "../../fuzz/base/memory.h"
#include "workload.h"

#define ACCEPTED 3

static bool accept(void *context, struct ring_bytes node)
{
    size_t *asked = context;
    (void)node;
    return ++*asked == ACCEPTED;
}

static void find_if(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    size_t count = workload_key_count(load->points);
    const struct ring_bytes *keys = workload_keys(count);
    workload_build(load);
    size_t next = load->asked;
    while (bench_loop(state)) {
        struct ring_bytes node;
        size_t asked = 0;
        (void)load->subject->find_if(load->ring, keys[next], accept, &asked, &node);
        bench_keep(&node);
        next = next + 1 < count ? next + 1 : 0;
    }
    load->asked = next;
}

static bool add_up(void *context, const struct ring_range *range)
{
    *(uint64_t *)context += range->last - range->first;
    return true;
}

static void moves(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    void *empty = workload_empty(load);
    workload_build(load);
    while (bench_loop(state)) {
        uint64_t moved = 0;
        (void)load->subject->moves(empty, load->ring, add_up, &moved);
        bench_keep(&moved);
    }
    load->subject->destroy(empty);
}

static void shares(struct bench_state *state, const struct bench_case *what)
{
    struct workload *load = workload_get(state, what);
    double *owned = memory_resize(NULL, load->count, sizeof *owned);
    workload_build(load);
    while (bench_loop(state)) {
        (void)load->subject->shares(load->ring, owned);
        bench_keep(owned);
    }
    free(owned);
}

static const char *const contestants[] = {"core", "merge", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 0};

#define QUESTION(its_name, its_run)                                                                \
    {                                                                                              \
        .name = (its_name), .contestants = contestants, .variant = "replicas",                     \
        .variants = replicas, .size = "points", .sizes = points, .fitted = true, .run = (its_run), \
    }

const struct bench bench_find_if = QUESTION("find_if", find_if);
const struct bench bench_moves = QUESTION("moves", moves);
const struct bench bench_shares = QUESTION("shares", shares);
