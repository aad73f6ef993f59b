/* The placement rules that a program can name: those of ring.h, and custom ones that make equal
 * positions and both ends of the circle common. fuzz/program/README.md defines them. */
#ifndef FUZZ_PROGRAM_RULES_H
#define FUZZ_PROGRAM_RULES_H

#include <ringproof/ring.h>

struct rule {
    const char *name;
    const char *about;
    struct ring_options options; /* with the default allocator */
};

/* All rules, ended by one without a name. Bytes refer to rules by index (bytes.c), so append
 * only. */
extern const struct rule rules[];

size_t rule_count(void);

/* NULL if there is no rule of that name. */
const struct rule *rule_named(const char *name);

#endif
