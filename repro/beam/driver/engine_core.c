#include "engine.h"

const struct subject *const engine_subject = &subject_core;

/* Half of what the VM's guideline allows a driver callback (1 ms). The rest is a margin for errors of
 * the estimate and for slower machines. */
const uint64_t engine_longest_at_once = 500000;
