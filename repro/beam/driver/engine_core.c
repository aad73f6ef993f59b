#include "engine.h"

const struct subject *const engine_subject = &subject_core;

/* The VM's guideline for a driver's callback is 1 ms; half of it is left for the estimate's error and
 * slower machines. */
const uint64_t engine_longest_at_once = 500000;
