/* The model: the reference that every other subject is compared with. It is written from the
 * specification in core/ring.h and shares no logic with what it checks: no sort, no merge, no
 * search. A ring is an unordered list of points; every answer is a scan of all of them. */
#ifndef FUZZ_MODEL_RING_H
#define FUZZ_MODEL_RING_H

#include "../subjects/registry.h"

extern const struct subject subject_model;

#endif
