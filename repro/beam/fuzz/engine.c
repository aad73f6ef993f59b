#include "../driver/engine.h"

const struct subject *const engine_subject = &subject_core;

/* Low, so that small rings have both kinds of commands: direct ones and async jobs. */
const uint64_t engine_longest_at_once = 6000;
