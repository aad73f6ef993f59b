#include "legacy.h"

SUBJECT_REGISTER(subject_legacy)
