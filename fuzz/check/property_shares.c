#include "property_shares.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "property_names.h"
#include "shares.h"
#include "tied.h"

#define KEYS 4096
#define KEYS_OF_SLOW 1024
#define BATCH 256
#define ODD 0.05

/* Under SUBJECT_WEIGHT: the points of a node, on average, if points_per_replica does not say; and
 * the part of that to which numbers may be rounded. */
#define POINTS_OF_WEIGHT 16
#define ROUNDED 16

static double slack_of(const struct subject *subject)
{
    double mean = subject->points_per_replica > 0 ? subject->points_per_replica : POINTS_OF_WEIGHT;
    return subject->replicas == SUBJECT_WEIGHT ? mean / ROUNDED : 0;
}

/* The points that each node ought to have. */
static struct shares_node *shares_of(const struct subject *subject, const struct present *present)
{
    struct shares_node *nodes = memory_resize(NULL, present->count, sizeof *nodes);
    double each = subject->points_per_replica > 0 ? subject->points_per_replica : 1;
    double weights = 0;
    for (size_t i = 0; i < present->count; i++) {
        weights += present->nodes[i].replicas;
    }
    if (subject->replicas == SUBJECT_WEIGHT) {
        double mean =
            subject->points_per_replica > 0 ? subject->points_per_replica : POINTS_OF_WEIGHT;
        each = mean * (double)present->count / weights;
    }
    for (size_t i = 0; i < present->count; i++) {
        nodes[i] = (struct shares_node){each * present->nodes[i].replicas, 0};
    }
    return nodes;
}

static void count_keys(struct shares_node *nodes, const struct present *present,
                       const struct ring_bytes *owners, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t index =
            question_is_nobody(owners[i]) ? present->count : present_index(present, owners[i]);
        if (index < present->count) {
            nodes[index].keys++;
        }
    }
}

static bool points_may_be_equal(const struct subject *subject, const struct present *present)
{
    double points = tied_points(subject, present);
    if (subject->position_bits > 0 && points > ldexp(1, (int)subject->position_bits) / 64) {
        return true;
    }
    return tied_some_related(present);
}

static bool says(struct questions *questions, const struct present *present,
                 const struct shares_node *nodes, size_t worst, size_t keys, double chance)
{
    struct ring_bytes name = present->nodes[worst].name;
    char expected[128];
    char got[128];
    double points = 0;
    for (size_t i = 0; i < present->count; i++) {
        points += nodes[i].points;
    }
    (void)snprintf(expected, sizeof expected, " owns about %.0f of %zu keys, by its weight",
                   (double)keys * nodes[worst].points / points, keys);
    (void)snprintf(got, sizeof got, " owns %zu; the chance of that is %.1g", nodes[worst].keys,
                   chance);
    return finding_say(questions->finding, property_what(PROPERTY_SHARES),
                       &(struct said){.key = &name, .after = expected},
                       &(struct said){.key = &name, .after = got});
}

bool property_shares_hold_at(struct questions *questions, const void *ring,
                             const struct present *present, double rate)
{
    const struct subject *subject = questions->subject;
    struct shares_node *nodes = shares_of(subject, present);
    const size_t limit = questions_slow(subject) ? KEYS_OF_SLOW : KEYS;
    size_t keys = 0;
    size_t batch = BATCH;
    while (keys < limit && batch == BATCH) {
        struct question_key texts[BATCH];
        struct ring_bytes asked[BATCH];
        struct ring_bytes owners[BATCH];
        batch = 0;
        while (batch < BATCH && question_random_key(subject, keys + batch, &texts[batch])) {
            asked[batch] = question_bytes(&texts[batch]);
            batch++;
        }
        if (batch > 0 && !questions_owners(questions, ring, present, asked, batch, owners)) {
            free(nodes);
            return false;
        }
        count_keys(nodes, present, owners, batch);
        keys += batch;
    }
    size_t worst = 0;
    double chance = shares_chance(nodes, present->count, slack_of(subject), &worst);
    bool holds = chance > rate || says(questions, present, nodes, worst, keys, chance);
    free(nodes);
    return holds;
}

bool property_shares_hold(struct questions *questions, const void *ring,
                          const struct present *present, const struct ring_bytes *owners,
                          size_t count)
{
    const struct subject *subject = questions->subject;
    if (present->count < 2 || subject->adding_twice == SUBJECT_ACCEPTS) {
        return true;
    }
    size_t worst = 0;
    struct shares_node *nodes = shares_of(subject, present);
    count_keys(nodes, present, owners, count);
    bool odd = shares_chance(nodes, present->count, slack_of(subject), &worst) <= ODD;
    free(nodes);
    return !odd || points_may_be_equal(subject, present) ||
           property_shares_hold_at(questions, ring, present, SHARES_RATE);
}
