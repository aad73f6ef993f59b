/* What an overflow does, found by running the historical ring with its stack of 1024 entries. */
#ifndef REPRO_DEPTH_REAL_H
#define REPRO_DEPTH_REAL_H

#include "case.h"

/* Runs the change in a child process and compares the result with the ring library's. `entries` is
 * the need that depth_entries() computed for the case. Prints an error and exits with 2 if that
 * contradicts the outcome, or if a sanitizer stops the child. */
enum depth_outcome depth_outcome_of(const struct depth_case *asked, int entries);

#endif
