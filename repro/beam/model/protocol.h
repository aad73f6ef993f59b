/* What a port must answer: written from driver/protocol.h, over the slow reference ring, and sharing
 * nothing with the driver. */
#ifndef REPRO_BEAM_MODEL_PROTOCOL_H
#define REPRO_BEAM_MODEL_PROTOCOL_H

#include "../../../core/ring.h"

struct protocol_model;

struct protocol_model *protocol_model_create(void);
void protocol_model_destroy(struct protocol_model *model);

/* The next command sent to the port, and what the port answered. True: that is a right answer, and the
 * model has followed it. `no_memory`: allocations have failed meanwhile, so that the port may have
 * refused the command for that. */
bool protocol_model_agrees(struct protocol_model *model, struct ring_bytes command,
                           struct ring_bytes answer, bool no_memory);

/* After it did not agree: what the answer should have been. Valid until the next call. A created ring's
 * number is shown as 0. */
struct ring_bytes protocol_model_expected(const struct protocol_model *model);

/* How many points the ring of the command, an add, would have then: a model this slow cannot follow any number. At
 * least `replicas`, those of a ring that may be created meanwhile under its number. 0: another command. */
uint64_t protocol_model_points(const struct protocol_model *model, struct ring_bytes command,
                               uint32_t replicas);

/* The replicas of the ring that the command would create, or 0. */
uint32_t protocol_model_replicas(struct ring_bytes command);

#endif
