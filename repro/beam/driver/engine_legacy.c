#include "engine.h"

#include "../../legacy/ring.h"

const struct subject *const engine_subject = &subject_legacy;

/* As it was: everything in the scheduler's own thread, however long it takes. */
const uint64_t engine_longest_at_once = UINT64_MAX;
