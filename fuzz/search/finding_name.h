/* Names findings after what went wrong: "sigsegv-remove", "find-another", "hang-find-n",
 * "hang-create", "sigsegv-list", "sigabrt-destroy"; "exit-1-end" is after the last ring was destroyed. */
#ifndef FUZZ_SEARCH_FINDING_NAME_H
#define FUZZ_SEARCH_FINDING_NAME_H

#include "../check/trial.h"

#define FINDING_NAME_MAX 96

/* The name of a trial that did not agree: lower-case letters, digits and dashes. `printed` is what
 * the child printed, or NULL. If it contains a sanitizer's summary, the name is the kind of error
 * and the function. */
void finding_name(const struct trial *trial, const struct program *program, const char *printed,
                  char name[FINDING_NAME_MAX]);

/* Whether two trials failed alike, judged without a sanitizer's report: by the same difference, by
 * a hang at the same place, or by any crash, since corrupted memory ends a process in
 * varying places. */
bool finding_alike(const struct trial *a, const struct program *a_program, const struct trial *b,
                   const struct program *b_program);

#endif
