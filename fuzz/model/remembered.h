/* Positions of placement.h, remembered from one call to the next. They are functions of their
 * arguments alone, so what is remembered changes no answer: test_model.c compares both. Most of the
 * time of a fuzzing engine would go to digests of the same few names. */
#ifndef FUZZ_MODEL_REMEMBERED_H
#define FUZZ_MODEL_REMEMBERED_H

#include <ringproof/ring.h>

/* Longer names and keys are not remembered. */
#define REMEMBERED_NAME_MAX 24

/* model_point_position() and model_key_position(). For one thread. */
uint64_t remembered_point_position(const struct ring_options *options, struct ring_bytes name,
                                   uint32_t replica);
uint64_t remembered_key_position(const struct ring_options *options, struct ring_bytes key);

#endif
