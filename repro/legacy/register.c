#include "ring.h"

SUBJECT_REGISTER(subject_legacy)
