/* The ring that a driver is built over. Each engine is one file; a driver links exactly one. */
#ifndef REPRO_BEAM_ENGINE_H
#define REPRO_BEAM_ENGINE_H

#include "../../../fuzz/subjects/registry.h"

extern const struct subject *const engine_subject;

/* In nanoseconds. A command that is estimated to take longer (rings_work()) goes to one of the VM's
 * async threads instead of blocking a scheduler. */
extern const uint64_t engine_longest_at_once;

#endif
