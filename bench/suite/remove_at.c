/* The node that goes is the one that was added first, in the middle, or last: where points are kept in the
 * order of arrival, or searched from one end, it makes a difference. */
#include "workload.h"

#include <stdlib.h>
#include <string.h>

#include "../../fuzz/base/memory.h"

/* A ring of its own, whose nodes were added by one batch, in the order of the list. The removed one is added again, as the
 * youngest: so the list is kept in the order of arrival, and the next removal is of who is in that place
 * then. */
struct line {
    struct line *before;
    const struct workload *load;
    void *ring;
    size_t *order; /* indices of load->nodes, oldest first */
};

static struct line *line_of(const struct workload *load)
{
    static struct line *last;
    for (struct line *line = last; line != NULL; line = line->before) {
        if (line->load == load) {
            return line;
        }
    }
    struct line *line = memory_resize(NULL, 1, sizeof *line);
    *line = (struct line){last, load, workload_empty(load), NULL};
    line->order = memory_resize(NULL, load->full, sizeof *line->order);
    for (size_t i = 0; i < load->full; i++) {
        line->order[i] = i;
    }
    (void)load->subject->add_many(line->ring, load->nodes, load->count);
    workload_check(load, line->ring, load->points);
    last = line;
    return line;
}

static void to_the_end(struct line *line, size_t place)
{
    size_t count = line->load->full;
    size_t moved = line->order[place];
    memmove(&line->order[place], &line->order[place + 1],
            (count - place - 1) * sizeof *line->order);
    line->order[count - 1] = moved;
}

/* `legacy` is built anew, as in bench_update.c: then the order is that of the list again. */
static void undo(struct line *line, size_t place, const struct ring_node *gone)
{
    const struct workload *load = line->load;
    if (workload_is_legacy(load->subject)) {
        load->subject->destroy(line->ring);
        line->ring = workload_empty(load);
        (void)load->subject->add_many(line->ring, load->nodes, load->count);
    } else {
        (void)load->subject->add(line->ring, gone->name, gone->replicas);
        to_the_end(line, place);
    }
    workload_check(load, line->ring, load->points);
}

static void run_at(struct bench_state *state, const struct bench_case *what, size_t of_two)
{
    char name[WORKLOAD_NAME_ROOM];
    struct workload *load = workload_get(state, what);
    struct line *line = line_of(load);
    size_t place = (load->full - 1) * of_two / 2;
    while (bench_loop(state)) {
        const struct ring_node *gone = &load->nodes[line->order[place]];
        memcpy(name, gone->name.data, gone->name.size);
        bench_start(state);
        (void)load->subject->remove(line->ring, (struct ring_bytes){name, gone->name.size});
        bench_stop(state);
        workload_check(load, line->ring, load->points - gone->replicas);
        undo(line, place, gone);
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

/* `legacy` is built anew after each. */
static bool skips(const struct bench_case *what)
{
    return workload_is_legacy(subject_named(what->contestant)) && what->size > 100000;
}

static const char *const contestants[] = {"core", "merge", "resort", "legacy", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 0};

#define REMOVE_AT(its_name, its_run)                                                               \
    {                                                                                              \
        .name = (its_name), .contestants = contestants, .variant = "replicas",                     \
        .variants = replicas, .size = "points", .sizes = points, .skips = skips,                   \
        .timed_by_hand = true, .fitted = true, .run = (its_run),                                   \
    }

const struct bench bench_remove_first = REMOVE_AT("remove_first", run_first);
const struct bench bench_remove_middle = REMOVE_AT("remove_middle", run_middle);
const struct bench bench_remove_last = REMOVE_AT("remove_last", run_last);
