#include "engine.h"
#include "work.h"

const struct subject *const engine_subject = &subject_core;

const uint64_t engine_longest_at_once = WORK_LONGEST_AT_ONCE;
