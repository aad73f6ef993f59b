/* The program bench_shared: what readers beside a writer cost.
 *
 *     shared_find    a lookup, with entering before it and leaving after it, under each protection
 *     shared_enter   entering and leaving alone
 *     shared_add     one added node: once; twice (left-right); once, with a copy of all bytes (RCU)
 *
 * A separate program, because malloc() begins to lock with a second thread. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../fuzz/base/memory.h"
#include "../contestants/read_side.h"
#include "workload.h"

#define REPLICAS 128

static const int64_t readers[] = {1, 2, 0};
static const int64_t points[] = {10000, 100000, 1000000, 0};
static const int64_t points_any[] = {10000, 0};
static const char *const updates[] = {"once", "left_right",    "shared",
                                      "copy", "copy_in_place", NULL};

/* The node that is added and removed. */
static const struct ring_node spare = {{"spare", 5}, REPLICAS};

static const struct workload *load_nodes(struct bench_state *state, const struct bench_case *what)
{
    return workload_get(state, &(struct bench_case){"core", REPLICAS, what->size});
}

static void must(enum ring_error error)
{
    if (error != RING_OK) {
        bench_fail(ring_strerror(error));
    }
}

/* The spare node is added and removed once, so that there is room for it. */
static struct ring *make_ring(const struct workload *load)
{
    struct ring *ring = NULL;
    must(ring_create(&ring, NULL));
    must(ring_add_many(ring, load->nodes, load->count));
    must(ring_add(ring, spare.name.data, spare.name.size, spare.replicas));
    must(ring_remove(ring, spare.name.data, spare.name.size));
    return ring;
}

static struct ring_shared *make_shared(const struct workload *load)
{
    struct ring_shared *shared = NULL;
    must(ring_shared_create(&shared, NULL));
    must(ring_shared_add_many(shared, load->nodes, load->count));
    must(ring_shared_add(shared, spare.name.data, spare.name.size, spare.replicas));
    must(ring_shared_remove(shared, spare.name.data, spare.name.size));
    return shared;
}

/* --------------------------------------------------------------------------------------- lookups */

/* All protections read the same ring, because the addresses of its memory affect the time. */
static void make_protected(struct protected_ring *protected_ring, const struct workload *load)
{
    protected_ring->shared = make_shared(load);
    ring_shared_register();
    atomic_init(&protected_ring->ring, ring_shared_enter(protected_ring->shared));
    ring_shared_leave(protected_ring->shared);
    ring_shared_unregister();
}

struct looking {
    const struct protection *protection; /* NULL: alone */
    struct protected_ring protected_ring;
    const struct ring_bytes *keys;
    size_t key_count;
    int64_t readers;
    atomic_bool stop;
};

static void look_up(struct looking *looking, size_t *next)
{
    const struct protection *protection = looking->protection;
    const struct ring_bytes *key = &looking->keys[*next];
    struct ring_bytes node;
    const struct ring *ring =
        protection != NULL
            ? protection->enter(&looking->protected_ring)
            : atomic_load_explicit(&looking->protected_ring.ring, memory_order_relaxed);
    (void)ring_find(ring, key->data, key->size, &node);
    bench_keep(&node);
    if (protection != NULL) {
        protection->leave(&looking->protected_ring);
    }
    *next = *next + 1 < looking->key_count ? *next + 1 : 0;
}

static void begin(const struct protection *protection)
{
    if (protection != NULL && protection->begin != NULL) {
        protection->begin();
    }
}

static void end(const struct protection *protection)
{
    if (protection != NULL && protection->end != NULL) {
        protection->end();
    }
}

/* The other thread, which is not measured. With 2 readers it is one of them. With 1 it is idle: a
 * process with a single thread would lock more cheaply. */
static void *look_up_too(void *argument)
{
    struct looking *looking = argument;
    size_t next = looking->key_count / 2;
    begin(looking->protection);
    while (!atomic_load_explicit(&looking->stop, memory_order_relaxed)) {
        if (looking->readers == 2) {
            look_up(looking, &next);
        } else {
            (void)nanosleep(&(struct timespec){0, 1000000}, NULL);
        }
    }
    end(looking->protection);
    return NULL;
}

static void run_find(struct bench_state *state, const struct bench_case *what)
{
    const struct workload *load = load_nodes(state, what);
    struct looking looking = {.protection = protection_named(what->contestant),
                              .readers = what->variant};
    pthread_t other;
    looking.key_count = workload_key_count(load->points);
    looking.keys = workload_keys(looking.key_count);
    make_protected(&looking.protected_ring, load);
    if (pthread_create(&other, NULL, look_up_too, &looking) != 0) {
        bench_fail("no thread could be started");
    }
    begin(looking.protection);
    size_t next = 0;
    while (bench_loop(state)) {
        look_up(&looking, &next);
    }
    end(looking.protection);
    atomic_store(&looking.stop, true);
    (void)pthread_join(other, NULL);
    ring_shared_destroy(looking.protected_ring.shared);
}

static void run_enter(struct bench_state *state, const struct bench_case *what)
{
    const struct protection *protection = protection_named(what->contestant);
    const struct workload *load = load_nodes(state, what);
    struct protected_ring protected_ring;
    make_protected(&protected_ring, load);
    begin(protection);
    while (bench_loop(state)) {
        bench_keep(protection->enter(&protected_ring));
        protection->leave(&protected_ring);
    }
    end(protection);
    ring_shared_destroy(protected_ring.shared);
}

/* --------------------------------------------------------------------------------------- changes */

struct updating {
    struct ring *one;
    struct ring *other;
    struct ring_shared *shared;
    size_t bytes; /* held by a ring */
    void *from;
    void *copy;
};

static void add_once(struct updating *updating, const struct ring_node *node)
{
    must(ring_add(updating->one, node->name.data, node->name.size, node->replicas));
}

/* The least that a copy can cost: all bytes in one piece, onto memory that has been used before. */
static void add_to_copy_in_place(struct updating *updating, const struct ring_node *node)
{
    memcpy(updating->copy, updating->from, updating->bytes);
    bench_keep(updating->copy);
    add_once(updating, node);
}

/* The same, onto memory that is allocated and freed. */
static void add_to_copy(struct updating *updating, const struct ring_node *node)
{
    void *copy = memory_resize(NULL, updating->bytes, 1);
    memcpy(copy, updating->from, updating->bytes);
    bench_keep(copy);
    add_once(updating, node);
    free(copy);
}

static void add_twice(struct updating *updating, const struct ring_node *node)
{
    add_once(updating, node);
    must(ring_add(updating->other, node->name.data, node->name.size, node->replicas));
}

static void add_shared(struct updating *updating, const struct ring_node *node)
{
    must(ring_shared_add(updating->shared, node->name.data, node->name.size, node->replicas));
}

static void undo(struct updating *updating, const struct ring_node *node)
{
    (void)ring_remove(updating->one, node->name.data, node->name.size);
    (void)ring_remove(updating->other, node->name.data, node->name.size);
    (void)ring_shared_remove(updating->shared, node->name.data, node->name.size);
}

static void run_add(struct bench_state *state, const struct bench_case *what)
{
    static void (*const ways[])(struct updating *, const struct ring_node *) = {
        add_once, add_twice, add_shared, add_to_copy, add_to_copy_in_place,
    };
    size_t way = 0;
    while (strcmp(updates[way], what->contestant) != 0) {
        way++;
    }
    const struct workload *load = load_nodes(state, what);
    struct updating updating = {make_ring(load), make_ring(load), make_shared(load), 0, NULL, NULL};
    updating.bytes = ring_bytes_used(updating.one);
    updating.from = memory_resize(NULL, updating.bytes, 1);
    updating.copy = memory_resize(NULL, updating.bytes, 1);
    memset(updating.from, 1, updating.bytes);
    memset(updating.copy, 2, updating.bytes);
    ring_shared_register(); /* a reader that is not inside */
    while (bench_loop(state)) {
        undo(&updating, &spare);
        bench_start(state);
        ways[way](&updating, &spare);
        bench_stop(state);
    }
    ring_shared_unregister();
    ring_destroy(updating.one);
    ring_destroy(updating.other);
    ring_shared_destroy(updating.shared);
    free(updating.from);
    free(updating.copy);
}

static const struct bench bench_shared_find = {
    .name = "shared_find",
    .contestants = protection_names,
    .variant = "readers",
    .variants = readers,
    .size = "points",
    .sizes = points,
    .run = run_find,
};

static const struct bench bench_shared_enter = {
    .name = "shared_enter",
    .contestants = protection_names + 1, /* without "alone" */
    .size = "points",
    .sizes = points_any,
    .run = run_enter,
};

static const struct bench bench_shared_add = {
    .name = "shared_add",
    .contestants = updates,
    .size = "points",
    .sizes = points,
    .timed_by_hand = true,
    .run = run_add,
};

static const struct bench *const benches[] = {&bench_shared_find, &bench_shared_enter,
                                              &bench_shared_add, NULL};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, benches);
}
