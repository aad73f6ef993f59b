#include "engine.h"

#include "../../legacy/ring.h"

const struct subject *const engine_subject = &subject_legacy;

/* As the original did: every command runs on the scheduler's thread, however long it takes. */
const uint64_t engine_longest_at_once = UINT64_MAX;
