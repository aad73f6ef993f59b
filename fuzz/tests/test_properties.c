/* The properties. Each is broken by a planted ring that only it sees, and rings that are right hold to
 * all of them. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../check/properties.h"
#include "../check/property_shares.h"
#include "../check/questions.h"
#include "../check/shares.h"
#include "../check/tied.h"
#include "../subjects/load.h"

/* A RING THAT KEEPS ITS PLACEMENT TO ITSELF, and its faults. */

#define NODES_MAX 16
#define POINTS_MAX 4096
#define NAME_MAX_SIZE 8

enum manner { POINTS, RENDEZVOUS, MODULO };

/* What is planted. */
enum fault {
    NO_FAULT,
    ANSWERS_A_STRANGER, /* for one key in 16, a name that is in no ring */
    SECOND_DIFFERS,     /* the second of two like questions in a row gets the second node */
    COMES_BACK_OTHER,   /* the points of a node that comes back are not those it had */
    REPEATS_THE_FIRST,  /* a list has its first node twice */
    LISTS_ANOTHER_KEY,  /* a list is that of another position */
    TURNS_LONG_LISTS,   /* a list is another one if more nodes are asked for than there are */
    COUNT_DECIDES,      /* what follows the first node depends on how many nodes there are */
    HEAVY_ARE_LIGHT,    /* weights above 10 count as 10 */
    SEES_A_YOUNGER,     /* while a younger ring is there, finds give the second node */
    KEEPS_THE_KEY,      /* a find of the address that was last asked for repeats the answer */
    KEEPS_THE_NAMES     /* names are not copied */
};

/* How the ring orders equal points. */
enum order { BY_NAME, BY_COMING, BY_WHIM, FIRST, LAST };

/* What all rings are, until the next test. */
static struct {
    enum manner manner;
    enum order order;
    enum fault fault;
    unsigned int bits; /* of positions; 0: 64 */
    bool nearest;
    bool joins;      /* a point is the hash of name and index, joined: "a" + "12" is "a1" + "2" */
    bool apportions; /* a weight: the nodes together have 40 points for each */
    uint64_t salt;
} is;

struct plain_point {
    uint64_t position;
    uint64_t order;
    size_t node;
};

struct plain {
    char copies[NODES_MAX][NAME_MAX_SIZE];
    struct ring_node nodes[NODES_MAX]; /* in the order of coming */
    unsigned int generations[NODES_MAX];
    size_t count;
    struct plain_point points[POINTS_MAX];
    size_t point_count;
    char gone[64][NAME_MAX_SIZE]; /* for COMES_BACK_OTHER */
    size_t gone_count;
    size_t number; /* rings have rising numbers */
    struct ring_bytes last_key;
    char last_text[64];
    struct ring_bytes last_answer;
};

static size_t youngest;
static size_t rings_alive;
static uint64_t whims;

static uint64_t hash(const void *data, size_t size, uint64_t seed)
{
    const unsigned char *bytes = data;
    uint64_t value = (UINT64_C(14695981039346656037) ^ seed) * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < size; i++) {
        value = (value ^ bytes[i]) * UINT64_C(1099511628211);
    }
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

static uint64_t cut(uint64_t position)
{
    return is.bits == 0 ? position : position >> (64 - is.bits);
}

static uint64_t weight_of(const struct ring_node *node)
{
    return is.fault == HEAVY_ARE_LIGHT && node->replicas > 10 ? 10 : node->replicas;
}

static size_t points_of(const struct plain *ring, size_t node)
{
    uint64_t weights = 0;
    if (!is.apportions) {
        return weight_of(&ring->nodes[node]);
    }
    for (size_t i = 0; i < ring->count; i++) {
        weights += weight_of(&ring->nodes[i]);
    }
    return weights > 0 ? ring->count * 40 * weight_of(&ring->nodes[node]) / weights : 0;
}

static uint64_t point_of(const struct plain *ring, size_t node, size_t index)
{
    const struct ring_bytes name = ring->nodes[node].name;
    char joined[32];
    if (is.joins) {
        int size = snprintf(joined, sizeof joined, "%.*s%zu", (int)name.size,
                            (const char *)name.data, index);
        return cut(hash(joined, (size_t)size, is.salt));
    }
    uint64_t seed = is.salt + 1 + index + ((uint64_t)ring->generations[node] << 32);
    return cut(hash(name.data, name.size, seed));
}

static int compare_names(struct ring_bytes a, struct ring_bytes b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int difference = memcmp(a.data, b.data, size);
    return difference != 0 ? difference : (int)a.size - (int)b.size;
}

static int compare_points(const void *a, const void *b)
{
    const struct plain_point *left = a;
    const struct plain_point *right = b;
    if (left->position != right->position) {
        return left->position < right->position ? -1 : 1;
    }
    return (left->order > right->order) - (left->order < right->order);
}

/* Where a node stands among equal points. */
static uint64_t order_of(const struct plain *ring, size_t node)
{
    uint64_t before = 0;
    switch (is.order) {
    case BY_NAME:
        for (size_t i = 0; i < ring->count; i++) {
            before += compare_names(ring->nodes[i].name, ring->nodes[node].name) < 0;
        }
        return before;
    case BY_COMING:
    case FIRST:
        return node;
    case LAST:
        return ring->count - node;
    case BY_WHIM:
        break;
    }
    return hash(&whims, sizeof whims, node);
}

static void place(struct plain *ring)
{
    size_t count = 0;
    whims++;
    for (size_t i = 0; i < ring->count; i++) {
        size_t points = is.manner == POINTS ? points_of(ring, i) : 0;
        uint64_t order = order_of(ring, i);
        for (size_t j = 0; j < points && count < POINTS_MAX; j++) {
            ring->points[count++] = (struct plain_point){point_of(ring, i, j), order, i};
        }
    }
    qsort(ring->points, count, sizeof *ring->points, compare_points);
    ring->point_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool hidden = (is.order == FIRST || is.order == LAST) && ring->point_count > 0 &&
                      ring->points[ring->point_count - 1].position == ring->points[i].position;
        if (!hidden) {
            ring->points[ring->point_count++] = ring->points[i];
        }
    }
    ring->last_key = (struct ring_bytes){NULL, 0};
    ring->last_text[0] = '\0';
}

static void *plain_create(const struct ring_options *options)
{
    struct plain *ring = calloc(1, sizeof *ring);
    (void)options;
    assert_non_null(ring);
    ring->number = ++youngest;
    rings_alive++;
    return ring;
}

static void plain_destroy(void *ring)
{
    youngest = --rings_alive == 0 ? 0 : youngest - 1;
    free(ring);
}

static size_t index_of(const struct plain *ring, struct ring_bytes name)
{
    size_t index = 0;
    while (index < ring->count && !text_same(ring->nodes[index].name, name)) {
        index++;
    }
    return index;
}

static enum ring_error plain_add(void *context, struct ring_bytes name, uint32_t replicas)
{
    struct plain *ring = context;
    size_t at = ring->count;
    assert_true(at < NODES_MAX);
    if (index_of(ring, name) < at) {
        return RING_NODE_EXISTS;
    }
    memcpy(ring->copies[at], name.data, name.size);
    ring->nodes[at].name.data = is.fault == KEEPS_THE_NAMES ? name.data : ring->copies[at];
    ring->nodes[at].name.size = name.size;
    ring->nodes[at].replicas = replicas;
    ring->generations[at] = 0;
    for (size_t i = 0; i < ring->gone_count; i++) {
        bool was =
            strncmp(ring->gone[i], name.data, name.size) == 0 && ring->gone[i][name.size] == '\0';
        ring->generations[at] += was && is.fault == COMES_BACK_OTHER;
    }
    ring->count++;
    place(ring);
    return RING_OK;
}

static enum ring_error plain_remove(void *context, struct ring_bytes name)
{
    struct plain *ring = context;
    size_t index = index_of(ring, name);
    if (index == ring->count) {
        return RING_NO_SUCH_NODE;
    }
    if (ring->gone_count < sizeof ring->gone / sizeof *ring->gone) {
        memcpy(ring->gone[ring->gone_count], name.data, name.size);
        ring->gone[ring->gone_count++][name.size] = '\0';
    }
    for (size_t i = index; i + 1 < ring->count; i++) {
        memcpy(ring->copies[i], ring->copies[i + 1], NAME_MAX_SIZE);
        bool copied = ring->nodes[i + 1].name.data == ring->copies[i + 1];
        ring->nodes[i] = ring->nodes[i + 1];
        ring->generations[i] = ring->generations[i + 1];
        if (copied) {
            ring->nodes[i].name.data = ring->copies[i];
        }
    }
    ring->count--;
    place(ring);
    return RING_OK;
}

static bool met(const size_t *nodes, size_t count, size_t node)
{
    for (size_t i = 0; i < count; i++) {
        if (nodes[i] == node) {
            return true;
        }
    }
    return false;
}

static size_t walk(const struct plain *ring, uint64_t position, size_t *nodes)
{
    size_t first = 0;
    size_t count = 0;
    while (first < ring->point_count && ring->points[first].position < position) {
        first++;
    }
    if (is.nearest && ring->point_count > 0) {
        size_t at = first % ring->point_count;
        size_t before = (first + ring->point_count - 1) % ring->point_count;
        if (position - ring->points[before].position < ring->points[at].position - position) {
            first = before;
        }
    }
    for (size_t i = 0; i < ring->point_count; i++) {
        size_t node = ring->points[(first + i) % ring->point_count].node;
        if (!met(nodes, count, node)) {
            nodes[count++] = node;
        }
    }
    return count;
}

static void sort_by(double *scores, size_t *nodes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i; j > 0 && scores[nodes[j]] > scores[nodes[j - 1]]; j--) {
            size_t node = nodes[j];
            nodes[j] = nodes[j - 1];
            nodes[j - 1] = node;
        }
    }
}

/* All nodes in the order in which they answer for a key. */
static size_t order_for(const struct plain *ring, struct ring_bytes key, uint64_t seed,
                        size_t *nodes)
{
    double scores[NODES_MAX];
    if (is.manner == POINTS) {
        return walk(ring, cut(hash(key.data, key.size, seed)), nodes);
    }
    for (size_t i = 0; i < ring->count; i++) {
        const struct ring_bytes name = ring->nodes[i].name;
        uint64_t mixed = hash(key.data, key.size, hash(name.data, name.size, seed));
        double chance = ((double)(mixed >> 12) + 0.5) / 0x1p52;
        scores[i] = is.manner == MODULO ? -(double)order_of(ring, i)
                                        : -(double)weight_of(&ring->nodes[i]) / log(chance);
        nodes[i] = i;
    }
    sort_by(scores, nodes, ring->count);
    if (is.manner == MODULO && ring->count > 0) {
        nodes[0] = nodes[hash(key.data, key.size, seed) % ring->count];
    }
    return ring->count;
}

static enum ring_error plain_find(const void *context, struct ring_bytes key,
                                  struct ring_bytes *node)
{
    struct plain *ring = (struct plain *)context;
    size_t nodes[NODES_MAX];
    bool again =
        strlen(ring->last_text) == key.size && memcmp(ring->last_text, key.data, key.size) == 0;
    if (is.fault == KEEPS_THE_KEY && ring->last_key.data == key.data &&
        ring->last_key.size == key.size) {
        *node = ring->last_answer;
        return RING_OK;
    }
    size_t count = order_for(ring, key, is.salt, nodes);
    bool second = count > 1 && ((is.fault == SECOND_DIFFERS && again) ||
                                (is.fault == SEES_A_YOUNGER && ring->number < youngest));
    *node = count == 0 ? (struct ring_bytes){NULL, 0} : ring->nodes[nodes[second ? 1 : 0]].name;
    if (is.fault == ANSWERS_A_STRANGER && hash(key.data, key.size, 5) % 16 == 0) {
        *node = BYTES("stranger");
    }
    memcpy(ring->last_text, key.data, key.size);
    ring->last_text[again ? 0 : key.size] = '\0';
    ring->last_key = key;
    ring->last_answer = *node;
    return RING_OK;
}

static enum ring_error plain_find_n(const void *context, struct ring_bytes key, size_t n,
                                    struct ring_bytes *nodes, size_t *found)
{
    const struct plain *ring = context;
    size_t order[NODES_MAX];
    double scores[NODES_MAX];
    size_t count =
        order_for(ring, key, is.salt + (is.fault == LISTS_ANOTHER_KEY ? 1000 : 0), order);
    if (count > 1 && is.fault == REPEATS_THE_FIRST) {
        memmove(order + 1, order, (count - 1) * sizeof *order);
    }
    for (size_t i = 0; i < ring->count; i++) {
        const struct ring_bytes name = ring->nodes[i].name;
        scores[i] = (double)(hash(name.data, name.size, ring->count) >> 12);
    }
    if (count > 1 && is.fault == COUNT_DECIDES) {
        sort_by(scores, order + 1, count - 1);
    }
    for (size_t i = 1; is.fault == TURNS_LONG_LISTS && n > count && i < count - i; i++) {
        size_t node = order[i];
        order[i] = order[count - i];
        order[count - i] = node;
    }
    *found = n < count ? n : count;
    for (size_t i = 0; i < *found; i++) {
        nodes[i] = ring->nodes[order[i]].name;
    }
    return RING_OK;
}

static const struct subject plain = {
    .name = "plain",
    .ties = SUBJECT_TIES_BY_NAME,
    .create = plain_create,
    .destroy = plain_destroy,
    .add = plain_add,
    .remove = plain_remove,
    .find = plain_find,
    .find_n = plain_find_n,
};

/* PROGRAMS: changes and finds in random order. */

static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state += 1;
    return hash(state, sizeof *state, 77) % below;
}

/* Runs program number `seed`. Returns whether the ring holds to the properties of the mask. */
static bool holds(const struct subject *subject, unsigned int mask, uint64_t seed,
                  struct finding *finding)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "a1", "a12", "a1b"};
    static const char *const keys[] = {"7", "key", "k", "40", "another key", "123456"};
    static const uint32_t weights[] = {1, 2, 5, 10, 12, 25, 40, 100};
    uint64_t state = seed << 32;
    struct present present = {NULL, 0};
    struct properties *properties = properties_new(subject, rule_named("xxh3"));
    void *ring = subject->create(NULL);
    size_t steps = draw(&state, 40);
    size_t few = 2 + draw(&state, 9);
    bool agreed = true;
    *finding = (struct finding){.found = false};
    properties_only(properties, mask);
    for (size_t i = 0; i < steps && agreed; i++) {
        const char *name = names[draw(&state, few)];
        const char *key = keys[draw(&state, sizeof keys / sizeof *keys)];
        struct ring_node node = {{name, strlen(name)}, weights[draw(&state, 8)]};
        bool there = present_index(&present, node.name) < present.count;
        struct operation operation = {.kind = there ? OP_REMOVE : OP_ADD, &node, 1, {NULL, 0}, 0};
        if (subject->replicas == SUBJECT_FIXED) {
            node.replicas = 1;
        }
        if (draw(&state, 4) == 0) {
            operation = (struct operation){.kind = OP_FIND, NULL, 0, {key, strlen(key)}, 0};
        } else if (there) {
            assert_int_equal(subject->remove(ring, node.name), RING_OK);
            present_apply(&present, &operation);
        } else {
            assert_int_equal(subject->add(ring, node.name, node.replicas), RING_OK);
            present_apply(&present, &operation);
        }
        agreed = properties_after(properties, ring, &present, &operation, finding);
    }
    agreed = agreed && properties_end(properties, ring, &present, finding);
    assert_int_equal(agreed, !finding->found);
    subject->destroy(ring);
    properties_free(properties);
    present_free(&present);
    return agreed;
}

/* A planted fault shows as a finding of that property, in some programs, and never as another one. If
 * the property is not looked at, nothing shows. */
static void only(enum property property, enum fault fault, const struct subject *subject)
{
    enum { PROGRAMS = 80 };
    size_t seen = 0;
    is.fault = fault;
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        struct finding finding;
        if (!holds(subject, ~0U, seed, &finding)) {
            if (strcmp(finding.what, property_what(property)) != 0) {
                fail_msg("%s, and not %s: expected %s, got %s", finding.what,
                         property_what(property), finding.expected, finding.got);
            }
            assert_string_not_equal(finding.expected, finding.got);
            assert_memory_equal(property_short_name(finding.what), "property-", 9);
            seen++;
        }
        if (!holds(subject, ~(1U << property), seed, &finding)) {
            fail_msg("%s sees it, too: expected %s, got %s", finding.what, finding.expected,
                     finding.got);
        }
    }
    if (getenv("RINGPROOF_SHOW") != NULL) {
        print_message("%s: %zu of %d\n", property_what(property), seen, PROGRAMS);
    }
    assert_true(seen > 0);
}

static int reset(void **state)
{
    (void)state;
    memset(&is, 0, sizeof is);
    return 0;
}

static void members(void **state)
{
    (void)state;
    only(PROPERTY_MEMBERS, ANSWERS_A_STRANGER, &plain);
}

static void same(void **state)
{
    (void)state;
    only(PROPERTY_SAME, SECOND_DIFFERS, &plain);
}

static void history(void **state)
{
    (void)state;
    only(PROPERTY_HISTORY, COMES_BACK_OTHER, &plain);
}

/* Equal points are no excuse for a ring that promises an order among them. */
static void order_of_equal_points(void **state)
{
    struct subject subject = plain;
    (void)state;
    is.bits = 12;
    is.order = BY_COMING;
    only(PROPERTY_HISTORY, NO_FAULT, &subject);
}

static void moves(void **state)
{
    struct subject subject = plain;
    (void)state;
    subject.replicas = SUBJECT_FIXED;
    subject.find_n = NULL;
    is.manner = MODULO;
    only(PROPERTY_MOVES, NO_FAULT, &subject);
}

static void lists(void **state)
{
    (void)state;
    only(PROPERTY_DISTINCT, REPEATS_THE_FIRST, &plain);
    only(PROPERTY_BEGINS, LISTS_ANOTHER_KEY, &plain);
    only(PROPERTY_PREFIX, TURNS_LONG_LISTS, &plain);
    only(PROPERTY_LESS, COUNT_DECIDES, &plain);
}

static void shares(void **state)
{
    (void)state;
    is.manner = RENDEZVOUS;
    only(PROPERTY_SHARES, HEAVY_ARE_LIGHT, &plain);
    is.manner = POINTS;
    only(PROPERTY_SHARES, HEAVY_ARE_LIGHT, &plain);
}

static void rings(void **state)
{
    (void)state;
    only(PROPERTY_RINGS, SEES_A_YOUNGER, &plain);
}

static void borrowed(void **state)
{
    (void)state;
    only(PROPERTY_BORROWED, KEEPS_THE_KEY, &plain);
    only(PROPERTY_BORROWED, KEEPS_THE_NAMES, &plain);
}

/* A ring of a shared object gets copies of names and keys. (Names that are kept would be a use of freed
 * memory, and end this test.) */
static void keys_kept_from_copies(void **state)
{
    enum { PROGRAMS = 20 };
    const struct subject *copying = subject_with_copies(&plain);
    struct finding finding;
    size_t seen = 0;
    (void)state;
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        is.fault = NO_FAULT;
        assert_true(holds(copying, ~0U, seed, &finding));
        is.fault = KEEPS_THE_KEY;
        seen += !holds(copying, ~0U, seed, &finding);
        subject_copies_stay = true;
        assert_true(holds(copying, ~(1U << PROPERTY_BORROWED), seed, &finding));
        subject_copies_stay = false;
    }
    assert_true(seen > PROGRAMS / 2);
}

/* RIGHT RINGS */

static void is_right(const char *what, const struct subject *subject)
{
    const char *count = getenv("RINGPROOF_PROGRAMS");
    uint64_t programs = count != NULL ? strtoull(count, NULL, 10) : 120;
    for (uint64_t seed = 1000; seed < 1000 + programs; seed++) {
        struct finding finding;
        if (!holds(subject, ~0U, seed, &finding)) {
            fail_msg("%s, program %d: %s: expected %s, got %s", what, (int)seed, finding.what,
                     finding.expected, finding.got);
        }
    }
}

static enum ring_error plain_find_many(const void *ring, const struct ring_bytes *keys,
                                       size_t count, struct ring_bytes *nodes)
{
    for (size_t i = 0; i < count; i++) {
        (void)plain_find(ring, keys[i], &nodes[i]);
    }
    return RING_OK;
}

static void right_rings(void **state)
{
    struct subject subject = plain;
    (void)state;
    is_right("points", &subject);
    is.joins = true;
    is_right("name and index joined", &subject);
    is.joins = false;
    is.nearest = true;
    subject.successor = SUBJECT_NEAREST;
    is_right("nearest", &subject);
    is.nearest = false;
    subject = plain;
    is.manner = RENDEZVOUS;
    is_right("rendezvous", &subject);
    subject.find_many = plain_find_many;
    subject.rebuilds = true;
    subject.find_n = NULL;
    subject.remove = plain_remove;
    is_right("many keys at a time", &subject);
}

static void right_rings_with_equal_points(void **state)
{
    static const struct {
        enum order order;
        enum subject_ties ties;
    } orders[] = {{BY_NAME, SUBJECT_TIES_BY_NAME},
                  {BY_COMING, SUBJECT_TIES_IN_ANY_ORDER},
                  {FIRST, SUBJECT_FIRST_WINS},
                  {LAST, SUBJECT_LAST_WINS}};
    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct subject subject = plain;
        is.order = orders[i].order;
        subject.ties = orders[i].ties;
        subject.position_bits = is.bits = 10;
        is_right("10 bits", &subject);
        subject.position_bits = is.bits = 20;
        is_right("20 bits", &subject);
        subject.position_bits = 0;
        is.bits = 0;
        is.joins = true;
        is_right("equal points of names that are related", &subject);
        is.joins = false;
    }
}

static void right_rings_with_equal_points_in_random_order(void **state)
{
    struct subject subject = plain;
    (void)state;
    is.order = BY_WHIM;
    subject.ties = SUBJECT_TIES_IN_ANY_ORDER;
    subject.position_bits = is.bits = 14;
    subject.find_n = NULL;
    is_right("14 bits", &subject);
    subject.position_bits = is.bits = 20;
    is_right("20 bits", &subject);
}

static void right_rings_of_weights(void **state)
{
    struct subject subject = plain;
    (void)state;
    is.apportions = true;
    subject.replicas = SUBJECT_WEIGHT;
    is_right("weights", &subject);
    subject.points_per_replica = 40;
    is_right("weights, and 40 points a node", &subject);
}

/* KEYS */

static void keys_are_legal(void **state)
{
    struct subject subject = plain;
    struct question_key key;
    (void)state;
    assert_true(question_key(&subject, 120, &key));
    assert_memory_equal(key.text, "120", 3);
    subject.key_max = 2;
    assert_false(question_key(&subject, 120, &key));
    assert_true(question_random_key(&subject, 99, &key));
    assert_false(question_random_key(&subject, 100, &key));
    subject.key_max = 3;
    subject.not_in_keys = BYTES("0123456789");
    assert_true(question_key(&subject, 120, &key));
    assert_memory_equal(key.text, "bca", 3);
    subject.key_max = 1;
    subject.not_in_keys = BYTES("");
    is_right("keys of one byte", &subject);
}

/* THE BOUNDS */

/* Sums a beta-binomial distribution by its definition: as many balls as keys are drawn from an urn,
 * each is put back with another one of its colour. */
static double urn_at_most(size_t keys, size_t owned, double mine, double others)
{
    double *now = memory_resize(NULL, keys + 2, sizeof *now);
    double sum = 0;
    memset(now, 0, (keys + 2) * sizeof *now);
    now[0] = 1;
    for (size_t drawn = 0; drawn < keys; drawn++) {
        for (size_t i = drawn + 1; i > 0; i--) {
            double all = mine + others + (double)drawn;
            now[i] = now[i] * (others + (double)(drawn - i)) / all +
                     now[i - 1] * (mine + (double)(i - 1)) / all;
        }
        now[0] *= (others + (double)drawn) / (mine + others + (double)drawn);
    }
    for (size_t i = 0; i <= owned; i++) {
        sum += now[i];
    }
    free(now);
    return sum;
}

static void chances_of_shares(void **state)
{
    size_t worst = 9;
    const struct shares_node even[] = {{100, 50}, {100, 50}};
    const struct shares_node low[] = {{20, 3}, {30, 47}, {10, 10}};
    const struct shares_node none[] = {{1, 0}, {1, 1000000}};
    (void)state;
    assert_true(shares_chance(even, 2, 0, &worst) == 1);
    double expected = 6 * urn_at_most(60, 3, 20, 40);
    assert_true(fabs(shares_chance(low, 3, 0, &worst) / expected - 1) < 1e-9);
    assert_int_equal(worst, 0);
    assert_true(shares_chance(low, 3, 5, &worst) > expected);
    /* Two points: the share of each is uniform, and so is the number of keys. */
    assert_true(fabs(shares_chance(none, 2, 0, &worst) * 1000001 / 4 - 1) < 1e-6);
}

/* A right ring is called wrong as often as `rate` says, or less. */
static void false_alarms_of_shares(void **state)
{
    enum { RINGS = 2500 };
    struct subject subject = plain;
    size_t alarms = 0;
    (void)state;
    subject.rebuilds = true; /* fewer keys are asked for */
    for (uint64_t i = 0; i < RINGS; i++) {
        static const char *const names[] = {"a", "b", "c", "d", "e"};
        struct ring_node nodes[5];
        struct finding finding = {.found = false};
        struct questions questions = {.subject = &subject, .finding = &finding};
        uint64_t drawn = i << 32;
        const struct present present = {nodes, 2 + draw(&drawn, 4)};
        is.salt = (i + 1) << 20;
        void *ring = plain_create(NULL);
        for (size_t j = 0; j < present.count; j++) {
            nodes[j] = (struct ring_node){{names[j], 1}, (uint32_t)(1 + draw(&drawn, 30))};
            (void)plain_add(ring, nodes[j].name, nodes[j].replicas);
        }
        alarms += !property_shares_hold_at(&questions, ring, &present, 0.01);
        plain_destroy(ring);
    }
    if (getenv("RINGPROOF_SHOW") != NULL) {
        print_message("%zu false alarms in %d rings at a rate of 1 %%\n", alarms, RINGS);
    }
    /* 99.9 % of all binomial numbers of 2500 and 1 % are 41 or less. There are fewer, since two
     * nodes of a ring are not independent, but not far fewer: the bound is not idle. */
    assert_in_range(alarms, RINGS / 500, 41);
}

static void chances_of_equal_points(void **state)
{
    (void)state;
    assert_true(tied_chance(100, 32, 64, 0) == 1);
    double pairs = 100.0 * 100 / 2 / 0x1p32;
    assert_true(fabs(tied_chance(100, 32, 1000000000, 1) / pairs - 1) < 1e-3);
    assert_true(tied_chance(100, 64, 64, 1) < 1e-12);
    assert_true(tied_chance(100, 32, 64, 2) < tied_chance(100, 32, 64, 1));
    assert_true(tied_chance(1000, 10, 64, 10) > 0.9);
    assert_true(tied_chance(1000, 32, 64, 8) < 1e-9);
}

/* SETTING REPLICAS moves keys to or from that node alone. */

static enum ring_error sets_another(void *ring, struct ring_bytes name, uint32_t replicas)
{
    (void)subject_core.set_replicas(ring, BYTES("b"), replicas);
    return subject_core.set_replicas(ring, name, replicas);
}

static bool holds_when_set(const struct subject *subject, struct finding *finding)
{
    struct ring_node nodes[] = {{BYTES("a"), 40}, {BYTES("b"), 40}, {BYTES("c"), 40}};
    const uint32_t numbers[] = {80, 10, 10, 300, 1};
    struct present present = {NULL, 0};
    struct properties *properties = properties_new(subject, rule_named("xxh3"));
    void *ring = subject->create(NULL);
    bool agreed = true;
    *finding = (struct finding){.found = false};
    for (size_t i = 0; i < 3 + 5 && agreed; i++) {
        bool sets = i >= 3;
        struct ring_node node = sets ? (struct ring_node){BYTES("a"), numbers[i - 3]} : nodes[i];
        struct operation operation = {sets ? OP_SET_REPLICAS : OP_ADD, &node, 1, {NULL, 0}, 0};
        assert_int_equal(
            (sets ? subject->set_replicas : subject->add)(ring, node.name, node.replicas), RING_OK);
        present_apply(&present, &operation);
        agreed = properties_after(properties, ring, &present, &operation, finding);
    }
    agreed = agreed && properties_end(properties, ring, &present, finding);
    subject->destroy(ring);
    properties_free(properties);
    present_free(&present);
    return agreed;
}

static void set_replicas_moves_its_own(void **state)
{
    struct subject opaque = subject_core;
    struct finding finding;
    (void)state;
    opaque.placement = SUBJECT_OPAQUE;
    assert_true(holds_when_set(&opaque, &finding));
    opaque.set_replicas = sets_another;
    assert_false(holds_when_set(&opaque, &finding));
    assert_string_equal(finding.what, property_what(PROPERTY_MOVES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(members, reset),
        cmocka_unit_test_setup(same, reset),
        cmocka_unit_test_setup(history, reset),
        cmocka_unit_test_setup(order_of_equal_points, reset),
        cmocka_unit_test_setup(moves, reset),
        cmocka_unit_test_setup(lists, reset),
        cmocka_unit_test_setup(shares, reset),
        cmocka_unit_test_setup(rings, reset),
        cmocka_unit_test_setup(borrowed, reset),
        cmocka_unit_test_setup(keys_kept_from_copies, reset),
        cmocka_unit_test_setup(right_rings, reset),
        cmocka_unit_test_setup(right_rings_with_equal_points, reset),
        cmocka_unit_test_setup(right_rings_with_equal_points_in_random_order, reset),
        cmocka_unit_test_setup(right_rings_of_weights, reset),
        cmocka_unit_test_setup(keys_are_legal, reset),
        cmocka_unit_test_setup(chances_of_shares, reset),
        cmocka_unit_test_setup(false_alarms_of_shares, reset),
        cmocka_unit_test_setup(chances_of_equal_points, reset),
        cmocka_unit_test_setup(set_replicas_moves_its_own, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
