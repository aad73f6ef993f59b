#include "tied.h"

#include "../base/text.h"
#include <math.h>
#include <string.h>

#define CERTAIN 1e-3
#define IMPOSSIBLE 1e-9
#define BITS_NOT_SAID 32
/* Of a node whose number of points the ring does not tell. Most rings have 160 at the most. */
#define POINTS_NOT_SAID 160
/* How many keys are tried, and how many rings of two nodes for each: a ring may order equal points at
 * random. */
#define KEYS_TRIED 4
#define RINGS_TRIED 12

double tied_points(const struct subject *subject, const struct present *present)
{
    double each = subject->points_per_replica > 0 ? subject->points_per_replica : 1;
    double points = 0;
    if (subject->replicas == SUBJECT_WEIGHT) {
        return (double)present->count * fmax(each, POINTS_NOT_SAID);
    }
    for (size_t i = 0; i < present->count; i++) {
        points += each * present->nodes[i].replicas;
    }
    return points;
}

/* The number of equal pairs has a Poisson distribution. Before each lies a gap, whose number of keys
 * is geometric. So the number of keys that can move is the Polya-Aeppli distribution, which is summed
 * by its recurrence. */
double tied_chance(double points, unsigned int bits, size_t keys, size_t moved)
{
    double ratio = (double)keys / ((double)keys + points);
    double pairs = points * points / 2 * ratio / ldexp(1, (int)bits);
    double before = 0;
    double now = exp(-pairs);
    double sum = now;
    if (moved == 0) {
        return 1;
    }
    for (size_t i = 1; i < moved; i++) {
        double n = (double)i;
        double next = (2 * ratio * (n - 1) + pairs * (1 - ratio)) / n * now -
                      ratio * ratio * (n - 2) / n * before;
        before = now;
        now = fmax(next, 0);
        sum += now;
    }
    return moved == 1 ? -expm1(-pairs) : fmax(1 - sum, 0);
}

bool tied_is_seen(struct questions *questions, const struct present *present,
                  const struct moved *moved)
{
    size_t indexes[2] = {present_index(present, moved->from), present_index(present, moved->to)};
    struct ring_bytes seen = {NULL, 0};
    struct finding ignored = {.found = false};
    struct questions apart = *questions;
    apart.finding = &ignored; /* a ring of two nodes is no ring of the program */
    apart.lend = false;
    if (indexes[0] == present->count || indexes[1] == present->count) {
        return false;
    }
    for (size_t i = 0; i < RINGS_TRIED; i++) {
        struct ring_node nodes[2] = {present->nodes[indexes[i % 2]],
                                     present->nodes[indexes[1 - i % 2]]};
        const struct present both = {nodes, 2};
        struct ring_bytes owner = {NULL, 0};
        void *ring = NULL;
        bool answered = questions_build(&apart, "", nodes, 2, false, &ring) &&
                        questions_owners(&apart, ring, &both, &moved->key, 1, &owner);
        questions_destroy(questions, ring);
        if (!answered) {
            return false;
        }
        if (i > 0 && !text_same(owner, seen)) {
            return true;
        }
        seen = owner;
    }
    return false;
}

bool tied_names_related(struct ring_bytes a, struct ring_bytes b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    return size == 0 || memcmp(a.data, b.data, size) == 0;
}

static unsigned int bits_of(const struct subject *subject)
{
    if (subject->position_bits > 0) {
        return subject->position_bits;
    }
    return subject->placement == SUBJECT_OPAQUE ? BITS_NOT_SAID : 64;
}

bool tied_some_related(const struct present *present)
{
    for (size_t i = 0; i < present->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (tied_names_related(present->nodes[i].name, present->nodes[j].name)) {
                return true;
            }
        }
    }
    return false;
}

bool tied_is_common(const struct subject *subject, const struct present *present)
{
    double points = tied_points(subject, present);
    if (points * points / 2 / ldexp(1, (int)bits_of(subject)) >= CERTAIN) {
        return true;
    }
    return tied_some_related(present);
}

bool tied_explains(struct questions *questions, const struct present *present,
                   const struct moved *moved, size_t count, size_t keys)
{
    const struct subject *subject = questions->subject;
    size_t unrelated = 0;
    size_t tried = 0;
    if (count == 0 || subject->ties == SUBJECT_TIES_BY_NAME) {
        return count == 0;
    }
    for (size_t i = 0; i < count; i++) {
        unrelated += !tied_names_related(moved[i].from, moved[i].to);
    }
    double chance = tied_chance(tied_points(subject, present), bits_of(subject), keys, unrelated);
    if (subject->replicas == SUBJECT_WEIGHT) { /* few points: one pair moves many keys */
        double each = subject->points_per_replica > 0 ? subject->points_per_replica : 1;
        double few = (double)present->count * each;
        chance = fmax(chance, tied_chance(few, bits_of(subject), keys, unrelated));
    }
    bool explained = chance >= IMPOSSIBLE;
    for (size_t i = 0; i < count && tried < KEYS_TRIED && explained; i++) {
        if (chance < CERTAIN || tied_names_related(moved[i].from, moved[i].to)) {
            explained = tied_is_seen(questions, present, &moved[i]);
            tried++;
        }
    }
    return explained;
}
