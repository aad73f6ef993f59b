/* A model of one port: computes the answer to each command, over the slow reference ring. Written from
 * the specification in driver/protocol.h; shares no code with the driver, not even that header. */
#ifndef REPRO_BEAM_MODEL_PROTOCOL_H
#define REPRO_BEAM_MODEL_PROTOCOL_H

#include <ringproof/ring.h>

struct protocol_model;

struct protocol_model *protocol_model_create(void);
void protocol_model_destroy(struct protocol_model *model);

/* Gives the model the next command sent to the port, and the port's answer. Returns true if the answer
 * is correct; the model has then applied the command. Set `no_memory` if an allocation failed in the
 * meantime: then the port may also have refused the command with STATUS_NO_MEMORY. */
bool protocol_model_agrees(struct protocol_model *model, struct ring_bytes command,
                           struct ring_bytes answer, bool no_memory);

/* After protocol_model_agrees() returned false: the answer it expected. Valid until the next call. The
 * number of a created ring, which the port may choose, is shown as 0. */
struct ring_bytes protocol_model_expected(const struct protocol_model *model);

/* For an add: how many points its ring would have afterwards, but at least `replicas`. 0 for any other
 * command. Callers use it to keep rings small, because the model is slow. `replicas` covers a command
 * still waiting, which may create a ring with that many replicas under the same number. */
uint64_t protocol_model_points(const struct protocol_model *model, struct ring_bytes command,
                               uint32_t replicas);

/* For a create: the replicas of the new ring. 0 for any other command. */
uint32_t protocol_model_replicas(struct ring_bytes command);

#endif
