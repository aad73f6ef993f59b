/* `ketama_find`, `ketama_add`, `ketama_remove`, `ketama_build`, `ketama_free`, `ketama_heap`: the rings beside libmemcached's
 * ketama, with as many servers of as many points, placed by MD5 as well (RING_MD5_COMPAT32, the
 * libmemcached mode of hash-ring). The points differ, and so do the owners. */
#include <stdio.h>
#include <string.h>

#include "../contestants/ketama.h"
#include "heap.h"
#include "workload.h"

#define NODES_MAX KETAMA_SERVERS_MAX
#define NAME_ROOM 16
#define KEYS 102400
#define CHECKED 64

/* `subject` is NULL for `ketama`. */
struct servers {
    const struct subject *subject;
    size_t count;
    struct ring_node nodes[NODES_MAX]; /* `count` of them, and the one to add */
    char names[NODES_MAX][NAME_ROOM];
};

static void make_servers(struct servers *servers, const struct bench_case *what)
{
    servers->subject = subject_named(what->contestant);
    servers->count = (size_t)what->size;
    for (size_t i = 0; i < NODES_MAX; i++) {
        int size = snprintf(servers->names[i], NAME_ROOM, "node-%06zu", i);
        servers->nodes[i] = (struct ring_node){{servers->names[i], (size_t)size}, KETAMA_POINTS};
    }
}

static void *build(const struct servers *servers, size_t count)
{
    if (servers->subject == NULL) {
        return ketama_new(servers->nodes, count);
    }
    void *ring = servers->subject->create(&(struct ring_options){.rule = RING_MD5_COMPAT32});
    if (ring != NULL) {
        (void)servers->subject->add_many(ring, servers->nodes, count);
    }
    return ring;
}

static void destroy(const struct servers *servers, void *ring)
{
    if (servers->subject == NULL) {
        ketama_free(ring);
    } else {
        servers->subject->destroy(ring);
    }
}

static size_t points_of(const struct servers *servers, const void *ring)
{
    return servers->subject == NULL ? ketama_point_count(ring)
                                    : servers->subject->point_count(ring);
}

/* ketama may round to four fewer points per server. */
static void check(const struct servers *servers, const void *ring, size_t count)
{
    size_t most = count * KETAMA_POINTS;
    size_t least = servers->subject == NULL ? count * (KETAMA_POINTS - 4) : most;
    if (ring == NULL || points_of(servers, ring) < least || points_of(servers, ring) > most) {
        bench_fail("the ring has a wrong number of points");
    }
}

/* Checks that the measured lookup gives the server that libmemcached connects to. */
static void check_answers(const struct servers *servers, struct ketama *ring,
                          const struct ring_bytes *keys)
{
    for (size_t i = 0; i < CHECKED; i++) {
        const char *name = ketama_name(ring, keys[i]);
        size_t index = ketama_find(ring, keys[i]);
        if (name == NULL || index >= servers->count || strcmp(name, servers->names[index]) != 0) {
            bench_fail("ketama's two lookups disagree on an owner");
        }
    }
}

static void run_find(struct bench_state *state, const struct bench_case *what)
{
    struct servers servers;
    make_servers(&servers, what);
    const struct ring_bytes *keys = workload_keys(KEYS);
    void *ring = build(&servers, servers.count);
    check(&servers, ring, servers.count);
    bench_count(state, "points", (double)points_of(&servers, ring));
    size_t next = 0;
    while (bench_loop(state)) {
        if (servers.subject == NULL) {
            size_t index = ketama_find(ring, keys[next]);
            bench_keep(&index);
        } else {
            struct ring_bytes node;
            (void)servers.subject->find(ring, keys[next], &node);
            bench_keep(&node);
        }
        next = next + 1 < KEYS ? next + 1 : 0;
    }
    if (servers.subject == NULL) {
        check_answers(&servers, ring, keys);
    }
    destroy(&servers, ring);
}

static void run_build(struct bench_state *state, const struct bench_case *what)
{
    struct servers servers;
    make_servers(&servers, what);
    while (bench_loop(state)) {
        bench_start(state);
        void *ring = build(&servers, servers.count);
        bench_stop(state);
        check(&servers, ring, servers.count);
        destroy(&servers, ring);
    }
}

static void *add(const struct servers *servers, void *ring)
{
    const struct ring_node *newcomer = &servers->nodes[servers->count];
    if (servers->subject == NULL) {
        (void)ketama_add(ring, newcomer->name.data);
    } else {
        (void)servers->subject->add(ring, newcomer->name, newcomer->replicas);
    }
    return ring;
}

/* Removes the last server. ketama has no such call: its ring is freed and built without that
 * server. */
static void *drop(const struct servers *servers, void *ring)
{
    if (servers->subject == NULL) {
        ketama_free(ring);
        return build(servers, servers->count - 1);
    }
    (void)servers->subject->remove(ring, servers->nodes[servers->count - 1].name);
    return ring;
}

/* Times a change. Another ring than ketama undoes it, which takes less than building it again. */
static void run_change(struct bench_state *state, const struct bench_case *what,
                       void *(*change)(const struct servers *servers, void *ring), bool adds)
{
    struct servers servers;
    make_servers(&servers, what);
    void *ring = build(&servers, servers.count);
    while (bench_loop(state)) {
        bench_start(state);
        ring = change(&servers, ring);
        bench_stop(state);
        check(&servers, ring, adds ? servers.count + 1 : servers.count - 1);
        if (servers.subject == NULL) {
            ketama_free(ring);
            ring = build(&servers, servers.count);
        } else if (adds) {
            (void)servers.subject->remove(ring, servers.nodes[servers.count].name);
        } else {
            const struct ring_node *gone = &servers.nodes[servers.count - 1];
            (void)servers.subject->add(ring, gone->name, gone->replicas);
        }
    }
    check(&servers, ring, servers.count);
    destroy(&servers, ring);
}

static void run_add(struct bench_state *state, const struct bench_case *what)
{
    run_change(state, what, add, true);
}

static void run_remove(struct bench_state *state, const struct bench_case *what)
{
    run_change(state, what, drop, false);
}

static void run_free(struct bench_state *state, const struct bench_case *what)
{
    struct servers servers;
    make_servers(&servers, what);
    while (bench_loop(state)) {
        void *ring = build(&servers, servers.count);
        check(&servers, ring, servers.count);
        bench_start(state);
        destroy(&servers, ring);
        bench_stop(state);
    }
}

static void *make_one(const void *context)
{
    const struct servers *servers = context;
    void *ring = build(servers, servers->count);
    check(servers, ring, servers->count);
    return ring;
}

static void destroy_one(const void *context, void *ring)
{
    destroy(context, ring);
}

static void run_heap(struct bench_state *state, const struct bench_case *what)
{
    struct servers servers;
    make_servers(&servers, what);
    while (bench_loop(state)) {
        heap_count(state, &(struct heap_subject){make_one, destroy_one, &servers},
                   servers.count * KETAMA_POINTS);
    }
}

static const char *const contestants[] = {"core", "merge", "resort", "ketama", NULL};

/* Up to 99: ketama_add adds one more, and libmemcached aborts at the 101st. */
static const int64_t nodes[] = {1, 3, 10, 30, NODES_MAX - 1, 0};

#define KETAMA(its_name, its_run, ...)                                                             \
    {                                                                                              \
        .name = (its_name), .contestants = contestants, .size = "nodes", .sizes = nodes,           \
        .run = (its_run), __VA_ARGS__                                                              \
    }

const struct bench bench_ketama_find = KETAMA("ketama_find", run_find, .fitted = false);
const struct bench bench_ketama_build = KETAMA("ketama_build", run_build, .timed_by_hand = true);
const struct bench bench_ketama_add = KETAMA("ketama_add", run_add, .timed_by_hand = true);
const struct bench bench_ketama_remove = KETAMA("ketama_remove", run_remove, .timed_by_hand = true);
const struct bench bench_ketama_free =
    KETAMA("ketama_free", run_free, .timed_by_hand = true, .min_time = 0.0001);
const struct bench bench_ketama_heap = KETAMA("ketama_heap", run_heap, .repetitions = 1);
