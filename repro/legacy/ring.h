/* The historical ring, defect included, as the subject `legacy`. Link register.c to add it to the
 * harness's list of subjects. */
#ifndef REPRO_LEGACY_RING_H
#define REPRO_LEGACY_RING_H

#include "../../fuzz/subjects/registry.h"

extern const struct subject subject_legacy;

#endif
