#include "facts.h"

#include <stdio.h>
#include <string.h>

#include "../program/rules.h"

static size_t limit(size_t declared)
{
    return declared == 0 ? SIZE_MAX : declared;
}

static void forbid(bool *bytes, struct ring_bytes list)
{
    for (size_t i = 0; i < list.size; i++) {
        bytes[((const unsigned char *)list.data)[i]] = true;
    }
}

void compare_read_facts(struct compare_facts *facts, const struct subject *subject,
                        const char *text)
{
    bool by_rule = subject->placement == SUBJECT_BY_RULE;
    unsigned int served = 0;
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        served |= rule_is_served(rule, subject) ? 1U << rule->options.rule : 0;
    }
    (void)snprintf(facts->name, sizeof facts->name, "%s", subject->name);
    facts->placement = subject->placement;
    facts->rules = served;
    facts->successor = subject->successor;
    facts->ties = subject->ties;
    facts->replicas = subject->replicas;
    facts->points_per_replica =
        by_rule || subject->points_per_replica == 0 ? 1 : subject->points_per_replica;
    facts->position_bits = by_rule || subject->position_bits == 0 ? 64 : subject->position_bits;
    facts->names = subject->names;
    facts->keys = subject->keys;
    forbid(facts->not_in_names, subject->not_in_names);
    forbid(facts->not_in_keys, subject->not_in_keys);
    facts->name_max = limit(subject->name_max);
    facts->key_max = limit(subject->key_max);
    facts->nodes_max = limit(subject->nodes_max);
    facts->points_max = subject->points_max == 0 ? RING_POINTS_MAX : subject->points_max;
    facts->replicas_max = subject->replicas_max == 0 ? RING_REPLICAS_MAX : subject->replicas_max;
    facts->removes = subject->remove != NULL;
    facts->takes_empty_key =
        subject->empty_key == SUBJECT_ACCEPTS || subject->empty_key == SUBJECT_AS_RING_H;
    facts->is_process = strncmp(text, "exec:", 5) == 0;
}

bool compare_knows(const struct compare_facts *facts)
{
    return facts->placement != SUBJECT_OPAQUE;
}

uint32_t compare_replicas(const struct compare_facts *facts, uint32_t weight, uint32_t points)
{
    switch (facts->replicas) {
    case SUBJECT_EACH_NODE:
        return weight * (points / facts->points_per_replica);
    case SUBJECT_ONE_NUMBER:
        return points / facts->points_per_replica;
    case SUBJECT_WEIGHT:
        return weight;
    case SUBJECT_FIXED:
        break;
    }
    return 1;
}
