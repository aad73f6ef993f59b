/* What a ring that is compared declares of itself. */
#ifndef FUZZ_COMPARE_FACTS_H
#define FUZZ_COMPARE_FACTS_H

#include "../subjects/registry.h"

/* The values of a struct subject, with defaults filled in. */
struct compare_facts {
    char name[64];
    enum subject_placement placement;
    unsigned int rules; /* by rule: a bit for each, never 0 */
    enum subject_successor successor;
    enum subject_ties ties;
    enum subject_replicas replicas;
    uint32_t points_per_replica;
    unsigned int position_bits;
    enum subject_text names, keys;
    bool not_in_names[256], not_in_keys[256];
    size_t name_max, key_max, nodes_max, points_max; /* SIZE_MAX: no limit */
    uint32_t replicas_max;
    bool removes, takes_empty_key, is_process;
};

/* Reads what the subject declares. `text`: as subject_open() took it. */
void compare_read_facts(struct compare_facts *facts, const struct subject *subject,
                        const char *text);

/* Whether the side knows where points and keys lie. */
bool compare_knows(const struct compare_facts *facts);

/* What its add receives for a node of that weight. `points` is what a node of weight 1 has. */
uint32_t compare_replicas(const struct compare_facts *facts, uint32_t weight, uint32_t points);

#endif
