/* The placement rules that a program can name: those of ring.h, and custom ones that make equal
 * positions and both ends of the circle common. fuzz/program/README.md defines them. */
#ifndef FUZZ_PROGRAM_RULES_H
#define FUZZ_PROGRAM_RULES_H

#include <ringproof/subject.h>

struct rule {
    const char *name;
    const char *about;
    struct ring_options options; /* with the default allocator */
};

/* Whether positions have 32 bits under this rule of ring.h. */
static inline bool rule_is_narrow(enum ring_rule rule)
{
    return rule == RING_MD5_COMPAT32 || rule == RING_HASH_RING_COMPAT32;
}

/* All rules, ended by one without a name. Bytes refer to rules by index (bytes.c), so append
 * only. */
extern const struct rule rules[];

/* ci/prove assumes this contract. */
/*@ axiomatic rules_in_all {
      logic integer rules_in_all;
      axiom more_than_ten: 10 < rules_in_all <= SIZE_MAX;
    }
 */
/*@ assigns \nothing;
    ensures \result == rules_in_all;
 */
size_t rule_count(void);

/* The rule `own`: the placement of a subject itself, by the functions of its table. It is not one of
 * rules[]. Both functions are NULL until rule_own_set(), and for subjects that have none. */
extern struct rule rule_own;

/* Makes `own` the placement of this subject. */
void rule_own_set(const struct subject *subject);

/* Whether the subject has told a position that its position_bits exclude, since this was last asked.
 * *position: the first one. */
bool rule_own_exceeded(uint64_t *position);

/* Whether positions are known under the rule: of points, and of keys. */
bool rule_places_points(const struct rule *rule);
bool rule_places_keys(const struct rule *rule);

/* How many points a replica has under the rule. */
uint32_t rule_points_per_replica(const struct rule *rule);

/* Whether a subject that places by rule can be asked under this one of rules[]. */
bool rule_is_served(const struct rule *rule, const struct subject *subject);

/* NULL if there is no rule of that name. ci/prove assumes this contract. */
/*@ requires \exists integer i; i >= 0 && \valid_read(name + (0 .. i)) && name[i] == 0;
    assigns \nothing;
 */
const struct rule *rule_named(const char *name);

#endif
