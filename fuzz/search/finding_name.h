/* Names of findings, derived from what went wrong: "sigsegv-remove", "find-another", "hang-find-n". */
#ifndef FUZZ_SEARCH_FINDING_NAME_H
#define FUZZ_SEARCH_FINDING_NAME_H

#include "../check/trial.h"

#define FINDING_NAME_MAX 96

/* Of a trial that did not agree. `printed` is what the child printed, or NULL: if a sanitizer's summary is
 * among it, the name is its kind of error and the function. Letters, digits and dashes. */
void finding_name(const struct trial *trial, const struct program *program, const char *printed,
                  char name[FINDING_NAME_MAX]);

/* Whether two trials failed for the same reason, as far as can be told without a report: the same difference; or
 * a crash each, for memory once corrupted ends a process here or there. */
bool finding_alike(const struct trial *a, const struct program *a_program, const struct trial *b,
                   const struct program *b_program);

#endif
