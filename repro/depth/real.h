/* What really happens: the historical ring itself, with its stack of 1024 entries. */
#ifndef REPRO_DEPTH_REAL_H
#define REPRO_DEPTH_REAL_H

#include "case.h"

/* Runs the change in a child process. `entries` is what it needs. */
enum depth_outcome depth_outcome_of(const struct depth_case *asked, int entries);

#endif
