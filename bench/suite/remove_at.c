/* `remove_first`, `remove_middle`, `remove_last`: removing the node that was added first, in the
 * middle or last. It makes a difference if points are kept in the order of arrival, or searched
 * from one end. */
#include "workload.h"

#include <stdlib.h>
#include <string.h>

#include "../../fuzz/base/memory.h"

/* A separate ring of the workload's nodes, and their order of arrival. A removed node is added
 * again as the youngest, and the next removal takes the node that is then in the same place. */
struct arrivals {
    struct arrivals *before;
    const struct workload *load;
    void *ring;
    size_t *order; /* indices of load->nodes, oldest first */
};

static struct arrivals *arrivals_of(const struct workload *load)
{
    static struct arrivals *last;
    for (struct arrivals *arrivals = last; arrivals != NULL; arrivals = arrivals->before) {
        if (arrivals->load == load) {
            return arrivals;
        }
    }
    struct arrivals *arrivals = memory_resize(NULL, 1, sizeof *arrivals);
    *arrivals = (struct arrivals){last, load, workload_empty(load), NULL};
    arrivals->order = memory_resize(NULL, load->full, sizeof *arrivals->order);
    for (size_t i = 0; i < load->full; i++) {
        arrivals->order[i] = i;
    }
    (void)load->subject->add_many(arrivals->ring, load->nodes, load->count);
    workload_check(load, arrivals->ring, load->points);
    last = arrivals;
    return arrivals;
}

static void to_the_end(struct arrivals *arrivals, size_t place)
{
    size_t count = arrivals->load->full;
    size_t moved = arrivals->order[place];
    memmove(&arrivals->order[place], &arrivals->order[place + 1],
            (count - place - 1) * sizeof *arrivals->order);
    arrivals->order[count - 1] = moved;
}

/* `legacy` is rebuilt, for the reason in update.c, and so the order stays that of the list. */
static void undo(struct arrivals *arrivals, size_t place, const struct ring_node *gone)
{
    const struct workload *load = arrivals->load;
    if (workload_is_legacy(load->subject)) {
        load->subject->destroy(arrivals->ring);
        arrivals->ring = workload_empty(load);
        (void)load->subject->add_many(arrivals->ring, load->nodes, load->count);
    } else {
        (void)load->subject->add(arrivals->ring, gone->name, gone->replicas);
        to_the_end(arrivals, place);
    }
    workload_check(load, arrivals->ring, load->points);
}

static void run_at(struct bench_state *state, const struct bench_case *what, size_t of_two)
{
    char name[WORKLOAD_NAME_ROOM];
    struct workload *load = workload_get(state, what);
    struct arrivals *arrivals = arrivals_of(load);
    size_t place = (load->full - 1) * of_two / 2;
    while (bench_loop(state)) {
        const struct ring_node *gone = &load->nodes[arrivals->order[place]];
        memcpy(name, gone->name.data, gone->name.size);
        bench_start(state);
        (void)load->subject->remove(arrivals->ring, (struct ring_bytes){name, gone->name.size});
        bench_stop(state);
        workload_check(load, arrivals->ring, load->points - gone->replicas);
        undo(arrivals, place, gone);
    }
}

static void run_first(struct bench_state *state, const struct bench_case *what)
{
    run_at(state, what, 0);
}

static void run_middle(struct bench_state *state, const struct bench_case *what)
{
    run_at(state, what, 1);
}

static void run_last(struct bench_state *state, const struct bench_case *what)
{
    run_at(state, what, 2);
}

/* `legacy` is rebuilt after each removal. */
static bool skips(const struct bench_case *what)
{
    return workload_is_legacy(subject_named(what->contestant)) && what->size > 100000;
}

static const char *const contestants[] = {"core", "merge", "resort", "legacy", "pointers", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 0};

#define REMOVE_AT(its_name, its_run)                                                               \
    {                                                                                              \
        .name = (its_name), .contestants = contestants, .variant = "replicas",                     \
        .variants = replicas, .size = "points", .sizes = points, .pairs = workload_small,          \
        .skips = skips, .timed_by_hand = true, .fitted = true, .run = (its_run),                   \
    }

const struct bench bench_remove_first = REMOVE_AT("remove_first", run_first);
const struct bench bench_remove_middle = REMOVE_AT("remove_middle", run_middle);
const struct bench bench_remove_last = REMOVE_AT("remove_last", run_last);
