/* The shared ring under load. One thread changes it according to a plan (plan.h), and others read
 * without pause. All answers of one visit must fit one version that could be current.
 *
 *     usage: stress_shared [--seed S] [--seconds T] [--readers N] [--unchecked]
 *
 *     --seed S      the plan and all random choices; default: the time
 *     --seconds T   for all kinds of rings together; default 3
 *     --readers N   1 to 64; default 3
 *     --unchecked   does not compare answers with the plan, so that a sanitizer must find the fault
 *
 * The writer notes when a change begins, and when it has returned. Which versions can a reader see?
 *
 *     the oldest   the last that had returned before the reader entered, or the one that this
 *                  reader saw last, if that is newer
 *     the newest   the last that had begun by the time that the reader was inside
 *
 * Everything that a reader sees until it leaves must be one of these versions.
 *
 * Exit: 0 all answers are right, 1 a finding on stderr, 2 wrong usage.
 */
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <ringproof/ring_shared.h>

#include "../../core/shared/over.h"
#include "../../core/tests/scribbling_allocator.h"
#include "../../core/tests/tiny.h"
#include "plan.h"

#define READERS_MAX 64
#define SEEN_MAX 16   /* answers in one section */
#define ASKED_MAX 4   /* answers to one question */
#define WANTED_MAX 20 /* owners in one answer: enough that ring_find_n() allocates */
#define CHANGES_MIN 50
#define SECTIONS_MIN 50

/* How the two version numbers are written and read. On x86-64 the processor keeps their order
 * anyway, and they are relaxed. Release and acquire would order the threads for ThreadSanitizer,
 * which then could not notice if the ring itself failed to order them. */
#if defined(__x86_64__)
#define NOTE memory_order_relaxed
#define READ memory_order_relaxed
#else
#define NOTE memory_order_release
#define READ memory_order_acquire
#endif

struct stress {
    struct plan plan;
    struct ring_shared *shared;
    uint64_t seed;
    bool unchecked;
    atomic_uint_fast64_t begun;    /* the version of the last change that has begun */
    atomic_uint_fast64_t returned; /* the version of the last change that has returned */
    atomic_bool stop;
};

/* An answer: the first `count` owners in clockwise order from a key. */
struct answer {
    size_t key;
    size_t count;
    struct ring_bytes owners[WANTED_MAX];
};

/* A section: all that a reader sees between entering and leaving. */
struct section {
    uint64_t low;  /* the oldest version that it can be */
    uint64_t high; /* the newest */
    size_t nodes;
    size_t points;
    size_t count;
    struct answer answers[SEEN_MAX];
};

struct reader {
    struct stress *stress;
    uint64_t random;
    uint64_t version; /* it must not see an older one */
    atomic_uint_fast64_t sections;
    uint64_t answers;
    pthread_t thread;
};

static void fail(const struct stress *stress, const char *what)
{
    (void)fprintf(stderr, "stress: kind %s, seed %" PRIu64 ": %s\n", stress->plan.kind->name,
                  stress->seed, what);
    _exit(1);
}

static void must(const struct stress *stress, enum ring_error error, enum ring_error expected,
                 const char *what)
{
    if (error != expected) {
        (void)fprintf(stderr, "stress: %s: %s\n", what, ring_strerror(error));
        fail(stress, "a call returned the wrong error code");
    }
}

/* WHAT A SECTION MAY SEE */

static bool same_bytes(struct ring_bytes one, struct ring_bytes other)
{
    return one.size == other.size && memcmp(one.data, other.data, one.size) == 0;
}

static bool answer_fits(const struct plan *plan, plan_set present, const struct answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        size_t owner = plan_owner(plan, present, answer->key, i);
        bool fits = owner < plan->pool
                        ? same_bytes(answer->owners[i], plan->nodes[owner].name)
                        : answer->owners[i].data == NULL && answer->owners[i].size == 0;
        if (!fits) {
            return false;
        }
    }
    return true;
}

static bool section_fits(const struct plan *plan, uint64_t version, const struct section *section)
{
    plan_set present = plan_present(plan, version);
    if (section->nodes != plan_node_count(present) ||
        section->points != plan_point_count(plan, present)) {
        return false;
    }
    for (size_t i = 0; i < section->count; i++) {
        if (!answer_fits(plan, present, &section->answers[i])) {
            return false;
        }
    }
    return true;
}

static void complain(const struct stress *stress, const struct section *section)
{
    (void)fprintf(stderr,
                  "stress: %zu nodes, %zu points and %zu answers fit no version from %" PRIu64
                  " to %" PRIu64 "\n",
                  section->nodes, section->points, section->count, section->low, section->high);
    for (uint64_t version = section->low; version <= section->high; version++) {
        plan_set present = plan_present(&stress->plan, version);
        (void)fprintf(stderr, "    version %" PRIu64 ": %zu nodes, %zu points\n", version,
                      plan_node_count(present), plan_point_count(&stress->plan, present));
    }
    fail(stress, "a reader saw a ring that fits no version that could be current");
}

/* Checks a section, while the reader is still inside. Sets `low` to the oldest version that
 * fits. */
static void settle(const struct stress *stress, struct section *section)
{
    if (stress->unchecked) {
        return;
    }
    for (uint64_t version = section->low; version <= section->high; version++) {
        if (section_fits(&stress->plan, version, section)) {
            section->low = version;
            return;
        }
    }
    complain(stress, section);
}

/* ASKING IN A SECTION */

static struct answer *next_answer(struct section *section, size_t key, size_t count)
{
    struct answer *answer = &section->answers[section->count++];
    *answer = (struct answer){.key = key, .count = count};
    return answer;
}

static void ask_one(struct reader *reader, const struct ring *ring, struct section *section)
{
    const struct stress *stress = reader->stress;
    size_t key = plan_random(&reader->random) % PLAN_KEYS;
    struct answer *answer = next_answer(section, key, 1);
    must(stress,
         ring_find(ring, stress->plan.keys[key].data, stress->plan.keys[key].size, answer->owners),
         RING_OK, "ring_find");
}

static void ask_many(struct reader *reader, const struct ring *ring, struct section *section)
{
    const struct plan *plan = &reader->stress->plan;
    struct ring_bytes found[PLAN_KEYS];
    size_t first = plan_random(&reader->random) % PLAN_KEYS;
    size_t count = PLAN_KEYS - first < ASKED_MAX ? PLAN_KEYS - first : ASKED_MAX;
    if (plan_random(&reader->random) % 2 == 0) {
        must(reader->stress, ring_find_many(ring, plan->keys + first, count, found), RING_OK,
             "ring_find_many");
    } else {
        must(reader->stress, ring_find_positions(ring, plan->positions + first, count, found),
             RING_OK, "ring_find_positions");
    }
    for (size_t i = 0; i < count; i++) {
        next_answer(section, first + i, 1)->owners[0] = found[i];
    }
}

static void ask_n(struct reader *reader, const struct ring *ring, struct section *section)
{
    const struct stress *stress = reader->stress;
    size_t key = plan_random(&reader->random) % PLAN_KEYS;
    size_t wanted = 1 + plan_random(&reader->random) % WANTED_MAX;
    struct answer *answer = next_answer(section, key, 0);
    must(stress,
         ring_find_n(ring, stress->plan.keys[key].data, stress->plan.keys[key].size, wanted,
                     answer->owners, &answer->count),
         RING_OK, "ring_find_n");
    size_t nodes = ring_node_count(ring);
    if (answer->count != (wanted < nodes ? wanted : nodes)) {
        fail(stress, "ring_find_n returned a wrong number of owners");
    }
}

static plan_set walk_nodes(const struct stress *stress, const struct ring *ring)
{
    const struct plan *plan = &stress->plan;
    struct ring_cursor cursor = {{0}};
    struct ring_node node;
    plan_set present = 0;
    while (ring_next_node(ring, &cursor, &node)) {
        size_t index = 0;
        while (index < plan->pool && (plan->nodes[index].replicas != node.replicas ||
                                      !same_bytes(plan->nodes[index].name, node.name))) {
            index++;
        }
        if (index == plan->pool) {
            fail(stress, "a walk returned a node that the plan does not have");
        }
        present |= UINT64_C(1) << index;
    }
    return present;
}

/* Returns which of the present nodes has this name, or `pool` if none has. */
static size_t owner_of(const struct plan *plan, plan_set present, struct ring_bytes name)
{
    size_t index = 0;
    while (index < plan->pool &&
           ((present >> index & 1) == 0 || !same_bytes(plan->nodes[index].name, name))) {
        index++;
    }
    return index;
}

/* Walks over every node and point of the ring. Then the version is known exactly. */
static void walk(struct reader *reader, const struct ring *ring, struct section *section)
{
    const struct stress *stress = reader->stress;
    const struct plan *plan = &stress->plan;
    plan_set present = walk_nodes(stress, ring);
    uint64_t checksums[PLAN_POOL_MAX] = {0};
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    uint64_t position = 0;
    while (ring_next_point(ring, &cursor, &point)) {
        size_t owner = owner_of(plan, present, point.node);
        if (owner == plan->pool || point.position < position) {
            fail(stress, "a walk returned a point without an owner, or out of order");
        }
        position = point.position;
        checksums[owner] += plan_checksum(position);
    }
    for (size_t i = 0; i < plan->pool; i++) {
        if (checksums[i] != ((present >> i & 1) != 0 ? plan->checksums[i] : 0)) {
            fail(stress, "a walk returned other points of a node than its rule gives it");
        }
    }
    while (section->low <= section->high && plan_present(plan, section->low) != present) {
        section->low++;
    }
    if (section->low > section->high) {
        fail(stress, "a walk returned a set of nodes that could not be current");
    }
    section->high = section->low;
}

static void check(struct reader *reader, const struct ring *ring)
{
    const char *broken = "";
    enum ring_error error = ring_check(ring, &broken);
    must(reader->stress, error, RING_OK, broken);
}

static void ask(struct reader *reader, const struct ring *ring, struct section *section)
{
    /* Checks and walks pass every point, so they are rarer in larger rings. */
    if (plan_random(&reader->random) % (32 + ring_point_count(ring) / 32) == 0) {
        if (reader->stress->unchecked || plan_random(&reader->random) % 2 == 0) {
            check(reader, ring);
        } else {
            walk(reader, ring, section);
        }
        return;
    }
    switch (plan_random(&reader->random) % 4) {
    case 0:
        ask_n(reader, ring, section);
        break;
    case 1:
        ask_many(reader, ring, section);
        break;
    default:
        ask_one(reader, ring, section);
        break;
    }
}

static void read_section(struct reader *reader, int depth)
{
    struct stress *stress = reader->stress;
    struct section section = {.count = 0};
    uint64_t returned = atomic_load_explicit(&stress->returned, READ);
    const struct ring *ring = ring_shared_enter(stress->shared);
    section.high = atomic_load_explicit(&stress->begun, READ);
    section.low = returned > reader->version ? returned : reader->version;
    section.nodes = ring_node_count(ring);
    section.points = ring_point_count(ring);
    size_t questions = 1 + plan_random(&reader->random) % SEEN_MAX;
    while (section.count + ASKED_MAX + ASKED_MAX <= SEEN_MAX && questions-- > 0) {
        ask(reader, ring, &section);
    }
    settle(stress, &section);
    reader->version = section.low;
    if (depth < 2 && plan_random(&reader->random) % 16 == 0) {
        read_section(reader, depth + 1);
        /* The outer section must still see the same ring. */
        ask_many(reader, ring, &section);
        section.nodes = ring_node_count(ring);
        settle(stress, &section);
    }
    reader->answers += section.count;
    ring_shared_leave(stress->shared);
}

static void *read_on(void *argument)
{
    struct reader *reader = argument;
    ring_shared_register();
    while (!atomic_load_explicit(&reader->stress->stop, memory_order_relaxed)) {
        read_section(reader, 0);
        uint64_t sections = atomic_fetch_add_explicit(&reader->sections, 1, memory_order_relaxed);
        if (sections % 1024 == 0) {
            ring_shared_unregister();
            ring_shared_register();
        }
    }
    ring_shared_unregister();
    scribbling_flush();
    return NULL;
}

/* THE WRITER */

static size_t lowest(plan_set set)
{
    size_t index = 0;
    while ((set >> index & 1) == 0) {
        index++;
    }
    return index;
}

/* Tries changes that must be refused. `present`: the nodes that the ring has. `added`: nodes that
 * it does not have. */
static void try_refused_changes(const struct stress *stress, plan_set present, plan_set added)
{
    const struct plan *plan = &stress->plan;
    if (present != 0) {
        struct ring_bytes name = plan->nodes[lowest(present)].name;
        struct ring_node batch[] = {{{"new", 3}, 5}, {name, 1}};
        must(stress, ring_shared_add(stress->shared, name.data, name.size, 7), RING_NODE_EXISTS,
             "adding a node that is there");
        must(stress, ring_shared_add_many(stress->shared, batch, 2), RING_NODE_EXISTS,
             "adding a node that is there, in a batch");
    }
    if (added != 0) {
        struct ring_bytes name = plan->nodes[lowest(added)].name;
        must(stress, ring_shared_remove(stress->shared, name.data, name.size), RING_NO_SUCH_NODE,
             "removing a node that is not there");
        must(stress, ring_shared_set_replicas(stress->shared, name.data, name.size, 3),
             RING_NO_SUCH_NODE, "setting the replicas of a node that is not there");
    }
}

/* `before`: the bytes that the ring held before a change that was refused. */
static void must_hold(const struct stress *stress, size_t before)
{
    if (ring_shared_bytes_used(stress->shared) != before) {
        fail(stress, "a change that was refused for lack of memory left some behind");
    }
}

/* Adds all of `added` in one call. At first, only `blocks` allocations are allowed; if that is too
 * few, the call is repeated without a limit. */
static void add(const struct stress *stress, plan_set added, size_t blocks)
{
    struct ring_node batch[PLAN_POOL_MAX];
    size_t count = 0;
    for (; added != 0; added &= added - 1) {
        batch[count++] = stress->plan.nodes[lowest(added)];
    }
    const size_t before = ring_shared_bytes_used(stress->shared);
    scribbling_allow(blocks, blocks % 2 == 0);
    enum ring_error error = ring_shared_add_many(stress->shared, batch, count);
    scribbling_allow(SIZE_MAX, false);
    if (error == RING_NO_MEMORY) {
        must_hold(stress, before);
        error = ring_shared_add_many(stress->shared, batch, count);
    }
    must(stress, error, RING_OK, "adding");
}

/* The same for the replicas of a node. */
static void set_replicas(const struct stress *stress, const struct ring_node *node, size_t blocks)
{
    const struct ring_bytes name = node->name;
    const size_t before = ring_shared_bytes_used(stress->shared);
    scribbling_allow(blocks, blocks % 2 == 0);
    enum ring_error error =
        ring_shared_set_replicas(stress->shared, name.data, name.size, node->replicas);
    scribbling_allow(SIZE_MAX, false);
    if (error == RING_NO_MEMORY) {
        must_hold(stress, before);
        error = ring_shared_set_replicas(stress->shared, name.data, name.size, node->replicas);
    }
    must(stress, error, RING_OK, "setting replicas");
}

static void make_change(struct stress *stress, uint64_t version, uint64_t *random)
{
    plan_set before = plan_present(&stress->plan, version - 1);
    plan_set after = plan_present(&stress->plan, version);
    const plan_set more = after & ~before;
    const bool sets = more != 0 && (before & ~after) != 0;
    if (plan_random(random) % 4 == 0) {
        try_refused_changes(stress, before, sets ? 0 : more);
    }
    const size_t blocks = plan_random(random) % 4 == 0 ? plan_random(random) % 12 : SIZE_MAX;
    atomic_store_explicit(&stress->begun, version, NOTE);
    if (sets) {
        set_replicas(stress, &stress->plan.nodes[lowest(more)], blocks);
    } else if (more != 0) {
        add(stress, more, blocks);
    } else {
        struct ring_bytes name = stress->plan.nodes[lowest(before & ~after)].name;
        must(stress, ring_shared_remove(stress->shared, name.data, name.size), RING_OK, "removing");
    }
    atomic_store_explicit(&stress->returned, version, NOTE);
    if (ring_shared_bytes_used(stress->shared) != scribbling_held()) {
        fail(stress, "ring_shared_bytes_used() differs from what the allocator counts");
    }
}

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static bool enough(const struct reader *readers, size_t count, uint64_t version)
{
    for (size_t i = 0; i < count; i++) {
        if (atomic_load_explicit(&readers[i].sections, memory_order_relaxed) < SECTIONS_MIN) {
            return false;
        }
    }
    return version >= CHANGES_MIN;
}

static void run_kind(struct stress *stress, const struct plan_kind *kind, size_t count,
                     double seconds)
{
    static struct reader readers[READERS_MAX];
    struct ring_options options = kind->options;
    plan_init(&stress->plan, kind, stress->seed);
    options.allocator = scribbling_allocator;
    const struct point_store *store = kind->tiny ? &ring_arcs_tiny : &ring_arcs;
    must(stress, ring_shared_create_over(&stress->shared, &options, store), RING_OK, "creating");
    atomic_init(&stress->begun, 0);
    atomic_init(&stress->returned, 0);
    atomic_init(&stress->stop, false);
    for (size_t i = 0; i < count; i++) {
        readers[i] = (struct reader){.stress = stress, .random = stress->seed + i + 1};
        atomic_init(&readers[i].sections, 0);
        if (pthread_create(&readers[i].thread, NULL, read_on, &readers[i]) != 0) {
            fail(stress, "cannot start another thread: use fewer --readers");
        }
    }
    uint64_t version = 0;
    uint64_t random = stress->seed;
    double end = now() + seconds;
    do {
        make_change(stress, ++version, &random);
    } while (now() < end || !enough(readers, count, version));
    atomic_store_explicit(&stress->stop, true, memory_order_relaxed);
    uint64_t sections = 0;
    uint64_t answers = 0;
    for (size_t i = 0; i < count; i++) {
        (void)pthread_join(readers[i].thread, NULL);
        sections += atomic_load_explicit(&readers[i].sections, memory_order_relaxed);
        answers += readers[i].answers;
    }
    ring_shared_destroy(stress->shared);
    scribbling_flush();
    if (scribbling_held() != 0) {
        fail(stress, "memory leaked: the ring is destroyed, and the allocator still counts bytes");
    }
    (void)printf("%s: %" PRIu64 " changes, %" PRIu64 " visits of readers, %" PRIu64 " answers\n",
                 kind->name, version, sections, answers);
}

static double number(const char *text, double least, double most)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= least && value <= most)) {
        (void)fprintf(stderr, "stress_shared: %s: not a number from %g to %g\n", text, least, most);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"seed", required_argument, NULL, 's'},
        {"seconds", required_argument, NULL, 't'},
        {"readers", required_argument, NULL, 'r'},
        {"unchecked", no_argument, NULL, 'u'},
        {NULL, 0, NULL, 0},
    };
    static struct stress stress;
    double seconds = 3;
    size_t readers = 3;
    stress.seed = (uint64_t)time(NULL);
    for (int option = 0; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 's') {
            stress.seed = (uint64_t)number(optarg, 0, 4294967295);
        } else if (option == 't') {
            seconds = number(optarg, 0, 1e6);
        } else if (option == 'r') {
            readers = (size_t)number(optarg, 1, READERS_MAX);
        } else if (option == 'u') {
            stress.unchecked = true;
        } else {
            (void)fputs("usage: stress_shared [--seed S] [--seconds T] [--readers N] "
                        "[--unchecked]\n",
                        stderr);
            return 2;
        }
    }
    size_t kinds = 0; /* each gets the same share of the time */
    while (plan_kinds[kinds].name != NULL) {
        kinds++;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    (void)printf("seed %" PRIu64 ", %zu readers\n", stress.seed, readers);
    for (size_t i = 0; i < kinds; i++) {
        run_kind(&stress, &plan_kinds[i], readers, seconds / (double)kinds);
    }
    return 0;
}
