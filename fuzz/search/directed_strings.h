/* Names and keys that careless code confuses. */
#ifndef FUZZ_SEARCH_DIRECTED_STRINGS_H
#define FUZZ_SEARCH_DIRECTED_STRINGS_H

#include "../program/operations.h"
#include "../subjects/registry.h"

#define STRING_FAMILIES 8
#define STRINGS_MAX 8

/* Writes the strings of a family to strings[], in the program's memory, and returns how many there
 * are. `variant` chooses among alike ones. Families: lengths near a limit (three times), parting at a
 * zero byte, in case, in the last byte, in a byte above 127, in digits at the end. */
size_t directed_strings(const struct subject *subject, struct program *program, uint64_t family,
                        uint64_t variant, struct ring_bytes strings[STRINGS_MAX]);

#endif
