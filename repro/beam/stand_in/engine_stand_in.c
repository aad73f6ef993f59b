#include "../driver/engine.h"

const struct subject *const engine_subject = &subject_core;

/* So low that small rings take both ways. */
const uint64_t engine_longest_at_once = 6000;
