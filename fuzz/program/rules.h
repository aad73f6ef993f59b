/* The placement rules that a program can name: the library's own, and custom ones that make
 * collisions, equal points and the wrap-around common. */
#ifndef FUZZ_PROGRAM_RULES_H
#define FUZZ_PROGRAM_RULES_H

#include "../../core/ring.h"

struct rule {
    const char *name;
    const char *about;
    struct ring_options options; /* the default allocator */
};

/* Ended by a rule without a name. Programs as bytes refer to rules by their index: append only (bytes.c). */
extern const struct rule rules[];

/* How many rules there are. */
size_t rule_count(void);

/* NULL: there is none of that name. */
const struct rule *rule_named(const char *name);

#endif
