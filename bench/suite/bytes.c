/* `bytes`: memory per point, as the ring's allocator counts it, node names and all tables included;
 * after one batch, and while a ring grows. */
#include "workload.h"

#include <string.h>

#include <ringproof/ring_shared.h>

#include "counting_allocator.h"

#define SLOW_STEPS 1000 /* for contestants that take milliseconds for an addition */

/* Anything that holds points: a ring, or a shared ring. */
struct store {
    const char *name;
    size_t steps; /* at most, while it grows; 0: node by node */
    void *(*create)(const struct ring_options *options);
    void (*destroy)(void *store);
    enum ring_error (*add_many)(void *store, const struct ring_node *nodes, size_t count);
    size_t (*bytes_used)(const void *store);
};

static size_t ring_bytes(const void *store)
{
    return ring_bytes_used(store);
}

static void *create_shared(const struct ring_options *options)
{
    struct ring_shared *shared = NULL;
    return ring_shared_create(&shared, options) == RING_OK ? shared : NULL;
}

static void destroy_shared(void *store)
{
    ring_shared_destroy(store);
}

static enum ring_error add_to_shared(void *store, const struct ring_node *nodes, size_t count)
{
    return ring_shared_add_many(store, nodes, count);
}

static size_t shared_bytes(const void *store)
{
    return ring_shared_bytes_used(store);
}

static struct store store_named(const char *name)
{
    if (strcmp(name, "shared") == 0) {
        return (struct store){
            .name = name,
            .create = create_shared,
            .destroy = destroy_shared,
            .add_many = add_to_shared,
            .bytes_used = shared_bytes,
        };
    }
    const struct subject *subject = subject_named(name);
    return (struct store){
        .name = name,
        .steps = subject == &subject_core ? 0 : SLOW_STEPS,
        .create = subject->create,
        .destroy = subject->destroy,
        .add_many = subject->add_many,
        .bytes_used = ring_bytes,
    };
}

static void *create(const struct store *store, struct counted_bytes *bytes)
{
    *bytes = (struct counted_bytes){0, 0};
    return store->create(&(struct ring_options){.allocator = counting_allocator(bytes)});
}

static void add(const struct store *store, void *ring, const struct ring_node *nodes, size_t count,
                struct counted_bytes *bytes)
{
    bytes->most = bytes->now;
    if (ring == NULL || store->add_many(ring, nodes, count) != RING_OK) {
        bench_fail("a node could not be added");
    }
    if (bytes->now != store->bytes_used(ring)) {
        bench_fail("the ring does not hold the bytes that it reports");
    }
}

static size_t points_of(const struct ring_node *nodes, size_t count)
{
    size_t points = 0;
    for (size_t i = 0; i < count; i++) {
        points += nodes[i].replicas;
    }
    return points;
}

/* Bytes per point, while the ring grows from half its points to all of them. */
struct growth {
    double sum;
    size_t samples;
    double worst; /* maximum between calls */
    double peak;  /* maximum during calls */
};

static void sample(struct growth *growth, const struct counted_bytes *bytes, size_t points)
{
    double held = (double)bytes->now / (double)points;
    double most = (double)bytes->most / (double)points;
    growth->sum += held;
    growth->samples++;
    growth->worst = held > growth->worst ? held : growth->worst;
    growth->peak = most > growth->peak ? most : growth->peak;
}

static void count_growth(struct bench_state *state, const struct store *store,
                         const struct workload *load)
{
    struct counted_bytes bytes;
    struct growth growth = {0};
    void *ring = create(store, &bytes);
    size_t step = store->steps > 0 ? load->count / store->steps + 1 : 1;
    size_t points = 0;
    for (size_t i = 0; i < load->count; i += step) {
        size_t count = step < load->count - i ? step : load->count - i;
        add(store, ring, &load->nodes[i], count, &bytes);
        points += points_of(&load->nodes[i], count);
        if (points >= load->points / 2) {
            sample(&growth, &bytes, points);
        }
    }
    store->destroy(ring);
    bench_count(state, "average", growth.sum / (double)growth.samples);
    bench_count(state, "worst", growth.worst);
    bench_count(state, "peak", growth.peak);
}

static void count_batch(struct bench_state *state, const struct store *store,
                        const struct workload *load)
{
    struct counted_bytes bytes;
    void *ring = create(store, &bytes);
    add(store, ring, load->nodes, load->count, &bytes);
    bench_count(state, "batch", (double)bytes.now / (double)load->points);
    bench_count(state, "batch_peak", (double)bytes.most / (double)load->points);
    store->destroy(ring);
    if (bytes.now != 0) {
        bench_fail("a destroyed ring still holds memory");
    }
}

static void run(struct bench_state *state, const struct bench_case *what)
{
    struct store store = store_named(what->contestant);
    const struct workload *load =
        workload_get(state, &(struct bench_case){"core", what->variant, what->size});
    while (bench_loop(state)) {
        count_growth(state, &store, load);
        count_batch(state, &store, load);
    }
}

static const char *const contestants[] = {"core", "merge", "shared", NULL};
static const int64_t replicas[] = {128, 0};
static const int64_t points[] = {1000, 10000, 100000, 1000000, 10000000, 0};

const struct bench bench_bytes = {
    .name = "bytes",
    .contestants = contestants,
    .variant = "replicas",
    .variants = replicas,
    .size = "points",
    .sizes = points,
    .repetitions = 1,
    .run = run,
};
