/* The ring library of 2014, with its defect, as a subject. register.c adds it to the harness's list. */
#ifndef REPRO_LEGACY_RING_H
#define REPRO_LEGACY_RING_H

#include "../../fuzz/subjects/registry.h"

extern const struct subject subject_legacy;

#endif
