/* What the driver is built over. Each engine is one file, and one of them is linked. */
#ifndef REPRO_BEAM_ENGINE_H
#define REPRO_BEAM_ENGINE_H

#include "../../../fuzz/subjects/registry.h"

extern const struct subject *const engine_subject;

/* Commands whose estimate is longer than this, in nanoseconds, are done by one of the VM's async
 * threads, so that no scheduler waits for them. */
extern const uint64_t engine_longest_at_once;

#endif
